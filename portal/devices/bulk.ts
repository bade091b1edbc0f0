import { newId } from '#base/ids'
import type { By } from '#portal/organizations'
import type { Sql } from '#server/database'
import type { Jobs } from '#server/jobs'
import type { Uses as ActionUses } from './actions.ts'
import type { BulkAct, BulkKind, BulkList, Chosen } from './api.ts'
import { idsByName, inPlan } from './by-name.ts'
import {
  bulkNotFound,
  bulkNotSo,
  labelNotFound,
  namesNotReady,
  nothingChosen,
  otherCount,
  tooManyBulks,
} from './errors.ts'
import { matches } from './filter.ts'
import { readLabels } from './labels.ts'

export type Uses = ActionUses & { readonly jobs: Pick<Jobs, 'send'> }

export const bulkJob = 'devices.bulk'
/** Of one transaction, and of one row of those who wait: short enough that a check-in waits for it unnoticed. */
export const devicesAtOnce = 500
const mostUnderWay = 10
const shown = 20
/** What leaves everything else as it is can be taken back. What was asked of a device has been done there, and a removed device has no key any more. */
export const canUndo = (kind: BulkKind): boolean => kind === 'tag' || kind === 'untag' || kind === 'group'

const labelOf = (act: BulkAct): string | null => ('tagId' in act ? act.tagId : 'groupId' in act ? act.groupId : null)

/**
 * Who is chosen is settled here, so that what was said is what is done; recorded once, with how many. They are written down by their numbers, some
 * hundred to a row: a row for each of 100,000, each of which locks its device, is more than a request has time for.
 */
export async function begin(uses: Uses, organizationId: string, act: BulkAct, chosen: Chosen, by: By) {
  const { clock, sealed, jobs } = uses
  const now = clock.now()
  const bulkId = newId(now.getTime())
  const found =
    'ids' in chosen ? chosen.ids : chosen.search ? await findByName(uses, organizationId, chosen.search) : undefined
  const filter = 'filter' in chosen ? chosen.filter : {}
  const reason = 'reason' in act ? act.reason : null
  const value = await sealed.bulk.sealOne({ organization_id: organizationId, bulk_id: bulkId }, { reason })
  const total = await inPlan(uses, organizationId, async (tx) => {
    const label = labelOf(act)
    await checkLabel(tx, organizationId, act.kind, label)
    const [open] = await tx<[{ count: number }]>`
      select count(*)::int as count from devices.bulk
      where organization_id = ${organizationId} and state in ('running', 'undoing')`
    if (open.count >= mostUnderWay) throw tooManyBulks()
    await tx`
      insert into devices.bulk (organization_id, bulk_id, kind, label_id, state, total, sealed, created_at)
      values (${organizationId}, ${bulkId}, ${act.kind}, ${label}, 'running', 0, ${value}, ${now})`
    const [{ count }] = await tx<[{ count: number }]>`
      with waiting as (
        insert into devices.bulk_waiting (organization_id, bulk_id, part, devices)
        select ${organizationId}::uuid, ${bulkId}::uuid, numbered.part, pg_catalog.array_agg(numbered.device_id)
        from (
          select d.device_id, (pg_catalog.row_number() over (order by d.device_id) - 1) / ${devicesAtOnce} as part
          from devices.device d
          where d.organization_id = ${organizationId} ${found ? tx`and d.device_id = any(${found as string[]}::uuid[])` : tx``}
            ${matches(tx, organizationId, filter, clock)}) as numbered
        group by numbered.part
        returning pg_catalog.cardinality(devices) as size)
      select coalesce(sum(size), 0)::int as count from waiting`
    if (count === 0) throw nothingChosen()
    if (act.kind === 'remove' && act.count !== count) throw otherCount()
    await tx`update devices.bulk set total = ${count} where organization_id = ${organizationId} and bulk_id = ${bulkId}`
    const details = { bulk: bulkId, kind: act.kind, count, ...(label && { label }) }
    await tell(uses, tx, organizationId, 'devices.bulk_begun', details, by)
    await jobs.send(tx, bulkJob, { organization: organizationId, bulk: bulkId })
    return count
  })
  return { bulkId, total }
}

async function findByName(uses: Uses, organizationId: string, search: string): Promise<string[]> {
  const ids = await idsByName(uses, organizationId, { search, limit: 1 })
  if (!ids) throw namesNotReady()
  return ids
}

