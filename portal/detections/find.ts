import type { Sql } from '#server/database'
import { type DetectionFilter, detectionStates, mostCounted, severities } from './api.ts'

/** severity_id of OCSF. */
export const severityIds = { critical: 5, high: 4, medium: 3, low: 2 } as const
export const severityOf = (id: number) => severities.find((severity) => severityIds[severity] === id) ?? 'low'

/** Behind which row a list goes on. */
export type Place = { readonly at: Date; readonly id: string }

const statesOf = ({ state }: DetectionFilter): readonly string[] =>
  state === undefined ? detectionStates : state === 'unresolved' ? ['new', 'investigating'] : [state]
const severitiesOf = ({ severity }: DetectionFilter): readonly number[] =>
  severity === undefined ? Object.values(severityIds) : [severityIds[severity]]

/** Which index is read: that of one device, of one person, of states and severities, or of all. */
const wayOf = ({ deviceId, assignee, state, severity }: DetectionFilter) =>
  deviceId ? 'device' : assignee && assignee !== 'nobody' ? 'assignee' : state || severity ? 'state' : 'all'

/** Whether the index alone answers; otherwise some of what is read does not fit. */
const isWhole = (filter: DetectionFilter): boolean => {
  const { done, assignee, state, severity } = filter
  if (done || assignee === 'nobody') return false
  return wayOf(filter) === 'state' || (!state && !severity)
}

export const hasFilter = (filter: DetectionFilter): boolean =>
  Object.values(filter).some((value) => value !== undefined)

type From = {
  readonly organizationId: string
  readonly filter: DetectionFilter
  readonly place?: Place | undefined
  readonly most: number
}

/** The newest `most` of that index, behind the place and within the times, whether or not the rest of the filter leaves them. */
function newest(tx: Sql, { organizationId, filter, place, most }: From) {
  const { deviceId, assignee, from, to } = filter
  const way = wayOf(filter)
  const columns = tx`d.organization_id, d.detection_id, d.received_at, d.done, d.state, d.severity`
  const times = (table: ReturnType<Sql>) => tx`
    ${from ? tx`and ${table}.received_at >= ${from}` : tx``} ${to ? tx`and ${table}.received_at < ${to}` : tx``}
    ${place ? tx`and (${table}.received_at, ${table}.detection_id) < (${place.at}, ${place.id})` : tx``}
    order by ${table}.received_at desc, ${table}.detection_id desc limit ${most}`
  // Looked up one by one: joined, it would read the whole table.
  if (way === 'assignee')
    return tx`
      select d.* from (
        select a.detection_id, a.received_at from detections.assigned a
        where a.person_id = ${assignee ?? ''} and a.organization_id = ${organizationId} ${times(tx`a` as ReturnType<Sql>)}) mine
      cross join lateral (
        select ${columns} from detections.detection d
        where d.organization_id = ${organizationId} and d.detection_id = mine.detection_id offset 0) d`
  const d = tx`d` as ReturnType<Sql>
  if (way === 'state')
    return tx`
      select n.* from pg_catalog.unnest(${statesOf(filter) as string[]}::text[]) as s (state)
      cross join pg_catalog.unnest(${severitiesOf(filter) as number[]}::int2[]) as v (severity)
      cross join lateral (
        select ${columns} from detections.detection d
        where d.organization_id = ${organizationId} and d.state = s.state and d.severity = v.severity ${times(d)}) n
      order by n.received_at desc, n.detection_id desc limit ${most}`
  return tx`
    select ${columns} from detections.detection d
    where d.organization_id = ${organizationId} ${deviceId ? tx`and d.device_id = ${deviceId}` : tx``} ${times(d)}`
}

/** What of the filter the index does not know. */
function fits(tx: Sql, filter: DetectionFilter) {
  return tx`
    l.state = any (${statesOf(filter) as string[]}::text[]) and l.severity = any (${severitiesOf(filter) as number[]}::int2[])
    ${filter.done ? tx`and l.done = ${filter.done}` : tx``}
    ${
      filter.assignee === 'nobody'
        ? tx`and not exists (select 1 from detections.assigned a
            where a.organization_id = l.organization_id and a.detection_id = l.detection_id)`
        : tx``
    }`
}

/** So far is looked at most for one page; what lies further back is looked for from there when the list goes on. */
const looks = [500, 20_000] as const

/** The newest that fit, and where the list goes on. */
export async function find(
  tx: Sql,
  { organizationId, filter, place }: Omit<From, 'most'>,
  most: number,
): Promise<{ ids: string[]; next: Place | undefined }> {
  for (const far of isWhole(filter) ? [most + 1] : looks) {
    const rows = await tx<{ detection_id: string; received_at: Date; looked: number; is_end: boolean }[]>`
      with l as materialized (${newest(tx, { organizationId, filter, place, most: Math.max(far, most + 1) })}),
      found as (select l.detection_id, l.received_at from l where ${fits(tx, filter)} order by l.received_at desc, l.detection_id desc limit ${most + 1}),
      ending as (select l.detection_id, l.received_at from l order by l.received_at, l.detection_id limit 1)
      select f.detection_id, f.received_at, false as is_end, 0 as looked from found f
      union all select e.detection_id, e.received_at, true, (select count(*)::int from l) from ending e`
    const found = rows
      .filter((row) => !row.is_end)
      .sort(
        (one, other) =>
          other.received_at.getTime() - one.received_at.getTime() || (one.detection_id < other.detection_id ? 1 : -1),
      )
    const end = rows.find((row) => row.is_end)
    const shown = found.slice(0, most)
    const ids = shown.map(({ detection_id }) => detection_id)
    const placeOf = (row: (typeof rows)[number] | undefined) => row && { at: row.received_at, id: row.detection_id }
    if (found.length > most) return { ids, next: placeOf(shown.at(-1)) }
    const isAll = !end || end.looked < Math.max(far, most + 1)
    if (isAll) return { ids, next: undefined }
    if (far === looks[1]) return { ids, next: placeOf(end) }
  }
  return { ids: [], next: undefined }
}

/** How many fit, as far as it is worth counting. */
export async function countFitting(tx: Sql, organizationId: string, filter: DetectionFilter) {
  const [row] = await tx<[{ count: number; looked: number }]>`
    with l as materialized (${newest(tx, { organizationId, filter, most: mostCounted + 1 })})
    select count(*) filter (where ${fits(tx, filter)})::int as count, count(*)::int as looked from l`
  return { count: Math.min(row.count, mostCounted), isMore: row.looked > mostCounted }
}
