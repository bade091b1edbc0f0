import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Policy } from '#agent/guard'
import { type RunningGuard, runGuard } from '#tests/guard'
import { startClamonacc } from './clamonacc.ts'
import { mountOwn } from './place.ts'
import { hangs, prepareTasks, type Task } from './tasks.ts'

const [, , folder = '', ...options] = process.argv
const isSmall = options.includes('--small')
const rounds = isSmall ? 2 : 5

type Times = Record<string, number>
type Opens = Record<'firstUs' | 'againUs' | 'execUs', { p50: number; p99: number; most: number }>

async function measure() {
  const own = mountOwn(folder, isSmall ? 2 : 6)
  const megabyte = 1024 * 1024
  const size = (isSmall ? 128 : 1_024) * megabyte
  const server = fork(import.meta.filename, [folder, 'serve', String(size)])
  try {
    const [port] = (await once(server, 'message')) as [number]
    const tasks = prepareTasks(own.device, isSmall, { url: `http://127.0.0.1:${port}/` })
    await compare(own.device, tasks)
  } finally {
    server.kill('SIGKILL')
    own.unmount()
  }
}

async function compare(device: string, tasks: readonly Task[]) {
  const off: Times[] = []
  const found: Record<Policy['profile'], { first: Times[]; again: Times[] }> = {
    default: { first: [], again: [] },
    strict: { first: [], again: [] },
  }
  const clam: { first: Times[]; again: Times[] } = { first: [], again: [] }
  const opens: Record<string, Opens[]> = { off: [], default: [], strict: [], clamonacc: [] }
  runAll(tasks)
  // In turn, so that a machine that is slower for a while is slower for all.
  for (let round = 0; round < rounds; round += 1) {
    off.push(runAll(tasks))
    opens.off?.push(measureOpens(device))
    for (const profile of ['default', 'strict'] as const) {
      const guard = await begin(device, profile)
      found[profile].first.push(runAll(tasks))
      await settle(guard)
      found[profile].again.push(runAll(tasks))
      await settle(guard)
      opens[profile]?.push(measureOpens(device))
      await guard.close()
    }
    const clamonacc = await startClamonacc(folder, device)
    clam.first.push(runAll(tasks))
    clam.again.push(runAll(tasks))
    opens.clamonacc?.push(measureOpens(device))
    await clamonacc.stop()
    console.error(`round ${round + 1} of ${rounds} (${(performance.now() / 1_000).toFixed(0)} s)`)
  }
  report({ off, found, clam, opens, tasks })
}

async function begin(device: string, profile: Policy['profile']): Promise<RunningGuard> {
  const state = mkdtempSync(join(folder, 'state-'))
  const policy: Policy = { profile, reportOnly: false, deadlineMs: 1_000, exclusions: [], allowed: [] }
  const guard = await runGuard({ mounts: [device], policy, folder: state, bundles: [] }, 1_200)
  if (guard.state()?.protection !== 'blocking')
    throw new Error(`the guard is ${guard.state()?.protection} (${guard.state()?.why})`)
  return guard
}

/** Until what was written has been looked into: the next measurement is not to pay for it. */
async function settle(guard: RunningGuard): Promise<void> {
  await pause(200)
  await guard.call('settled')
}

function runAll(tasks: readonly Task[]): Times {
  const times: Times = {}
  for (const { name, run, tidy } of tasks) {
    spawnSync('sync')
    const began = performance.now()
    run()
    times[name] = performance.now() - began
    tidy()
  }
  return times
}

function measureOpens(device: string): Opens {
  const files = join(device, 'opens')
  mkdirSync(files)
  for (let index = 0; index < 500; index += 1) writeFileSync(join(files, String(index)), `text ${index}\n`.repeat(100))
  // Times of files within the last instant are not trusted, and this is about those that are.
  spawnSync('sleep', ['0.2'])
  const { stdout } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'opens.ts'), files, join(device, 'programs', 'id')],
    {
      encoding: 'utf8',
      timeout: 60_000,
    },
  )
  rmSync(files, { recursive: true })
  return JSON.parse(stdout) as Opens
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number

type All = {
  off: Times[]
  found: Record<Policy['profile'], { first: Times[]; again: Times[] }>
  clam: { first: Times[]; again: Times[] }
  opens: Record<string, Opens[]>
  tasks: readonly Task[]
}

function report({ off, found, clam, opens, tasks }: All) {
  const of = (times: Times[], name: string) => median(times.map((one) => one[name] as number))
  const slower = (times: Times[], name: string) => (of(times, name) / of(off, name) - 1) * 100
  const worst = (times: Times[]) => Math.max(...tasks.map(({ name }) => slower(times, name)))
  const percent = (times: Times[], name: string) => `${slower(times, name).toFixed(1)} %`.padStart(9)
  console.error('task          off ms | default first, again | strict first, again | clamonacc first, again')
  for (const { name } of tasks)
    console.error(
      `${name.padEnd(10)} ${of(off, name).toFixed(0).padStart(9)} | ${percent(found.default.first, name)} ${percent(found.default.again, name)}   | ${percent(found.strict.first, name)} ${percent(found.strict.again, name)}  | ${percent(clam.first, name)} ${percent(clam.again, name)}`,
    )
  for (const [name, measured] of Object.entries(opens))
    for (const what of ['firstUs', 'againUs', 'execUs'] as const)
      console.error(
        `${name.padEnd(10)} ${what.padEnd(8)} p50 ${median(measured.map((one) => one[what].p50))} p99 ${median(measured.map((one) => one[what].p99))} worst ${Math.max(...measured.map((one) => one[what].most))} µs`,
      )
  const cached = (name: string) => median((opens[name] ?? []).map(({ againUs }) => againUs.p50))
  const longest = Math.max(
    ...['default', 'strict'].flatMap((name) => (opens[name] ?? []).map(({ firstUs }) => firstUs.most)),
  )
  const vsClamonacc = Math.max(
    ...(['first', 'again'] as const).flatMap((when) =>
      tasks.map(({ name }) => of(found.strict[when], name) / of(clam[when], name)),
    ),
  )
  const figures = {
    default: {
      first: Number(worst(found.default.first).toFixed(1)),
      again: Number(worst(found.default.again).toFixed(1)),
    },
    strict: {
      cachedOverBareUs: Number((cached('strict') - cached('off')).toFixed(2)),
      vsClamonacc: Number(vsClamonacc.toFixed(3)),
    },
    // An open that takes as long as the dead man's switch is one, too.
    hangs: hangs + (longest > 2_000_000 ? 1 : 0),
  }
  if (figures.hangs > 0) process.exitCode = 1
  console.log(JSON.stringify(figures))
}

if (options.includes('serve')) {
  // The other end of the download, in a process of its own.
  const bytes = Number(options.at(-1))
  const piece = Buffer.alloc(1024 * 1024, 'a piece of what is downloaded ')
  const server = createServer((_, response) => {
    let left = bytes
    const more = () => {
      while (left > 0) {
        left -= piece.length
        if (!response.write(piece)) return void response.once('drain', more)
      }
      response.end()
    }
    more()
  })
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as { port: number }).port))
} else {
  await measure()
}
