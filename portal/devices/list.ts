import type { Clock } from '#base/clock'
import type { Viewer } from '#portal/organizations'
import type { Database, Sql } from '#server/database'
import { type Uses as ActionUses, listActions } from './actions.ts'
import type {
  CheckIn,
  DeviceDetail,
  DeviceList,
  DeviceQuery,
  DeviceState,
  ListedDevice,
  OperatingSystem,
} from './api.ts'
import { countFound, filterOf, idsByName, inPlan, pageByName } from './by-name.ts'
import { badCursor, deviceNotFound, namesNotReady } from './errors.ts'
import { matches, shownState, silentBefore, stateIs, statesInOrder } from './filter.ts'
import { behind, isUsuallyBackwards, orderBy, type Place, readCursor, writeCursor } from './order.ts'
import type { Sealed } from './sealed.ts'
import type { Because } from './state.ts'

type Uses = ActionUses & { readonly database: Database; readonly clock: Clock; readonly sealed: Sealed }

/** Of a page of the list; what a device tells at length is read for its own page. */
type Listed = {
  organization_id: string
  device_id: string
  sealed: Buffer
  os_name: string
  os_version: string
  agent_version: string
  state: DeviceState
  because: Because | null
  has_test_rules: boolean
  events_lost: string
  enrolled_at: Date
  last_seen_at: Date
  group_id: string | null
}

type Row = Listed & {
  os: OperatingSystem
  as_root: boolean | null
  protections: CheckIn['protections']
  rules: CheckIn['rules']
  caches: CheckIn['caches']
  policy_version: string
  events_waiting: string
  is_isolated: boolean
  updated_at: Date
}

const columns = (tx: Sql) => tx`
  d.organization_id, d.device_id, d.sealed, d.os_name, d.os_version, d.agent_version, d.state, d.because, d.has_test_rules, d.events_lost,
  d.enrolled_at, d.last_seen_at, d.group_id`

/** `tx` sees the organisation. */
export async function show(
  { sealed, clock }: Pick<Uses, 'sealed' | 'clock'>,
  tx: Sql,
  organizationId: string,
  rows: readonly Listed[],
): Promise<ListedDevice[]> {
  const tagged = await tx<{ device_id: string; tag_id: string }[]>`
    select t.device_id, t.tag_id from pg_catalog.unnest(${rows.map((row) => row.device_id)}::uuid[]) as wanted (id)
    join devices.tagged t on t.organization_id = ${organizationId} and t.device_id = wanted.id order by t.tag_id`
  const opened = await sealed.names.open(organizationId, rows, ['name', 'user'])
  const silent = silentBefore(clock)
  const tagsOf = Map.groupBy(tagged, ({ device_id: id }) => id)
  return rows.map((row, at) => {
    const state = shownState(row.state, row.last_seen_at, silent)
    return {
      deviceId: row.device_id,
      name: opened[at]?.name ?? null,
      user: opened[at]?.user ?? null,
      state,
      because: state === 'silent' ? null : row.because,
      os: { name: row.os_name, version: row.os_version },
      agentVersion: row.agent_version,
      testRulesOnly: row.has_test_rules,
      lostEvents: Number(row.events_lost),
      enrolledAt: row.enrolled_at.toISOString(),
      lastSeenAt: row.last_seen_at.toISOString(),
      groupId: row.group_id,
      tagIds: (tagsOf.get(row.device_id) ?? []).map(({ tag_id: id }) => id),
    }
  })
}

export async function list(uses: Uses, organizationId: string, query: DeviceQuery): Promise<DeviceList> {
  const place = readCursor(query.cursor)
  const sort = place?.sort ?? query.sort ?? 'name'
  const isBackwards = place?.isBackwards ?? (query.direction ? query.direction === 'down' : isUsuallyBackwards(sort))
  const names = sort === 'name' ? await pageByName(uses, organizationId, query, place, isBackwards) : undefined
  if (names === 'gone') throw badCursor()
  // Only who has asked for no order gets another one than that of names.
  if (sort === 'name' && !names && (query.search || query.sort || place)) throw namesNotReady()
  const known = sort !== 'name' && query.search ? await idsByName(uses, organizationId, query) : undefined
  if (sort !== 'name' && query.search && !known) throw namesNotReady()
  const shown = sort === 'name' && !names ? ('seen' as const) : sort
  const ordered = { sort: shown, isBackwards: names ? isBackwards : shown === sort ? isBackwards : true }
  const matching = place ? null : await countFound(uses, organizationId, query, names?.left)
  return inPlan(uses, organizationId, async (tx) => {
    const rows = names
      ? await readNamed(tx, organizationId, names.ids)
      : await readFound(uses, tx, organizationId, query, { ...ordered, place, known })
    const hasMore = names ? names.hasMore : rows.length > query.limit
    const devices = await show(uses, tx, organizationId, rows.slice(0, query.limit))
    const last = devices.at(-1)
    const at = new Date((ordered.sort === 'enrolled' ? last?.enrolledAt : last?.lastSeenAt) ?? 0)
    const end = last && { ...ordered, state: last.state, at, id: last.deviceId }
    return {
      devices,
      next: hasMore && end ? writeCursor(end) : null,
      matching,
      sort: ordered.sort,
      direction: ordered.isBackwards ? 'down' : 'up',
    }
  })
}

