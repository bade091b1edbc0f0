import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import type { Database, Sql } from '#server/database'
import {
  type Activity,
  activitiesOfPartner,
  activities as every,
  type outsourcingList,
  type PartnerKind,
} from './api.ts'
import type { By } from './create.ts'
import { companyDecides, notAbove, notForThisPartner, notOutsourced, organizationNotFound } from './errors.ts'
import { enter } from './scope.ts'
import { type Kinds, kindsOf } from './tree.ts'

type Uses = { readonly audit: Pick<Audit, 'record' | 'note'>; readonly clock: Clock; readonly database: Database }

type Above = Kinds & { organization_id: string; name: string; partner_kind: PartnerKind | null }

/** Whoever runs this Vartio may be given anything; a partner what its kind is for (PT-08). */
const possible = ({ partner_kind: kind }: Above): readonly Activity[] => (kind ? activitiesOfPartner[kind] : every)

/** As the company itself. A change of activities ends the running relation and begins another: both stay readable. */
async function begin(
  { audit, clock }: Uses,
  tx: Sql,
  companyId: string,
  managingId: string,
  activities: readonly Activity[],
  by: By,
): Promise<void> {
  const above = await tx<Above[]>`select * from organizations.list_above()`
  const managing = above.find(({ organization_id }) => organization_id === managingId)
  if (!managing) throw notAbove()
  if (!activities.every((one) => possible(managing).includes(one))) throw notForThisPartner()
  await endRunning(tx, companyId, managingId, clock.now())
  await tx`
    insert into organizations.outsourcing (organization_id, managing_id, began_at, activities)
    values (${companyId}, ${managingId}, ${await nextBegin(tx, companyId, managingId, clock.now())}, ${activities as Activity[]})`
  const target = { kind: 'organization', id: managingId } as const
  await audit.record(tx, {
    organizationId: companyId,
    action: 'organizations.outsourcing_begun',
    target,
    details: { activities },
    ...by,
  })
  await audit.note(tx, { organizationId: companyId, what: 'outsourcing_changed', target })
}

/** Two changes in one millisecond, or a clock set back, must not meet in one key. */
async function nextBegin(tx: Sql, companyId: string, managingId: string, now: Date): Promise<Date> {
  const [last] = await tx<{ at: Date | null }[]>`
    select max(began_at) as at from organizations.outsourcing
    where organization_id = ${companyId} and managing_id = ${managingId}`
  return last?.at && last.at >= now ? new Date(last.at.getTime() + 1) : now
}

async function endRunning(tx: Sql, companyId: string, managingId: string, now: Date): Promise<boolean> {
  const ended = await tx`
    update organizations.outsourcing set ended_at = greatest(${now}, began_at)
    where organization_id = ${companyId} and managing_id = ${managingId} and ended_at is null`
  return ended.count > 0
}

async function end(uses: Uses, tx: Sql, companyId: string, managingId: string, by: By): Promise<void> {
  if (!(await endRunning(tx, companyId, managingId, uses.clock.now()))) throw notOutsourced()
  const target = { kind: 'organization', id: managingId } as const
  await uses.audit.record(tx, {
    organizationId: companyId,
    action: 'organizations.outsourcing_ended',
    target,
    ...by,
  })
  await uses.audit.note(tx, { organizationId: companyId, what: 'outsourcing_changed', target })
}

/**
 * As whoever created the company, and only while nobody in it can decide. The row is locked: its first administrator arrives before this
 * or after it, never in between.
 */
async function enterAsCreator(tx: Sql, creatorId: string, companyId: string): Promise<void> {
  await enter(tx, companyId)
  const [company] = await tx<{ parent_id: string | null; has_administrator: boolean }[]>`
    select parent_id, has_administrator from organizations.organization where organization_id = ${companyId} for update`
  if (!company || company.parent_id !== creatorId) throw organizationNotFound()
  if (company.has_administrator) throw companyDecides()
}

