import type { z } from 'zod'
import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import { type Database, type Sql, violatedConstraint } from '#server/database'
import type { Messages } from '#server/messages'
import {
  type AnyRole,
  everyGrantable,
  type Grantable,
  grantable,
  type NewRole,
  type ownRoles,
  type Role,
  roles as threeRoles,
} from './api.ts'
import { aboveOwn, roleNameTaken, roleNotFound, tooManyRoles } from './errors.ts'
import { type Giver, refuseAbove } from './may-give.ts'
import type { Held } from './rights.ts'
import { personOf, tellRoles } from './tell-roles.ts'

type Uses = {
  readonly audit: Pick<Audit, 'record'>
  readonly clock: Clock
  readonly database: Database
  readonly organizations: Pick<Organizations, 'describe'>
}
type Row = { role_id: string; name: string; permissions: Grantable[] }

/** Nobody chooses among more, and nobody knows any more who may what. */
const mostRoles = 50
const mostHolders = 20

/** Another area that keeps roles puts another in the place of one that goes. `tx` sees the organisation. */
export type RoleUse = (
  tx: Sql,
  gone: { organizationId: string; roleId: string; instead: AnyRole; by: By },
) => Promise<void>

export const isOwnRole = (role: AnyRole): boolean => !(threeRoles as readonly string[]).includes(role)

export async function roleNamesOf(sql: Sql, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await sql<{ role_id: string; name: string }[]>`
    select role_id, name from people.role_names_of(${[...new Set(ids)]}::uuid[])`
  return new Map(rows.map(({ role_id, name }) => [role_id, name]))
}

export const named = (names: ReadonlyMap<string, string>, ids: readonly string[]) =>
  ids.flatMap((roleId) => {
    const name = names.get(roleId)
    return name === undefined ? [] : [{ roleId, name }]
  })

/** What roles come to. They stay as they are until `tx` ends: none goes, or gets more, between the look and the giving. */
export async function heldOf(
  tx: Sql,
  organizationId: string,
  roles: readonly Role[],
  own: readonly string[],
): Promise<Held[]> {
  if (own.length === 0) return [...roles]
  const rows = await tx<{ permissions: string[] }[]>`
    select permissions from people.role
    where organization_id = ${organizationId} and role_id = any (${own as string[]}::uuid[]) order by role_id for share`
  if (rows.length !== own.length) throw roleNotFound()
  return [...roles, ...rows.flatMap(({ permissions }) => permissions.map((one) => `=${one}` as const))]
}

/** What belongs to whoever runs this Vartio is in nobody else's role. */
async function refuseBeyond({ organizations }: Uses, tx: Sql, organizationId: string, wanted: readonly Grantable[]) {
  const kinds = (await organizations.describe(tx, [organizationId])).get(organizationId)?.kinds ?? []
  const provider: readonly string[] = grantable.provider
  if (!kinds.includes('provider') && wanted.some((one) => provider.includes(one))) throw aboveOwn()
}

const asHeld = (permissions: readonly Grantable[]): Held[] => permissions.map((one) => `=${one}` as const)

const taken = (error: unknown): never => {
  throw violatedConstraint(error) === 'one_role_of_a_name' ? roleNameTaken() : error
}

async function lockRole(tx: Sql, organizationId: string, roleId: string): Promise<Row> {
  const [row] = await tx<Row[]>`
    select role_id, name, permissions from people.role
    where organization_id = ${organizationId} and role_id = ${roleId} for update`
  if (!row) throw roleNotFound()
  return row
}

export function listRoles(
  uses: Uses,
  names: (sql: Sql, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>,
  organizationId: string,
  giver: Giver | undefined,
): Promise<z.input<typeof ownRoles>> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const rows = await tx<(Row & { people: number; holders: string[] | null })[]>`
      select r.role_id, r.name, r.permissions, m.people, m.holders
      from people.role r cross join lateral (
        select count(*)::int as people, (pg_catalog.array_agg(m.person_id order by m.joined_at))[1:${mostHolders}] as holders
        from people.membership m where m.organization_id = r.organization_id and m.own_roles @> array[r.role_id]) m
      where r.organization_id = ${organizationId} order by r.name, r.role_id limit ${mostRoles}`
    const called = await names(tx, [...new Set(rows.flatMap(({ holders }) => holders ?? []))])
    const kinds = (await uses.organizations.describe(tx, [organizationId])).get(organizationId)?.kinds ?? []
    const provider: readonly string[] = grantable.provider
    return {
      roles: rows.map((row) => ({
        roleId: row.role_id,
        name: row.name,
        permissions: row.permissions.filter((one) => everyGrantable.includes(one)),
        people: row.people,
        holders: (row.holders ?? []).flatMap((personId) => {
          const name = called.get(personId)
          return name === undefined ? [] : [{ personId, name }]
        }),
      })),
      mayGrant: giver?.permissions.has('people.manage')
        ? everyGrantable.filter(
            (one) => giver.permissions.has(one) && (kinds.includes('provider') || !provider.includes(one)),
          )
        : [],
    }
  })
}

