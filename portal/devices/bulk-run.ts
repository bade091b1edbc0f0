import { newId } from '#base/ids'
import type { Audit } from '#portal/audit'
import type { Policies } from '#portal/policies'
import { byteArray, type Sql } from '#server/database'
import { type Uses as ActionUses, lifetimeDays } from './actions.ts'
import type { BulkKind } from './api.ts'
import { canUndo, devicesAtOnce } from './bulk.ts'

export type Uses = ActionUses & {
  readonly audit: Pick<Audit, 'record' | 'note'>
  readonly policies: Pick<Policies, 'forget'>
}
export type Bulk = { readonly organizationId: string; readonly bulkId: string }

type Row = {
  organization_id: string
  bulk_id: string
  kind: BulkKind
  label_id: string | null
  state: string
  sealed: Buffer
}
/** `group_id`: which it is in; of what is being undone, which it was in before. */
type Member = { device_id: string; group_id: string | null }
type Batch = Bulk & { readonly devices: readonly Member[]; readonly ids: string[]; readonly label: string | null }

/** Goes on from wherever it was: each handful and its count are one transaction. Answers whether there may be more. */
export function runHandful(uses: Uses, bulk: Bulk): Promise<boolean> {
  const { organizationId, bulkId } = bulk
  const { database, clock } = uses
  // Planned once for all handfuls, and not each for itself as a filter is: so would each look-up of each foreign key be, thousands of times.
  return database.inOrganization(organizationId, async (tx) => {
    const [row] = await tx<Row[]>`
      select organization_id, bulk_id, kind, label_id, state, sealed from devices.bulk
      where organization_id = ${organizationId} and bulk_id = ${bulkId} for update`
    if (row?.state !== 'running' && row?.state !== 'undoing') return false
    const isUndoing = row.state === 'undoing'
    const { devices, size, isLast } = await (isUndoing ? nextDone(tx, bulk) : nextWaiting(tx, bulk))
    const batch = { ...bulk, devices, ids: idsOf(devices), label: row.label_id }
    const done = await (isUndoing ? takeBack(tx, row.kind, batch) : carryOut(uses, tx, row, batch))
    if (isUndoing) await forget(tx, batch)
    else if (canUndo(row.kind)) await remember(tx, batch, new Set(done))
    await tx`
      update devices.bulk set
        ${isUndoing ? tx`undone = undone + ${done.length}` : tx`done = done + ${done.length}, skipped = skipped + ${size - done.length}`}
        ${isLast ? tx`, state = ${isUndoing ? 'undone' : 'done'}, ended_at = ${clock.now()}` : tx``}
      where organization_id = ${organizationId} and bulk_id = ${bulkId}`
    return !isLast
  })
}

/** Taken out of those who wait; whoever has been removed meanwhile is left out, and counts as one that could not be. */
async function nextWaiting(tx: Sql, { organizationId, bulkId }: Bulk) {
  const parts = await tx<{ part: number }[]>`
    select part from devices.bulk_waiting where organization_id = ${organizationId} and bulk_id = ${bulkId} order by part limit 2`
  const [taken] = await tx<{ devices: string[] }[]>`
    delete from devices.bulk_waiting
    where organization_id = ${organizationId} and bulk_id = ${bulkId} and part = ${parts[0]?.part ?? -1} returning devices`
  const ids = taken?.devices ?? []
  // Locked in one order, as whoever else takes several would: two of these do not wait for each other.
  const devices = await tx<Member[]>`
    select d.device_id, d.group_id from devices.device d
    where d.organization_id = ${organizationId} and d.device_id = any(${ids}::uuid[]) order by d.device_id for no key update`
  return { devices, size: ids.length, isLast: parts.length < 2 }
}

async function nextDone(tx: Sql, { organizationId, bulkId }: Bulk) {
  const devices = await tx<Member[]>`
    select i.device_id, i.group_before as group_id
    from devices.bulk_item i join devices.device d on d.organization_id = i.organization_id and d.device_id = i.device_id
    where i.organization_id = ${organizationId} and i.bulk_id = ${bulkId}
    order by i.device_id limit ${devicesAtOnce} for no key update of d`
  return { devices, size: devices.length, isLast: devices.length < devicesAtOnce }
}

/** Which are other than before, for the way back. */
async function remember(tx: Sql, { organizationId, bulkId, devices }: Batch, done: ReadonlySet<string>): Promise<void> {
  const changed = devices.filter((device) => done.has(device.device_id))
  await tx`
    insert into devices.bulk_item (organization_id, bulk_id, device_id, group_before)
    select ${organizationId}, ${bulkId}, t.device_id, t.group_before
    from unnest(${idsOf(changed)}::uuid[], ${changed.map((device) => device.group_id) as string[]}::uuid[]) as t (device_id, group_before)`
}

const forget = (tx: Sql, { organizationId, bulkId, ids }: Batch) => tx`
  delete from devices.bulk_item
  where organization_id = ${organizationId} and bulk_id = ${bulkId} and device_id = any(${ids}::uuid[])`

