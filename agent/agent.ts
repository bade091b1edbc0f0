import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createCloud } from '#agent/cloud'
import { type Connection, createActions, createPortal, keepConnected, standingOf } from '#agent/connection'
import { openJournal } from '#agent/journal'
import { listsOf, readPlace, sessionsOf } from '#agent/place'
import { isDue, type Policy, readPolicy, standardPolicy } from '#agent/policy'
import { createRuleFetcher } from '#agent/rules'
import { openSpoolReader } from '#agent/spool'
import { createSystemClock } from '#base/clock'
import { createLineLog } from '#base/log-lines'
import { writeWhole } from '#base/write-file'
import { aboutDevice } from './about-device.ts'
import { answerUsers } from './answer-users.ts'
import type { State, ToAgent, ToGuard, Wish } from './link.ts'
import { performAction } from './perform-action.ts'
import { restNowAndThen } from './rest.ts'
import { createWhoUses } from './who-uses.ts'

// The agent: started by the guard's process, as a user of its own where that is root. Everything here can die at any moment.

const version = join(import.meta.dirname, '..')
const place = readPlace(version)
if (!place || !process.send) throw new Error('The agent is started by the guard.')
const here = place
const clock = createSystemClock()
const log = createLineLog('agent')
const journal = openJournal(join(here.agent, 'journal'), clock)
const policyFile = join(here.agent, 'policy.json')
const scheduleFile = join(here.agent, 'scheduled')
const about = aboutDevice(version)
const most = { bytes: 900_000 }

let policy: Policy = readPolicy(readJson(policyFile)) ?? standardPolicy
let state: State | undefined
let connection: Connection | undefined
let serial: string | undefined
/** EP-14: until the portal says that the organisation has it collected, nobody is told who uses the device. */
let collects = false
const whoUses = createWhoUses(sessionsOf(here), () => serial)
let rules: ReturnType<typeof createRuleFetcher> | undefined