export function makeRole(
  uses: Uses,
  organizationId: string,
  { name, permissions }: NewRole,
  giver: Giver | undefined,
  by: By,
): Promise<string> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    refuseAbove(giver, asHeld(permissions))
    await refuseBeyond(uses, tx, organizationId, permissions)
    // Two at once count each other.
    await tx`select pg_advisory_xact_lock(hashtextextended(${`people.role ${organizationId}`}, 0))`
    const [counted] = await tx<{ count: number }[]>`
      select count(*)::int as count from people.role where organization_id = ${organizationId}`
    if ((counted?.count ?? 0) >= mostRoles) throw tooManyRoles()
    const roleId = newId(uses.clock.now().getTime())
    await tx`
      insert into people.role (organization_id, role_id, name, permissions, changed_at)
      values (${organizationId}, ${roleId}, ${name}, ${permissions}, ${uses.clock.now()})`.catch(taken)
    const target = { kind: 'role', id: roleId } as const
    await uses.audit.record(tx, { organizationId, action: 'people.role_made', target, details: { permissions }, ...by })
    return roleId
  })
}

export function changeRole(
  uses: Uses,
  organizationId: string,
  roleId: string,
  { name, permissions }: NewRole,
  giver: Giver | undefined,
  by: By,
): Promise<void> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const before = await lockRole(tx, organizationId, roleId)
    refuseAbove(giver, asHeld([...before.permissions, ...permissions]))
    await refuseBeyond(uses, tx, organizationId, permissions)
    await tx`
      update people.role set name = ${name}, permissions = ${permissions}, changed_at = ${uses.clock.now()}
      where organization_id = ${organizationId} and role_id = ${roleId}`.catch(taken)
    await uses.audit.record(tx, {
      organizationId,
      action: 'people.role_changed',
      target: { kind: 'role', id: roleId },
      details: { removed: before.permissions.filter((one) => !permissions.includes(one)), permissions },
      ...by,
    })
  })
}

/** Whoever has another role keeps that; whoever would have none gets `instead`. Wherever else the role stands, `instead` stands from then on. */
export function removeRole(
  uses: Uses & { readonly roleUses: readonly RoleUse[]; readonly messages: Pick<Messages, 'publish'> },
  organizationId: string,
  roleId: string,
  instead: AnyRole,
  giver: Giver | undefined,
  by: By,
): Promise<void> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const { permissions } = await lockRole(tx, organizationId, roleId)
    if (instead === roleId) throw roleNotFound()
    const [fixed, own] = isOwnRole(instead) ? [[], [instead]] : [[instead as Role], []]
    refuseAbove(giver, [...asHeld(permissions), ...(await heldOf(tx, organizationId, fixed, own))])
    const lost = await tx<{ person_id: string; roles: Role[]; own_roles: string[] }[]>`
      update people.membership m set
        own_roles = case when alone then ${own}::uuid[] else pg_catalog.array_remove(m.own_roles, ${roleId}::uuid) end,
        roles = case when alone then ${fixed}::text[] else m.roles end
      from (select person_id, pg_catalog.cardinality(roles) + pg_catalog.cardinality(own_roles) = 1 as alone
        from people.membership where organization_id = ${organizationId} and own_roles @> array[${roleId}::uuid]
        order by person_id for update) held
      where m.organization_id = ${organizationId} and m.person_id = held.person_id
      returning m.person_id, m.roles, m.own_roles`
    for (const { person_id: personId, roles, own_roles: ownRoles } of lost)
      await tellRoles(uses, tx, { organizationId, personId, roles, ownRoles }, uses.clock.now(), personOf(by))
    for (const use of uses.roleUses) await use(tx, { organizationId, roleId, instead, by })
    await tx`delete from people.role where organization_id = ${organizationId} and role_id = ${roleId}`
    await uses.audit.record(tx, {
      organizationId,
      action: 'people.role_removed',
      target: { kind: 'role', id: roleId },
      details: { instead, people: lost.length },
      ...by,
    })
  })
}
