import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import type { Devices } from '#portal/devices'
import { type By, enter } from '#portal/organizations'
import type { Database, Sql } from '#server/database'
import { detectionNotFound, notInQuarantine, underWay } from './errors.ts'
import { isInQuarantine, type Row } from './list.ts'

type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly audit: Pick<Audit, 'record'>
  readonly devices: Pick<Devices, 'requestIn'>
}

export type Wanted = { readonly kind: 'restore'; readonly reason: string } | { readonly kind: 'delete' }

const began = { restore: 'restoring', delete: 'deleting' } as const
const ended = { restore: 'restored', delete: 'deleted' } as const

/** The device is asked, and says later how it ended. */
export function act(
  { database, clock, audit, devices }: Uses,
  organizationId: string,
  detectionId: string,
  wanted: Wanted,
  by: By,
): Promise<void> {
  return database.inOrganization(organizationId, async (tx) => {
    const [row] = await tx<Pick<Row, 'device_id' | 'quarantine_id' | 'fate'>[]>`
      select device_id, quarantine_id, fate from detections.detection
      where organization_id = ${organizationId} and detection_id = ${detectionId} for update`
    if (!row) throw detectionNotFound()
    if (row.fate === 'restoring' || row.fate === 'deleting') throw underWay()
    if (!isInQuarantine(row) || row.quarantine_id === null) throw notInQuarantine()
    const todo = { ...wanted, quarantineId: row.quarantine_id }
    const actionId = await devices.requestIn(tx, { organizationId, deviceId: row.device_id }, todo, by)
    await tx`
      insert into detections.step (organization_id, action_id, detection_id, kind, requested_at)
      values (${organizationId}, ${actionId}, ${detectionId}, ${wanted.kind}, ${clock.now()})`
    await setFate(tx, clock.now(), organizationId, detectionId, began[wanted.kind])
    const action = wanted.kind === 'restore' ? 'detections.restore_requested' : 'detections.delete_requested'
    const target = { kind: 'detection', id: detectionId } as const
    await audit.record(tx, { organizationId, action, target, details: { request: actionId }, ...by })
  })
}

async function setFate(
  tx: Sql,
  now: Date,
  organizationId: string,
  detectionId: string,
  fate: Row['fate'],
): Promise<void> {
  await tx`
    update detections.detection set fate = ${fate}, changed_at = ${now}
    where organization_id = ${organizationId} and detection_id = ${detectionId}`
}

/** In the transaction of the message that tells how the device's request ended. */
export async function finish(
  { clock, audit }: Pick<Uses, 'clock' | 'audit'>,
  tx: Sql,
  { organizationId, actionId, state }: { organizationId: string; actionId: string; state: string },
): Promise<void> {
  await enter(tx, organizationId)
  const [step] = await tx<{ detection_id: string; kind: Wanted['kind'] }[]>`
    select detection_id, kind from detections.step where organization_id = ${organizationId} and action_id = ${actionId}`
  if (!step) return
  const isDone = state === 'done'
  await setFate(tx, clock.now(), organizationId, step.detection_id, isDone ? ended[step.kind] : 'failed')
  if (!isDone) return
  await audit.record(tx, {
    organizationId,
    action: step.kind === 'restore' ? 'detections.restored' : 'detections.deleted',
    target: { kind: 'detection', id: step.detection_id },
    actor: { kind: 'program', name: 'agent' },
    details: { request: actionId },
  })
}

/** A device that was removed sends nothing any more. */
export async function forgetSpools(tx: Sql, organizationId: string, deviceId: string): Promise<void> {
  await enter(tx, organizationId)
  await tx`delete from detections.spool where organization_id = ${organizationId} and device_id = ${deviceId}`
}
