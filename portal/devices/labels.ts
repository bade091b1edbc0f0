import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Audit } from '#portal/audit'
import type { By } from '#portal/organizations'
import type { Policies } from '#portal/policies'
import type { Database, Sql } from '#server/database'
import type { Jobs } from '#server/jobs'
import type { Device } from './check-in.ts'
import { emptyGroupJob, emptyHandful } from './empty-group.ts'
import { deviceNotFound, labelNotFound, labelTaken, tooManyLabels } from './errors.ts'
import type { Sealed } from './sealed.ts'

export type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly sealed: Sealed
  readonly audit: Pick<Audit, 'record'>
  readonly policies: Pick<Policies, 'forget'>
  readonly jobs: Pick<Jobs, 'send'>
}

/** Groups and tags: names that an organisation gives its devices to go by. */
export type LabelKind = 'group' | 'tag'
export type Label = { readonly id: string; readonly name: string }

/** More would be another way to number devices. */
const mostLabels = 500

type Row = { organization_id: string; group_id?: string; tag_id?: string; sealed: Buffer }

/** In Finnish order; `tx` sees the organisation. */
export async function readLabels({ sealed }: Pick<Uses, 'sealed'>, tx: Sql, kind: LabelKind): Promise<Label[]> {
  const rows =
    kind === 'group'
      ? await tx<
          Row[]
        >`select organization_id, group_id, sealed from devices.device_group where removed_at is null limit ${mostLabels}`
      : await tx<Row[]>`select organization_id, tag_id, sealed from devices.tag limit ${mostLabels}`
  const opened = await sealed[kind].open(rows, ['name'])
  return rows
    .map((row, at) => ({ id: String(row.group_id ?? row.tag_id), name: opened[at]?.name ?? '' }))
    .sort((one, other) => one.name.localeCompare(other.name, 'fi'))
}

const placeOf = (organizationId: string, kind: LabelKind, id: string) => ({
  organization_id: organizationId,
  [kind === 'group' ? 'group_id' : 'tag_id']: id,
})

/** Two of one name could not be told apart; one at a time, or two people would each make theirs. */
async function checkName(uses: Uses, tx: Sql, organizationId: string, kind: LabelKind, name: string, id?: string) {
  await tx`select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(${organizationId}, 4722))`
  const labels = await readLabels(uses, tx, kind)
  if (id === undefined && labels.length >= mostLabels) throw tooManyLabels()
  const folded = name.toLowerCase()
  if (labels.some((label) => label.id !== id && label.name.toLowerCase() === folded)) throw labelTaken()
}

export async function makeLabel(uses: Uses, organizationId: string, kind: LabelKind, name: string, by: By) {
  const { database, clock, sealed, audit } = uses
  const now = clock.now()
  const id = newId(now.getTime())
  const value = await sealed[kind].sealOne(placeOf(organizationId, kind, id), { name })
  await database.inOrganization(organizationId, async (tx) => {
    await checkName(uses, tx, organizationId, kind, name)
    if (kind === 'group')
      await tx`insert into devices.device_group (organization_id, group_id, sealed, created_at) values (${organizationId}, ${id}, ${value}, ${now})`
    else
      await tx`insert into devices.tag (organization_id, tag_id, sealed, created_at) values (${organizationId}, ${id}, ${value}, ${now})`
    await tell(audit, tx, organizationId, 'devices.label_made', { kind, label: id }, by)
  })
  return id
}

