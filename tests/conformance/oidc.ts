import { run } from 'node:test'
import { startTestPostgres } from '#tests/postgres'
import { type Plan, passedOver, plans } from './oidc/plans.ts'

// Every module of the plans of the OpenID Foundation that Vartio is held to, under its name there. Those that the Foundation's suite would pass over are
// named with the reason; those that are not there yet are named, and count as nothing else. Exits with 1 when one failed, or when one that should be there
// has not run. `--plan-files FOLDER SUITE [ALIAS]` runs nothing: it writes what the Foundation's own suite wants to be given, see docs/conformance.md.

async function runPlan({ files }: Plan): Promise<Map<string, string | true>> {
  const outcomes = new Map<string, string | true>()
  if (files.length === 0) return outcomes
  const paths = files.map((file) => `${import.meta.dirname}/oidc/${file}`)
  for await (const { type, data } of run({ files: paths, concurrency: true, timeout: 180_000 })) {
    if (type !== 'test:pass' && type !== 'test:fail') continue
    // A test that was skipped has shown nothing.
    const hasRun = data.skip === undefined && data.todo === undefined
    const { error } = data.details as { error?: Error }
    const cause = error?.cause instanceof Error ? error.cause : error
    outcomes.set(data.name, type === 'test:pass' && hasRun ? true : (cause?.stack ?? 'it was skipped'))
  }
  return outcomes
}

async function runPlans(): Promise<void> {
  const server = await startTestPostgres()
  process.env.VARTIO_TEST_POSTGRES = server.socketFolder
  let [passed, failed, missing] = [0, 0, 0]
  try {
    // Side by side, each a Vartio identity of its own.
    const outcomes = await Promise.all(plans.map(runPlan))
    for (const [place, { name, modules, files }] of plans.entries()) {
      const outcome = outcomes[place] ?? new Map()
      const held = modules.filter((module) => outcome.get(module) === true)
      const absent = modules.filter((module) => !outcome.has(module))
      console.log(`${name}: ${held.length} of ${modules.length} passed`)
      for (const [module, said] of outcome)
        if (said !== true) console.log(`  FAIL ${module}\n${said.replace(/^/gm, '       ')}`)
        else if (!modules.includes(module)) console.log(`  FAIL ${module} is no module of this plan`)
      if (absent.length > 0)
        console.log(`  ${files.length === 0 ? 'not there yet' : 'FAIL, has not run'}: ${absent.join(' ')}`)
      for (const module of held)
        if (passedOver[module] !== undefined)
          console.log(`  in the Foundation’s suite ${module} would be ${passedOver[module]}`)
      passed += held.length
      missing += files.length === 0 ? absent.length : 0
      failed += [...outcome].filter(([module, said]) => said !== true || !modules.includes(module)).length
      failed += files.length === 0 ? 0 : absent.length
    }
  } finally {
    await server.stop()
  }
  const all = plans.reduce((sum, { modules }) => sum + modules.length, 0)
  const over = plans.flatMap(({ modules }) => modules).filter((module) => passedOver[module] !== undefined)
  console.log(
    `${passed} of ${all} modules passed, ${failed} failed, ${missing} are not there yet; the suite itself would pass over ${over.length}`,
  )
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}

if (process.argv[2] === '--plan-files')
  await (await import('./oidc/plan-files.ts')).planFilesHere(process.argv.slice(3))
else await runPlans()
