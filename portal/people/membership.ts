import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { Database, Sql } from '#server/database'
import type { Rights } from '#server/rights'
import type { Names } from '#server/sealed'
import type { Role } from './api.ts'
import { lastAdministrator, personNotFound, restricted } from './errors.ts'
import { enterPerson } from './recognise.ts'

type Uses = {
  readonly audit: Pick<Audit, 'record' | 'note'>
  readonly organizations: Pick<Organizations, 'setHasAdministrator'>
  readonly clock: Clock
  readonly database: Database
  readonly rights: Pick<Rights, 'restrictedAmong'>
  readonly names: Names
}

const threeYears = (from: Date) => {
  const to = new Date(from)
  to.setUTCFullYear(to.getUTCFullYear() + 3)
  return to
}

/** `tx` sees the organisation. Somebody who is a member already keeps their roles and gets these too. */
export async function join(
  { audit, organizations, clock, names }: Uses,
  tx: Sql,
  { organizationId, personId, roles }: { organizationId: string; personId: string; roles: readonly Role[] },
  by: By,
): Promise<void> {
  const [joined] = await tx<{ is_new: boolean; roles: Role[] }[]>`
    insert into people.membership (organization_id, person_id, roles, joined_at)
    values (${organizationId}, ${personId}, ${roles as Role[]}, ${clock.now()})
    on conflict (organization_id, person_id) do update
      set roles = (select pg_catalog.array_agg(distinct r) from pg_catalog.unnest(people.membership.roles || excluded.roles) r)
    returning (joined_at = ${clock.now()}) as is_new, roles`
  names.changed(tx, organizationId, [personId])
  await enterPerson(tx, personId)
  await tx`select people.set_erasure(null)`
  if (joined?.roles.includes('administrator')) await organizations.setHasAdministrator(tx, organizationId, true)
  const target = { kind: 'person', id: personId } as const
  await audit.record(tx, { organizationId, action: 'people.joined', target, details: { roles }, ...by })
  await audit.note(tx, { organizationId, what: 'person_created', target })
}

/**
 * Locks every administrator of the organisation, always in the same order: of two who take each other's role away at once, the second sees
 * what the first has done.
 */
export async function lockAdministrators(tx: Sql, organizationId: string): Promise<string[]> {
  const rows = await tx<{ person_id: string }[]>`
    select person_id from people.membership
    where organization_id = ${organizationId} and 'administrator' = any (roles) order by person_id for update`
  return rows.map(({ person_id }) => person_id)
}

/** Whose data is only stored stays as it is: roles and membership too (DSR-12). */
async function lockMember({ rights }: Uses, tx: Sql, organizationId: string, personId: string): Promise<Role[]> {
  const [member] = await tx<{ roles: Role[] }[]>`
    select roles from people.membership
    where organization_id = ${organizationId} and person_id = ${personId} for update`
  if (!member) throw personNotFound()
  if ((await rights.restrictedAmong(tx, [personId])).has(personId)) throw restricted()
  return member.roles
}

export function changeRoles(uses: Uses, organizationId: string, personId: string, roles: readonly Role[], by: By) {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const administrators = await lockAdministrators(tx, organizationId)
    const before = await lockMember(uses, tx, organizationId, personId)
    const isOnly = administrators.length === 1 && administrators[0] === personId
    if (isOnly && !roles.includes('administrator')) throw lastAdministrator()
    if (before.length === roles.length && roles.every((role) => before.includes(role))) return
    await tx`
      update people.membership set roles = ${roles as Role[]}
      where organization_id = ${organizationId} and person_id = ${personId}`
    if (roles.includes('administrator')) await uses.organizations.setHasAdministrator(tx, organizationId, true)
    await uses.audit.record(tx, {
      organizationId,
      action: 'people.roles_changed',
      target: { kind: 'person', id: personId },
      details: { before, after: roles },
      ...by,
    })
  })
}

export function remove(uses: Uses, organizationId: string, personId: string, by: By) {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const administrators = await lockAdministrators(tx, organizationId)
    const before = await lockMember(uses, tx, organizationId, personId)
    if (administrators.length === 1 && administrators[0] === personId) throw lastAdministrator()
    await tx`delete from people.membership where organization_id = ${organizationId} and person_id = ${personId}`
    uses.names.changed(tx, organizationId, [personId])
    await enterPerson(tx, personId)
    await tx`select people.set_erasure(${threeYears(uses.clock.now())})`
    const target = { kind: 'person', id: personId } as const
    await uses.audit.record(tx, { organizationId, action: 'people.removed', target, details: { before }, ...by })
    await uses.audit.note(tx, { organizationId, what: 'person_removed', target })
  })
}
