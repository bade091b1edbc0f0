import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Audit } from '#portal/audit'
import { type By, enter, type Organizations } from '#portal/organizations'
import type { Database } from '#server/database'
import type { Module, NewSubscription } from './api.ts'
import { endsBeforeItBegins, notSeller } from './errors.ts'

type Uses = {
  readonly audit: Pick<Audit, 'record' | 'note'>
  readonly clock: Clock
  readonly database: Database
  readonly organizations: Pick<Organizations, 'sellers'>
}

/** By whoever added the company or runs this Vartio. It stands in the logs of both; what is renewed keeps its number. */
export function sell(
  { audit, clock, database, organizations }: Uses,
  { sellerId, companyId, module }: { sellerId: string; companyId: string; module: Module },
  { seats, beginsAt, endsAt }: NewSubscription,
  by: By,
): Promise<void> {
  return database.transaction(async (tx) => {
    await enter(tx, companyId)
    if (!(await organizations.sellers(tx)).some(({ organizationId }) => organizationId === sellerId)) throw notSeller()
    const now = clock.now()
    const [before] = await tx<{ seats: number | null; begins_at: Date; ends_at: Date | null }[]>`
      select seats, begins_at, ends_at from subscriptions.subscription
      where organization_id = ${companyId} and module = ${module} for update`
    const next = {
      seats: seats === undefined ? (before?.seats ?? null) : seats,
      begins_at: beginsAt === undefined ? (before?.begins_at ?? now) : new Date(beginsAt),
      ends_at: endsAt === undefined ? (before?.ends_at ?? null) : endsAt && new Date(endsAt),
    }
    if (next.ends_at && next.ends_at < next.begins_at) throw endsBeforeItBegins()
    await tx`
      insert into subscriptions.subscription (organization_id, module, subscription_key, seats, begins_at, ends_at, sold_by, changed_at)
      values (${companyId}, ${module}, ${newId(now.getTime())}, ${next.seats}, ${next.begins_at}, ${next.ends_at}, ${sellerId}, ${now})
      on conflict (organization_id, module) do update set seats = excluded.seats, begins_at = excluded.begins_at,
        ends_at = excluded.ends_at, sold_by = excluded.sold_by, changed_at = excluded.changed_at`
    const entry = {
      action: 'subscriptions.set',
      target: { kind: 'organization', id: companyId },
      details: { module, ...(next.seats === null ? {} : { seats: next.seats }), hasEnd: next.ends_at !== null },
      ...by,
    } as const
    await audit.record(tx, { organizationId: companyId, ...entry })
    await audit.note(tx, { organizationId: companyId, what: 'subscription_changed', target: entry.target })
    await enter(tx, sellerId)
    await audit.record(tx, { organizationId: sellerId, ...entry })
  })
}
