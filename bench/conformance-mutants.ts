import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from 'node:test'
import { pathToFileURL } from 'node:url'
import { startTestPostgres } from '#tests/postgres'
import { all, lost, root } from './conformance-mutants/all.ts'
import type { Mutant } from './conformance-mutants/mutant.ts'

// Whether the tests of what identity speaks notice when it stops looking: one check at a time is taken out, in our own code or in the loaded protocol core (the
// files stay as they are), and the tests named for it are run. Each of them must fail, having passed before. `survived` is how many checks nobody missed.
// --small takes a handful. `--only WORD` takes those whose file, text or test has it.

const only = process.argv[process.argv.indexOf('--only') + 1]
const isSmall = process.argv.includes('--small')

const gone = lost()
for (const text of gone) console.log(`LOST ${text}`)

const chosen = process.argv.includes('--only')
  ? all.filter(({ file, was, testFile }) => [file, was, testFile].join(' ').includes(only ?? ''))
  : isSmall
    ? all.filter(({ testFile }, place) => place % 9 === 0 && !testFile.includes('expired'))
    : all

const server = await startTestPostgres()
process.env.VARTIO_TEST_POSTGRES = server.socketFolder
const marks = mkdtempSync(join(tmpdir(), 'vartio-bench-mutants-'))

const exactly = (name: string) => new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`)

/** What became of each test that has these names, in a process of its own. */
async function runTests(testFile: string, names: readonly string[], planted?: { mutant: Mutant; mark: string }) {
  const outcomes = new Map<string, boolean>()
  const { mutant, mark } = planted ?? {}
  const said = mutant && { url: pathToFileURL(join(root, mutant.file)).href, was: mutant.was, is: mutant.is, mark }
  const stream = run({
    files: [join(root, testFile)],
    testNamePatterns: names.map(exactly),
    execArgv: said ? ['--import', join(import.meta.dirname, 'conformance-mutants', 'plant.ts')] : [],
    env: { ...process.env, ...(said ? { VARTIO_MUTANT: JSON.stringify(said) } : {}) },
    timeout: 150_000,
  })
  for await (const { type, data } of stream)
    if ((type === 'test:pass' || type === 'test:fail') && names.includes(data.name) && data.skip === undefined)
      outcomes.set(data.name, type === 'test:pass')
  return outcomes
}

/** Several at once, as many as there are processors. */
async function each<Given>(list: readonly Given[], work: (given: Given, place: number) => Promise<void>) {
  const waiting = [...list.entries()]
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await work(next[1], next[0])
  }
  await Promise.all([worker(), worker()])
}

let [survived, broken] = [0, gone.length]
try {
  // Whoever fails anyway notices nothing.
  await each([...new Set(chosen.map(({ testFile }) => testFile))], async (testFile) => {
    const names = new Set(chosen.filter((mutant) => mutant.testFile === testFile).flatMap(({ tests }) => tests))
    const outcomes = await runTests(testFile, [...names])
    for (const name of names)
      if (outcomes.get(name) !== true) {
        console.log(
          `BROKEN ${testFile}: ${name} ${outcomes.has(name) ? 'fails' : 'is not there'} with every check in place`,
        )
        broken += 1
      }
  })
  await each(chosen, async (mutant, place) => {
    const mark = join(marks, String(place))
    const outcomes = await runTests(mutant.testFile, mutant.tests, { mutant, mark })
    const what = `${mutant.file}: ${mutant.was.split('\n')[0]}`
    const wanting = mutant.tests.filter((name) => outcomes.get(name) !== false)
    if (!existsSync(mark)) {
      console.log(`BROKEN ${what} was never loaded`)
      broken += 1
    } else if (wanting.length > 0) {
      console.log(
        `SURVIVED ${what}\n  ${wanting.map((name) => `${name} ${outcomes.has(name) ? 'passed' : 'did not run'}`).join('\n  ')}`,
      )
      survived += 1
    } else console.log(`noticed ${what}`)
  })
} finally {
  rmSync(marks, { recursive: true, force: true })
  await server.stop()
}
console.log(JSON.stringify({ mutants: chosen.length, survived }))
process.exitCode = survived === 0 && broken === 0 && chosen.length > 0 ? 0 : 1
