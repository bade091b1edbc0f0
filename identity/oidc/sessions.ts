import type { Clock } from '#base/clock'
import type { Keys } from '#identity/keys'
import { byteArray, type Database, type Sql } from '#server/database'
import type { Messages } from '#server/messages'
import type { Sealing } from '#server/sealed'
import { sessionHashOf } from './adapter.ts'
import { data } from './data.ts'
import { sessionNotFound } from './errors.ts'

export type Session = {
  readonly sessionId: string
  readonly personId: string
  /** Where it has been used: names of services in the protocol. */
  readonly services: readonly string[]
  readonly beganAt: Date
  readonly endsAt: Date
  /** When a passkey was last used in it. */
  readonly passkeyAt: Date | undefined
}

/** As its person sees it among the others. */
export type ListedSession = Session & { readonly device: string }

type Row = {
  session_id: string
  person_id: string
  services: string[]
  began_at: Date
  ends_at: Date
  passkey_at: Date | null
}

const toSession = (row: Row): Session => ({
  sessionId: row.session_id,
  personId: row.person_id,
  services: row.services,
  beganAt: row.began_at,
  endsAt: row.ends_at,
  passkeyAt: row.passkey_at ?? undefined,
})

/** A service keeps a session of its own: whoever ends theirs here is to be out there as well. */
export const sessionEnded = 'oidc.session_ended'

export function createSessions({
  database,
  clock,
  keys,
  messages,
  sealed,
}: {
  database: Database
  clock: Clock
  keys: Keys
  messages: Pick<Messages, 'publish'>
  sealed: Sealing
}) {
  const { sql } = database
  const devices = sealed.table(data, 'session', ['device'])
  sealed.carryOver.define(devices, async ({ row, sealed: value }) => {
    await sql`update oidc.session set sealed = ${value} where session_id = ${String(row.session_id)} and sealed = '\\x'`
  })

  /** Ends what `rows` names and everything that hangs on it: codes, tokens and grants of every service. */
  async function end(tx: Sql, sessionHashes: readonly Buffer[]): Promise<number> {
    if (sessionHashes.length === 0) return 0
    const ended = await tx<{ grant_ids: Buffer[]; person_id: string; services: string[]; began_at: Date }[]>`
      update oidc.session set ended_at = ${clock.now()}
      where session_hash = any(${byteArray(tx, sessionHashes)}) and ended_at is null
      returning grant_ids, person_id, services, began_at`
    const grants = ended.flatMap((row) => row.grant_ids)
    await tx`
      delete from oidc.sealed where session_hash = any(${byteArray(tx, sessionHashes)})
        or id = any(${byteArray(tx, grants)}) or grant_id = any(${byteArray(tx, grants)})`
    for (const { person_id: personId, services, began_at: beganAt } of ended)
      if (services.includes('portal'))
        await messages.publish(tx, sessionEnded, personId, { personId, beganAt: beganAt.getTime() / 1_000 })
    return ended.length
  }

  return {
    /** The session whose cookie this is, while it lasts. */
    async findByCookie(cookie: string): Promise<Session | undefined> {
      const [row] = await sql<Row[]>`
        select o.session_id, o.person_id, o.services, o.began_at, o.ends_at, o.passkey_at
        from oidc.sealed s join oidc.session o on o.session_hash = s.session_hash
        where s.id = ${keys.locate('Session', cookie)} and s.model = 'Session' and s.expires_at > ${clock.now()}
          and o.ended_at is null and o.ends_at > ${clock.now()}`
      return row && toSession(row)
    },

    /** The number of a session, for the technical log. */
    async idOf(uid: string): Promise<string | undefined> {
      const [row] = await sql<{ session_id: string }[]>`
        select session_id from oidc.session where session_hash = ${sessionHashOf(keys, uid)}`
      return row?.session_id
    },

    async list(personId: string): Promise<ListedSession[]> {
      const rows = await sql<(Row & { sealed: Buffer })[]>`
        select session_id, person_id, sealed, services, began_at, ends_at, passkey_at from oidc.session
        where person_id = ${personId} and ended_at is null and ends_at > ${clock.now()}
        order by began_at desc limit 100`
      const opened = await devices.open(rows, ['device'])
      return rows.map((row, at) => ({ ...toSession(row), device: opened[at]?.device ?? '' }))
    },

    /** For whoever writes the row of a session (adapter.ts). */
    sealDevice: (personId: string, sessionId: string, device: string) =>
      devices.sealOne({ person_id: personId, session_id: sessionId }, { device }),

    async end(personId: string, sessionId: string): Promise<void> {
      await database.transaction(async (tx) => {
        const rows = await tx<{ session_hash: Buffer }[]>`
          select session_hash from oidc.session
          where person_id = ${personId} and session_id = ${sessionId} and ended_at is null and ends_at > ${clock.now()}`
        if (
          (await end(
            tx,
            rows.map((row) => row.session_hash),
          )) === 0
        )
          throw sessionNotFound()
      })
    },

    /** In the caller's transaction: what made it necessary and the end of the sessions happen together or not at all. */
    async endAll(tx: Sql, personId: string): Promise<number> {
      const rows = await tx<{ session_hash: Buffer }[]>`
        select session_hash from oidc.session where person_id = ${personId} and ended_at is null`
      return end(
        tx,
        rows.map((row) => row.session_hash),
      )
    },

    /** The person is forgotten: no service is told, each has been asked by itself. */
    async forget(tx: Sql, personId: string): Promise<number> {
      const rows = await tx<{ session_hash: Buffer; grant_ids: Buffer[] }[]>`
        delete from oidc.session where person_id = ${personId} returning session_hash, grant_ids`
      const grants = rows.flatMap((row) => row.grant_ids)
      await tx`
        delete from oidc.sealed where session_hash = any(${byteArray(
          tx,
          rows.map((row) => row.session_hash),
        )})
          or id = any(${byteArray(tx, grants)}) or grant_id = any(${byteArray(tx, grants)})`
      return rows.length
    },

    async endByUid(uid: string): Promise<void> {
      await database.transaction((tx) => end(tx, [sessionHashOf(keys, uid)]))
    },

    /** The person has just used a passkey again. */
    async confirm(sessionId: string): Promise<void> {
      const { count } = await sql`
        update oidc.session set passkey_at = ${clock.now()}
        where session_id = ${sessionId} and ended_at is null and ends_at > ${clock.now()}`
      if (count === 0) throw sessionNotFound()
    },
  }
}