export const readNamed = (tx: Sql, organizationId: string, ids: readonly string[]) => tx<Listed[]>`
  select ${columns(tx)} from pg_catalog.unnest(${ids as string[]}::uuid[]) with ordinality as wanted (id, place)
  join devices.device d on d.organization_id = ${organizationId} and d.device_id = wanted.id order by wanted.place`

/** Of so many found by name it is quicker to look through the order for them than to put them in order. */
const mostSorted = 2_000

async function readFound(
  uses: Pick<Uses, 'clock'>,
  tx: Sql,
  organizationId: string,
  query: DeviceQuery,
  ordered: Ordered,
): Promise<Listed[]> {
  const { known, sort, isBackwards } = ordered
  if (!known || known.length <= mostSorted) return readSorted(uses, tx, organizationId, query, ordered)
  const wanted = new Set(known)
  const found: Listed[] = []
  let { place } = ordered
  for (let limit = 200; ; limit = Math.min(limit * 4, 10_000)) {
    const rows = await readSorted(
      uses,
      tx,
      organizationId,
      { ...query, limit },
      { ...ordered, place, known: undefined },
    )
    found.push(...rows.filter(({ device_id: id }) => wanted.has(id)))
    const last = rows.at(-1)
    if (found.length > query.limit || rows.length <= limit || !last) return found.slice(0, query.limit + 1)
    const state = shownState(last.state, last.last_seen_at, silentBefore(uses.clock))
    place = {
      sort,
      isBackwards,
      state,
      at: sort === 'enrolled' ? last.enrolled_at : last.last_seen_at,
      id: last.device_id,
    }
  }
}

type Ordered = Pick<Place, 'sort' | 'isBackwards'> & { place: Place | undefined; known: readonly string[] | undefined }

/** One more than the page holds. */
async function readSorted(
  { clock }: Pick<Uses, 'clock'>,
  tx: Sql,
  organizationId: string,
  query: DeviceQuery,
  { sort, isBackwards, place, known }: Ordered,
): Promise<Listed[]> {
  const read = (most: number, order: Place['sort'], backwards: boolean, from: Place | undefined, state?: DeviceState) =>
    tx<Listed[]>`
      select ${columns(tx)} from devices.device d
      ${known ? tx`join pg_catalog.unnest(${known as string[]}::uuid[]) as wanted (id) on d.device_id = wanted.id` : tx``}
      where d.organization_id = ${organizationId} ${matches(tx, organizationId, filterOf(query), clock)}
        ${state ? stateIs(tx, state, silentBefore(clock)) : tx``}
        ${from ? behind(tx, organizationId, { ...from, sort: order, isBackwards: backwards }) : tx``}
      ${orderBy(tx, order, backwards)} limit ${most}`
  if (sort !== 'state') return read(query.limit + 1, sort, isBackwards, place)
  // State by state, the latest seen of each first: that of silence is not in the row, and each has its own part of an index.
  const states = statesInOrder(isBackwards)
  const rows: Listed[] = []
  for (const state of states.slice(place ? states.indexOf(place.state) : 0)) {
    const from = place?.state === state ? place : undefined
    rows.push(...(await read(query.limit + 1 - rows.length, 'seen', true, from, state)))
    if (rows.length > query.limit) break
  }
  return rows
}

export function read(uses: Uses, organizationId: string, deviceId: string, viewer: Viewer): Promise<DeviceDetail> {
  const { database, sealed } = uses
  return database.inOrganization(organizationId, async (tx) => {
    const [row] = await tx<Row[]>`
      select * from devices.device where organization_id = ${organizationId} and device_id = ${deviceId}`
    if (!row) throw deviceNotFound()
    const [listed] = await show(uses, tx, organizationId, [row])
    const { serial, addresses } = await sealed.device.openOne(row, ['serial', 'addresses'])
    return {
      ...(listed as ListedDevice),
      serial: serial ?? null,
      addresses: addresses ? (JSON.parse(addresses) as string[]) : [],
      kernel: row.os.kernel ?? null,
      architecture: row.os.architecture,
      asRoot: row.as_root ?? false,
      isIsolated: row.is_isolated,
      updatedAt: row.updated_at.toISOString(),
      protections: row.protections.map(({ name, state, why, since }) => ({ name, state, why: why ?? null, since })),
      rules: row.rules,
      knownBad: row.caches,
      policyVersion: Number(row.policy_version),
      spool: { waiting: Number(row.events_waiting), lost: Number(row.events_lost) },
      actions: await listActions(uses, tx, { organizationId, deviceId }, viewer),
    }
  })
}

/** What devices are called. One that was removed, or whose key is gone, has no name any more and is missing. */
export async function namesOf(
  { sealed }: Pick<Uses, 'sealed'>,
  tx: Sql,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await tx<{ organization_id: string; device_id: string; sealed: Buffer }[]>`
    select organization_id, device_id, sealed from devices.names_of(${ids as string[]}::uuid[])`
  const opened = await sealed.device.open(rows, ['name'])
  return new Map(
    rows.flatMap(({ device_id: id }, at) => {
      const name = opened[at]?.name
      return typeof name === 'string' ? [[id, name] as const] : []
    }),
  )
}
