import type { Clock } from '#base/clock'
import type { Keys } from '#identity/keys'
import { byteArray, type Database, type Sql } from '#server/database'
import type { Messages } from '#server/messages'
import { sessionHashOf } from './adapter.ts'
import { sessionNotFound } from './errors.ts'

export type Session = {
  readonly sessionId: string
  readonly personId: string
  readonly device: string
  /** Where it has been used: names of services in the protocol. */
  readonly services: readonly string[]
  readonly beganAt: Date
  readonly endsAt: Date
  /** When a passkey was last used in it. */
  readonly passkeyAt: Date | undefined
}

type Row = {
  session_id: string
  person_id: string
  device: string
  services: string[]
  began_at: Date
  ends_at: Date
  passkey_at: Date | null
}

const toSession = (row: Row): Session => ({
  sessionId: row.session_id,
  personId: row.person_id,
  device: row.device,
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
}: {
  database: Database
  clock: Clock
  keys: Keys
  messages: Pick<Messages, 'publish'>
}) {
  const { sql } = database

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
        select o.session_id, o.person_id, o.device, o.services, o.began_at, o.ends_at, o.passkey_at
        from oidc.sealed s join oidc.session o on o.session_hash = s.session_hash
        where s.id = ${keys.locate('Session', cookie)} and s.model = 'Session' and s.expires_at > ${clock.now()}
          and o.ended_at is null and o.ends_at > ${clock.now()}`
      return row && toSession(row)
    },

    async list(personId: string): Promise<Session[]> {
      const rows = await sql<Row[]>`
        select session_id, person_id, device, services, began_at, ends_at, passkey_at from oidc.session
        where person_id = ${personId} and ended_at is null and ends_at > ${clock.now()}
        order by began_at desc limit 100`
      return rows.map(toSession)
    },

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
