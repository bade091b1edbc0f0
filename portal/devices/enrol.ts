import type { KeyObject } from 'node:crypto'
import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Audit } from '#portal/audit'
import { type By, enter, type Organizations } from '#portal/organizations'
import type { Policies } from '#portal/policies'
import type { DevicePolicy } from '#portal/policies/api'
import type { Subscriptions } from '#portal/subscriptions'
import { type Database, type Sql, violatedConstraint } from '#server/database'
import type { Enrolled, Enrolment } from './api.ts'
import { findCode } from './codes.ts'
import { codeExpired, codeUsed, codeWrong, enrolledMeanwhile } from './errors.ts'
import type { Sealed } from './sealed.ts'
import { nextCheckIn } from './state.ts'

export type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly sealed: Sealed
  readonly audit: Pick<Audit, 'record' | 'note'>
  readonly organizations: Pick<Organizations, 'describe'>
  readonly policies: Pick<Policies, 'forDevice'>
  readonly subscriptions: Pick<Subscriptions, 'admit'>
  /** The portal's own, public. */
  readonly portalKey: () => KeyObject
}

type Known = {
  organization_id: string
  device_id: string
  public_key: Buffer
  code_id: string
  sealed: Buffer
  group_id: string | null
}

export const sealedOf = ({
  name,
  user,
  serial,
  addresses,
}: Pick<Enrolment, 'name' | 'serial' | 'addresses'> & { readonly user?: string | null | undefined }) => ({
  name,
  user: user ?? null,
  serial: serial ?? null,
  addresses: addresses ? JSON.stringify(addresses) : null,
})

/**
 * The same hardware of an organisation is the same device: a new key replaces the one before. A device that did not hear the answer asks again with
 * the same code and key, and that uses the code no second time.
 */
export async function enrol(uses: Uses, enrolment: Enrolment, from: By['from']): Promise<Enrolled> {
  try {
    return await enrolOnce(uses, enrolment, from)
  } catch (error) {
    if (violatedConstraint(error) !== 'device_organization_id_hardware_token_key') throw error
    // Another request has enrolled this hardware at the same moment: now it is found.
    return await enrolOnce(uses, enrolment, from).catch((again: unknown) => {
      throw violatedConstraint(again) ? enrolledMeanwhile(again) : again
    })
  }
}

async function enrolOnce(uses: Uses, enrolment: Enrolment, from: By['from']): Promise<Enrolled> {
  const { database, clock, sealed, audit, organizations, policies } = uses
  const { organizationId, codeId } = await findCode(uses, database.sql, enrolment.code)
  const hardware = await sealed.device.token('hardware', enrolment.hardwareHash, organizationId)
  const publicKey = Buffer.from(enrolment.publicKey, 'base64url')
  const by: By = { actor: { kind: 'program', name: 'agent' }, from }
  return database.transaction(async (tx) => {
    await enter(tx, organizationId)
    const [known] = await tx<Known[]>`
      select organization_id, device_id, public_key, code_id, sealed, group_id from devices.device
      where organization_id = ${organizationId} and hardware_token = ${hardware} for update`
    const isAgain = known?.code_id === codeId && known.public_key.equals(publicKey)
    if (!isAgain) {
      // EP-14: of a device that is known already nothing new is taken either. It has its seat.
      const count = known ? undefined : () => countAll(tx, organizationId)
      await uses.subscriptions.admit(tx, organizationId, 'endpoint-protection', count)
      await spendCode(uses, tx, organizationId, codeId)
    }
    const deviceId = known?.device_id ?? newId(clock.now().getTime())
    if (!isAgain) {
      const now = clock.now()
      const values = { ...sealedOf(enrolment), hardware: enrolment.hardwareHash }
      const value = known
        ? await sealed.device.change(known, values)
        : await sealed.device.sealOne({ organization_id: organizationId, device_id: deviceId }, values)
      const os = tx.json(enrolment.os as never)
      if (known)
        await tx`
          update devices.device set public_key = ${publicKey}, code_id = ${codeId}, sealed = ${value}, language = ${enrolment.language ?? null},
            os = ${os}, agent_version = ${enrolment.agentVersion}, updated_at = ${now}, last_seen_at = ${now}, policy_version = 0, told = null
          where organization_id = ${organizationId} and device_id = ${deviceId}`
      else
        await tx`
          insert into devices.device (organization_id, device_id, public_key, hardware_token, code_id, sealed, language, os, agent_version,
            state, enrolled_at, updated_at, last_seen_at)
          values (${organizationId}, ${deviceId}, ${publicKey}, ${hardware}, ${codeId}, ${value}, ${enrolment.language ?? null}, ${os},
            ${enrolment.agentVersion}, 'off', ${now}, ${now}, ${now})`
      sealed.names.changed(tx, organizationId, [deviceId])
      const target = { kind: 'device', id: deviceId } as const
      const action = known ? 'devices.enrolled_again' : 'devices.enrolled'
      await audit.record(tx, { organizationId, action, target, details: { code: codeId }, ...by })
      await audit.note(tx, { organizationId, what: 'device_enrolled', target })
    }
    const organization = (await organizations.describe(tx, [organizationId])).get(organizationId)
    const place = { organizationId, groupId: known?.group_id, deviceId }
    const { policy } = await policies.forDevice(tx, place, 0)
    return {
      deviceId,
      organizationId,
      organizationName: organization?.name ?? '',
      portalKey: uses.portalKey().export({ format: 'jwk' }).x ?? '',
      policy: policy as DevicePolicy,
      next: nextCheckIn(0, true),
    }
  })
}

async function countAll(tx: Sql, organizationId: string): Promise<number> {
  const [row] = await tx<[{ count: number }]>`
    select count(*)::int as count from devices.device where organization_id = ${organizationId}`
  return row.count
}

/** One statement decides who is the last. */
async function spendCode({ clock }: Uses, tx: Sql, organizationId: string, codeId: string): Promise<void> {
  const used = await tx`
    update devices.code set used = used + 1
    where organization_id = ${organizationId} and code_id = ${codeId} and used < uses and expires_at > ${clock.now()}`
  if (used.count > 0) return
  const [row] = await tx<{ expires_at: Date }[]>`
    select expires_at from devices.code where organization_id = ${organizationId} and code_id = ${codeId}`
  throw !row ? codeWrong() : row.expires_at <= clock.now() ? codeExpired() : codeUsed()
}
