import { primaryAddress } from '#identity/people'
import type { Database, Sql } from '#server/database'
import type { Mail } from '#server/mail'
import type { GroupLog, MemberList } from './api.ts'
import { isAdministrator, memberNotFound, onlyAdministrator } from './errors.ts'
import { letters } from './letters.ts'
import type { MembershipRow, Store, What } from './store.ts'

const pageSize = 50
const nobody = '00000000-0000-0000-0000-000000000000'

/** Who belongs to a group, and how that ends. What an administrator may do here they may do in their own group, to others who are no administrators. */
export function createMembers(
  { database, mail, urls }: { database: Database; mail: Pick<Mail, 'send'>; urls: { identity: URL } },
  store: Store,
) {
  const { memberships } = store

  async function write(tx: Sql, personId: string, letter: 'removed' | 'appointed', name: string, path: string) {
    const present = await store.present(personId)
    if (!present) return
    const { language } = present.person
    const url = new URL(`/account/groups${path}`, urls.identity).href
    await mail.send(tx, { to: primaryAddress(present.person), language, ...letters[language][letter](name, url) })
  }

  async function member(tx: Sql, groupId: string, personId: string): Promise<MembershipRow> {
    const row = await store.membership(tx, groupId, personId)
    if (!row) throw memberNotFound()
    return row
  }

  return {
    /** ID-55: for the administrator alone; members see nothing of each other. */
    async list(administrator: string, groupId: string, behind = nobody): Promise<MemberList> {
      await store.administers(database.sql, groupId, administrator)
      const rows = await database.sql<MembershipRow[]>`
        select group_id, person_id, is_administrator, sealed, since from groups.membership
        where group_id = ${groupId} and person_id > ${behind} order by person_id limit ${pageSize}`
      const [count] = await database.sql<{ total: number }[]>`
        select count(*)::int as total from groups.membership where group_id = ${groupId}`
      const opened = await memberships.open(rows, ['user_name'])
      const members: MemberList['members'] = []
      for (const [at, row] of rows.entries()) {
        const present = await store.present(row.person_id)
        if (!present) continue
        members.push({
          personId: row.person_id,
          name: present.person.name,
          userName: opened[at]?.user_name ?? '',
          since: row.since.toISOString(),
          isAdministrator: row.is_administrator,
          isAway: present.isAway,
        })
      }
      const next = rows.length === pageSize ? (rows.at(-1)?.person_id ?? null) : null
      return { members, next, total: count?.total ?? 0 }
    },

    async remove(administrator: string, groupId: string, personId: string): Promise<void> {
      await database.transaction(async (tx) => {
        const { name } = await store.hold(tx, groupId)
        await store.administers(tx, groupId, administrator)
        const row = await member(tx, groupId, personId)
        // Whoever takes a group over by being made its administrator cannot throw out who made them one.
        if (row.is_administrator) throw isAdministrator()
        await tx`delete from groups.membership where group_id = ${groupId} and person_id = ${personId}`
        await store.write(tx, { groupId, what: 'removed', personId, by: administrator, since: row.since })
        await write(tx, personId, 'removed', name, '')
      })
    },

    /** Only of members: an administrator has whatever the group gives, and gives nothing they do not have. */
    async appoint(administrator: string, groupId: string, personId: string): Promise<void> {
      await database.transaction(async (tx) => {
        const { name } = await store.hold(tx, groupId)
        await store.administers(tx, groupId, administrator)
        const row = await member(tx, groupId, personId)
        const present = await store.present(personId)
        if (!present || present.isAway) throw memberNotFound()
        if (row.is_administrator) return
        await tx`
          update groups.membership set is_administrator = true where group_id = ${groupId} and person_id = ${personId}`
        await store.write(tx, { groupId, what: 'appointed', personId, by: administrator })
        await write(tx, personId, 'appointed', name, `/${groupId}`)
      })
    },

    /** Stays a member. The only administrator hands over first. */
    async stepDown(administrator: string, groupId: string): Promise<void> {
      await database.transaction(async (tx) => {
        await store.hold(tx, groupId)
        await store.administers(tx, groupId, administrator)
        if ((await store.countAdministrators(tx, groupId)) === 1) throw onlyAdministrator()
        await tx`
          update groups.membership set is_administrator = false where group_id = ${groupId} and person_id = ${administrator}`
        await store.write(tx, { groupId, what: 'stepped-down', personId: administrator, by: administrator })
      })
    },

    /** At once, and without anybody's leave. */
    async leave(personId: string, groupId: string): Promise<void> {
      await database.transaction(async (tx) => {
        await store.hold(tx, groupId)
        const row = await member(tx, groupId, personId)
        if (row.is_administrator && (await store.countAdministrators(tx, groupId)) === 1) throw onlyAdministrator()
        await tx`delete from groups.membership where group_id = ${groupId} and person_id = ${personId}`
        await store.write(tx, { groupId, what: 'left', personId, by: personId, since: row.since })
      })
    },

    /** ID-57, A-15: what the group calls the person is theirs to choose. */
    async rename(personId: string, groupId: string, userName: string): Promise<void> {
      await database.transaction(async (tx) => {
        await store.hold(tx, groupId)
        const row = await member(tx, groupId, personId)
        const sealed = await memberships.change(row, { user_name: userName })
        await tx`
          update groups.membership set sealed = ${sealed} where group_id = ${groupId} and person_id = ${personId}`
      })
    },

    /** ID-89: who belonged when, and by whose decision; the newest first. */
    async log(administrator: string, groupId: string): Promise<GroupLog> {
      await store.administers(database.sql, groupId, administrator)
      const rows = await database.sql<
        { at: Date; what: What; person_id: string; by_id: string | null; since: Date | null }[]
      >`
        select at, what, person_id, by_id, since from groups.log where group_id = ${groupId} order by at desc, entry_id desc limit 200`
      const names = new Map<string, string>()
      for (const id of new Set(rows.flatMap(({ person_id, by_id }) => [person_id, by_id ?? person_id])))
        names.set(id, (await store.present(id))?.person.name ?? '')
      return {
        entries: rows.map(({ at, what, person_id, by_id, since }) => ({
          at: at.toISOString(),
          what,
          name: names.get(person_id) ?? '',
          by: by_id === null || by_id === person_id ? null : (names.get(by_id) ?? ''),
          since: since?.toISOString() ?? null,
        })),
      }
    },
  }
}
