import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import Provider, { type Adapter, type AdapterFactory, type AdapterPayload, errors } from 'oidc-provider'
import type { Clock } from '#base/clock'
import { newToken } from '#base/ids'
import type { Keys } from '#identity/keys'
import type { Identified } from '#identity/release'
import { cookieName, readCookies, writeCookie } from '#server/cookies'
import type { Database } from '#server/database'
import { sessionSeconds } from './adapter.ts'

/** The session of somebody who only identifies, and who they are; from then on until it ends. */
export const heldSessionCookie = 'vartio-held-session'
/** Who they are, on the one step from identifying to the session. Bound to the address of that step. */
export const heldEventCookie = 'vartio-held-event'

/** Browsers drop what is longer than 4,096 bytes with its name and attributes, silently. */
const longestCookie = 3_800
const stepSeconds = 120

const prefix = 'held-'
/** Made for one session, kept nowhere, and told to nobody: no account (ID-27). Accounts are numbers of another form. */
export const newHeldId = () => `${prefix}${newToken()}`
export const isHeldId = (accountId: string | undefined): accountId is string => accountId?.startsWith(prefix) ?? false

/** One request: what its cookies hold, what was found on the way, what the answer sets. */
type Request = {
  readonly cookies: Readonly<Record<string, string>>
  readonly records: Map<string, AdapterPayload>
  readonly out: Map<string, string>
  /** Who, and under which name of the session. */
  person: { accountId: string; identified: Identified } | undefined
}

type Envelope = { payload: AdapterPayload; identified: Identified; expiresAt: number }
type Embedded = { grant?: AdapterPayload; session: AdapterPayload; sessionUid: string; identified: Identified }

/** What a browser brings that belongs to the session of somebody without an account. */
export type HeldCookies = { readonly session: string | undefined; readonly held: string | undefined }
export type Held = { readonly uid: string; readonly accountId: string; readonly loginTs: number } & {
  readonly identified: Identified
}

const sessionKind = 'held Session'
const personKind = 'held person'

/**
 * Storage of the protocol core for identification without an account (ID-71, ID-82, ID-83). The session and who somebody is are sealed into their own
 * cookies; a grant lives as long as its request, and then in the code's row for a minute. What is here of them is the event's request, which is the
 * service's and says nothing of them, and, once a session was ended before its time, a hash: without it, cookies kept from before would sign in again.
 * Everything about an account goes on to `rows`.
 */
