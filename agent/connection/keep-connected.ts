import type { Journal } from '#agent/journal'
import type { Batch } from '#agent/spool'
import { AppError } from '#base/errors'
import type { Log } from '#base/log'
import type { ActionResult, CheckedIn, CheckIn } from '#portal/devices/api'
import type { Action, Actions } from './actions.ts'
import { PortalRefusal, unreachable } from './errors.ts'
import type { Portal } from './portal.ts'

export type Waiting = {
  readonly spool: string
  read(after: number, mostEvents: number): Batch | undefined
  lost(): number
  taken(upTo: number): void
}

export type ConnectionState = {
  /** How many tries in a row have failed. */
  readonly failures: number
  readonly lastSeenAt: string | undefined
  /** Why the portal does not listen to this device: the code of its answer. */
  readonly refused: string | undefined
}

export type Connection = {
  state(): ConnectionState
  /** Something waits: events are sent at once, unless the portal is away. */
  wake(): void
  /** Something worth a check-in of its own has changed. */
  checkInSoon(): void
  stop(): Promise<void>
}

/** As the portal takes them (`mostEventsAtOnce`). */
const mostEventsAtOnce = 500
const shortestPauseMilliseconds = 2_000
export const longestPauseMilliseconds = 15 * 60_000
/** A device that was removed asks again now and then: it may have been a mistake of somebody. */
const refusedPauseMilliseconds = 60 * 60_000

/** Doubled with each failure, and anywhere in the upper half of that: a thousand devices do not come back at one moment. */
export const pauseAfter = (failures: number, random = Math.random()): number =>
  Math.min(longestPauseMilliseconds, shortestPauseMilliseconds * 2 ** Math.min(failures - 1, 20)) * (0.5 + random / 2)

/** A check-in a little sooner or later than the portal asked for, so that devices that began together do not stay together. */
export const jittered = (seconds: number, random = Math.random()): number => seconds * 1_000 * (0.9 + random * 0.2)

