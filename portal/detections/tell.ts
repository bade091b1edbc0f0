import type { Sql } from '#server/database'
import type { DetectionState, Resolution, Severity } from './api.ts'
import { type Place, severityOf } from './find.ts'
import type { Row } from './list.ts'
import type { DetectionSealer } from './take.ts'

export type ToldDetection = {
  readonly deviceId: string
  readonly kind: Row['kind']
  readonly happenedAt: Date
  readonly rule: string
  readonly ruleSet: string
  readonly severity: Severity
  readonly done: Row['done']
  readonly sha256: string | null
  readonly path?: string | null
  readonly user?: string | null
}
/** How it stood right after somebody did something about it. */
export type ToldChange = {
  readonly detectionId: string
  readonly what: 'state' | 'assignee'
  readonly state: DetectionState
  readonly resolution: Resolution | null
  readonly isAssigned: boolean
  readonly assigneeId: string | null
}

export type Came = Place & { readonly severity: number; readonly isStopped: boolean }

/** What came behind a place and before a time, the oldest first. `tx` sees the organisation. */
export async function came(tx: Sql, organizationId: string, after: Place, to: Date, most: number): Promise<Came[]> {
  return tx<Came[]>`
    select detection_id as id, received_at as at, severity, done not in ('reported', 'failed') as "isStopped" from detections.detection
    where organization_id = ${organizationId} and (received_at, detection_id) > (${after.at}, ${after.id}) and received_at < ${to}
    order by received_at, detection_id limit ${most}`
}

/** What people did, likewise; what they wrote is for themselves. */
export async function changes(tx: Sql, organizationId: string, after: Place, to: Date, most: number): Promise<Place[]> {
  return tx<Place[]>`
    select change_id as id, changed_at as at from detections.change
    where organization_id = ${organizationId} and what <> 'note' and (changed_at, change_id) > (${after.at}, ${after.id}) and changed_at < ${to}
    order by changed_at, change_id limit ${most}`
}

export async function tell(
  sealer: DetectionSealer,
  tx: Sql,
  organizationId: string,
  detectionId: string,
  hasNames: boolean,
): Promise<ToldDetection | undefined> {
  const [row] = await tx<Row[]>`
    select * from detections.detection where organization_id = ${organizationId} and detection_id = ${detectionId}`
  if (!row) return undefined
  const { path = null, user = null } = hasNames ? await sealer.openOne(row, ['path', 'user']) : {}
  return {
    deviceId: row.device_id,
    kind: row.kind,
    happenedAt: row.happened_at,
    rule: row.rule,
    ruleSet: row.rule_set,
    severity: severityOf(row.severity),
    done: row.done,
    sha256: row.sha256?.toString('hex') ?? null,
    ...(hasNames ? { path, user } : {}),
  }
}

/** Each change counts the version up by one, so what held then is the newest of its kind up to there. */
export async function tellChange(tx: Sql, organizationId: string, changeId: string): Promise<ToldChange | undefined> {
  const [change] = await tx<[ToldChange]>`
    select c.detection_id as "detectionId", c.what, coalesce(s.state_after, 'new') as state, s.resolution_after as resolution,
      a.assignee_after is not null as "isAssigned", a.assignee_after as "assigneeId"
    from detections.change c
    left join lateral (select state_after, resolution_after from detections.change s
      where s.organization_id = c.organization_id and s.detection_id = c.detection_id and s.what = 'state' and s.version <= c.version
      order by s.version desc limit 1) s on true
    left join lateral (select assignee_after from detections.change a
      where a.organization_id = c.organization_id and a.detection_id = c.detection_id and a.what = 'assignee' and a.version <= c.version
      order by a.version desc limit 1) a on true
    where c.organization_id = ${organizationId} and c.change_id = ${changeId} and c.what <> 'note'`
  return change
}
