import { z } from 'zod'
import type { Clock } from '#base/clock'
import { AppError } from '#base/errors'
import { handlesAnswer } from '#identity/services/api'
import type { Calls } from '#server/calls'
import type { Sql } from '#server/database'
import type { Ground } from '#server/grounds'
import { placeAnswer } from '#server/holds-calls'
import { close } from './decide.ts'

type Needs = { readonly clock: Clock; readonly calls: Pick<Calls, 'call'> }

type Row = {
  readonly state: 'active' | 'ended' | 'refused' | 'proposed'
  readonly ground: Ground
  readonly subject: string | null
  readonly organization_id: string | null
  readonly log: 'audit-log' | 'activity-log' | null
  readonly from_at: Date | null
  readonly to_at: Date | null
  readonly is_told: boolean
  readonly ends_at: Date
}
type Placement = {
  readonly program: 'identity' | 'portal'
  readonly subject: string | null
  readonly outcome: string | null
  readonly ended_at: Date | null
}

/** Where the logs of the portal lie. */
const tables = { 'audit-log': 'audit.record', 'activity-log': 'audit.activity' } as const

/** The transaction of the message is open meanwhile. */
const options = { isIdempotent: true, timeoutMilliseconds: 8_000 } as const

/** Tells each program what has been decided, as often as it takes; each takes it once. Written in the message's transaction. */
export async function tell({ clock, calls: { call } }: Needs, tx: Sql, holdId: string): Promise<void> {
  const ask = {
    identity: <A extends z.ZodType>(path: `/calls/${string}`, body: unknown, answer: A) =>
      call('identity', path, body, answer, options),
    portal: <A extends z.ZodType>(path: `/calls/${string}`, body: unknown, answer: A) =>
      call('portal', path, body, answer, options),
  }
  const [hold] = await tx<Row[]>`
    select state, ground, subject, organization_id, log, from_at, to_at, is_told, ends_at from holds.hold where hold_id = ${holdId} for update`
  if (!hold) return
  const placements = await tx<Placement[]>`
    select program, subject, outcome, ended_at from holds.placement where hold_id = ${holdId} order by program`
  for (const { program, outcome, subject: known, ended_at } of placements) {
    if (hold.state === 'active' && outcome === null) {
      const subject = program === 'identity' ? await numberAtIdentity(ask.identity, hold.subject) : known
      const answered =
        subject === null && hold.subject !== null
          ? 'nobody'
          : (await ask[program]('/calls/expiry/place-hold', body(holdId, hold, subject), placeAnswer)).outcome
      await tx`
        update holds.placement set outcome = ${answered}, subject = ${subject}, acknowledged_at = ${clock.now()}
        where hold_id = ${holdId} and program = ${program}`
      // Whole or not at all: a log is held in one program, and nothing else is refused.
      if (answered !== 'placed' && answered !== 'nobody') await close(tx, clock.now(), holdId, 'refused', answered)
    } else if (hold.state === 'ended' && ended_at === null) {
      // Also where the answer to its placing was lost: ending what was never placed does nothing.
      await ask[program]('/calls/expiry/end-hold', { holdId }, z.object({}))
      await tx`
        update holds.placement set ended_at = ${clock.now()}, subject = null where hold_id = ${holdId} and program = ${program}`
    }
  }
}

function body(holdId: string, hold: Row, subject: string | null) {
  return {
    holdId,
    ground: hold.ground,
    ...(subject === null ? {} : { subject }),
    ...(hold.organization_id === null ? {} : { organizationId: hold.organization_id }),
    ...(hold.log === null ? {} : { table: tables[hold.log] }),
    ...(hold.from_at === null ? {} : { from: hold.from_at.toISOString() }),
    ...(hold.to_at === null ? {} : { to: hold.to_at.toISOString() }),
    isTold: hold.is_told,
    endsAt: hold.ends_at.toISOString(),
  }
}

/** Only identity knows who somebody of the portal is elsewhere. Null: nobody any more. */
async function numberAtIdentity(
  ask: (
    path: `/calls/${string}`,
    body: unknown,
    answer: typeof handlesAnswer,
  ) => Promise<z.output<typeof handlesAnswer>>,
  subject: string | null,
): Promise<string | null> {
  try {
    return (await ask('/calls/services/handles', { service: 'portal', subject }, handlesAnswer)).identity
  } catch (error) {
    if (error instanceof AppError && error.code === 'services.subject_not_found') return null
    throw error
  }
}
