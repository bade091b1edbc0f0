import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Devices } from '#portal/devices'
import type { Database, Sql } from '#server/database'
import type { DetectionDetail, DetectionList, detectionQuery, Finding, ListedDetection } from './api.ts'
import { badCursor, detectionNotFound } from './errors.ts'
import type { DetectionSealer } from './take.ts'

export type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly sealer: DetectionSealer
  readonly devices: Pick<Devices, 'names' | 'countLost' | 'readActions'>
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
  is_seen_late: boolean
  quarantine_id: string | null
  sealed: Buffer
}

/** Whose eyes: of the organisation itself, or of one that looks after it, which sees no names of home folders (A-37). */
export type Viewer = { readonly isOwn: boolean }

/** The part of a path that names a person. */
export const maskPath = (path: string): string =>
  path.replace(/^(\/(?:home|Users|var\/home|export\/home)\/)[^/]+/, '$1…')

type Place = { at: Date; id: string }
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

type Process = NonNullable<DetectionDetail['processDetail']>

async function show(
  { sealer, devices }: Uses,
  tx: Sql,
  rows: readonly Row[],
  { isOwn }: Viewer,
): Promise<ListedDetection[]> {
  const opened = await sealer.open(rows, ['path', 'process', 'user'])
  const names = await devices.names(tx, [...new Set(rows.map((row) => row.device_id))])
  const masked = (path: string | null | undefined) => (path && !isOwn ? maskPath(path) : (path ?? null))
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
      user: isOwn ? (user ?? null) : null,
      done: row.done,
      fate: row.fate,
      seenLate: row.is_seen_late,
    }
  })
}

export function list(
  uses: Uses,
  organizationId: string,
  query: z.output<typeof detectionQuery>,
  viewer: Viewer,
): Promise<DetectionList> {
  const before = readCursor(query.cursor)
  const { database, clock, devices } = uses
  return database.inOrganization(organizationId, async (tx) => {
    const found = await tx<Row[]>`
      select * from detections.detection
      where organization_id = ${organizationId}
        ${query.deviceId ? tx`and device_id = ${query.deviceId}` : tx``}
        ${query.done ? tx`and done = ${query.done}` : tx``}
        ${before ? tx`and (received_at, detection_id) < (${before.at}, ${before.id})` : tx``}
      order by received_at desc, detection_id desc limit ${pageSize + 1}`
    const rows = found.slice(0, pageSize)
    const last = rows.at(-1)
    const now = clock.now().getTime()
    const first = new Date((Math.floor(now / day) - shownDays + 1) * day)
    const counted = await tx<{ day: string; count: number; open: number }[]>`
      select to_char(received_at at time zone 'UTC', 'YYYY-MM-DD') as day, count(*)::int as count,
        count(*) filter (where (done in ('reported', 'failed') and fate = 'none') or fate = 'failed')::int as open
      from detections.detection
      where organization_id = ${organizationId} and received_at >= ${first}
        ${query.deviceId ? tx`and device_id = ${query.deviceId}` : tx``}
      group by 1`
    const byDay = new Map(counted.map((one) => [one.day, one]))
    const days = Array.from({ length: shownDays }, (_, at) => {
      const name = new Date(first.getTime() + at * day).toISOString().slice(0, 10)
      return { day: name, count: byDay.get(name)?.count ?? 0 }
    })
    const sum = (of: 'count' | 'open') => counted.reduce((total, one) => total + one[of], 0)
    return {
      detections: await show(uses, tx, rows, viewer),
      next: found.length > pageSize && last ? writeCursor({ at: last.received_at, id: last.detection_id }) : null,
      counts: {
        all: sum('count'),
        today: days.at(-1)?.count ?? 0,
        open: sum('open'),
        lost: await devices.countLost(tx),
      },
      days,
    }
  })
}

export function read(
  uses: Uses,
  organizationId: string,
  detectionId: string,
  viewer: Viewer,
): Promise<DetectionDetail> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const [row] = await tx<Row[]>`
      select * from detections.detection where organization_id = ${organizationId} and detection_id = ${detectionId}`
    if (!row) throw detectionNotFound()
    const [listed] = await show(uses, tx, [row], viewer)
    const opened = await uses.sealer.openOne(row, ['findings', 'not_unpacked', 'process', 'paths'])
    const steps = await tx<{ action_id: string; kind: 'restore' | 'delete' }[]>`
      select action_id, kind from detections.step
      where organization_id = ${organizationId} and detection_id = ${detectionId} order by requested_at, action_id limit 50`
    const actions = await uses.devices.readActions(
      tx,
      steps.map(({ action_id }) => action_id),
    )
    const process = opened.process ? (JSON.parse(opened.process) as Process) : null
    const paths = opened.paths ? (JSON.parse(opened.paths) as string[]) : []
    const { isOwn } = viewer
    const hidden =
      process && !isOwn ? { ...process, user: undefined, path: process.path && maskPath(process.path) } : process
    return {
      ...(listed as ListedDetection),
      sha256: row.sha256?.toString('hex') ?? null,
      bytes: row.bytes === null ? null : Number(row.bytes),
      type: row.file_type,
      licence: row.licence,
      findings: opened.findings ? (JSON.parse(opened.findings) as Finding[]) : [],
      notUnpacked: opened.not_unpacked ? (JSON.parse(opened.not_unpacked) as DetectionDetail['notUnpacked']) : [],
      processDetail: hidden,
      files: row.files === null ? null : Number(row.files),
      paths: isOwn ? paths : paths.map(maskPath),
      canRestore: isInQuarantine(row) && listed?.device.name !== null,
      canDelete: isInQuarantine(row) && listed?.device.name !== null,
      steps: steps.flatMap(({ action_id, kind }) => {
        const action = actions.get(action_id)
        if (!action) return []
        const { state, why, reason, at, endedAt } = action
        return [{ kind, state, why, reason, at: at.toISOString(), endedAt: endedAt?.toISOString() ?? null }]
      }),
    }
  })
}

/** So many are counted: more would take as long as there are. */
const mostCounted = 10_000

/** Of the days that are shown, up to 10,001 of each; `tx` sees the organisation. Open ones have an index of their own. */
export async function count({ clock }: Pick<Uses, 'clock'>, tx: Sql): Promise<{ all: number; open: number }> {
  const first = new Date(clock.now().getTime() - shownDays * day)
  const [row] = await tx<{ all: number; open: number }[]>`
    select
      (select count(*)::int from (select 1 from detections.detection where received_at >= ${first} limit ${mostCounted + 1}) counted) as "all",
      (select count(*)::int from (select 1 from detections.detection where received_at >= ${first}
        and ((done in ('reported', 'failed') and fate = 'none') or fate = 'failed') limit ${mostCounted + 1}) counted) as open`
  return { all: row?.all ?? 0, open: row?.open ?? 0 }
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