export function renameLabel(uses: Uses, organizationId: string, kind: LabelKind, id: string, name: string, by: By) {
  const { database, sealed, audit } = uses
  return database.inOrganization(organizationId, async (tx) => {
    const [row] =
      kind === 'group'
        ? await tx<Row[]>`
            select organization_id, group_id, sealed from devices.device_group
            where organization_id = ${organizationId} and group_id = ${id} and removed_at is null for update`
        : await tx<Row[]>`
            select organization_id, tag_id, sealed from devices.tag
            where organization_id = ${organizationId} and tag_id = ${id} for update`
    if (!row) throw labelNotFound()
    await checkName(uses, tx, organizationId, kind, name, id)
    const value = await sealed[kind].change(row, { name })
    if (kind === 'group')
      await tx`update devices.device_group set sealed = ${value} where organization_id = ${organizationId} and group_id = ${id}`
    else await tx`update devices.tag set sealed = ${value} where organization_id = ${organizationId} and tag_id = ${id}`
    await tell(audit, tx, organizationId, 'devices.label_renamed', { kind, label: id }, by)
  })
}

/** Devices stay, without it: of a group they are let out some hundred at a time. */
export function removeLabel(uses: Uses, organizationId: string, kind: LabelKind, id: string, by: By) {
  const { database, clock, audit, policies, jobs } = uses
  return database.inOrganization(organizationId, async (tx) => {
    if (kind === 'tag') {
      const gone = await tx`delete from devices.tag where organization_id = ${organizationId} and tag_id = ${id}`
      if (gone.count === 0) throw labelNotFound()
    } else {
      // Locked as if it went at once: nobody says a policy for it meanwhile.
      const [group] = await tx`
        select 1 from devices.device_group
        where organization_id = ${organizationId} and group_id = ${id} and removed_at is null for update`
      if (!group) throw labelNotFound()
      await tx`
        update devices.device_group set removed_at = ${clock.now()} where organization_id = ${organizationId} and group_id = ${id}`
      await policies.forget(tx, organizationId, [id])
      if (await emptyHandful(tx, { organizationId, groupId: id }))
        await jobs.send(tx, emptyGroupJob, { organization: organizationId, group: id })
    }
    await tell(audit, tx, organizationId, 'devices.label_removed', { kind, label: id }, by)
  })
}

/** Which group and tags one device has, whole. */
export function labelDevice(
  { database, audit }: Uses,
  { organizationId, deviceId }: Device,
  { groupId, tagIds }: { groupId: string | null; tagIds: readonly string[] },
  by: By,
): Promise<void> {
  return database.inOrganization(organizationId, async (tx) => {
    const [known] = await tx<[{ groups: number; tags: number }]>`
      select (select count(*)::int from devices.device_group where organization_id = ${organizationId} and group_id = ${groupId} and removed_at is null) as groups,
        (select count(*)::int from devices.tag where organization_id = ${organizationId} and tag_id = any(${tagIds as string[]}::uuid[])) as tags`
    if ((groupId && known.groups === 0) || known.tags !== tagIds.length) throw labelNotFound()
    const changed = await tx`
      update devices.device set group_id = ${groupId} where organization_id = ${organizationId} and device_id = ${deviceId}`
    if (changed.count === 0) throw deviceNotFound()
    await tx`
      delete from devices.tagged where organization_id = ${organizationId} and device_id = ${deviceId}
        and tag_id <> all(${tagIds as string[]}::uuid[])`
    await tx`
      insert into devices.tagged (organization_id, tag_id, device_id)
      select ${organizationId}, id, ${deviceId} from pg_catalog.unnest(${tagIds as string[]}::uuid[]) as wanted (id) on conflict do nothing`
    const target = { kind: 'device', id: deviceId } as const
    const details = { ...(groupId && { group: groupId }), tags: tagIds }
    await audit.record(tx, { organizationId, action: 'devices.labelled', target, details, ...by })
  })
}

type Told = 'devices.label_made' | 'devices.label_renamed' | 'devices.label_removed'
function tell(
  audit: Uses['audit'],
  tx: Sql,
  organizationId: string,
  action: Told,
  details: { kind: LabelKind; label: string },
  by: By,
) {
  const target = { kind: 'organization', id: organizationId } as const
  return audit.record(tx, { organizationId, action, target, details, ...by })
}
