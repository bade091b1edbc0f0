import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type RunningGuard, runGuard } from '#tests/guard'
import { makeOwnMount } from '#tests/own-mount'
import { createChoices } from './choices.ts'
import { hashesOf, lostOf, makeHome } from './home.ts'
import { prepareHonest } from './honest.ts'

const [, , folder = '', ...options] = process.argv
const isSmall = options.includes('--small')
const seed = options.find((one) => one.startsWith('--seed='))?.slice(7) ?? String(Date.now() % 100_000)
const only = options
  .find((one) => one.startsWith('--only='))
  ?.slice(7)
  .split(',')
/** Each so often, otherwise every time. */
const times = Number(options.find((one) => one.startsWith('--times='))?.slice(8) ?? 1)
const many = isSmall ? 200 : 1_000
/** Files that people have are older than the encryptor. */
const agedMs = 35_000
const longestMs = 60_000
const afterMs = 1_500

const every = [
  'in place', 'copied and removed', 'renamed first', 'some pages', 'only the beginning', 'put in its place', 'under other names', 'by many processes',
  'by many sessions', 'many at once', 'slowly', 'through memory', 'by a script',
] // biome-ignore format: a list reads better in lines than in a column
const patterns = every.filter((one) => only === undefined || only.includes(one))
// Where people keep documents opens wait for us; elsewhere only once somebody is suspected. Of a small run each pattern is tried in one of the two.
const where = createChoices(seed)
const runs = patterns.flatMap((pattern) => {
  const both = ['documents', 'elsewhere'] as const
  const places = isSmall && !only ? [where.one(both)] : both
  const turns = Array.from({ length: times }, (_, turn) => (turn === 0 ? seed : `${seed}.${turn}`))
  return turns.flatMap((turn) => places.map((place) => ({ pattern, place, turn })))
})

const device = makeOwnMount()
console.error(`seed ${seed}`)
const homes = runs.map((run, index) => {
  const { place } = run
  mkdirSync(join(device, place), { recursive: true })
  return { ...run, home: makeHome(join(device, place, `home-${index}`), many) }
})
const { honest, missing } = only
  ? { honest: [], missing: [] }
  : await prepareHonest(join(device, 'documents', 'honest'), isSmall)
// In every folder of a home and of those who mean well, as in the folders of people. Elsewhere there are none.
const canaries = [
  'honest/tree',
  ...homes.flatMap(({ place }, index) => (place === 'documents' ? [`home-${index}`] : [])),
].map((name) => ({
  folder: join(device, 'documents', name),
  uid: 0,
  gid: 0,
  isBare: false,
}))
const began = performance.now()
const start = (name: string) =>
  runGuard(
    {
      mounts: [device],
      documents: [join(device, 'documents')],
      canaries,
      policy: { profile: 'default', reportOnly: false, deadlineMs: 1_000, exclusions: [], allowed: [] },
      folder: join(folder, name),
      bundles: [],
    },
    600,
  )
await pause(Math.max(0, agedMs - (performance.now() - began)))

const worst = { documents: 0, elsewhere: 0 }
let falseAlarms = 0
let pausedMs = 0
const guard = await start('honest')
try {
  for (const { name, run } of honest) {
    const before = guard.events.length
    const since = performance.now()
    await run()
    await guard.call('settled')
    const told = guard.events.slice(before).filter(({ kind }) => kind === 'encryptor').length
    falseAlarms += told
    console.error(`${name}: ${told} alarms, ${Math.round(performance.now() - since)} ms`)
  }
  pausedMs = guard.state()?.pausedMs ?? 0
  console.error(
    `${guard.state()?.pauses} pauses of those who mean well, ${pausedMs} ms at most; not installed here: ${missing.join(', ') || 'none'}`,
  )
} finally {
  await guard.close()
}
try {
  for (const [index, { pattern, place, home, turn }] of homes.entries()) {
    // A guard of its own: what one did is not held against the next, which is the same program.
    const fresh = await start(`guard-${index}`)
    await fresh.call('settled')
    const before = hashesOf(home)
    const encryptor = spawn(process.execPath, [join(import.meta.dirname, 'encrypt.ts'), pattern, home, turn], {
      stdio: 'ignore',
      detached: true,
    })
    await stopped(encryptor, () => told(fresh).length > 0)
    // Long enough for one that goes on as another process.
    await pause(afterMs)
    endGroup(encryptor.pid as number)
    await fresh.call('settled')
    const lost = lostOf(before)
    const done = [...new Set(told(fresh))].join(', ') || 'nobody noticed it'
    console.error(`${pattern}, ${place}, ${turn}: ${lost} of ${before.size} files lost, ${done}`)
    worst[place] = Math.max(worst[place], lost)
    await fresh.close()
  }
} finally {
  execFileSync('umount', ['-l', device])
}
const { documents: filesLost, elsewhere: filesLostElsewhere } = worst
console.log(JSON.stringify({ filesLost, filesLostElsewhere, falseAlarms, pausedMs, seed: Number(seed) }))
// Where people keep documents whoever opens a file waits for us. How many it takes until one is suspected who comes as a new process each time depends on the
// machine's turns all the same: the goal is judged in a whole run, a small one tells only whether everybody was stopped. Elsewhere the figure is told.
const most = isSmall ? many / 4 : 20
if (falseAlarms > 0 || filesLost > most) process.exitCode = 1

function told({ events }: RunningGuard): string[] {
  return events.flatMap((event) => (event.kind === 'encryptor' ? [event.done] : []))
}

/** Whatever is still there of it. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It was ended already, as it should be.
  }
}

/** Until it was told, or it has ended because nobody stopped it. */
async function stopped(child: ChildProcess, isTold: () => boolean): Promise<void> {
  const until = performance.now() + longestMs
  while (performance.now() < until && !isTold() && child.exitCode === null) await pause(25)
}