export function createHeldAdapter(options: {
  database: Database
  clock: Clock
  keys: Keys
  secure: boolean
  rows: AdapterFactory
}) {
  const { clock, keys, secure } = options
  const { sql } = options.database
  const requests = new AsyncLocalStorage<Request>()

  const now = () => clock.now().getTime()
  const spentHash = (uid: string) => keys.locate('spent Session', uid)
  const isSpent = async (uid: string) => (await sql`select 1 from oidc.spent where hash = ${spentHash(uid)}`).count > 0

  const setSession = (request: Request, value: string, maxAgeSeconds: number) =>
    request.out.set(heldSessionCookie, writeCookie(heldSessionCookie, value, { secure, maxAgeSeconds }))

  function openAs<Value>(kind: string, bearer: string, value: string | undefined): Value | undefined {
    if (value === undefined || value.length > longestCookie) return undefined
    return keys.open(kind, bearer, Buffer.from(value, 'base64url')) as Value | undefined
  }

  async function openSession(id: string | undefined, value: string | undefined): Promise<Envelope | undefined> {
    const envelope = id === undefined ? undefined : openAs<Envelope>(sessionKind, id, value)
    if (!envelope || envelope.expiresAt <= now()) return undefined
    const { loginTs, uid } = envelope.payload
    // ID-72: the cookie's own end slides with each answer; this does not.
    if (loginTs === undefined || (loginTs + sessionSeconds) * 1_000 <= now()) return undefined
    return (await isSpent(String(uid))) ? undefined : envelope
  }

  const remember = (request: Request, payload: AdapterPayload) => {
    request.records.set(`Session ${payload.jti}`, payload)
    request.records.set(`Session uid ${payload.uid}`, payload)
  }

  function sessions(rows: Adapter): Adapter {
    return {
      ...rows,
      async upsert(id, payload, expiresIn = sessionSeconds) {
        if (!isHeldId(payload.accountId)) return rows.upsert(id, payload, expiresIn)
        const request = requests.getStore()
        const person = request?.person
        // Nobody is signed in as somebody we cannot name.
        if (!request || person?.accountId !== payload.accountId) throw new errors.SessionNotFound('nobody is held')
        remember(request, payload)
        const expiresAt = now() + expiresIn * 1_000
        const value = keys.seal(sessionKind, id, { payload, identified: person.identified, expiresAt })
        const text = value.toString('base64url')
        if (text.length > longestCookie) throw new errors.InvalidRequest('the session is too large to be carried')
        setSession(request, text, expiresIn)
      },

      async find(id) {
        const request = requests.getStore()
        const known = request?.records.get(`Session ${id}`)
        if (!request || known) return known ?? rows.find(id)
        const envelope = await openSession(id, request.cookies[cookieName(heldSessionCookie, secure)])
        if (!envelope) return rows.find(id)
        const { payload, identified } = envelope
        request.person ??= { accountId: String(payload.accountId), identified }
        remember(request, payload)
        return payload
      },

      // Only one's own session is known, or the copy that came with a code.
      findByUid: async (uid) => requests.getStore()?.records.get(`Session uid ${uid}`) ?? rows.findByUid(uid),

      async destroy(id) {
        const request = requests.getStore()
        request?.records.delete(`Session ${id}`)
        // Also how its identifier is renewed: what is saved after this sets the cookie again. Signing out spends it (`endByUid`).
        if (request?.cookies[cookieName(heldSessionCookie, secure)] !== undefined) setSession(request, '', 0)
        await rows.destroy(id)
      },
    }
  }

  function interactions(rows: Adapter): Adapter {
    return {
      ...rows,
      async find(id) {
        const event = await rows.find(id)
        const result = event?.result as { login?: { accountId: string } } | undefined
        const accountId = result?.login?.accountId
        const request = requests.getStore()
        if (!request || !isHeldId(accountId)) return event
        const value = request.cookies[cookieName(heldEventCookie, secure, 'path')]
        const identified = openAs<Identified>(personKind, accountId, value)
        if (identified) request.person = { accountId, identified }
        // The cookie of who they are was lost on the way: the event cannot go on, and its page leads back to the service.
        return request.person?.accountId === accountId ? event : undefined
      },
    }
  }

  function grants(rows: Adapter): Adapter {
    return {
      ...rows,
      async upsert(id, payload, expiresIn) {
        const request = requests.getStore()
        if (request && isHeldId(payload.accountId)) request.records.set(`Grant ${id}`, payload)
        else await rows.upsert(id, payload, expiresIn)
      },
      find: async (id) => requests.getStore()?.records.get(`Grant ${id}`) ?? rows.find(id),
    }
  }

  /** A code or token carries what its redemption needs, since the service that redeems it has none of the person's cookies. */
  function carrying(rows: Adapter): Adapter {
    return {
      ...rows,
      upsert(id, payload, expiresIn) {
        const request = requests.getStore()
        const { sessionUid, ...rest } = payload
        if (!request?.person || !isHeldId(payload.accountId) || sessionUid === undefined)
          return rows.upsert(id, payload, expiresIn)
        const session = sessionNow(request, sessionUid)
        const grant = payload.grantId === undefined ? undefined : request.records.get(`Grant ${payload.grantId}`)
        if (!session) throw new errors.SessionNotFound('nobody is held')
        const held: Embedded = {
          ...(grant ? { grant } : {}),
          session: stub(session),
          sessionUid,
          identified: request.person.identified,
        }
        return rows.upsert(id, { ...rest, held }, expiresIn)
      },
      async find(id) {
        const stored = await rows.find(id)
        const { held, ...payload } = (stored ?? {}) as AdapterPayload & { held?: Embedded }
        const request = requests.getStore()
        if (!held || !request) return stored
        // Signed out since: what was given before is worth nothing.
        if (await isSpent(held.sessionUid)) return undefined
        request.person ??= { accountId: String(payload.accountId), identified: held.identified }
        if (held.grant && payload.grantId) request.records.set(`Grant ${payload.grantId}`, held.grant)
        request.records.set(`Session uid ${held.sessionUid}`, held.session)
        return { ...payload, sessionUid: held.sessionUid }
      },
    }
  }

  /** The library writes a new session only after the code that belongs to it; until then it is in its hands alone. */
  function sessionNow(request: Request, uid: string): AdapterPayload | undefined {
    const session = Provider.ctx?.oidc.session
    if (session?.uid !== uid) return request.records.get(`Session uid ${uid}`)
    const seconds = Math.floor(now() / 1_000)
    return { ...session, kind: 'Session', iat: session.iat ?? seconds, exp: session.exp ?? seconds + sessionSeconds }
  }

  const kinds: Readonly<Record<string, (rows: Adapter) => Adapter>> = {
    Session: sessions,
    Interaction: interactions,
    Grant: grants,
    AuthorizationCode: carrying,
    AccessToken: carrying,
  }

  return {
    adapter: ((model) => kinds[model]?.(options.rows(model)) ?? options.rows(model)) satisfies AdapterFactory,

    /** Everything the protocol core does for one request happens inside. */
    run<T>(message: IncomingMessage, response: ServerResponse, handle: () => T): T {
      const request: Request = {
        cookies: readCookies(message.headers.cookie),
        records: new Map(),
        out: new Map(),
        person: undefined,
      }
      const writeHead = response.writeHead.bind(response)
      // The last moment before the answer leaves: by then the library has saved its session.
      response.writeHead = ((...given: Parameters<typeof writeHead>) => {
        for (const cookie of request.out.values()) response.appendHeader('set-cookie', cookie)
        request.out.clear()
        return writeHead(...given)
      }) as typeof response.writeHead
      return requests.run(request, handle)
    },

    /** Whoever this request is about, by their session, their event or the code that a service has brought. */
    identified(accountId: string): Identified | undefined {
      const person = requests.getStore()?.person
      return person?.accountId === accountId ? person.identified : undefined
    },

    /** For pages outside the protocol core. */
    async open(cookies: HeldCookies): Promise<Held | undefined> {
      const envelope = await openSession(cookies.session, cookies.held)
      if (!envelope) return undefined
      const { uid, accountId, loginTs } = envelope.payload
      const { identified } = envelope
      return { uid: String(uid), accountId: String(accountId), loginTs: Number(loginTs), identified }
    },

    /** For the cookie that goes to the one address where the session is then made. */
    seal: (accountId: string, identified: Identified) => ({
      value: keys.seal(personKind, accountId, identified).toString('base64url'),
      maxAgeSeconds: stepSeconds,
    }),

    /** Before its time. The hash is kept until the session would have ended by itself. */
    async endByUid(uid: string): Promise<void> {
      await sql`
        insert into oidc.spent (hash, expires_at) values (${spentHash(uid)}, ${new Date(now() + sessionSeconds * 1_000)})
        on conflict do nothing`
    },
  }
}

/** As much of a session as the token endpoint looks at. */
function stub(session: AdapterPayload): AdapterPayload {
  const { uid, accountId, authorizations, loginTs, jti, kind, exp, iat } = session
  return { uid, accountId, authorizations, loginTs, jti, kind, exp, iat } as AdapterPayload
}
