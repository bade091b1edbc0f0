import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'
import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Keys } from '#identity/keys'
import type { Services } from '#identity/services'
import { byteArray, type Database } from '#server/database'
import { describeClient } from './client.ts'
import { errors } from './core.ts'

/** ID-72: counted from when the session began; nothing moves it. */
export const sessionSeconds = 8 * 60 * 60

export const sessionHashOf = (keys: Keys, uid: string) => keys.locate('Session uid', uid)
const grantIdOf = (keys: Keys, grantId: string) => keys.locate('Grant', grantId)

/** Of an assertion or a proof: whoever asked for the look says what is wrong with the second one (index.ts). */
export class AlreadySeen extends Error {}

/** `name` as in held-adapter.ts: `Grant ID`, `Session uid UID`. */
export type Beside = {
  record(name: string, payload: AdapterPayload): void
  /** The number of a session, for the technical log. */
  session(uid: string, sessionId: string): void
  /** Of a code that carries its session: the hash that says that this was ended before its time. */
  spentBy(id: string): Buffer | undefined
}

type CodeRow = Row & { session_id: string | null; grant_sealed: Buffer | null; session_sealed: Buffer | null }

type Row = {
  sealed: Buffer
  sealed_second: Buffer | null
  consumed_at: Date | null
}

const at = (epoch: number) => new Date(epoch * 1_000)

/**
 * Storage of the protocol core for people with an account. A row's place is a hash of the bearer value (cookie, code, token) and its content is
 * sealed with a key from the bearer value and our root key: the database alone opens nothing.
 */
