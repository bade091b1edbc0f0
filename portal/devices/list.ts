import type { Clock } from '#base/clock'
import type { Database, Sql } from '#server/database'
import { type Uses as ActionUses, listActions } from './actions.ts'
import type { CheckIn, DeviceDetail, DeviceList, DeviceState, ListedDevice, OperatingSystem } from './api.ts'
import { badCursor, deviceNotFound, namesNotReady } from './errors.ts'
import type { Sealed } from './sealed.ts'
import { type Because, silentAfterMinutes } from './state.ts'

type Uses = ActionUses & { readonly database: Database; readonly clock: Clock; readonly sealed: Sealed }

const pageSize = 50
/** A first page does not wait for the names of thousands to be opened; a search does, nothing else could answer it. */
const patienceMilliseconds = { page: 0, search: 10_000 } as const

type Row = {
  organization_id: string
  device_id: string
  sealed: Buffer
  language: 'fi' | 'en' | null
  os: OperatingSystem
  agent_version: string
  as_root: boolean | null
  state: DeviceState
  because: Because | null
  protections: CheckIn['protections']
  rules: CheckIn['rules']
  caches: CheckIn['caches']
  policy_version: number
  events_waiting: string
  events_lost: string
  is_isolated: boolean
  enrolled_at: Date
  updated_at: Date
  last_seen_at: Date
}

const uuidText = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
type Place = { order: 'name' | 'seen'; at: Date; id: string }

/** Which order the list goes on in, and behind whom. No name: it stands in an address. */
const writeCursor = ({ order, at, id }: Place) =>
  Buffer.from(`${order} ${at.toISOString()} ${id}`).toString('base64url')

export function readCursor(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined
  const match = new RegExp(`^(name|seen) (\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z) (${uuidText})$`).exec(
    Buffer.from(cursor, 'base64url').toString('latin1'),
  )
  const at = new Date(match?.[2] ?? Number.NaN)
  if (!match || Number.isNaN(at.getTime())) throw badCursor()
  return { order: match[1] as Place['order'], at, id: match[3] as string }
}

const silentBefore = (clock: Clock) => new Date(clock.now().getTime() - silentAfterMinutes * 60_000)

/** Who is not heard of is not known to be protected, whatever was said last. */
function stateOf(row: Row, silent: Date): Pick<ListedDevice, 'state' | 'because'> {
  const isSilent = row.last_seen_at < silent && row.state !== 'failed' && row.state !== 'off'
  return isSilent ? { state: 'silent', because: null } : { state: row.state, because: row.because }
}

async function show({ sealed, clock }: Uses, organizationId: string, rows: readonly Row[]): Promise<ListedDevice[]> {
  const opened = await sealed.names.open(organizationId, rows, ['name', 'user'])
  const silent = silentBefore(clock)
  return rows.map((row, at) => ({
    deviceId: row.device_id,
    name: opened[at]?.name ?? null,
    user: opened[at]?.user ?? null,
    ...stateOf(row, silent),
    os: { name: row.os.name, version: row.os.version },
    agentVersion: row.agent_version,
    testRulesOnly: row.rules.testOnly,
    lostEvents: Number(row.events_lost),
    enrolledAt: row.enrolled_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
  }))
}

export type Counts = DeviceList['counts']

/** `tx` sees the organisation. */
export async function count({ clock }: Pick<Uses, 'clock'>, tx: Sql): Promise<Counts> {
  const silent = silentBefore(clock)
  const [row] = await tx<[Record<'all' | 'protected' | 'watching' | 'silent' | 'failing' | 'test_rules_only', number>]>`
    select count(*)::int as "all",
      count(*) filter (where state in ('protected', 'isolated', 'reporting') and last_seen_at >= ${silent})::int as protected,
      count(*) filter (where state = 'watching' and last_seen_at >= ${silent})::int as watching,
      count(*) filter (where state not in ('failed', 'off') and last_seen_at < ${silent})::int as silent,
      count(*) filter (where state in ('failed', 'off'))::int as failing,
      count(*) filter (where (rules ->> 'testOnly')::boolean)::int as test_rules_only
    from devices.device`
  const { test_rules_only: testRulesOnly, ...others } = row
  return { ...others, testRulesOnly }
}

