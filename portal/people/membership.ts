import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { Database, Sql } from '#server/database'
import type { Messages } from '#server/messages'
import type { Rights } from '#server/rights'
import type { Names } from '#server/sealed'
import { roles as everyRole, type Role } from './api.ts'
import { lastAdministrator, personNotFound, restricted } from './errors.ts'
import { type Giver, refuseAbove } from './may-give.ts'
import { heldOf } from './own-roles.ts'
import { enterPerson } from './recognise.ts'

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
  readonly decidedBy?: string | null
}

/** What somebody may do in an organisation has been decided. */
export const rolesDecided = 'people.roles_decided'

const threeYears = (from: Date) => {
  const to = new Date(from)
  to.setUTCFullYear(to.getUTCFullYear() + 3)
  return to
}

const personOf = ({ actor }: By): string | null => (actor.kind === 'person' ? actor.id : null)

/** In the order in which it was decided, for each person; none: nothing any more. */
async function tell(
  { messages }: Pick<Uses, 'messages'>,
  tx: Sql,
  {
    organizationId,
    personId,
    roles,
    hasOwn = false,
  }: { organizationId: string; personId: string; roles: readonly Role[]; hasOwn?: boolean },
  at: Date,
  decidedBy: string | null,
): Promise<void> {
  // Whoever has only a role of the organisation's own is among its people too: staff without a group would be in no history of who had access (ID-88).
  const shown = roles.length === 0 && hasOwn ? (['viewer'] as const) : roles
  const held = Object.fromEntries(everyRole.map((role) => [role, (shown as readonly Role[]).includes(role)]))
  await messages.publish(tx, rolesDecided, personId, {
    organizationId,
    personId,
    at: at.getTime(),
    ...held,
    ...(decidedBy === null ? {} : { by: decidedBy }),
  })
}

/** Tells it of every member anew; whoever listens and knows it already does nothing. Nobody changes it meanwhile. */
export function tellMembers({ database, messages }: Pick<Uses, 'database' | 'messages'>, organizationId: string) {
  return database.inOrganization(organizationId, async (tx) => {
    const rows = await tx<{ person_id: string; roles: Role[]; has_own: boolean; joined_at: Date }[]>`
      select person_id, roles, own_roles <> '{}' as has_own, joined_at from people.membership where organization_id = ${organizationId}
      order by person_id limit 10000 for share`
    for (const { person_id: personId, roles, has_own: hasOwn, joined_at } of rows)
      await tell({ messages }, tx, { organizationId, personId, roles, hasOwn }, joined_at, null)
  })
}

/** `tx` sees the organisation. Somebody who is a member already keeps their roles and gets these too. */
export async function join(
  { audit, organizations, clock, names, messages }: Uses,
  tx: Sql,
  { organizationId, personId, roles, decidedBy }: NewMembership,
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
  await tell(
    { messages },
    tx,
    { organizationId, personId, roles: joined?.roles ?? roles },
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
    await tell(uses, tx, { organizationId, personId, roles, hasOwn: own.length > 0 }, uses.clock.now(), personOf(by))
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
    await tell(uses, tx, { organizationId, personId, roles: [] }, uses.clock.now(), personOf(by))
  })
}
