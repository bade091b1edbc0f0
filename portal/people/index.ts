import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Language } from '#base/languages'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { Database, Sql } from '#server/database'
import type { Messages } from '#server/messages'
import { within } from '#server/purpose'
import type { Rights } from '#server/rights'
import type { Route } from '#server/routes'
import type { Sealing } from '#server/sealed'
import type { AnyRole, NewRole, OwnChange, ownRoles, peopleList, peopleQuery, RecoveryBegun } from './api.ts'
import { addRights, addressOf } from './forget.ts'
import { leaveCompany } from './leave-company.ts'
import { list, namesOf } from './list.ts'
import type { Giver } from './may-give.ts'
import { changeRoles, join, type NewMembership, type RolesChange, remove, tellMembers } from './membership.ts'
import { changeOwn, type Membership, membershipsOf, type Person, readPerson, whereTo } from './own.ts'
import { changeRole, heldOf, listRoles, makeRole, type RoleUse, removeRole, roleNamesOf } from './own-roles.ts'
import { enterPerson, findBySubject, type Released, recognise } from './recognise.ts'
import { beginRecovery, type Call } from './recover.ts'
import { type Piece, rightsIn } from './rights.ts'
import { routes } from './routes.ts'
import { createSealed } from './sealed.ts'
import { type WhoMay, whoMay } from './who-may.ts'

export { type Giver, giverOf, refuseAbove } from './may-give.ts'
export { isOwnRole } from './own-roles.ts'
export { type Held, type RightsFound, readRights, type Through } from './rights.ts'
export { activitiesOpening, type Permission, permissionsOf } from './roles.ts'
export { mostOwnTold, rolesDecided } from './tell-roles.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly calls: { readonly call: Call }
  readonly rights: Pick<Rights, 'find' | 'add' | 'forget' | 'restrictedAmong' | 'listRestricted'>
  readonly sealed: Sealing
  readonly messages: Pick<Messages, 'publish'>
}

type Uses = {
  readonly audit: Pick<Audit, 'record' | 'note' | 'nameTargets'>
  readonly organizations: Pick<Organizations, 'managersOf' | 'setHasAdministrator' | 'describe'>
}

