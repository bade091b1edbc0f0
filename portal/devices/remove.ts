import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import type { By } from '#portal/organizations'
import type { Policies } from '#portal/policies'
import type { Database } from '#server/database'
import type { Messages } from '#server/messages'
import type { Device } from './check-in.ts'
import { deviceNotFound } from './errors.ts'
import type { Sealed } from './sealed.ts'

type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly sealed: Sealed
  readonly audit: Pick<Audit, 'record' | 'note'>
  readonly messages: Pick<Messages, 'publish'>
  readonly policies: Pick<Policies, 'forget'>
}

/**
 * It may ask nothing any more, and its key goes within seconds: of what was found on it stays what and when, without where and by whom. There is no
 * way back; the device is enrolled anew.
 */
export function remove(
  { database, sealed, audit, messages, policies }: Uses,
  { organizationId, deviceId }: Device,
  by: By,
): Promise<void> {
  return database.inOrganization(organizationId, async (tx) => {
    const gone =
      await tx`delete from devices.device where organization_id = ${organizationId} and device_id = ${deviceId}`
    if (gone.count === 0) throw deviceNotFound()
    sealed.names.changed(tx, organizationId, [deviceId])
    await policies.forget(tx, organizationId, [deviceId])
    const target = { kind: 'device', id: deviceId } as const
    await audit.record(tx, { organizationId, action: 'devices.removed', target, ...by })
    await audit.note(tx, { organizationId, what: 'device_removed', target })
    await messages.publish(tx, 'devices.removed', deviceId, { organization: organizationId, device: deviceId })
  })
}