export function createAccountAdapter(options: {
  database: Database
  clock: Clock
  keys: Keys
  services: Pick<Services, 'find'>
  /** The browser and system of the request under way, for the person's own list of sessions. */
  device: () => string
  sealDevice: (personId: string, sessionId: string, device: string) => Promise<Buffer>
  /** What this request will ask for next, or has learned on the way (held-adapter.ts). */
  beside: Beside
}): AdapterFactory {
  const { keys, clock, services, beside } = options
  const { sql } = options.database

  return (model: string): Adapter => {
    const read = (bearer: string, row: Row | undefined, second = false): AdapterPayload | undefined => {
      if (!row) return undefined
      const kind = second ? `${model} second` : model
      const sealed = second ? row.sealed_second : row.sealed
      const payload = sealed ? (keys.open(kind, bearer, sealed) as AdapterPayload | undefined) : undefined
      if (!payload) return undefined
      // A used code is found on purpose: its second use is how the core notices theft and revokes what came of it (RFC 6749 §4.1.2).
      return row.consumed_at ? { ...payload, consumed: Math.floor(row.consumed_at.getTime() / 1_000) } : payload
    }

    // What belongs to a session lives no longer than it: one look decides about both.
    const isLiving = () => sql`(s.session_hash is null or (o.ended_at is null and o.ends_at > ${clock.now()}))`
    const select = (column: 'id' | 'second_id', place: Buffer) => sql<Row[]>`
      select s.sealed, s.sealed_second, s.consumed_at
      from oidc.sealed s left join oidc.session o on o.session_hash = s.session_hash
      where ${sql(`s.${column}`)} = ${place} and s.model = ${model} and s.expires_at > ${clock.now()}
        and ${isLiving()}
      order by s.expires_at desc limit 1`

    /** With what its redemption asks for next: three rows, each of which opens with what the one before says. */
    async function findCode(id: string): Promise<AdapterPayload | undefined> {
      const now = clock.now()
      const [row] = await sql<CodeRow[]>`
        select s.sealed, s.sealed_second, s.consumed_at, o.session_id,
          (select g.sealed from oidc.sealed g where g.id = s.grant_id and g.model = 'Grant' and g.expires_at > ${now}) as grant_sealed,
          (select (pg_catalog.array_agg(n.sealed_second order by n.expires_at desc))[1] from oidc.sealed n
            where n.session_hash = s.session_hash and n.model = 'Session' and n.expires_at > ${now}) as session_sealed
        from oidc.sealed s left join oidc.session o on o.session_hash = s.session_hash
        where s.id = ${keys.locate(model, id)} and s.model = ${model} and s.expires_at > ${now}
          and ${isLiving()}`
      const code = read(id, row)
      if (!row || !code) return code
      const { grantId, sessionUid } = code
      const open = (kind: string, bearer: string, sealed: Buffer) => keys.open(kind, bearer, sealed) as AdapterPayload
      if (grantId && row.grant_sealed) beside.record(`Grant ${grantId}`, open('Grant', grantId, row.grant_sealed))
      if (sessionUid && row.session_sealed)
        beside.record(`Session uid ${sessionUid}`, open('Session second', sessionUid, row.session_sealed))
      if (sessionUid && row.session_id) beside.session(sessionUid, row.session_id)
      return code
    }

    return {
      async upsert(id, payload, expiresIn) {
        if (await isForNothing(payload)) return
        const now = clock.now()
        const place = keys.locate(model, id)
        const uid = payload.sessionUid
        const sessionHash = uid && model !== 'Interaction' && model !== 'Session' ? sessionHashOf(keys, uid) : null
        const second = model === 'Session' ? payload.uid : undefined
        // An interaction names its grant too, but must outlive a revocation that it may itself have caused.
        const grantId = payload.grantId && model !== 'Interaction' ? grantIdOf(keys, payload.grantId) : null
        // By our own clock, which the library does not know: it says how long, we say until when.
        const expiresAt = expiresIn === undefined ? at(payload.exp ?? 0) : new Date(now.getTime() + expiresIn * 1_000)
        // By our own clock as well: what the person has stopped since is not handed over (grants.ts).
        if (model === 'AuthorizationCode') payload.madeAt = now.getTime()
        if (model === 'ReplayDetection') {
          // That it is there says all.
          const { count } = await sql`
            insert into oidc.sealed (id, model, sealed, expires_at)
            values (${place}, ${model}, '', ${expiresAt}) on conflict (id) do nothing`
          // Two copies of one assertion or proof at the same moment, in whichever processes: one of them is the second.
          if (count === 0) throw new AlreadySeen()
          return
        }
        const sealed = keys.seal(model, id, payload)
        if (model === 'Session' && payload.accountId) {
          await keepSession({ place, sealed, payload, expiresAt })
          return
        }
        // A code is written a moment before the session it belongs to; a session that has ended takes nothing any more.
        await sql`
          insert into oidc.sealed (id, model, sealed, second_id, sealed_second, grant_id, session_hash, expires_at)
          select ${place}, ${model}, ${sealed}, ${second === undefined ? null : keys.locate(`${model} second`, second)},
            ${second === undefined ? null : keys.seal(`${model} second`, second, payload)}, ${grantId}, ${sessionHash}, ${expiresAt}
          where not exists (
            select 1 from oidc.session where session_hash = ${sessionHash} and (ended_at is not null or ends_at <= ${now}))
          on conflict (id) do update set sealed = excluded.sealed, second_id = excluded.second_id,
            sealed_second = excluded.sealed_second, grant_id = excluded.grant_id, session_hash = excluded.session_hash,
            expires_at = excluded.expires_at`
      },

      async find(id) {
        if (model === 'Client') return describeClient(await services.find(id))
        // Nobody looks before writing: the insert is the check.
        if (model === 'ReplayDetection') return undefined
        if (model === 'AuthorizationCode') return findCode(id)
        const [row] = await select('id', keys.locate(model, id))
        return read(id, row)
      },

      async findByUid(uid) {
        const [row] = await select('second_id', keys.locate(`${model} second`, uid))
        return read(uid, row, true)
      },

      // Only the device flow asks by user code, and it is switched off.
      findByUserCode: async () => undefined,

      async consume(id) {
        // The update is the check: of two who bring the same code, in whichever processes, one changes a row and the other does not. And of who has signed
        // out since it was given, also this very moment.
        const place = keys.locate(model, id)
        const { count } = await sql`
          update oidc.sealed set consumed_at = ${clock.now()} where id = ${place} and consumed_at is null
            and not exists (select 1 from oidc.spent where hash = ${beside.spentBy(id) ?? null})`
        if (count > 0) return
        // Both found it unused, so the core has not noticed: what came of it ends here, as it does for a later second use (RFC 9700 §2.1.1). A token
        // that the first writes only after this has lost its grant, and opens nothing.
        await sql`
          delete from oidc.sealed o using oidc.sealed used
          where used.id = ${place} and (o.grant_id = used.grant_id or o.id = used.grant_id)`
        throw new errors.InvalidGrant(`${model} was already used, or its session has ended`)
      },

      async destroy(id) {
        // Also how a session's identifier is renewed, so it does not end the session: signing out does (sessions.ts).
        const { count } = await sql`delete from oidc.sealed where id = ${keys.locate(model, id)}`
        // Of two who carry one event on at the same moment, one gets a code: the delete is the check (ID-31).
        if (model === 'Interaction' && count === 0) throw new errors.SessionNotFound('interaction session not found')
      },

      async revokeByGrantId(grantId) {
        await sql`delete from oidc.sealed where grant_id = ${grantIdOf(keys, grantId)}`
      },
    }

    /** What nobody will ever find, or take, is not kept. */
    async function isForNothing(payload: AdapterPayload): Promise<boolean> {
      if (model !== 'AccessToken') return false
      const service = await services.find(String(payload.clientId))
      return (service?.contract?.protocol.userinfo ?? 'none') === 'none'
    }

    /** That somebody is signed in, and what the library keeps of it: in one statement, so both or neither. */
    async function keepSession(kept: {
      place: Buffer
      sealed: Buffer
      payload: AdapterPayload
      expiresAt: Date
    }): Promise<void> {
      const { payload } = kept
      const now = clock.now()
      const uid = String(payload.uid)
      const began = payload.loginTs ?? Math.floor(clock.now().getTime() / 1_000)
      const grants = Object.values(payload.authorizations ?? {})
        .map((authorization) => authorization.grantId)
        .filter((grantId) => grantId !== undefined)
        .map((grantId) => grantIdOf(keys, grantId))
      const sids = Object.fromEntries(
        Object.entries(payload.authorizations ?? {}).flatMap(([clientId, { sid }]) => (sid ? [[clientId, sid]] : [])),
      )
      const passkeyAt = payload.amr?.includes('pop') ? at(began) : null
      const sessionId = newId(clock.now().getTime())
      const personId = payload.accountId as string
      // The person's key is there, so nobody is asked for it but the cache.
      const sealed = await options.sealDevice(personId, sessionId, options.device())
      // One that has ended meanwhile takes nothing any more: what the first part returns is the row as it is, also where another has just ended it.
      const [row] = await sql<{ session_id: string }[]>`
        with kept as (
          insert into oidc.session (session_hash, session_id, person_id, grant_ids, services, sids, sealed, began_at, ends_at, passkey_at)
          values (${sessionHashOf(keys, uid)}, ${sessionId}, ${personId}, ${byteArray(sql, grants)},
            ${Object.keys(payload.authorizations ?? {})}, ${sql.json(sids)}, ${sealed},
            ${at(began)}, ${at(began + sessionSeconds)}, ${passkeyAt})
          on conflict (session_hash) do update set grant_ids = excluded.grant_ids, services = excluded.services,
            sids = excluded.sids
          returning session_hash, session_id, ended_at, ends_at),
        stored as (insert into oidc.sealed (id, model, sealed, second_id, sealed_second, session_hash, expires_at)
        select ${kept.place}, 'Session', ${kept.sealed}, ${keys.locate('Session second', uid)},
          ${keys.seal('Session second', uid, payload)}, session_hash, ${kept.expiresAt}
        from kept where ended_at is null and ends_at > ${now}
        on conflict (id) do update set sealed = excluded.sealed, second_id = excluded.second_id,
          sealed_second = excluded.sealed_second, session_hash = excluded.session_hash, expires_at = excluded.expires_at)
        select session_id from kept`
      if (row) beside.session(uid, row.session_id)
    }
  }
}