export async function list(
  uses: Uses,
  organizationId: string,
  {
    search,
    state,
    cursor,
  }: { search?: string | undefined; state?: DeviceState | undefined; cursor?: string | undefined },
): Promise<DeviceList> {
  const { database, clock, sealed } = uses
  const place = readCursor(cursor)
  const byName =
    place?.order === 'seen' || state
      ? undefined
      : await sealed.names.page(
          organizationId,
          { search: search || undefined, after: place?.id, limit: pageSize },
          search || place ? patienceMilliseconds.search : patienceMilliseconds.page,
        )
  if (byName === 'gone') throw badCursor()
  if (!byName && !state && (search || place?.order === 'name')) throw namesNotReady()
  return database.inOrganization(organizationId, async (tx) => {
    const silent = silentBefore(clock)
    const rows = byName
      ? await tx<Row[]>`
          select d.* from pg_catalog.unnest(${byName.ids as string[]}::uuid[]) as wanted (id)
          join devices.device d on d.organization_id = ${organizationId} and d.device_id = wanted.id`
      : await tx<Row[]>`
          select * from devices.device
          where organization_id = ${organizationId}
            ${place ? tx`and (last_seen_at, device_id) < (${place.at}, ${place.id})` : tx``}
            ${state === 'silent' ? tx`and last_seen_at < ${silent} and state not in ('failed', 'off')` : tx``}
            ${state && state !== 'silent' ? tx`and state = ${state} and (last_seen_at >= ${silent} or state in ('failed', 'off'))` : tx``}
          order by last_seen_at desc, device_id desc limit ${pageSize + 1}`
    const hasMore = byName ? byName.hasMore : rows.length > pageSize
    const shown = await show(uses, organizationId, byName ? rows : rows.slice(0, pageSize))
    const byId = new Map(shown.map((one) => [one.deviceId, one]))
    const devices = byName ? byName.ids.flatMap((id) => byId.get(id) ?? []) : shown
    const order = byName ? 'name' : 'seen'
    const last = byName ? byName.ids.at(-1) : devices.at(-1)?.deviceId
    const at = new Date((last && byId.get(last)?.lastSeenAt) ?? 0)
    return {
      devices,
      next: hasMore && last ? writeCursor({ order, at, id: last }) : null,
      counts: await count(uses, tx),
      order,
    }
  })
}

export function read(uses: Uses, organizationId: string, deviceId: string): Promise<DeviceDetail> {
  const { database, sealed } = uses
  return database.inOrganization(organizationId, async (tx) => {
    const [row] = await tx<Row[]>`
      select * from devices.device where organization_id = ${organizationId} and device_id = ${deviceId}`
    if (!row) throw deviceNotFound()
    const [listed] = await show(uses, organizationId, [row])
    const { serial, addresses } = await sealed.device.openOne(row, ['serial', 'addresses'])
    return {
      ...(listed as ListedDevice),
      serial: serial ?? null,
      addresses: addresses ? (JSON.parse(addresses) as string[]) : [],
      language: row.language,
      kernel: row.os.kernel ?? null,
      architecture: row.os.architecture,
      asRoot: row.as_root ?? false,
      isIsolated: row.is_isolated,
      updatedAt: row.updated_at.toISOString(),
      protections: row.protections.map(({ name, state, why, since }) => ({ name, state, why: why ?? null, since })),
      rules: row.rules,
      knownBad: row.caches,
      policyVersion: row.policy_version,
      spool: { waiting: Number(row.events_waiting), lost: Number(row.events_lost) },
      actions: await listActions(uses, tx, { organizationId, deviceId }),
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