const idsOf = (rows: readonly { device_id: string }[]) => rows.map(({ device_id }) => device_id)

/** Which of them are other than before; the rest was so already, or cannot be. */
async function carryOut(uses: Uses, tx: Sql, row: Row, batch: Batch): Promise<string[]> {
  const { organizationId, ids, label } = batch
  switch (row.kind) {
    case 'tag':
      return tag(tx, batch)
    case 'untag':
      return untag(tx, batch)
    case 'group':
      return idsOf(
        await tx<{ device_id: string }[]>`
        update devices.device set group_id = (select g.group_id from devices.device_group g
          where g.organization_id = ${organizationId} and g.group_id = ${label} and g.removed_at is null)
        where organization_id = ${organizationId} and device_id = any(${ids}::uuid[]) and group_id is distinct from ${label}::uuid
        returning device_id`,
      )
    case 'remove':
      return remove(uses, tx, batch)
    default:
      return ask(uses, tx, row, batch, row.kind)
  }
}

/** Only where it is still as it was left: what somebody has changed since is theirs. */
async function takeBack(tx: Sql, kind: BulkKind, batch: Batch): Promise<string[]> {
  const { organizationId, devices, ids, label } = batch
  if (kind === 'tag') return untag(tx, batch)
  if (kind === 'untag') return tag(tx, batch)
  return idsOf(
    await tx<{ device_id: string }[]>`
    update devices.device d set group_id = (select g.group_id from devices.device_group g
      where g.organization_id = ${organizationId} and g.group_id = t.group_before and g.removed_at is null)
    from unnest(${ids}::uuid[], ${devices.map((device) => device.group_id) as string[]}::uuid[]) as t (device_id, group_before)
    where d.organization_id = ${organizationId} and d.device_id = t.device_id and d.group_id is not distinct from ${label}::uuid
    returning d.device_id`,
  )
}

async function tag(tx: Sql, { organizationId, ids, label }: Batch): Promise<string[]> {
  return idsOf(
    await tx<{ device_id: string }[]>`
    insert into devices.tagged (organization_id, tag_id, device_id)
    select t.organization_id, t.tag_id, wanted.id from devices.tag t cross join pg_catalog.unnest(${ids}::uuid[]) as wanted (id)
    where t.organization_id = ${organizationId} and t.tag_id = ${label} on conflict do nothing returning device_id`,
  )
}

async function untag(tx: Sql, { organizationId, ids, label }: Batch): Promise<string[]> {
  return idsOf(
    await tx<{ device_id: string }[]>`
    delete from devices.tagged
    where organization_id = ${organizationId} and tag_id = ${label} and device_id = any(${ids}::uuid[]) returning device_id`,
  )
}

/** As when one is removed: a line of the activity log for each, and whoever keeps something of it hears. */
async function remove(
  { sealed, audit, messages, policies }: Uses,
  tx: Sql,
  { organizationId, ids }: Batch,
): Promise<string[]> {
  const gone = idsOf(
    await tx<{ device_id: string }[]>`
    delete from devices.device where organization_id = ${organizationId} and device_id = any(${ids}::uuid[]) returning device_id`,
  )
  sealed.names.changed(tx, organizationId, gone)
  await policies.forget(tx, organizationId, gone)
  for (const id of gone) {
    await audit.note(tx, { organizationId, what: 'device_removed', target: { kind: 'device', id } })
    await messages.publish(tx, 'devices.removed', id, { organization: organizationId, device: id })
  }
  return gone
}

/** Whoever is asked the same already, or has as much to do as it can have, is not asked again. */
async function ask({ clock, sealed }: Uses, tx: Sql, row: Row, { organizationId, ids }: Batch, kind: BulkKind) {
  const now = clock.now()
  const asked = await tx<{ device_id: string }[]>`
    select distinct a.device_id from devices.action a
    where a.organization_id = ${organizationId} and a.device_id = any(${ids}::uuid[]) and a.ended_at is null
      and a.expires_at > ${now} and a.kind = ${kind}`
  const busy = new Set(idsOf(asked))
  const free = ids.filter((id) => !busy.has(id))
  if (free.length === 0) return []
  const { reason = null } = await sealed.bulk.openOne(row, ['reason'])
  const places = free.map((id) => ({
    organization_id: organizationId,
    device_id: id,
    action_id: newId(now.getTime()),
  }))
  const values = await sealed.action.seal(
    places.map((place) => ({ row: place, values: { path: null, reason, rest: '{}' } })),
  )
  await tx`
    insert into devices.action (organization_id, action_id, device_id, kind, state, sealed, requested_at, expires_at)
    select ${organizationId}, t.action_id, t.device_id, ${kind}, 'waiting', t.sealed, ${now},
      ${new Date(now.getTime() + lifetimeDays * 86_400_000)}
    from unnest(${places.map((place) => place.action_id)}::uuid[], ${free}::uuid[], ${byteArray(tx, values)}) as t (action_id, device_id, sealed)`
  return free
}
