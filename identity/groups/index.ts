import type { z } from 'zod'
import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import { accountReturned, type People } from '#identity/people'
import type { Release } from '#identity/release'
import type { Services } from '#identity/services'
import type { Database, Sql } from '#server/database'
import type { Mail } from '#server/mail'
import type { Messages } from '#server/messages'
import type { Rights } from '#server/rights'
import type { Sealing } from '#server/sealed'
import type { Group, groupChange, newGroup, OwnGroups } from './api.ts'
import { groupNotFound, othersAdminister, tooMany, typedSomethingElse } from './errors.ts'
import { createJoining } from './join.ts'
import { createMembers } from './members.ts'
import { createQuery } from './query.ts'
import { addRights } from './rights.ts'
import { routes } from './routes.ts'
import { createStaff } from './staff.ts'
import { createStore, mostGroups } from './store.ts'

export type Groups = ReturnType<typeof createVerbs>

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly sealed: Sealing
  readonly mail: Pick<Mail, 'send'>
  readonly urls: { readonly identity: URL }
  readonly rights: Pick<Rights, 'restrictedSince' | 'add'>
  readonly messages: Pick<Messages, 'subscribe'>
}
type Uses = {
  readonly people: Pick<People, 'find' | 'stateOf'>
  readonly services: Pick<Services, 'authenticate' | 'findPerson' | 'findSubject' | 'namesAsking' | 'failures'>
  readonly release: Pick<Release, 'delivered' | 'noteQuery'>
}

export function createGroups(platform: Needs, uses: Uses) {
  const groups = createVerbs(platform, uses)
  return { ...groups, routes: routes(groups) }
}