export function keepConnected(options: {
  portal: Portal
  waiting: () => Waiting | undefined
  actions: Actions
  describe: () => CheckIn
  /** Whom of the device's users the last that `describe` gave is about. */
  whose?: () => number | undefined
  onAnswer: (answer: {
    /** Whether who uses the device is collected. */
    collects: boolean
    policy: CheckedIn['policy']
    actions: readonly Action[]
    cloud: unknown
    ruleSets: unknown
  }) => void
  journal: Pick<Journal, 'record'>
  log: Log
  now?: () => Date
}): Connection {
  const { portal, waiting, actions, describe, onAnswer, journal, log, whose, now = () => new Date() } = options
  let isStopped = false
  let failures = 0
  let refused: string | undefined
  let lastSeenAt: string | undefined
  /** By the clock that nobody sets. */
  let checkInAt = 0
  let quietUntil = 0
  let isWoken = false
  let ring: () => void = () => undefined
  let taken = { spool: '', upTo: 0 }

  const sendEvents = async () => {
    const from = waiting()
    if (!from) return
    if (taken.spool !== from.spool) taken = { spool: from.spool, upTo: 0 }
    let most = mostEventsAtOnce
    for (let batch = from.read(taken.upTo, most); batch && !isStopped; batch = from.read(taken.upTo, most)) {
      const body = { spool: from.spool, from: batch.from, events: batch.events, lost: from.lost() }
      try {
        const answer = await portal.post('/api/device/events', body, () => journal.record('events', body))
        const upTo = Number((answer as { upTo?: unknown } | undefined)?.upTo)
        // An answer that takes nothing would be asked for ever.
        if (!Number.isSafeInteger(upTo) || upTo <= taken.upTo)
          throw unreachable(new Error('it did not say which events it has taken'))
        taken.upTo = upTo
        most = mostEventsAtOnce
      } catch (error) {
        if (!isAboutTheMessage(error)) throw error
        // One event that the portal will never take must not hold back all that follow: it is found, and left out, which the portal sees.
        if (batch.events.length > 1) most = Math.ceil(batch.events.length / 2)
        else {
          log.error('the portal takes an event never', { area: 'connection', error })
          taken.upTo = batch.from
        }
      }
      from.taken(taken.upTo)
    }
  }

  const sendResults = async () => {
    for (const { action, result } of actions.untold()) {
      try {
        await portal.post(`/api/device/actions/${action.actionId}`, result, () =>
          journal.record('action', withoutContent(result), action),
        )
      } catch (error) {
        // It has expired there, or was ended before: nobody wants to know any more.
        if (!isAboutTheMessage(error)) throw error
        log.warn('the portal does not take how an action ended', { area: 'connection', error, id: action.actionId })
      }
      actions.told(action.actionId)
    }
  }

  const checkIn = async () => {
    const body = describe()
    const uid = whose?.()
    const note = () => journal.record('check-in', body, uid === undefined ? undefined : { uid })
    const answer = readAnswer(await portal.post('/api/device/check-in', body, note))
    lastSeenAt = now().toISOString()
    checkInAt = performance.now() + jittered(answer.next)
    onAnswer(answer)
    actions.take(answer.actions)
  }

  const turn = async () => {
    await sendEvents()
    await sendResults()
    if (performance.now() >= checkInAt) await checkIn()
  }

  const sleep = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(milliseconds, 0))
      ring = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const run = async () => {
    while (!isStopped) {
      isWoken = false
      try {
        await turn()
        if (failures > 0) log.info('the portal answers again', { area: 'connection', attempt: failures })
        failures = 0
        refused = undefined
      } catch (error) {
        failures += 1
        if (failures === 1) log.warn('the portal was not reached', { area: 'connection', error })
        refused = error instanceof PortalRefusal && error.status === 401 ? error.code : undefined
        const asked = error instanceof AppError ? (error.retryAfterSeconds ?? 0) * 1_000 : 0
        quietUntil = performance.now() + Math.max(refused ? refusedPauseMilliseconds : pauseAfter(failures), asked)
      }
      // What woke us while we spoke is looked at now; while the portal is away nothing wakes us.
      while (!isStopped && performance.now() < quietUntil) await sleep(quietUntil - performance.now())
      if (!isWoken && !isStopped) await sleep(checkInAt - performance.now())
    }
  }

  const running = run()
  return {
    state: () => ({ failures, lastSeenAt, refused }),
    wake() {
      isWoken = true
      ring()
    },
    checkInSoon() {
      checkInAt = 0
      isWoken = true
      ring()
    },
    async stop() {
      isStopped = true
      ring()
      await running
    },
  }
}

/** Refused for what it says: the same will be refused again. */
const isAboutTheMessage = (error: unknown) =>
  error instanceof PortalRefusal && [400, 404, 409, 410, 413, 422].includes(error.status)

/** The journal tells that a file was sent; the file itself lies on this device. */
function withoutContent(result: ActionResult): unknown {
  const content = result.result?.content
  return content === undefined
    ? result
    : { ...result, result: { ...result.result, content: `${content.length} characters of base64` } }
}

/** What is not as it should be is as if it were not there: a newer portal may say more than we know. */
function readAnswer(value: unknown): CheckedIn & { cloud: unknown; collects: boolean } {
  const answer = (value ?? {}) as Partial<CheckedIn>
  const next = Number(answer.next)
  if (!Number.isFinite(next)) throw unreachable(new Error('it answered something else than to a check-in'))
  return {
    policy: answer.policy ?? null,
    // An older portal says nothing of it: then it is told nothing.
    collects: answer.collects === true,
    cloud: answer.cloud ?? null,
    ruleSets: answer.ruleSets as CheckedIn['ruleSets'],
    actions: Array.isArray(answer.actions)
      ? answer.actions.filter((action) => typeof action?.actionId === 'string').slice(0, 100)
      : [],
    next: Math.min(Math.max(next, 1), 86_400),
  }
}
