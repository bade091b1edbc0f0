import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run as runTests } from 'node:test'
import { createSay } from '#supervisor/say'
import { buildWeb } from '#supervisor/web-build'
import { startTestPostgres } from '#tests/postgres'
import { run as check } from './check.ts'
import { asOrdinaryUser, fromClosedFolder, fromHere, type Way } from './journey-places.ts'
import { seconds } from './process.ts'
import { listPrograms } from './suite.ts'
import { readTree, root } from './tree.ts'

type Counts = { passed: number; failed: number; skipped: number }
/** A file of tests, or a journey in one of its ways: what failed, and can be run again by itself. */
type Failure = { readonly name: string; readonly failed: number; readonly run: () => Promise<Counts> }

/** More than these are no accident of the hour. */
const mostLookedAtAgain = 6

const add = (to: Counts, counts: Counts) => {
  for (const key of ['passed', 'failed', 'skipped'] as const) to[key] += counts[key]
}

/** Checks, then every test file and beside them every journey. With names of files or folders: only the tests that lie there. */
export async function run(options: string[]): Promise<number> {
  const started = performance.now()
  const total: Counts = { passed: 0, failed: 0, skipped: 0 }
  // Hundreds of processes load much the same modules: each of them is compiled once.
  const compiled = mkdtempSync(join(tmpdir(), 'vartio-compiled-'))
  process.env.NODE_COMPILE_CACHE ??= compiled
  try {
    if (options.length === 0) {
      console.log('— Checks')
      const ok = (await check([])) === 0
      total[ok ? 'passed' : 'failed'] += 1
      console.log(`${ok ? 'ok  ' : 'FAIL'} checks ${seconds(started)}`)
    }
    console.log(options.length === 0 ? '— Tests and journeys' : '— Tests')
    // On a fresh clone nobody has built the pages yet, and tests and journeys start whole Vartios side by side.
    await buildWeb(root, createSay())
    await testAll(options, total)
  } finally {
    rmSync(compiled, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped in ${seconds(started)}`)
  return total.failed === 0 ? 0 : 1
}

async function testAll(options: string[], total: Counts): Promise<void> {
  // The schema is compared within check, which runs that file by itself.
  const files = [...readTree().keys()].filter(
    (path) =>
      /\.test\.tsx?$/.test(path) &&
      path !== 'tests/checks/schema.test.ts' &&
      (options.length === 0 || options.some((option) => path.startsWith(option))),
  )
  // All test files share one real PostgreSQL; each has databases of its own in it.
  const server = await startTestPostgres()
  process.env.VARTIO_TEST_POSTGRES = server.socketFolder
  const lanes = options.length === 0 ? lanesOf(listPrograms('tests/journeys/')) : []
  try {
    const failures: Failure[] = []
    // A journey mostly waits for a clock or a page: what it leaves of the processors, the tests use.
    const journeys = options.length === 0 ? driveAll(lanes, total, failures) : undefined
    for (const [file, counts] of await runFiles(files)) {
      add(total, counts)
      const run = async () => (await runFiles([file])).get(file) ?? counts
      if (counts.failed > 0) failures.push({ name: file, failed: counts.failed, run })
    }
    if (files.length === 0) total.failed += 1
    await journeys
    await lookAgain(failures, total)
  } finally {
    for (const { way } of lanes) way.end()
    await server.stop()
  }
}

/**
 * What failed while everything ran at once is run once more with nothing beside it. If it passes then, a machine that was too slow for it, or an order that
 * was not held, is the likely cause: it counts as passed, and is named as unsteady, which is a defect to be mended, of the test or of what it tests.
 */
async function lookAgain(failures: readonly Failure[], total: Counts): Promise<void> {
  if (failures.length > mostLookedAtAgain) return
  const unsteady: string[] = []
  for (const { name, failed, run } of failures) {
    console.log(`— Again, alone: ${name}`)
    if ((await run()).failed > 0) continue
    total.failed -= failed
    total.passed += failed
    unsteady.push(name)
  }
  for (const name of unsteady) console.log(`UNSTEADY ${name}: it failed beside the others and passed alone`)
}

/** Every journey, one line each as it ends. */
async function driveAll(lanes: readonly Lane[], total: Counts, failures: Failure[]): Promise<void> {
  if (!existsSync('/usr/bin/chromium')) {
    const isCi = process.env.CI === 'true'
    for (const name of listPrograms('tests/journeys/')) {
      total[isCi ? 'failed' : 'skipped'] += 1
      console.log(`${isCi ? 'FAIL' : 'skip'} journey ${name} (needs the Debian package chromium)`)
    }
    return
  }
  const driveOne = async (way: Way, name: string): Promise<Counts> => {
    const since = performance.now()
    const ok = (await way.drive(name)) === 0
    console.log(`${ok ? 'ok  ' : 'FAIL'} journey ${name}${way.how} ${seconds(since)}`)
    return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }
  }
  await Promise.all(
    lanes.map(async ({ way, next }) => {
      for (let name = next(); name !== undefined; name = next()) {
        const [journey, run] = [`journey ${name}${way.how}`, driveOne.bind(undefined, way, name)]
        const counts = await run()
        add(total, counts)
        if (counts.failed > 0) failures.push({ name: journey, failed: counts.failed, run })
      }
    }),
  )
}

type Lane = { readonly way: Way; readonly next: () => string | undefined }

/** Journeys through pages alone: nothing in them depends on whose the programs, files and commands of the machine are. */
const eitherWay = 'company-sign-in contract devices many-devices membership partner'.split(' ')

/**
 * Each journey once as whoever calls, by turns in Finnish and in English. In CI, which is root, both ways Vartio is started go side by side, each in a language
 * of its own: what may depend on the way, and every page, is gone through in each, the rest in whichever is free.
 */
function lanesOf(names: readonly string[]): Lane[] {
  for (const name of eitherWay) if (!names.includes(name)) throw new Error(`There is no journey ${name}.`)
  if (process.env.CI !== 'true' || process.getuid?.() !== 0) {
    return [fromHere('fi'), fromHere('en')].map((way, lane) => {
      const own = names.filter((_name, at) => at % 2 === lane)
      return { way, next: () => own.shift() }
    })
  }
  const rest = [...eitherWay]
  return [fromClosedFolder('fi'), asOrdinaryUser('en')].map((way) => {
    const own = names.filter((name) => !eitherWay.includes(name))
    return { way, next: () => own.shift() ?? rest.shift() }
  })
}

/** What became of each file, told as each ends. */
async function runFiles(files: readonly string[]): Promise<Map<string, Counts>> {
  // Beside two journeys as many as there are cores: more would take turns, and be late for what they wait for.
  const stream = runTests({ files: files.map((path) => `${root}${path}`), concurrency: 2, timeout: 1_200_000 })
  const seen = new Map<string, Counts & { milliseconds: number }>()
  // Output of a file is kept back unless it fails: hundreds of log lines would bury the one that matters.
  const said = new Map<string, string[]>()
  const tellSaid = (path: string) => {
    const text = said.get(path)?.join('').slice(-8_000)
    if (text) console.log(`what ${path.replace(root, '')} said:\n${text.replace(/^/gm, '       ')}`)
  }
  const tellFile = (path: string) => {
    const file = path.replace(root, '')
    const own = seen.get(file)
    if (own === undefined) return
    if (own.failed > 0) tellSaid(path)
    else console.log(`ok   ${String(own.passed).padStart(4)} ${file} ${(own.milliseconds / 1000).toFixed(1)} s`)
  }
  for await (const { type, data } of stream) {
    if (type === 'test:stderr' || type === 'test:stdout') {
      const list = said.get(data.file ?? '') ?? []
      list.push(data.message)
      said.set(data.file ?? '', list)
    }
    if (type === 'test:summary' && data.file !== undefined) tellFile(data.file)
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const file = (data.file ?? '').replace(root, '')
    const own = seen.get(file) ?? { passed: 0, failed: 0, skipped: 0, milliseconds: 0 }
    seen.set(file, own)
    if (data.nesting === 0) own.milliseconds += data.details.duration_ms
    if (data.details.type === 'suite') continue
    const kind = data.skip !== undefined && data.skip !== false ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed'
    own[kind] += 1
    if (kind === 'skipped') console.log(`skip ${file}: ${data.name} (${String(data.skip)})`)
    if (kind === 'failed') {
      console.log(`FAIL ${file}: ${data.name}`)
      if ('error' in data.details) console.log(describeFailure(data.details.error).replace(/^/gm, '       '))
      // It died before its tests could tell why; nothing else will.
      if (data.name === data.file) tellSaid(data.file)
    }
  }
  // Nothing was run at all: a runner that finds nothing must not pass.
  if (seen.size === 0 && files.length > 0)
    seen.set(files.join(' '), { passed: 0, failed: 1, skipped: 0, milliseconds: 0 })
  return seen
}

function describeFailure(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}
