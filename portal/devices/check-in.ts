import type { Clock } from '#base/clock'
import type { Policies } from '#portal/policies'
import type { RuleSets } from '#portal/rule-sets'
import type { Subscriptions } from '#portal/subscriptions'
import type { Database, Sql } from '#server/database'
import { type Uses as ActionUses, openActions } from './actions.ts'
import type { CheckedIn, CheckIn } from './api.ts'
import { sealedOf } from './enrol.ts'
import { notEnrolled } from './errors.ts'
import type { Hearing } from './hear.ts'
import type { DeviceSealer, Sealed } from './sealed.ts'
import { judge } from './state.ts'

export type Device = { readonly deviceId: string; readonly organizationId: string }

export type Uses = ActionUses & {
  readonly database: Database
  readonly clock: Clock
  readonly sealed: Sealed
  readonly policies: Pick<Policies, 'forDevice'>
  readonly ruleSets: Pick<RuleSets, 'forDevice'>
  readonly hearing: Hearing
  readonly subscriptions: Pick<Subscriptions, 'collects'>
  readonly cloud: () => CheckedIn['cloud']
}

type Row = {
  organization_id: string
  device_id: string
  sealed: Buffer
  agent_version: string
  group_id: string | null
  collects: boolean
}

/** What a device tells of itself is taken as it says; what it does not name stays. */
export async function takeCheckIn(uses: Uses, device: Device, told: CheckIn): Promise<CheckedIn> {
  const { hearing } = uses
  const { policyVersion } = told
  const mark = await hearing.mark(device.organizationId, told)
  return (await hearing.hear({ ...device, mark, policyVersion })) ?? takeNew(uses, device, told, mark)
}

async function takeNew(
  uses: Uses,
  { deviceId, organizationId }: Device,
  told: CheckIn,
  mark: string,
): Promise<CheckedIn> {
  const { database, policies, ruleSets, subscriptions, hearing } = uses
  const answer = await database.inOrganization(organizationId, async (tx) => {
    const [row] = await tx<Row[]>`
      select organization_id, device_id, sealed, agent_version, group_id, ${subscriptions.collects(tx, 'endpoint-protection')} as collects
      from devices.device where organization_id = ${organizationId} and device_id = ${deviceId} for no key update`
    // Removed between its signature and here.
    if (!row) throw notEnrolled()
    const place = { organizationId, groupId: row.group_id, deviceId }
    const { settings, policy } = await policies.forDevice(tx, place, told.policyVersion)
    // EP-14: of what is not subscribed to nothing is kept. The device goes on protecting whoever uses it, by the policy that it is told.
    if (row.collects) await keep(uses, tx, row, told, settings.reportOnly, policy ? null : mark)
    const [actions, sets] = await Promise.all([
      row.collects ? openActions(uses, tx, organizationId, deviceId) : [],
      ruleSets.forDevice(tx, settings.ruleSets),
    ])
    return {
      policy: policy ?? null,
      ruleSets: sets,
      actions,
      collects: row.collects,
      cloud: uses.cloud(),
    }
  })
  return { ...answer, next: await hearing.next(organizationId, answer.actions.length > 0) }
}

/** What a device tells of itself is taken as it says; what it does not name stays. */
async function keep(
  { clock, sealed }: Uses,
  tx: Sql,
  row: Row,
  told: CheckIn,
  isReportOnly: boolean,
  mark: string | null,
): Promise<void> {
  const { organization_id: organizationId, device_id: deviceId } = row
  const now = clock.now()
  const value = await changedIdentity(sealed.device, row, told)
  const { state, because } = judge(told, isReportOnly)
  await tx`
    update devices.device set
      ${value ? tx`sealed = ${value},` : tx``}
      ${told.language ? tx`language = ${told.language},` : tx``}
      os = ${tx.json(told.os as never)}, agent_version = ${told.agentVersion}, as_root = ${told.asRoot},
      ${told.agentVersion === row.agent_version ? tx`` : tx`updated_at = ${now},`}
      state = ${state}, because = ${because ? tx.json(because) : null}, protections = ${tx.json(told.protections as never)},
      rules = ${tx.json(told.rules)}, caches = ${tx.json(told.caches)}, policy_version = ${told.policyVersion},
      events_waiting = ${told.spool.waiting}, events_lost = greatest(events_lost, ${told.spool.lost}),
      is_isolated = ${told.isolated ?? false}, last_seen_at = ${now}, told = ${mark}
    where organization_id = ${organizationId} and device_id = ${deviceId}`
  if (value) sealed.names.changed(tx, organizationId, [deviceId])
}

/** Sealed anew only if something is other than before: a check-in every few seconds must not make every row new. */
async function changedIdentity(sealer: DeviceSealer, row: Row, told: CheckIn): Promise<Buffer | undefined> {
  const named = Object.entries(sealedOf({ ...told, name: told.name ?? '' })).filter(
    ([field]) => told[field as 'name' | 'user' | 'serial' | 'addresses'] !== undefined,
  )
  if (named.length === 0) return undefined
  const before = await sealer.openOne(row, ['name', 'user', 'serial', 'addresses'])
  const changes = Object.fromEntries(named.filter(([field, value]) => (before[field as 'name'] ?? null) !== value))
  return Object.keys(changes).length === 0 ? undefined : sealer.change(row, changes)
}
