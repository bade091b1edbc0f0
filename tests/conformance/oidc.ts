import { run } from 'node:test'
import { startTestPostgres } from '#tests/postgres'
import { type Plan, plans } from './oidc/plans.ts'

// Every module of the plans of the OpenID Foundation that Vartio is held to, under its name there. Those that are not there yet are named, and
// count as nothing else. Exits with 1 when one failed, or when one that should be there has not run.

const server = await startTestPostgres()
process.env.VARTIO_TEST_POSTGRES = server.socketFolder

async function runPlan({ file }: Plan): Promise<Map<string, string | true>> {
  const outcomes = new Map<string, string | true>()
  if (file === undefined) return outcomes
  for await (const { type, data } of run({ files: [`${import.meta.dirname}/oidc/${file}`], timeout: 120_000 })) {
    if (type !== 'test:pass' && type !== 'test:fail') continue
    // A test that was skipped has shown nothing.
    const hasRun = data.skip === undefined && data.todo === undefined
    const { error } = data.details as { error?: Error }
    const cause = error?.cause instanceof Error ? error.cause : error
    outcomes.set(data.name, type === 'test:pass' && hasRun ? true : (cause?.stack ?? 'it was skipped'))
  }
  return outcomes
}

let [passed, failed, missing] = [0, 0, 0]
try {
  // Side by side, each a Vartio identity of its own.
  const outcomes = await Promise.all(plans.map(runPlan))
  for (const [place, { name, modules, file }] of plans.entries()) {
    const outcome = outcomes[place] ?? new Map()
    const held = modules.filter((module) => outcome.get(module) === true)
    const absent = modules.filter((module) => !outcome.has(module))
    console.log(`${name}: ${held.length} of ${modules.length} passed`)
    for (const [module, said] of outcome)
      if (said !== true) console.log(`  FAIL ${module}\n${said.replace(/^/gm, '       ')}`)
      else if (!modules.includes(module)) console.log(`  FAIL ${module} is no module of this plan`)
    if (absent.length > 0)
      console.log(`  ${file === undefined ? 'not there yet' : 'FAIL, has not run'}: ${absent.join(' ')}`)
    passed += held.length
    missing += file === undefined ? absent.length : 0
    failed += [...outcome].filter(([module, said]) => said !== true || !modules.includes(module)).length
    failed += file === undefined ? 0 : absent.length
  }
} finally {
  await server.stop()
}
const all = plans.reduce((sum, { modules }) => sum + modules.length, 0)
console.log(`${passed} of ${all} modules passed, ${failed} failed, ${missing} are not there yet`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