/** To invite its next administrator: by whoever added it, or runs this Vartio, and only while nobody in it can. */
export async function enterAlone(tx: Sql, aboveId: string, companyId: string): Promise<void> {
  await enter(tx, companyId)
  const [company] = await tx<{ has_administrator: boolean }[]>`
    select has_administrator from organizations.organization where organization_id = ${companyId} for update`
  const above = await tx<{ organization_id: string }[]>`select organization_id from organizations.list_sellers()`
  if (!company || !above.some((one) => one.organization_id === aboveId)) throw organizationNotFound()
  if (company.has_administrator) throw companyDecides()
}

export const beginAsCompany = (uses: Uses, companyId: string, managingId: string, activities: Activity[], by: By) =>
  uses.database.inOrganization(companyId, (tx) => begin(uses, tx, companyId, managingId, activities, by))

export const endAsCompany = (uses: Uses, companyId: string, managingId: string, by: By) =>
  uses.database.inOrganization(companyId, (tx) => end(uses, tx, companyId, managingId, by))

export function beginAsCreator(uses: Uses, creatorId: string, companyId: string, activities: Activity[], by: By) {
  return uses.database.transaction(async (tx) => {
    await enterAsCreator(tx, creatorId, companyId)
    await begin(uses, tx, companyId, creatorId, activities, by)
    await recordAtCreator(uses, tx, creatorId, companyId, 'organizations.outsourcing_begun', by)
  })
}

export function endAsCreator(uses: Uses, creatorId: string, companyId: string, by: By) {
  return uses.database.transaction(async (tx) => {
    await enterAsCreator(tx, creatorId, companyId)
    await end(uses, tx, companyId, creatorId, by)
    await recordAtCreator(uses, tx, creatorId, companyId, 'organizations.outsourcing_ended', by)
  })
}

/** Their own people did it: it stands in their own log too. What a company's people do stands in the company's only. */
async function recordAtCreator(
  uses: Uses,
  tx: Sql,
  creatorId: string,
  companyId: string,
  action: 'organizations.outsourcing_begun' | 'organizations.outsourcing_ended',
  by: By,
): Promise<void> {
  await enter(tx, creatorId)
  await uses.audit.record(tx, {
    organizationId: creatorId,
    action,
    target: { kind: 'organization', id: companyId },
    ...by,
  })
}

/** Whoever ends it waits for the transaction; what has ended before is not there. */
export async function holdOutsourcing(tx: Sql, companyId: string, managingId: string): Promise<Activity[]> {
  const [row] = await tx<{ activities: Activity[] }[]>`
    select activities from organizations.outsourcing
    where organization_id = ${companyId} and managing_id = ${managingId} and ended_at is null for share`
  return row?.activities ?? []
}

export function listOutsourcing(database: Database, companyId: string): Promise<z.input<typeof outsourcingList>> {
  return database.inOrganization(companyId, async (tx) => {
    const above = await tx<Above[]>`select * from organizations.list_above()`
    const running = await tx<{ managing_id: string; activities: Activity[]; began_at: Date }[]>`
      select managing_id, activities, began_at from organizations.outsourcing
      where organization_id = ${companyId} and ended_at is null order by began_at limit 100`
    return {
      running: running.map((row) => ({
        managingId: row.managing_id,
        managingName: above.find(({ organization_id }) => organization_id === row.managing_id)?.name ?? '',
        activities: row.activities,
        beganAt: row.began_at,
      })),
      candidates: above.map((row) => ({
        organizationId: row.organization_id,
        name: row.name,
        kinds: kindsOf(row),
        partnerKind: row.partner_kind,
        activities: [...possible(row)],
      })),
    }
  })
}

/** When what `companyId` had outsourced to one of these ended, if it has. */
export async function findEnded(
  tx: Sql,
  companyId: string,
  managers: readonly string[],
): Promise<{ managingId: string; endedAt: Date } | undefined> {
  if (managers.length === 0) return undefined
  const [row] = await tx<{ managing_id: string; ended_at: Date }[]>`
    select * from organizations.list_ended(${companyId}, ${managers as string[]}::uuid[]) order by ended_at desc limit 1`
  return row && { managingId: row.managing_id, endedAt: row.ended_at }
}