function readJson(path: string): unknown {
  try {
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const tellGuard = (message: ToGuard) => void process.send?.(message)
const wishes = new Map<number, (answer: Extract<ToAgent, { kind: 'answer' }>['answer']) => void>()
let lastWish = 0

function wish(what: Wish) {
  lastWish += 1
  const request = lastWish
  const { promise, resolve } = Promise.withResolvers<Extract<ToAgent, { kind: 'answer' }>['answer']>()
  wishes.set(request, resolve)
  tellGuard({ kind: 'wish', request, wish: what })
  return promise
}

const cloud = createCloud({
  folder: here.agent,
  lists: listsOf(here),
  journal,
  log,
  changed(now) {
    tellGuard({ kind: 'cloud', ...now })
    connection?.checkInSoon()
  },
})
cloud.use(policy.settings.cloud)

/** The guard reads it, and only if the policy says so; whoever uses the device finds it in the journal, with its path. */
async function sendSample(sha256: string): Promise<void> {
  if (!(await cloud.isUnknown(sha256))) return
  const answer = await wish({ do: 'sample', sha256 })
  if (!answer.ok) return
  const { path, content } = answer.result as { path: string; content: string }
  const bytes = Buffer.from(content, 'base64')
  if (await cloud.send(sha256, bytes))
    journal.record('cloud', { what: 'sample', sent: '/samples/new', sha256, bytes: bytes.length }, { path })
}

/** Its state beside those of the guard, in one form. */
function protections() {
  const { state: now, why, since } = cloud.state()
  return [
    ...(state?.protections ?? []),
    { name: 'cloud', state: now, since, ...(why ? { why } : {}) },
    ...(rules ? [{ name: 'rules', ...rules.state() }] : []),
  ]
}

function begin(hardware: string | undefined): void {
  const standing = standingOf(here.agent, hardware)
  if (typeof standing === 'string') {
    const code = standing === 'copied' ? 'connection.copied' : 'connection.not-enrolled'
    log.warn('the device is not enrolled', { area: 'connection', code })
    return
  }
  const portalUrl = new URL(standing.enrolment.portalUrl)
  const portal = createPortal(portalUrl, standing.signer)
  const fetcher = createRuleFetcher({
    folder: join(here.agent, 'rules'),
    portal,
    portalKey: standing.enrolment.portalKey,
    use: (sets) => wish({ do: 'use-rules', sets }),
    log,
  })
  rules = fetcher
  const update = async () => {
    await cloud.update()
    return fetcher.settled()
  }
  const actions = createActions(
    here.agent,
    (action) => performAction(action, portalUrl, wish, update),
    () => connection?.wake(),
  )
  connection = keepConnected({
    portal,
    actions,
    journal,
    log,
    waiting: () => {
      const reader = openSpoolReader(here.spool)
      return (
        reader && {
          spool: reader.id,
          read: (after, events) => reader.read(after, state?.spool.durable ?? 0, { ...most, events }),
          lost: () => state?.spool.lost ?? 0,
          taken: (upTo) => tellGuard({ kind: 'taken', upTo }),
        }
      )
    },
    describe: () => ({
      ...about,
      ...(collects ? { ...whoUses.tell() } : {}),
      protections: protections(),
      rules: state ? rulesOf(state) : { sets: [], updatedAt: null, testOnly: true },
      caches: { filterVersion: cloud.state().filterVersion || null, updatedAt: cloud.state().updatedAt ?? null },
      policyVersion: policy.version,
      spool: { waiting: state?.spool.waiting ?? 0, lost: state?.spool.lost ?? 0 },
      isolated: state?.isolated ?? false,
      asRoot: here.asRoot,
    }),
    whose: () => (collects ? whoUses.uid() : undefined),
    onAnswer: (answer) => {
      if (answer.collects && !collects) connection?.checkInSoon()
      collects = answer.collects
      cloud.take(answer.cloud)
      fetcher.take(answer.ruleSets)
      const next = readPolicy(answer.policy)
      if (!next || next.version === policy.version) return
      policy = next
      writeWhole(policyFile, JSON.stringify(policy))
      tellGuard({ kind: 'policy', policy })
      cloud.use(policy.settings.cloud)
    },
  })
}

/** As the portal takes it. */
const rulesOf = ({ rules }: State) => ({
  ...rules,
  sets: [...rules.sets],
  inUse: rules.inUse.map((one) => ({ ...one })),
  refused: rules.refused.map((one) => ({ ...one })),
})

/** What a person would want to know at once: not counters. */
const standOf = (one: State) => JSON.stringify([one.protections, one.isolated, one.rules])

process.on('message', (message: ToAgent) => {
  if (message.kind === 'answer') {
    wishes.get(message.request)?.(message.answer)
    wishes.delete(message.request)
    return
  }
  if (message.kind === 'unknown') {
    void sendSample(message.sha256).catch((error) => log.debug('a sample was not sent', { area: 'cloud', error }))
    return
  }
  if (message.kind === 'ask') {
    const { request } = message
    void cloud.ask(message.sha256s).then((answers) => tellGuard({ kind: 'asked', request, answers }))
    return
  }
  const before = state
  state = message.state
  if (message.kind === 'hello') {
    tellGuard({ kind: 'policy', policy })
    serial = message.serial
    begin(message.hardware)
  } else if (before && standOf(before) !== standOf(message.state)) connection?.checkInSoon()
  else connection?.wake()
})

setInterval(() => {
  const { schedule } = policy.settings
  if (!schedule) return rmSync(scheduleFile, { force: true })
  const isFirst = !existsSync(scheduleFile)
  // Whoever chooses a time of day does not mean now.
  if (!isFirst && !isDue(schedule, new Date(readFileSync(scheduleFile, 'utf8').trim()), clock.now())) return
  writeWhole(scheduleFile, `${clock.now().toISOString()}\n`)
  if (!isFirst) void wish({ do: 'scan', path: '/' })
}, 60_000)

const users = await answerUsers({
  place: here,
  journal,
  language: about.language ?? 'fi',
  wish,
  status: () => ({
    about,
    policy,
    state: state && { ...state, protections: protections() },
    cloud: cloud.state(),
    connection: connection?.state(),
  }),
})

restNowAndThen()

const stop = async () => {
  cloud.stop()
  await users.close()
  await connection?.stop()
  process.exit(0)
}
process.once('SIGTERM', stop)
// The guard is gone: whoever starts it starts us as well.
process.once('disconnect', stop)
