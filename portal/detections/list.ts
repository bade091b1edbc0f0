import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Devices } from '#portal/devices'
import { pathFor, type Viewer } from '#portal/organizations'
import type { People } from '#portal/people'
import type { Database, Sql } from '#server/database'
import {
  type DetectionDetail,
  type DetectionList,
  type DetectionState,
  type detectionQuery,
  type ListedDetection,
  mostCounted,
  type Resolution,
} from './api.ts'
import { readAssignees } from './assignees.ts'
import { badCursor } from './errors.ts'
import { countFitting, find, hasFilter, type Place, severityOf } from './find.ts'
import type { DetectionSealer } from './take.ts'

export type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly sealer: DetectionSealer
  readonly devices: Pick<Devices, 'names' | 'countLost' | 'readActions'>
  readonly people: Pick<People, 'names' | 'whoMay'>
}

const pageSize = 50
const shownDays = 30
const day = 86_400_000

export type Row = {
  organization_id: string
  detection_id: string
  device_id: string
  kind: 'detection' | 'encryptor'
  happened_at: Date
  received_at: Date
  changed_at: Date
  rule: string
  rule_set: string
  author: string | null
  licence: string | null
  source: ListedDetection['source']
  sha256: Buffer | null
  bytes: string | null
  file_type: string | null
  files: string | null
  done: ListedDetection['done']
  fate: ListedDetection['fate']
  state: DetectionState
  resolution: Resolution | null
  severity: number
  version: number
  is_seen_late: boolean
  quarantine_id: string | null
  sealed: Buffer
}

const writeCursor = ({ at, id }: Place) => Buffer.from(`${at.toISOString()} ${id}`).toString('base64url')
export function readCursor(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
    Buffer.from(cursor, 'base64url').toString('latin1'),
  )
  const at = new Date(match?.[1] ?? Number.NaN)
  if (!match || Number.isNaN(at.getTime())) throw badCursor()
  return { at, id: match[2] as string }
}

export type Process = NonNullable<DetectionDetail['processDetail']>

export async function show(
  { sealer, devices, people }: Uses,
  tx: Sql,
  organizationId: string,
  rows: readonly Row[],
  viewer: Viewer,
): Promise<ListedDetection[]> {
  const opened = await sealer.open(rows, ['path', 'process', 'user'])
  const names = await devices.names(tx, [...new Set(rows.map((row) => row.device_id))])
  const assigneeOf = await readAssignees(
    people,
    tx,
    organizationId,
    rows.map((row) => row.detection_id),
  )
  const masked = (path: string | null | undefined) => (path ? pathFor(viewer, path) : null)
  return rows.map((row, at) => {
    const { path, process, user } = opened[at] ?? {}
    return {
      detectionId: row.detection_id,
      kind: row.kind,
      happenedAt: row.happened_at.toISOString(),
      receivedAt: row.received_at.toISOString(),
      device: { deviceId: row.device_id, name: names.get(row.device_id) ?? null },
      rule: row.rule,
      ruleSet: row.rule_set,
      author: row.author,
      source: row.source,
      path: masked(path),
      process: process ? masked((JSON.parse(process) as Process).path) : null,
      user: viewer.isOwn ? (user ?? null) : null,
      done: row.done,
      fate: row.fate,
      seenLate: row.is_seen_late,
      severity: severityOf(row.severity),
      state: row.state,
      resolution: row.resolution,
      assignee: assigneeOf.get(row.detection_id) ?? null,
      version: row.version,
    }
  })
}

export function list(
  uses: Uses,
  organizationId: string,
  { cursor, ...filter }: z.output<typeof detectionQuery>,
  viewer: Viewer,
): Promise<DetectionList> {
  const place = readCursor(cursor)
  const { database, clock, devices } = uses
  return database.inOrganization(organizationId, async (tx) => {
    await planEach(tx)
    const { ids, next } = await find(tx, { organizationId, filter, place }, pageSize)
    const rows = await tx<Row[]>`
      select d.* from pg_catalog.unnest(${ids}::uuid[]) with ordinality as wanted (id, place)
      join detections.detection d on d.organization_id = ${organizationId} and d.detection_id = wanted.id order by wanted.place`
    const days = await countDays(tx, clock.now(), organizationId, filter.deviceId)
    return {
      detections: await show(uses, tx, organizationId, rows, viewer),
      next: next ? writeCursor(next) : null,
      matching: !place && hasFilter(filter) ? await countFitting(tx, organizationId, filter) : null,
      counts: {
        all: days.reduce((sum, { count }) => sum + count, 0),
        today: days.at(-1)?.count ?? 0,
        open: await countOpen(tx, clock.now(), filter.deviceId),
        lost: await devices.countLost(tx),
      },
      days,
    }
  })
}

