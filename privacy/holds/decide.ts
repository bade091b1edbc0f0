import type { z } from 'zod'
import { addMonths } from '#base/calendar'
import type { Clock } from '#base/clock'
import type { Database, Sql } from '#server/database'
import type { Messages } from '#server/messages'
import type { decideBody, finishBody, proposeBody, reviewBody } from './api.ts'
import {
  badScope,
  badTime,
  groundUnfit,
  holdIdTaken,
  holdNotFound,
  needsAnother,
  notActive,
  notProposed,
} from './errors.ts'

export type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly messages: Pick<Messages, 'publish'>
}

/** Told to the programs until each has answered. */
export const changed = 'holds.changed'

const mostMonths = 24
const reviewMonths = 6
/** The case itself is kept as long as the audit log tells who decided. */
const caseMonths = 36

/** A day of review after now, within half a year and not after the end. */
function checkTimes(now: Date, reviewBy: Date, endsAt: Date): void {
  const isSound =
    reviewBy > now &&
    reviewBy <= endsAt &&
    reviewBy <= addMonths(now, reviewMonths) &&
    endsAt <= addMonths(now, mostMonths)
  if (!isSound) throw badTime()
}

export async function propose({ database, clock }: Needs, asked: z.output<typeof proposeBody>): Promise<void> {
  const now = clock.now()
  const { holdId, actor, ground, reason, reference, subject, organizationId, log, from, to, isTold, reviewBy, endsAt } =
    asked
  if (ground === 'grace' || ground === 'built-in') throw groundUnfit()
  if (!subject && !organizationId && !log) throw badScope()
  if ((from || to) && (!log || (from && to && from >= to))) throw badScope()
  checkTimes(now, new Date(reviewBy), new Date(endsAt))
  const made = await database.sql`
    insert into holds.hold (hold_id, state, ground, reason, reference, subject, organization_id, log, from_at, to_at, is_told, proposed_by,
      proposed_at, review_by, ends_at)
    values (${holdId}, 'proposed', ${ground}, ${reason}, ${reference ?? null}, ${subject ?? null}, ${organizationId ?? null}, ${log ?? null},
      ${from ?? null}, ${to ?? null}, ${isTold}, ${actor}, ${now}, ${reviewBy}, ${endsAt})
    on conflict (hold_id) do nothing`
  if (made.count === 1) return
  const [known] =
    await database.sql`select 1 from holds.hold where hold_id = ${holdId} and proposed_by = ${actor} and reason = ${reason}`
  if (!known) throw holdIdTaken()
}

type Locked = { state: string; proposed_by: string; subject: string | null; log: string | null; ends_at: Date }

async function lock(tx: Sql, holdId: string): Promise<Locked> {
  const [hold] = await tx<Locked[]>`
    select state, proposed_by, subject, log, ends_at from holds.hold where hold_id = ${holdId} for update`
  if (!hold) throw holdNotFound()
  return hold
}

/** It is over: whose data it was is not kept with the case. */
export async function close(
  tx: Sql,
  now: Date,
  holdId: string,
  state: 'refused' | 'ended',
  outcome: string | null,
  by?: string,
) {
  const expiresAt = addMonths(now, caseMonths)
  await tx`
    update holds.hold set state = ${state}, outcome = ${outcome}, ended_by = ${by ?? null}, subject = null, expires_at = ${expiresAt}
    where hold_id = ${holdId}`
  await tx`update holds.placement set expires_at = ${expiresAt} where hold_id = ${holdId}`
}

/** Approved by another, or refused by anybody; who proposed it may take it back. */
export function decide(
  { database, clock, messages }: Needs,
  { holdId, actor, isApproved }: z.output<typeof decideBody>,
) {
  return database.transaction(async (tx) => {
    const now = clock.now()
    const hold = await lock(tx, holdId)
    if (hold.state !== 'proposed') throw notProposed()
    if (isApproved && hold.proposed_by === actor) throw needsAnother()
    if (isApproved && hold.ends_at <= now) throw badTime()
    if (!isApproved) {
      await close(tx, now, holdId, 'refused', null)
      await tx`update holds.hold set decided_by = ${actor}, decided_at = ${now} where hold_id = ${holdId}`
      return
    }
    await tx`
      update holds.hold set state = 'active', decided_by = ${actor}, decided_at = ${now} where hold_id = ${holdId}`
    // What only the portal has is held there; a person in every program that knows them.
    const programs = hold.subject !== null && hold.log === null ? ['identity', 'portal'] : ['portal']
    for (const program of programs)
      await tx`insert into holds.placement (hold_id, program, subject) values (${holdId}, ${program}, ${program === 'portal' ? hold.subject : null})`
    await messages.publish(tx, changed, holdId, { holdId })
  })
}

export function review({ database, clock }: Needs, { holdId, reviewBy }: z.output<typeof reviewBody>) {
  return database.transaction(async (tx) => {
    const now = clock.now()
    const hold = await lock(tx, holdId)
    if (hold.state !== 'active') throw notActive()
    if (
      new Date(reviewBy) > hold.ends_at ||
      new Date(reviewBy) <= now ||
      new Date(reviewBy) > addMonths(now, reviewMonths)
    )
      throw badTime()
    await tx`update holds.hold set reviewed_at = ${now}, review_by = ${reviewBy} where hold_id = ${holdId}`
  })
}

/** One is enough to let data go. */
export function finish({ database, clock, messages }: Needs, { holdId, actor }: z.output<typeof finishBody>) {
  return database.transaction(async (tx) => {
    const { state } = await lock(tx, holdId)
    if (state === 'ended') return
    if (state !== 'active') throw notActive()
    await close(tx, clock.now(), holdId, 'ended', null, actor)
    await messages.publish(tx, changed, holdId, { holdId })
  })
}

/** Every hour: what has come to its end is over. The programs end it by themselves. */
export function closeEnded({ database, clock }: Needs): Promise<void> {
  return database.transaction(async (tx) => {
    const now = clock.now()
    const ended = await tx<{ hold_id: string }[]>`
      select hold_id from holds.hold where state = 'active' and ends_at <= ${now} order by ends_at limit 500 for update skip locked`
    for (const { hold_id } of ended) await close(tx, now, hold_id, 'ended', 'its_end_came')
  })
}
