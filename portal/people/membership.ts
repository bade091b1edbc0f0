import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { Database, Sql } from '#server/database'
import type { Messages } from '#server/messages'
import type { Rights } from '#server/rights'
import type { Names } from '#server/sealed'
import type { Role } from './api.ts'
import { lastAdministrator, personNotFound, restricted } from './errors.ts'
import { type Giver, refuseAbove } from './may-give.ts'
import { heldOf } from './own-roles.ts'
import { enterPerson } from './recognise.ts'
import { personOf, tellRoles } from './tell-roles.ts'

type Uses = {
  readonly audit: Pick<Audit, 'record' | 'note'>
  readonly organizations: Pick<Organizations, 'setHasAdministrator'>
  readonly clock: Clock
  readonly database: Database
  readonly rights: Pick<Rights, 'restrictedAmong'>
  readonly names: Names
  readonly messages: Pick<Messages, 'publish'>
}

/** `decidedBy`: who let them in, which is not themselves. */
export type NewMembership = {
  readonly organizationId: string
  readonly personId: string
  readonly roles: readonly Role[]
  readonly ownRoles?: readonly string[] | undefined
  readonly decidedBy?: string | null
}

const threeYears = (from: Date) => {
  const to = new Date(from)
  to.setUTCFullYear(to.getUTCFullYear() + 3)
  return to
}

/** Tells it of every member anew; whoever listens and knows it already does nothing. Nobody changes it meanwhile. */
export function tellMembers({ database, messages }: Pick<Uses, 'database' | 'messages'>, organizationId: string) {
  return database.inOrganization(organizationId, async (tx) => {
    const rows = await tx<{ person_id: string; roles: Role[]; own_roles: string[]; joined_at: Date }[]>`
      select person_id, roles, own_roles, joined_at from people.membership where organization_id = ${organizationId}
      order by person_id limit 10000 for share`
    for (const { person_id: personId, roles, own_roles: ownRoles, joined_at } of rows)
      await tellRoles({ messages }, tx, { organizationId, personId, roles, ownRoles }, joined_at, null)
  })
}

/** `tx` sees the organisation. Somebody who is a member already keeps their roles and gets these too. */
export async function join(
  { audit, organizations, clock, names, messages }: Uses,
  tx: Sql,
  { organizationId, personId, roles, ownRoles = [], decidedBy }: NewMembership,
  by: By,
): Promise<void> {
  // None of them goes before this is over.
  await heldOf(tx, organizationId, roles, ownRoles)
  const [joined] = await tx<{ roles: Role[]; own_roles: string[] }[]>`
    insert into people.membership (organization_id, person_id, roles, own_roles, joined_at)
    values (${organizationId}, ${personId}, ${roles as Role[]}, ${ownRoles as string[]}, ${clock.now()})
    on conflict (organization_id, person_id) do update
      set roles = array(select distinct r from pg_catalog.unnest(people.membership.roles || excluded.roles) r),
        own_roles = array(select distinct r from pg_catalog.unnest(people.membership.own_roles || excluded.own_roles) r)
    returning roles, own_roles`
  names.changed(tx, organizationId, [personId])
  await enterPerson(tx, personId)
  await tx`select people.set_erasure(null)`
  if (joined?.roles.includes('administrator')) await organizations.setHasAdministrator(tx, organizationId, true)
  const target = { kind: 'person', id: personId } as const
  await audit.record(tx, {
    organizationId,
    action: 'people.joined',
    target,
    details: { roles: [...roles, ...ownRoles] },
    ...by,
  })
  await audit.note(tx, { organizationId, what: 'person_created', target })
  await tellRoles(
    { messages },
    tx,
    {
      organizationId,
      personId,
      roles: joined?.roles ?? roles,
      ownRoles: joined?.own_roles ?? ownRoles,
    },
    clock.now(),
    decidedBy ?? null,
  )
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

type Had = { readonly roles: readonly Role[]; readonly own: readonly string[] }
const isSame = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((role) => other.includes(role))

/** Whose data is only stored stays as it is: roles and membership too (DSR-12). */
async function lockMember({ rights }: Uses, tx: Sql, organizationId: string, personId: string): Promise<Had> {
  const [member] = await tx<{ roles: Role[]; own_roles: string[] }[]>`
    select roles, own_roles from people.membership
    where organization_id = ${organizationId} and person_id = ${personId} for update`
  if (!member) throw personNotFound()
  if ((await rights.restrictedAmong(tx, [personId])).has(personId)) throw restricted()
  return { roles: member.roles, own: member.own_roles }
}

/** `ownRoles` not named: those stay. `giver`: whoever it is gives no more than they may, and takes it from nobody who has more. */
export type RolesChange = {
  readonly roles: readonly Role[]
  readonly ownRoles?: readonly string[] | undefined
  readonly giver?: Giver | undefined
}

export function changeRoles(
  uses: Uses,
  organizationId: string,
  personId: string,
  { roles, ownRoles, giver }: RolesChange,
  by: By,
) {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const administrators = await lockAdministrators(tx, organizationId)
    const before = await lockMember(uses, tx, organizationId, personId)
    const isOnly = administrators.length === 1 && administrators[0] === personId
    if (isOnly && !roles.includes('administrator')) throw lastAdministrator()
    const own = ownRoles ?? before.own
    if (isSame(before.roles, roles) && isSame(before.own, own)) return
    refuseAbove(giver, await heldOf(tx, organizationId, before.roles, before.own))
    refuseAbove(giver, await heldOf(tx, organizationId, roles, own))
    await tx`
      update people.membership set roles = ${roles as Role[]}, own_roles = ${own as string[]}
      where organization_id = ${organizationId} and person_id = ${personId}`
    if (roles.includes('administrator')) await uses.organizations.setHasAdministrator(tx, organizationId, true)
    await uses.audit.record(tx, {
      organizationId,
      action: 'people.roles_changed',
      target: { kind: 'person', id: personId },
      details: { before: [...before.roles, ...before.own], after: [...roles, ...own] },
      ...by,
    })
    await tellRoles(uses, tx, { organizationId, personId, roles, ownRoles: own }, uses.clock.now(), personOf(by))
  })
}

export function remove(uses: Uses, organizationId: string, personId: string, by: By, giver?: Giver) {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const administrators = await lockAdministrators(tx, organizationId)
    const before = await lockMember(uses, tx, organizationId, personId)
    if (administrators.length === 1 && administrators[0] === personId) throw lastAdministrator()
    refuseAbove(giver, await heldOf(tx, organizationId, before.roles, before.own))
    await tx`delete from people.membership where organization_id = ${organizationId} and person_id = ${personId}`
    uses.names.changed(tx, organizationId, [personId])
    await enterPerson(tx, personId)
    await tx`select people.set_erasure(${threeYears(uses.clock.now())})`
    const target = { kind: 'person', id: personId } as const
    await uses.audit.record(tx, {
      organizationId,
      action: 'people.removed',
      target,
      details: { before: [...before.roles, ...before.own] },
      ...by,
    })
    await uses.audit.note(tx, { organizationId, what: 'person_removed', target })
    await tellRoles(uses, tx, { organizationId, personId, roles: [] }, uses.clock.now(), personOf(by))
  })
}