export type People = {
  /** Finds or makes the person whom identity has released; `tx` then sees them. */
  recognise(tx: Sql, released: Released): Promise<{ personId: string; isNew: boolean }>
  /** `subject`: the person as identity names them here. */
  findBySubject(tx: Sql, subject: string): Promise<string | undefined>
  /** The other way round. `tx` sees the person afterwards. */
  subjectOf(tx: Sql, personId: string): Promise<string | undefined>
  /** `tx` sees the organisation, and the person afterwards. */
  join(tx: Sql, membership: NewMembership, by: By): Promise<void>
  changeRoles(organizationId: string, personId: string, change: RolesChange, by: By): Promise<void>
  remove(organizationId: string, personId: string, by: By, giver?: Giver): Promise<void>
  listRoles(organizationId: string, giver: Giver | undefined): Promise<z.input<typeof ownRoles>>
  makeRole(organizationId: string, role: NewRole, giver: Giver | undefined, by: By): Promise<string>
  changeRole(organizationId: string, roleId: string, role: NewRole, giver: Giver | undefined, by: By): Promise<void>
  removeRole(organizationId: string, roleId: string, instead: AnyRole, giver: Giver | undefined, by: By): Promise<void>
  /** Of an area that keeps roles: what it does when one goes. */
  addRoleUse(use: RoleUse): void
  /** What roles come to; `tx` sees the organisation, and they stay so until it ends. */
  readonly heldOf: typeof heldOf
  roleNames(sql: Sql, ids: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Tells anew what every member may do, to whoever listens. */
  tellMembers(organizationId: string): Promise<void>
  /** `seesPhones`: only somebody who administers this organisation themselves (VM-12). */
  list(
    organizationId: string,
    query: z.output<typeof peopleQuery>,
    seesPhones?: boolean,
  ): Promise<z.input<typeof peopleList>>
  changeOwn(personId: string, change: OwnChange, by: By): Promise<void>
  beginRecovery(organizationId: string, personId: string, by: By, giver?: Giver): Promise<RecoveryBegun>
  /** From here on `tx` sees this person's own rows. */
  enter(tx: Sql, personId: string): Promise<void>
  /** Where letters to somebody go; undefined of whoever is gone, or whose data is only stored. `tx` sees the person afterwards. */
  whereTo(tx: Sql, personId: string): Promise<{ to: string; language: Language } | undefined>
  /** `tx` sees the person. */
  read(tx: Sql, personId: string): Promise<Person>
  membershipsOf(tx: Sql): Promise<Membership[]>
  names(sql: Sql, ids: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** A piece of SQL: what persons may do in organisations, for the check on every request. */
  /** Addresses of whoever is restricted, in lower case: they are shown nowhere, not as an invitation's either. */
  restrictedAddresses(sql: Sql): Promise<ReadonlySet<string>>
  rightsIn(sql: Sql, persons: Piece, organizationIds: Piece): Piece
  /** Who may do this in the organisation right now, by their own roles or because it is outsourced to theirs. `tx` sees the organisation. */
  readonly whoMay: WhoMay
  /** Of a company that is removed: whoever is in no other organisation is forgotten, whoever is leaves it. Can be begun again. */
  leaveCompany(organizationId: string): Promise<void>
  /** `tx` sees the organisation. */
  count(tx: Sql): Promise<{ people: number; administrators: number; privacyOfficers: number }>
  /** `tx` sees the organisation. */
  hasMemberAt(tx: Sql, email: string): Promise<boolean>
  markSeen(seen: readonly { organizationId: string; personId: string }[]): Promise<void>
  readonly routes: readonly Route[]
}

export function createPeople(needs: Needs, { audit, organizations }: Uses): People {
  const { database, clock, calls, rights, messages } = needs
  const { sealer, names: byName } = createSealed(database, needs.sealed)
  const uses = { database, clock, audit, organizations, rights, sealer, messages, names: byName }
  const names = (sql: Sql, ids: readonly string[]) => namesOf(uses, sql, ids)
  const roleUses: RoleUse[] = []
  audit.nameTargets('person', names)
  audit.nameTargets('role', roleNamesOf)
  addRights(rights, uses)
  const people: Omit<People, 'routes'> = {
    async recognise(tx, released) {
      const { personId, isNew, isAddressNew } = await recognise(sealer, tx, clock.now(), released)
      if (!isNew && isAddressNew)
        for (const { organizationId } of await membershipsOf(tx)) byName.changed(tx, organizationId, [personId])
      return { personId, isNew }
    },
    findBySubject,
    async subjectOf(tx, personId) {
      await enterPerson(tx, personId)
      const [row] = await tx<{ subject: string }[]>`select subject from people.person where person_id = ${personId}`
      return row?.subject
    },
    join: (tx, membership, by) => join(uses, tx, membership, by),
    changeRoles: (organizationId, personId, change, by) => changeRoles(uses, organizationId, personId, change, by),
    remove: (organizationId, personId, by, giver) => remove(uses, organizationId, personId, by, giver),
    listRoles: (organizationId, giver) => listRoles(uses, names, organizationId, giver),
    makeRole: (organizationId, role, giver, by) => makeRole(uses, organizationId, role, giver, by),
    changeRole: (organizationId, roleId, role, giver, by) => changeRole(uses, organizationId, roleId, role, giver, by),
    removeRole: (organizationId, roleId, instead, giver, by) =>
      removeRole({ ...uses, roleUses }, organizationId, roleId, instead, giver, by),
    addRoleUse: (use) => {
      roleUses.push(use)
    },
    heldOf,
    roleNames: roleNamesOf,
    tellMembers: (organizationId) => tellMembers(uses, organizationId),
    list: (organizationId, query, seesPhones) => list(uses, organizationId, query, seesPhones),
    changeOwn: (personId, change, by) => changeOwn(uses, personId, change, by),
    beginRecovery: (organizationId, personId, by, giver) =>
      beginRecovery({ database, audit, rights, call: calls.call }, organizationId, personId, by, giver),
    enter: enterPerson,
    read: (tx, personId) => readPerson(sealer, tx, personId),
    whereTo: (tx, personId) => whereTo(uses, tx, personId),
    membershipsOf,
    names,
    async restrictedAddresses(sql) {
      const found = new Set<string>()
      for (const personId of await rights.listRestricted(sql)) {
        // For their right, whatever the list it is hidden from is for.
        const address = await within('rights', () => addressOf(sealer, sql, personId))
        if (address !== undefined) found.add(address.toLowerCase())
      }
      return found
    },
    whoMay: (...asked) => whoMay(organizations, ...asked),
    rightsIn: (sql, persons, organizationIds) => rightsIn(organizations, sql, persons, organizationIds),
    async count(tx) {
      const [row] = await tx<{ people: number; administrators: number; privacy_officers: number }[]>`
        select count(*)::int as people, count(*) filter (where 'administrator' = any (roles))::int as administrators,
          count(*) filter (where 'privacy_officer' = any (roles))::int as privacy_officers
        from people.membership`
      return {
        people: row?.people ?? 0,
        administrators: row?.administrators ?? 0,
        privacyOfficers: row?.privacy_officers ?? 0,
      }
    },
    leaveCompany: (organizationId) => leaveCompany({ ...uses, rights }, organizationId),
    async hasMemberAt(tx, email) {
      const [row] = await tx<
        { has: boolean }[]
      >`select people.has_member_at(${await sealer.token('email', email)}) as has`
      return row?.has ?? false
    },
    async markSeen(seen) {
      await database.sql`select people.mark_seen(${seen.map((one) => one.organizationId)}::uuid[],
        ${seen.map((one) => one.personId)}::uuid[], ${clock.now()})`
    },
  }
  return { ...people, routes: routes(people) }
}
