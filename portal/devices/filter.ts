import type { Clock } from '#base/clock'
import type { Sql } from '#server/database'
import { type DeviceFilter, type DeviceState, deviceStates } from './api.ts'
import { silentAfterMinutes } from './state.ts'

export const silentBefore = (clock: Clock) => new Date(clock.now().getTime() - silentAfterMinutes * 60_000)

/** Who is not heard of is not known to be protected, whatever was said last. */
export function shownState(said: DeviceState, lastSeenAt: Date, silent: Date): DeviceState {
  return lastSeenAt < silent && said !== 'failed' && said !== 'off' ? 'silent' : said
}

/** The state as it is shown, in terms of what stands in the row; each has an index that begins with the state. */
export function stateIs(tx: Sql, state: NonNullable<DeviceFilter['state']>, silent: Date) {
  if (state === 'failing') return tx`and d.state in ('failed', 'off')`
  if (state === 'failed' || state === 'off') return tx`and d.state = ${state}`
  if (state === 'silent')
    return tx`and d.state in ('watching', 'isolated', 'reporting', 'protected') and d.last_seen_at < ${silent}`
  return tx`and d.state = ${state} and d.last_seen_at >= ${silent}`
}

export const hasFilter = (filter: DeviceFilter): boolean =>
  Object.values(filter).some((value) => value !== undefined && value !== '')

/** Conditions on `devices.device d`, all of them on plain columns. */
export function matches(tx: Sql, organizationId: string, filter: DeviceFilter, clock: Clock) {
  const { state, groupId, tagId, system, systemVersion, agentVersion, unseenDays, only } = filter
  const unseen = new Date(clock.now().getTime() - (unseenDays ?? 0) * 86_400_000)
  return tx`
    ${state ? stateIs(tx, state, silentBefore(clock)) : tx``}
    ${groupId === 'none' ? tx`and d.group_id is null` : groupId ? tx`and d.group_id = ${groupId}` : tx``}
    ${system ? tx`and d.os_name = ${system}` : tx``}
    ${systemVersion ? tx`and d.os_version = ${systemVersion}` : tx``}
    ${agentVersion ? tx`and d.agent_version = ${agentVersion}` : tx``}
    ${unseenDays ? tx`and d.last_seen_at < ${unseen}` : tx``}
    ${only === 'test-rules' ? tx`and d.has_test_rules` : only === 'lost-events' ? tx`and d.events_lost > 0` : tx``}
    ${
      tagId
        ? tx`and exists (select 1 from devices.tagged t
            where t.organization_id = ${organizationId} and t.tag_id = ${tagId} and t.device_id = d.device_id)`
        : tx``
    }`
}

export type FilterOf = { readonly organizationId: string; readonly filter: DeviceFilter }

/** How many a filter leaves, up to `most`. */
export async function countMatching(tx: Sql, { organizationId, filter }: FilterOf, clock: Clock, most: number) {
  const [row] = await tx<[{ count: number }]>`
    select count(*)::int as count from (
      select 1 from devices.device d where d.organization_id = ${organizationId} ${matches(tx, organizationId, filter, clock)}
      limit ${most + 1}) found`
  return { count: Math.min(row.count, most), isMore: row.count > most }
}

/** Which are left, up to `most`; in no order. */
export async function idsMatching(tx: Sql, { organizationId, filter }: FilterOf, clock: Clock, most: number) {
  const rows = await tx<{ device_id: string }[]>`
    select d.device_id from devices.device d
    where d.organization_id = ${organizationId} ${matches(tx, organizationId, filter, clock)} limit ${most}`
  return rows.map(({ device_id }) => device_id)
}

/** Of these, in their order, those that the filter leaves. */
export async function keepMatching(tx: Sql, of: FilterOf, clock: Clock, ids: readonly string[]) {
  const { organizationId, filter } = of
  const rows = await tx<{ device_id: string }[]>`
    select d.device_id from pg_catalog.unnest(${ids as string[]}::uuid[]) with ordinality as wanted (id, place)
    join devices.device d on d.organization_id = ${organizationId} and d.device_id = wanted.id
    where true ${matches(tx, organizationId, filter, clock)} order by wanted.place`
  return rows.map(({ device_id }) => device_id)
}

/** Worst first, as `deviceStates` has them. */
export const statesInOrder = (isBackwards: boolean): readonly DeviceState[] =>
  isBackwards ? deviceStates.toReversed() : deviceStates

/** PostgreSQL would soon plan one statement for whichever filter, of 100,000 rows or of ten. */
export const planEach = (tx: Sql) => tx`select pg_catalog.set_config('plan_cache_mode', 'force_custom_plan', true)`
