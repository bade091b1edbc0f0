import { existsSync } from 'node:fs'
import { run as runTests } from 'node:test'
import { createSay } from '#supervisor/say'
import { buildWeb } from '#supervisor/web-build'
import { startTestPostgres } from '#tests/postgres'
import { run as check } from './check.ts'
import { asOrdinaryUser, fromClosedFolder, fromHere } from './journey-places.ts'
import { seconds } from './process.ts'
import { listPrograms } from './suite.ts'
import { readTree, root } from './tree.ts'

type Counts = { passed: number; failed: number; skipped: number }

/** Checks, then every test file and beside them every journey. With names of files or folders: only the tests that lie there. */
export async function run(options: string[]): Promise<number> {
  const started = performance.now()
  const total: Counts = { passed: 0, failed: 0, skipped: 0 }
  const count = (name: string, ok: boolean, since: number) => {
    total[ok ? 'passed' : 'failed'] += 1
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} ${seconds(since)}`)
  }
  if (options.length === 0) {
    console.log('— Checks')
    count('checks', (await check([])) === 0, started)
  }
  console.log(options.length === 0 ? '— Tests and journeys' : '— Tests')
  // On a fresh clone nobody has built the pages yet, and tests and journeys start whole Vartios side by side.
  await buildWeb(root, createSay())
  // The schema is compared within check, which runs that file by itself.
  const files = [...readTree().keys()].filter(
    (path) =>
      /\.test\.tsx?$/.test(path) &&
      path !== 'tests/checks/schema.test.ts' &&
      (options.length === 0 || options.some((option) => path.startsWith(option))),
  )
  // A journey mostly waits for a clock or a page: what it leaves of the processors, the tests use.
  const journeys = options.length === 0 ? drive(count, total) : undefined
  const counts = await runFiles(files)
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key]
  await journeys
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped in ${seconds(started)}`)
  return total.failed === 0 ? 0 : 1
}

/** Every journey, one line each as it ends. */
async function drive(count: (name: string, ok: boolean, since: number) => void, total: Counts): Promise<void> {
  const names = listPrograms('tests/journeys/')
  if (!existsSync('/usr/bin/chromium')) {
    const isCi = process.env.CI === 'true'
    for (const name of names) {
      total[isCi ? 'failed' : 'skipped'] += 1
      console.log(`${isCi ? 'FAIL' : 'skip'} journey ${name} (needs the Debian package chromium)`)
    }
    return
  }
  await Promise.all(
    lanesOf(names).map(async ({ how, drive, names }) => {
      for (const name of names) {
        const since = performance.now()
        count(`journey ${name}${how}`, (await drive(name)) === 0, since)
      }
    }),
  )
}

type Lane = { how: string; drive: (name: string) => Promise<number>; names: readonly string[] }

/**
 * Each journey once as whoever calls; in CI, which is root, both ways Vartio is started. Two side by side.
 */
function lanesOf(names: readonly string[]): Lane[] {
  if (process.env.CI === 'true' && process.getuid?.() === 0)
    return [
      { how: ' as root from a closed folder', drive: fromClosedFolder, names },
      { how: ' as an ordinary user', drive: asOrdinaryUser, names },
    ]
  const half = Math.ceil(names.length / 2)
  return [names.slice(0, half), names.slice(half)].map((some) => ({ how: '', drive: fromHere, names: some }))
}

/** All test files share one real PostgreSQL; each has databases of its own in it. */
async function runFiles(files: readonly string[]): Promise<Counts> {
  const server = await startTestPostgres()
  process.env.VARTIO_TEST_POSTGRES = server.socketFolder
  try {
    return await report(files)
  } finally {
    await server.stop()
  }
}

async function report(files: readonly string[]): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  // Two cores: a third file fills the gaps while two wait for PostgreSQL.
  const stream = runTests({ files: files.map((path) => `${root}${path}`), concurrency: 3, timeout: 600_000 })
  const seen = new Map<string, Counts & { milliseconds: number }>()
  const tellFile = (path: string) => {
    const file = path.replace(root, '')
    const own = seen.get(file)
    if (own === undefined) return
    if (own.failed === 0) {
      console.log(`ok   ${String(own.passed).padStart(4)} ${file} ${(own.milliseconds / 1000).toFixed(1)} s`)
      return
    }
    tellSaid(path)
  }
  const tellSaid = (path: string) => {
    const text = said.get(path)?.join('').slice(-8_000)
    if (text) console.log(`what ${path.replace(root, '')} said:\n${text.replace(/^/gm, '       ')}`)
  }
  for await (const { type, data } of stream) {
    if (type === 'test:stderr' || type === 'test:stdout') {
      // Output of a file is kept back unless it fails: hundreds of log lines would bury the one that matters.
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
    counts[kind] += 1
    if (kind === 'skipped') console.log(`skip ${file}: ${data.name} (${String(data.skip)})`)
    if (kind === 'failed') {
      console.log(`FAIL ${file}: ${data.name}`)
      if ('error' in data.details) console.log(describeFailure(data.details.error).replace(/^/gm, '       '))
      // It died before its tests could tell why; nothing else will.
      if (data.name === data.file) tellSaid(data.file)
    }
  }
  if (seen.size === 0 && files.length > 0) counts.failed += 1
  return counts
}

const said = new Map<string, string[]>()

function describeFailure(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}