/** PostgreSQL would soon plan one statement for whichever filter, of a million rows or of ten. */
const planEach = (tx: Sql) => tx`select pg_catalog.set_config('plan_cache_mode', 'force_custom_plan', true)`

const firstDay = (now: Date) => new Date((Math.floor(now.getTime() / day) - shownDays + 1) * day)

/** Kept as they come; of one device, its newest ten thousand. `tx` sees the organisation. */
async function countDays(tx: Sql, now: Date, organizationId: string, deviceId?: string) {
  const first = firstDay(now)
  const counted = deviceId
    ? await tx<{ day: string; count: number }[]>`
        select to_char(received_at at time zone 'UTC', 'YYYY-MM-DD') as day, count(*)::int as count from (
          select received_at from detections.detection
          where organization_id = ${organizationId} and device_id = ${deviceId} and received_at >= ${first}
          order by received_at desc limit ${mostCounted}) newest group by 1`
    : await tx<{ day: string; count: number }[]>`
        select to_char(day at time zone 'UTC', 'YYYY-MM-DD') as day, sum(count)::int as count from detections.daily
        where day >= ${first} group by 1`
  const byDay = new Map(counted.map((one) => [one.day, one.count]))
  return Array.from({ length: shownDays }, (_, at) => {
    const name = new Date(first.getTime() + at * day).toISOString().slice(0, 10)
    return { day: name, count: byDay.get(name) ?? 0 }
  })
}

/** What needs somebody, up to 10,001: an index holds just these. `tx` sees the organisation. */
async function countOpen(tx: Sql, now: Date, deviceId?: string): Promise<number> {
  const [row] = await tx<[{ count: number }]>`
    select count(*)::int as count from (
      select 1 from detections.detection
      where received_at >= ${firstDay(now)} ${deviceId ? tx`and device_id = ${deviceId}` : tx``}
        and state <> 'resolved' and ((done in ('reported', 'failed') and fate = 'none') or fate = 'failed')
      limit ${mostCounted + 1}) counted`
  return row.count
}

/** Of the days that are shown; `tx` sees the organisation. */
export async function count(
  { clock }: Pick<Uses, 'clock'>,
  tx: Sql,
  organizationId: string,
): Promise<{ all: number; open: number }> {
  const days = await countDays(tx, clock.now(), organizationId)
  return { all: days.reduce((sum, one) => sum + one.count, 0), open: await countOpen(tx, clock.now()) }
}

/** Of those that the portal heard of in a time; what has become of them is as it is now. `tx` sees the organisation. */
export async function countBetween(
  tx: Sql,
  organizationId: string,
  { from, until }: { readonly from: Date; readonly until: Date },
): Promise<{ found: number; critical: number; unresolved: number; handled: number }> {
  const [row] = await tx<[{ found: number; critical: number; handled: number }]>`
    select count(*)::int as found, count(*) filter (where severity = 5)::int as critical,
      count(*) filter (where state = 'resolved')::int as handled
    from detections.detection
    where organization_id = ${organizationId} and received_at >= ${from} and received_at < ${until}`
  return { ...row, unresolved: row.found - row.handled }
}

/** So that it can be put back or deleted; what is under way or has failed before may be tried again. */
export const isInQuarantine = ({ quarantine_id, fate }: Pick<Row, 'quarantine_id' | 'fate'>): boolean =>
  quarantine_id !== null && (fate === 'none' || fate === 'failed')

/** The newest change there is: two index look-ups, however many rows. */
export function readLatest({ database }: Pick<Uses, 'database'>, organizationId: string): Promise<{ mark: string }> {
  return database.inOrganization(organizationId, async (tx) => {
    const [row] = await tx<{ changed_at: Date; detection_id: string }[]>`
      select changed_at, detection_id from detections.detection
      where organization_id = ${organizationId} order by changed_at desc, detection_id desc limit 1`
    return { mark: row ? writeCursor({ at: row.changed_at, id: row.detection_id }) : 'none' }
  })
}