function createVerbs(platform: Needs, uses: Uses) {
  const { database, clock } = platform
  const store = createStore({ ...platform, people: uses.people })
  const joining = createJoining(platform, store)
  const members = createMembers(platform, store)
  const query = createQuery(platform, uses)
  const staff = createStaff(platform, store, uses.services)
  addRights(platform.rights, clock, store)
  platform.messages.subscribe(accountReturned, { name: 'groups.returned', purpose: 'account' }, ({ payload }) =>
    store.writeAll(database.sql, String(payload.personId), 'returned', new Date(Number(payload.at))),
  )

  return {
    joining,
    members,
    query,
    staff,
    /** What those that there are are called, in their order. */
    async namesOf(groupIds: readonly string[]): Promise<string[]> {
      const rows = await database.sql<{ name: string }[]>`
        select name from groups.named_group where group_id = any (${groupIds as string[]}::uuid[])
        order by name, group_id limit 50`
      return rows.map(({ name }) => name)
    },

    /** In the caller's transaction, by whom the account expired. */
    noteExpired: (tx: Sql, personId: string, at: Date) => store.writeAll(tx, personId, 'expired', at),

    /** ID-21: whoever makes a group administers it, and belongs to it: it gives nobody what they do not have. It means something only where a contract names it. */
    async make(personId: string, { name, about, userName }: z.output<typeof newGroup>): Promise<{ groupId: string }> {
      const now = clock.now()
      const groupId = newId(now.getTime())
      const sealed = await store.memberships.sealOne(
        { person_id: personId, group_id: groupId },
        { user_name: userName },
      )
      await database.transaction(async (tx) => {
        const [count] = await tx<{ mine: number }[]>`
          select count(*)::int as mine from groups.membership where person_id = ${personId}`
        if ((count?.mine ?? 0) >= mostGroups) throw tooMany()
        await tx`
          insert into groups.named_group (group_id, name, about, made_at) values (${groupId}, ${name}, ${about}, ${now})`
        await tx`
          insert into groups.membership (group_id, person_id, is_administrator, sealed, since)
          values (${groupId}, ${personId}, true, ${sealed}, ${now})`
        await store.write(tx, { groupId, what: 'made', personId, by: personId })
      })
      return { groupId }
    },

    async list(personId: string): Promise<OwnGroups> {
      const rows = await database.sql<{ group_id: string; name: string; place: Group['place']; waiting: number }[]>`
        select g.group_id, g.name, case when m.is_administrator then 'administrator' else 'member' end as place,
          case when m.is_administrator then (select count(*)::int from groups.join_request r
            where r.group_id = g.group_id and r.declined_at is null and r.expires_at > ${clock.now()}) else 0 end as waiting
        from groups.membership m join groups.named_group g on g.group_id = m.group_id where m.person_id = ${personId}
        union all
        select g.group_id, g.name, case when r.declined_at is null then 'asked' else 'declined' end, 0
        from groups.join_request r join groups.named_group g on g.group_id = r.group_id
        where r.person_id = ${personId} and r.expires_at > ${clock.now()}
        order by name, group_id limit ${2 * mostGroups}`
      return {
        groups: rows.map(({ group_id, name, place, waiting }) => ({ groupId: group_id, name, place, waiting })),
      }
    },

    /** Whoever has the link sees what the group is called and for; only who belongs to it sees who administers it (ID-56). */
    async look(personId: string, groupId: string): Promise<Group> {
      const { sql } = database
      const [row] = await sql<{ name: string; about: string }[]>`
        select name, about from groups.named_group where group_id = ${groupId}`
      if (!row) throw groupNotFound()
      const own = await store.membership(sql, groupId, personId)
      const group = { groupId, ...row, administrators: [], services: [], since: null, userName: null, answer: null }
      if (!own) {
        const [asked] = await sql<
          { request_id: string; person_id: string; sealed: Buffer; declined_at: Date | null }[]
        >`
          select request_id, person_id, sealed, declined_at from groups.join_request
          where group_id = ${groupId} and person_id = ${personId} and expires_at > ${clock.now()}`
        if (!asked) return { ...group, place: 'none' }
        const { user_name, answer } = await store.requests.openOne(asked, ['user_name', 'answer'])
        return {
          ...group,
          place: asked.declined_at ? 'declined' : 'asked',
          userName: user_name ?? null,
          answer: answer ?? null,
        }
      }
      const rows = await sql<{ group_id: string; person_id: string; sealed: Buffer }[]>`
        select group_id, person_id, sealed from groups.membership where group_id = ${groupId} and is_administrator
        order by since limit 20`
      const opened = await store.memberships.open(rows, ['user_name'])
      const administrators: Group['administrators'] = []
      for (const [at, { person_id }] of rows.entries()) {
        const present = await store.present(person_id)
        if (present && !present.isAway)
          administrators.push({ name: present.person.name, userName: opened[at]?.user_name ?? '' })
      }
      const { user_name } = await store.memberships.openOne(own, ['user_name'])
      return {
        ...group,
        place: own.is_administrator ? 'administrator' : 'member',
        since: own.since.toISOString(),
        userName: user_name ?? null,
        administrators,
        services: await uses.services.namesAsking(groupId),
      }
    },

    async change(administrator: string, groupId: string, { name, about }: z.output<typeof groupChange>): Promise<void> {
      await database.transaction(async (tx) => {
        await store.hold(tx, groupId)
        await store.administers(tx, groupId, administrator)
        await tx`update groups.named_group set name = ${name}, about = ${about} where group_id = ${groupId}`
        await store.write(tx, { groupId, what: 'changed', personId: administrator, by: administrator })
      })
    },

    /** The group and every membership in it. Another administrator has to step down first: nobody ends a group over another's head. */
    async end(administrator: string, groupId: string, typed: string): Promise<void> {
      await database.transaction(async (tx) => {
        const { name } = await store.hold(tx, groupId)
        await store.administers(tx, groupId, administrator)
        if ((await store.countAdministrators(tx, groupId)) > 1) throw othersAdminister()
        if (typed.normalize('NFC').trim() !== name) throw typedSomethingElse()
        await tx`
          insert into groups.log (at, entry_id, group_id, what, person_id, by_id, since)
          select ${clock.now()}, gen_random_uuid(), group_id, 'ended', person_id, ${administrator}, since
          from groups.membership where group_id = ${groupId}`
        await tx`delete from groups.named_group where group_id = ${groupId}`
      })
    },
  }
}
