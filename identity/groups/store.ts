import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { People, Person } from '#identity/people'
import type { Database, Sql } from '#server/database'
import type { Rights } from '#server/rights'
import type { Sealing } from '#server/sealed'
import type { happenings } from './api.ts'
import { data } from './data.ts'
import { groupNotFound, keptByPortal } from './errors.ts'

export type MembershipRow = {
  group_id: string
  person_id: string
  is_administrator: boolean
  sealed: Buffer
  since: Date
}

export type RequestRow = {
  request_id: string
  group_id: string
  person_id: string
  sealed: Buffer
  asked_at: Date
  declined_at: Date | null
}

export type What = (typeof happenings)[number]

/** As many as one can look after. */
export const mostGroups = 100
export const mostMembers = 10_000
export const mostRequests = 500

/** What the verbs of this area have in common: rows, who somebody is in a group, and the log. */
export function createStore({
  database,
  clock,
  sealed,
  rights,
  people,
}: {
  database: Database
  clock: Clock
  sealed: Sealing
  rights: Pick<Rights, 'restrictedSince'>
  people: Pick<People, 'find'>
}) {
  return {
    memberships: sealed.table(data, 'membership', ['user_name']),
    requests: sealed.table(data, 'join_request', ['user_name', 'reason', 'answer']),

    /**
     * Whoever changes who belongs to a group holds its row: of two at once the second sees what the first has done. What an administrator may is looked at
     * here, on rows that nobody else changes meanwhile.
     */
    async hold(tx: Sql, groupId: string): Promise<{ name: string; about: string }> {
      const [row] = await tx<{ name: string; about: string; staff_role: string | null }[]>`
        select name, about, staff_role from groups.named_group where group_id = ${groupId} for update`
      if (!row) throw groupNotFound()
      // ID-88: nobody comes into those groups or leaves them but by what the portal decides.
      if (row.staff_role !== null) throw keptByPortal()
      return row
    },

    async membership(tx: Sql, groupId: string, personId: string): Promise<MembershipRow | undefined> {
      const [row] = await tx<MembershipRow[]>`
        select group_id, person_id, is_administrator, sealed, since from groups.membership
        where group_id = ${groupId} and person_id = ${personId}`
      return row
    },

    /** To everybody else the group is not there: an administrator of another group is a stranger here. */
    async administers(tx: Sql, groupId: string, personId: string): Promise<void> {
      const [row] = await tx`
        select 1 from groups.membership where group_id = ${groupId} and person_id = ${personId} and is_administrator`
      if (!row) throw groupNotFound()
    },

    async countAdministrators(tx: Sql, groupId: string): Promise<number> {
      const [row] = await tx<{ count: number }[]>`
        select count(*)::int as count from groups.membership where group_id = ${groupId} and is_administrator`
      return row?.count ?? 0
    },

    /** whose account has expired, or is only stored (DSR-12), is still a member and no service hears of it. Undefined: there is nobody. */
    async present(personId: string): Promise<{ person: Person; isAway: boolean } | undefined> {
      const person = await people.find(personId)
      if (!person) return undefined
      const isAway =
        person.life.state !== 'active' || (await rights.restrictedSince(database.sql, personId)) !== undefined
      return { person, isAway }
    },

    /**
     * the same of every group of somebody whose account expired, came back or is erased. Twice the same, at the same moment, is once.
     */
    async writeAll(tx: Sql, personId: string, what: 'expired' | 'returned' | 'erased', at: Date): Promise<void> {
      await tx`
        insert into groups.log (at, entry_id, group_id, what, person_id, by_id, since)
        select ${at}, gen_random_uuid(), m.group_id, ${what}, m.person_id, null, m.since
        from groups.membership m where m.person_id = ${personId} and not exists (
          select 1 from groups.log l
          where l.group_id = m.group_id and l.person_id = m.person_id and l.what = ${what} and l.at = ${at})`
    },

    async write(
      tx: Sql,
      entry: { groupId: string; what: What; personId: string; by: string; since?: Date | undefined },
    ): Promise<void> {
      const at = clock.now()
      await tx`
        insert into groups.log (at, entry_id, group_id, what, person_id, by_id, since)
        values (${at}, ${newId(at.getTime())}, ${entry.groupId}, ${entry.what}, ${entry.personId}, ${entry.by}, ${entry.since ?? null})`
    },
  }
}

export type Store = ReturnType<typeof createStore>
