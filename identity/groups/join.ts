import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import { primaryAddress } from '#identity/people'
import { type Database, type Sql, violatedConstraint } from '#server/database'
import type { Mail } from '#server/mail'
import type { JoinRequests } from './api.ts'
import { alreadyThere, requestNotFound, tooMany } from './errors.ts'
import { letters } from './letters.ts'
import { mostGroups, mostMembers, mostRequests, type RequestRow, type Store } from './store.ts'

const day = 86_400_000
const waitDays = 90
const declinedDays = 30

/** Asking to join, and what comes of it (ID-54): nobody belongs to a group who has not asked, and been accepted. */
export function createJoining(
  {
    database,
    clock,
    mail,
    urls,
  }: { database: Database; clock: Clock; mail: Pick<Mail, 'send'>; urls: { identity: URL } },
  store: Store,
) {
  const { memberships, requests } = store
  const addressOf = (groupId: string) => new URL(`/account/groups/${groupId}`, urls.identity).href

  async function take(tx: Sql, groupId: string, requestId: string): Promise<RequestRow> {
    const [row] = await tx<RequestRow[]>`
      select request_id, group_id, person_id, sealed, asked_at, declined_at from groups.join_request
      where request_id = ${requestId} and group_id = ${groupId} and declined_at is null and expires_at > ${clock.now()}`
    if (!row) throw requestNotFound()
    return row
  }

  async function write(
    tx: Sql,
    personId: string,
    letter: 'asked' | 'accepted' | 'declined',
    name: string,
    groupId: string,
  ): Promise<void> {
    const present = await store.present(personId)
    if (!present) return
    const { language } = present.person
    await mail.send(tx, {
      to: primaryAddress(present.person),
      language,
      ...letters[language][letter](name, addressOf(groupId)),
    })
  }

  return {
    async ask(
      personId: string,
      groupId: string,
      { userName, reason }: { userName: string; reason: string },
    ): Promise<void> {
      const now = clock.now()
      const requestId = newId(now.getTime())
      const sealed = await requests.sealOne(
        { person_id: personId, request_id: requestId },
        { user_name: userName, reason, answer: null },
      )
      await database
        .transaction(async (tx) => {
          const { name } = await store.hold(tx, groupId)
          if (await store.membership(tx, groupId, personId)) throw alreadyThere()
          // One that was declined, or has waited too long, gives way to a new one.
          await tx`
            delete from groups.join_request where group_id = ${groupId} and person_id = ${personId}
              and (declined_at is not null or expires_at <= ${now})`
          const [counts] = await tx<{ mine: number; all: number }[]>`
            select (select count(*)::int from groups.join_request where person_id = ${personId}) as mine,
              (select count(*)::int from groups.join_request where group_id = ${groupId}) as all`
          if ((counts?.mine ?? 0) >= mostGroups || (counts?.all ?? 0) >= mostRequests) throw tooMany()
          await tx`
            insert into groups.join_request (request_id, group_id, person_id, sealed, asked_at, expires_at)
            values (${requestId}, ${groupId}, ${personId}, ${sealed}, ${now}, ${new Date(now.getTime() + waitDays * day)})`
          await store.write(tx, { groupId, what: 'asked', personId, by: personId })
          const administrators = await tx<{ person_id: string }[]>`
            select person_id from groups.membership where group_id = ${groupId} and is_administrator limit 20`
          for (const { person_id } of administrators) await write(tx, person_id, 'asked', name, groupId)
        })
        .catch((error: unknown) => {
          throw violatedConstraint(error) === 'join_request_once' ? alreadyThere() : error
        })
    },

    async withdraw(personId: string, groupId: string): Promise<void> {
      await database.transaction(async (tx) => {
        const { count } = await tx`
          delete from groups.join_request where group_id = ${groupId} and person_id = ${personId}`
        if (count === 0) throw requestNotFound()
        await store.write(tx, { groupId, what: 'withdrawn', personId, by: personId })
      })
    },

    /** ID-55, ID-57, ID-58: for the administrator alone, who decides. */
    async list(administrator: string, groupId: string): Promise<JoinRequests> {
      await store.administers(database.sql, groupId, administrator)
      const now = clock.now()
      const rows = await database.sql<RequestRow[]>`
        select request_id, group_id, person_id, sealed, asked_at, declined_at from groups.join_request
        where group_id = ${groupId} and declined_at is null and expires_at > ${now} order by asked_at limit ${mostRequests}`
      const opened = await requests.open(rows, ['user_name', 'reason'])
      const shown: JoinRequests['requests'] = []
      for (const [at, row] of rows.entries()) {
        const present = await store.present(row.person_id)
        // Whoever is away cannot want in just now.
        if (!present || present.isAway) continue
        const { user_name, reason } = opened[at] ?? {}
        shown.push({
          requestId: row.request_id,
          name: present.person.name,
          userName: user_name ?? '',
          reason: reason ?? '',
          askedAt: row.asked_at.toISOString(),
        })
      }
      return { requests: shown, total: shown.length }
    },

    async accept(administrator: string, groupId: string, requestId: string): Promise<void> {
      const now = clock.now()
      await database.transaction(async (tx) => {
        const { name } = await store.hold(tx, groupId)
        await store.administers(tx, groupId, administrator)
        const row = await take(tx, groupId, requestId)
        // The person is gone, or only stored: nobody is let in in their stead.
        const present = await store.present(row.person_id)
        if (!present || present.isAway) throw requestNotFound()
        const [counts] = await tx<{ mine: number; all: number }[]>`
          select (select count(*)::int from groups.membership where person_id = ${row.person_id}) as mine,
            (select count(*)::int from groups.membership where group_id = ${groupId}) as all`
        if ((counts?.mine ?? 0) >= mostGroups || (counts?.all ?? 0) >= mostMembers) throw tooMany()
        const { user_name } = await requests.openOne(row, ['user_name'])
        const own = { person_id: row.person_id, group_id: groupId }
        const sealed = await memberships.sealOne(own, { user_name: user_name ?? null })
        await tx`delete from groups.join_request where request_id = ${requestId}`
        await tx`
          insert into groups.membership (group_id, person_id, is_administrator, sealed, since)
          values (${groupId}, ${row.person_id}, false, ${sealed}, ${now})`
        await store.write(tx, { groupId, what: 'accepted', personId: row.person_id, by: administrator })
        await write(tx, row.person_id, 'accepted', name, groupId)
      })
    },

    async decline(administrator: string, groupId: string, requestId: string, answer: string): Promise<void> {
      const now = clock.now()
      await database.transaction(async (tx) => {
        const { name } = await store.hold(tx, groupId)
        await store.administers(tx, groupId, administrator)
        const row = await take(tx, groupId, requestId)
        const sealed = await requests.change(row, { answer })
        await tx`
          update groups.join_request set declined_at = ${now}, sealed = ${sealed},
            expires_at = ${new Date(now.getTime() + declinedDays * day)}
          where request_id = ${requestId}`
        await store.write(tx, { groupId, what: 'declined', personId: row.person_id, by: administrator })
        await write(tx, row.person_id, 'declined', name, groupId)
      })
    },
  }
}
