import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { Database, Sql } from '#server/database'
import type { Messages } from '#server/messages'
import type { Rights } from '#server/rights'
import type { Names } from '#server/sealed'
import { roles as everyRole, type Role } from './api.ts'
import { lastAdministrator, personNotFound, restricted } from './errors.ts'
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
  { organizationId, personId, roles }: { organizationId: string; personId: string; roles: readonly Role[] },
  at: Date,
  decidedBy: string | null,
): Promise<void> {
  const held = Object.fromEntries(everyRole.map((role) => [role, roles.includes(role)]))
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
    const rows = await tx<{ person_id: string; roles: Role[]; joined_at: Date }[]>`
      select person_id, roles, joined_at from people.membership where organization_id = ${organizationId}
      order by person_id limit 10000 for share`
    for (const { person_id: personId, roles, joined_at } of rows)
      await tell({ messages }, tx, { organizationId, personId, roles }, joined_at, null)
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
    await tell(uses, tx, { organizationId, personId, roles }, uses.clock.now(), personOf(by))
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
    await tell(uses, tx, { organizationId, personId, roles: [] }, uses.clock.now(), personOf(by))
  })
}
