import { fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Policy } from '#agent/guard'
import { type RunningGuard, runGuard } from '#tests/guard'
import { startClamonacc } from './clamonacc.ts'
import { mountOwn } from './place.ts'
import { type Landing, type Measured, type Opens, report, type Turn } from './report.ts'
import { hangs, prepareTasks, type Task, type Times } from './tasks.ts'

const [, , folder = '', ...options] = process.argv
const isSmall = options.includes('--small')
const rounds = isSmall ? 3 : 5

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
  const measured: Measured = {
    turns: { default: [], strict: [], clamonacc: [] },
    opens: { off: [], default: [], documents: [], strict: [], clamonacc: [] },
    landing: { files: 0, p50: 0, p95: 0, most: 0 },
  }
  mkdirSync(documentsIn(device))
  runAll(tasks)
  let before = runAll(tasks)
  const turn = async (who: keyof Measured['turns'], run: () => Promise<Pick<Turn, 'unseen' | 'first' | 'again'>>) => {
    const on = await run()
    const after = runAll(tasks)
    measured.turns[who].push({ ...on, before, after })
    before = after
  }
  for (let round = 0; round < rounds; round += 1) {
    measured.opens.off.push(measureOpens(device))
    for (const profile of ['default', 'strict'] as const)
      await turn(profile, async () => {
        const guard = await begin(device, profile)
        const unseen = runAll(tasks.filter(({ name }) => name === 'starts'))
        // As on a computer that was protected a while ago: what is new to the guard then is what the tasks themselves make.
        await guard.call('programsSeen')
        await settle(guard)
        const first = runAll(tasks)
        await settle(guard)
        const again = runAll(tasks)
        await settle(guard)
        measured.opens[profile].push(measureOpens(device))
        if (profile === 'default') measured.opens.documents.push(measureOpens(device, documentsIn(device)))
        await guard.close()
        return { unseen, first, again }
      })
    await turn('clamonacc', async () => {
      const clamonacc = await startClamonacc(folder, device)
      const first = runAll(tasks)
      const again = runAll(tasks)
      measured.opens.clamonacc.push(measureOpens(device))
      await clamonacc.stop()
      return { first, again }
    })
    console.error(`round ${round + 1} of ${rounds} (${(performance.now() / 1_000).toFixed(0)} s)`)
  }
  measured.landing = await measureLanding(device, tasks)
  const figures = report(measured, tasks, hangs)
  if (figures.hangs > 0) process.exitCode = 1
  console.log(JSON.stringify(figures))
}

/** How long a dangerous file lies there while the tasks run. */
async function measureLanding(device: string, tasks: readonly Task[]): Promise<Landing> {
  const guard = await begin(device, 'default')
  const place = join(device, 'landing')
  mkdirSync(place)
  const child = spawn(process.execPath, [join(import.meta.dirname, 'landing.ts'), place], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more
  })
  const until = performance.now() + (isSmall ? 10_000 : 60_000)
  while (performance.now() < until) {
    runAll(tasks)
    await pause(10)
  }
  child.kill('SIGTERM')
  await once(child, 'close')
  await guard.close()
  return JSON.parse(text) as Landing
}

async function begin(device: string, profile: Policy['profile']): Promise<RunningGuard> {
  const state = mkdtempSync(join(folder, 'state-'))
  const policy: Policy = { profile, reportOnly: false, deadlineMs: 1_000, exclusions: [], allowed: [] }
  const options = {
    mounts: [device],
    policy,
    folder: state,
    bundles: [],
    documents: [documentsIn(device)],
    programsAfterMs: 1_000,
  }
  const guard = await runGuard(options, 1_200)
  if (guard.state()?.protection !== 'blocking')
    throw new Error(`the guard is ${guard.state()?.protection} (${guard.state()?.why})`)
  return guard
}

/** Until what was written has been looked into: the next measurement is not to pay for it. */
async function settle(guard: RunningGuard): Promise<void> {
  await pause(400)
  await guard.call('settled')
}

function runAll(tasks: readonly Task[]): Times {
  const times: Times = {}
  for (const { name, run, tidy } of tasks) {
    spawnSync('sync')
    times[name] = run()
    tidy()
  }
  return times
}

/** Where people keep documents: whoever opens something there waits until what was written before has been looked at. The tasks work elsewhere. */
const documentsIn = (device: string) => join(device, 'documents')

function measureOpens(device: string, folder = join(device, 'opens')): Opens {
  mkdirSync(folder, { recursive: true })
  const files = Array.from({ length: 500 }, (_, index) => join(folder, String(index)))
  for (const [index, path] of files.entries()) writeFileSync(path, `text ${index}\n`.repeat(100))
  // Times of files within the last instant are not trusted, and this is about those that are.
  spawnSync('sleep', ['0.2'])
  const { stdout } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'opens.ts'), folder, join(device, 'programs', 'id')],
    {
      encoding: 'utf8',
      timeout: 60_000,
    },
  )
  // The folder itself stays: that of documents is held by what it is.
  for (const path of files) rmSync(path)
  return JSON.parse(stdout) as Opens
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
