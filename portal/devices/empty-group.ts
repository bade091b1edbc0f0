import type { Database, Sql } from '#server/database'
import { devicesAtOnce } from './bulk.ts'

export const emptyGroupJob = 'devices.empty-group'
type Group = { readonly organizationId: string; readonly groupId: string }

/**
 * Lets some hundred devices out of a group that somebody has removed, and with the last of them the group itself goes: to write 100,000 anew is more than a
 * request has time for. Answers whether there may be more. `tx` sees the organisation.
 */
export async function emptyHandful(tx: Sql, { organizationId, groupId }: Group): Promise<boolean> {
  const found = await tx<{ device_id: string }[]>`
    select device_id from devices.device where organization_id = ${organizationId} and group_id = ${groupId} limit ${devicesAtOnce}`
  const ids = found.map(({ device_id }) => device_id)
  // Locked in one order, as whoever else takes several would.
  await tx`
    select 1 from devices.device where organization_id = ${organizationId} and device_id = any(${ids}::uuid[])
    order by device_id for no key update`
  await tx`
    update devices.device set group_id = null
    where organization_id = ${organizationId} and device_id = any(${ids}::uuid[]) and group_id = ${groupId}`
  if (ids.length === devicesAtOnce) return true
  await tx`
    delete from devices.device_group
    where organization_id = ${organizationId} and group_id = ${groupId} and removed_at is not null`
  return false
}

export async function emptyGroup(
  { database }: { readonly database: Database },
  group: Group,
  signal: AbortSignal,
): Promise<void> {
  while (await database.inOrganization(group.organizationId, (tx) => emptyHandful(tx, group))) signal.throwIfAborted()
}
