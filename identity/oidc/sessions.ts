import type { Clock } from '#base/clock'
import type { Keys } from '#identity/keys'
import { afterCommit, byteArray, type Database, type Sql } from '#server/database'
import type { Messages } from '#server/messages'
import type { Sealing } from '#server/sealed'
import { sessionHashOf } from './adapter.ts'
import { data } from './data.ts'
import { sessionNotFound } from './errors.ts'
import type { Telling } from './telling.ts'

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

type Ended = {
  session_hash: Buffer
  grant_ids: Buffer[]
  person_id: string
  services: string[]
  sids: Record<string, string>
  began_at: Date
  ended_at: Date | null
}

const toSession = (row: Row): Session => ({
  sessionId: row.session_id,
  personId: row.person_id,
  services: row.services,
  beganAt: row.began_at,
  endsAt: row.ends_at,
  passkeyAt: row.passkey_at ?? undefined,
})

export type Sessions = ReturnType<typeof createSessions>

/** A service keeps a session of its own: whoever ends theirs here is to be out there as well. */
export const sessionEnded = 'oidc.session_ended'

export function createSessions({
  database,
  clock,
  keys,
  messages,
  sealed,
  telling,
}: {
  database: Database
  clock: Clock
  keys: Keys
  messages: Pick<Messages, 'publish'>
  sealed: Sealing
  telling: Pick<Telling, 'keep' | 'now'>
}) {
  const { sql } = database
  const devices = sealed.table(data, 'session', ['device'])
  sealed.carryOver.define(devices, async ({ row, sealed: value }) => {
    await sql`update oidc.session set sealed = ${value} where session_id = ${String(row.session_id)} and sealed = '\\x'`
  })

  /** What is written down for services of others to hear, once this transaction has committed. */
  async function keepTellings(tx: Sql, ended: readonly { person_id: string; sids: Record<string, string> }[]) {
    const kept: string[] = []
    for (const { person_id: personId, sids } of ended)
      for (const [clientId, sid] of Object.entries(sids)) {
        const tellingId = await telling.keep(tx, clientId, personId, sid)
        if (tellingId !== undefined) kept.push(tellingId)
      }
    return kept
  }

  async function deleteWhatHangsOn(tx: Sql, rows: readonly { session_hash: Buffer; grant_ids: Buffer[] }[]) {
    const hashes = rows.map((row) => row.session_hash)
    const grants = rows.flatMap((row) => row.grant_ids)
    await tx`
      delete from oidc.sealed where session_hash = any(${byteArray(tx, hashes)})
        or id = any(${byteArray(tx, grants)}) or grant_id = any(${byteArray(tx, grants)})`
  }

  /** Ends what `rows` names and everything that hangs on it: codes, tokens and grants of every service. */
  async function end(tx: Sql, sessionHashes: readonly Buffer[]): Promise<{ count: number; tellings: string[] }> {
    if (sessionHashes.length === 0) return { count: 0, tellings: [] }
    const ended = await tx<Ended[]>`
      update oidc.session set ended_at = ${clock.now()}
      where session_hash = any(${byteArray(tx, sessionHashes)}) and ended_at is null
      returning session_hash, grant_ids, person_id, services, sids, began_at`
    if (ended.length === 0) return { count: 0, tellings: [] }
    await deleteWhatHangsOn(tx, ended)
    for (const { person_id: personId, services, began_at: beganAt } of ended)
      if (services.includes('portal'))
        await messages.publish(tx, sessionEnded, personId, { personId, beganAt: beganAt.getTime() / 1_000 })
    return { count: ended.length, tellings: await keepTellings(tx, ended) }
  }

  /** The person waits for none of them. */
  const tellAfter = (tx: Sql, tellings: readonly string[]) => afterCommit(tx, () => void telling.now(tellings))

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
        const { count, tellings } = await end(
          tx,
          rows.map((row) => row.session_hash),
        )
        if (count === 0) throw sessionNotFound()
        tellAfter(tx, tellings)
      })
    },

    /** In the caller's transaction: what made it necessary and the end of the sessions happen together or not at all. */
    async endAll(tx: Sql, personId: string): Promise<number> {
      const rows = await tx<{ session_hash: Buffer }[]>`
        select session_hash from oidc.session where person_id = ${personId} and ended_at is null`
      const { count, tellings } = await end(
        tx,
        rows.map((row) => row.session_hash),
      )
      tellAfter(tx, tellings)
      return count
    },

    /** The person is forgotten. Programs of this house are asked each by itself; services of others are told that the session is over. */
    async forget(tx: Sql, personId: string): Promise<number> {
      const rows = await tx<Ended[]>`
        delete from oidc.session where person_id = ${personId}
        returning session_hash, grant_ids, person_id, services, sids, began_at, ended_at`
      await deleteWhatHangsOn(tx, rows)
      tellAfter(
        tx,
        await keepTellings(
          tx,
          rows.filter(({ ended_at }) => ended_at === null),
        ),
      )
      return rows.length
    },

    /** Services are told before it returns, or have had their time: whoever signed out at one is led on when all have heard. */
    async endByUid(uid: string): Promise<void> {
      const { tellings } = await database.transaction((tx) => end(tx, [sessionHashOf(keys, uid)]))
      await telling.now(tellings)
    },

    /** The same in every session of theirs that was there. Answers in how many. */
    async leaveEverywhere(clientId: string, personId: string): Promise<number> {
      const rows = await sql<{ sid: string }[]>`
        select sids->>${clientId} as sid from oidc.session
        where person_id = ${personId} and sids ? ${clientId} and ended_at is null and ends_at > ${clock.now()} limit 100`
      const tellings = await Promise.all(rows.map(({ sid }) => telling.keep(sql, clientId, personId, sid)))
      const kept = tellings.filter((tellingId) => tellingId !== undefined)
      void telling.now(kept)
      return kept.length
    },

    /** The person goes on here, and is signed out at this one service. */
    async leave(clientId: string, personId: string, sid: string): Promise<void> {
      const tellingId = await telling.keep(sql, clientId, personId, sid)
      if (tellingId !== undefined) await telling.now([tellingId])
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