async function checkLabel(tx: Sql, organizationId: string, kind: BulkKind, label: string | null): Promise<void> {
  if (label === null) return
  const [row] =
    kind === 'group'
      ? await tx`select 1 from devices.device_group where organization_id = ${organizationId} and group_id = ${label} and removed_at is null`
      : await tx`select 1 from devices.tag where organization_id = ${organizationId} and tag_id = ${label}`
  if (!row) throw labelNotFound()
}

type Row = {
  bulk_id: string
  kind: BulkKind
  label_id: string | null
  state: BulkList['bulks'][number]['state']
  total: number
  done: number
  skipped: number
  undone: number
  created_at: Date
  ended_at: Date | null
}

export function listBulks(uses: Uses, organizationId: string): Promise<BulkList> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const rows = await tx<Row[]>`
      select bulk_id, kind, label_id, state, total, done, skipped, undone, created_at, ended_at from devices.bulk
      where organization_id = ${organizationId} order by bulk_id desc limit ${shown}`
    const labels =
      rows.length > 0 ? [...(await readLabels(uses, tx, 'group')), ...(await readLabels(uses, tx, 'tag'))] : []
    const names = new Map(labels.map(({ id, name }) => [id, name]))
    return {
      bulks: rows.map((row) => ({
        bulkId: row.bulk_id,
        kind: row.kind,
        label: (row.label_id && names.get(row.label_id)) ?? null,
        state: row.state,
        total: row.total,
        done: row.done,
        skipped: row.skipped,
        undone: row.undone,
        canStop: row.state === 'running',
        canUndo: (row.state === 'done' || row.state === 'stopped') && row.done > 0 && canUndo(row.kind),
        createdAt: row.created_at.toISOString(),
        endedAt: row.ended_at?.toISOString() ?? null,
      })),
    }
  })
}

/** What is done stays done; what waits is left alone. */
export function stop(uses: Uses, organizationId: string, bulkId: string, by: By): Promise<void> {
  const { database, clock } = uses
  return database.inOrganization(organizationId, async (tx) => {
    const row = await lock(tx, organizationId, bulkId)
    if (row.state !== 'running') throw bulkNotSo()
    await tx`
      update devices.bulk set state = 'stopped', ended_at = ${clock.now()}
      where organization_id = ${organizationId} and bulk_id = ${bulkId}`
    await tx`delete from devices.bulk_waiting where organization_id = ${organizationId} and bulk_id = ${bulkId}`
    await tell(uses, tx, organizationId, 'devices.bulk_stopped', { bulk: bulkId, kind: row.kind, count: row.done }, by)
  })
}

export function undo(uses: Uses, organizationId: string, bulkId: string, by: By): Promise<void> {
  const { database, jobs } = uses
  return database.inOrganization(organizationId, async (tx) => {
    const row = await lock(tx, organizationId, bulkId)
    if (!canUndo(row.kind) || (row.state !== 'done' && row.state !== 'stopped')) throw bulkNotSo()
    await checkLabel(tx, organizationId, row.kind, row.kind === 'untag' ? row.label_id : null)
    await tx`
      update devices.bulk set state = 'undoing', ended_at = null where organization_id = ${organizationId} and bulk_id = ${bulkId}`
    await tell(uses, tx, organizationId, 'devices.bulk_undone', { bulk: bulkId, kind: row.kind, count: row.done }, by)
    await jobs.send(tx, bulkJob, { organization: organizationId, bulk: bulkId })
  })
}

async function lock(tx: Sql, organizationId: string, bulkId: string) {
  const [row] = await tx<Pick<Row, 'kind' | 'state' | 'done' | 'label_id'>[]>`
    select kind, state, done, label_id from devices.bulk
    where organization_id = ${organizationId} and bulk_id = ${bulkId} for update`
  if (!row) throw bulkNotFound()
  return row
}

type Told = 'devices.bulk_begun' | 'devices.bulk_stopped' | 'devices.bulk_undone'
function tell(
  { audit }: Uses,
  tx: Sql,
  organizationId: string,
  action: Told,
  details: Record<string, string | number>,
  by: By,
) {
  const target = { kind: 'organization', id: organizationId } as const
  return audit.record(tx, { organizationId, action, target, details, ...by })
}
