import type { Fleet } from '#portal/policies'
import type { Sql } from '#server/database'
import { keepLarge } from './count.ts'
import { readLabels } from './labels.ts'
import { namesOf } from './list.ts'
import type { Sealed } from './sealed.ts'

/** What policies must know of devices: groups, which device is in which, and what they are called. */
export function fleetOf(uses: { readonly sealed: Sealed }): Fleet {
  const counts = keepLarge(countGroups, sumOf)
  return {
    async find(tx, organizationId, id, how) {
      const held = how === 'held' ? tx`for key share` : tx``
      const [device] = await tx<{ group_id: string | null }[]>`
        select group_id from devices.device where organization_id = ${organizationId} and device_id = ${id} ${held}`
      if (device) return { kind: 'device', groupId: device.group_id }
      const [group] = await tx`
        select 1 from devices.device_group where organization_id = ${organizationId} and group_id = ${id} and removed_at is null ${held}`
      return group && { kind: 'group' }
    },
    countByGroup: (tx, organizationId, groupId) =>
      groupId ? countGroup(tx, organizationId, groupId) : counts(tx, organizationId),
    async groupsOf(tx, organizationId, deviceIds) {
      const rows = await tx<{ device_id: string; group_id: string | null }[]>`
        select d.device_id, d.group_id from pg_catalog.unnest(${deviceIds as string[]}::uuid[]) as wanted (id)
        join devices.device d on d.organization_id = ${organizationId} and d.device_id = wanted.id`
      return new Map(rows.map(({ device_id: id, group_id: groupId }) => [id, groupId]))
    },
    async some(tx, organizationId, groupIds, except, most) {
      const ids = groupIds.filter((id) => id !== null)
      const rows = await tx<{ device_id: string }[]>`
        select d.device_id from devices.device d
        where d.organization_id = ${organizationId} and d.device_id <> all(${except as string[]}::uuid[])
          and (d.group_id = any(${ids}::uuid[]) ${groupIds.includes(null) ? tx`or d.group_id is null` : tx``}) limit ${most}`
      return rows.map(({ device_id: id }) => id)
    },
    async names(tx, kind, ids) {
      if (ids.length === 0) return new Map()
      if (kind === 'device') return namesOf(uses, tx, ids)
      const wanted = new Set(ids)
      const groups = await readLabels(uses, tx, 'group')
      return new Map(groups.flatMap(({ id, name }) => (wanted.has(id) ? [[id, name] as const] : [])))
    },
  }
}

const sumOf = (counts: ReadonlyMap<string | null, number>) => [...counts.values()].reduce((all, one) => all + one, 0)

async function countGroup(tx: Sql, organizationId: string, groupId: string): Promise<Map<string | null, number>> {
  const [row] = await tx<[{ count: number }]>`
    select count(*)::int as count from devices.device where organization_id = ${organizationId} and group_id = ${groupId}`
  return new Map([[groupId, row.count]])
}

/** Two counts, each from an index alone; who is in no group has none. In one statement: both see the same devices. */
async function countGroups(tx: Sql, organizationId: string): Promise<ReadonlyMap<string | null, number>> {
  const rows = await tx<{ group_id: string | null; count: number }[]>`
    select group_id, count(*)::int as count from devices.device
    where organization_id = ${organizationId} and group_id is not null group by group_id
    union all select null, count(*)::int from devices.device where organization_id = ${organizationId}`
  const all = rows.find(({ group_id: id }) => id === null)?.count ?? 0
  const groups = new Map(rows.filter(({ group_id: id }) => id !== null).map(({ group_id: id, count }) => [id, count]))
  return groups.set(null, all - sumOf(groups))
}
