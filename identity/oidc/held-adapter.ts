import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { decodeJwt } from 'jose'
import type { Adapter, AdapterFactory, AdapterPayload, InteractionResults } from 'oidc-provider'
import type { Clock } from '#base/clock'
import { newToken } from '#base/ids'
import type { Keys } from '#identity/keys'
import type { Identified } from '#identity/release'
import type { Services } from '#identity/services'
import { cookieName, readCookies, writeCookie } from '#server/cookies'
import type { Database, Sql } from '#server/database'
import { type Beside, sessionSeconds } from './adapter.ts'
import { errors, Provider } from './core.ts'

/** The session of somebody who only identifies, and who they are; from then on until it ends. */
export const heldSessionCookie = 'vartio-held-session'
/** Who they are, from identifying to the session. Bound to the address of the event, and then of the one step in which the session is made. */
export const heldEventCookie = 'vartio-held-event'

/** As the library names it: of an account, and, in the library's eyes alone, of whoever is held where they are (`face`). */
export const sessionCookie = 'vartio-session'
/** Beside the address of the form of signing out, where that is about who is held. */
export const ofHeld = 'of=held'

/** Which service a request names: itself, or by the ID token that it was given, which the library will look at. */
function clientOf({ client_id: clientId, id_token_hint: hint }: Query): string {
  if (typeof clientId === 'string') return clientId
  try {
    return String(decodeJwt(String(hint)).aud)
  } catch {
    return ''
  }
}

/** Browsers drop what is longer than 4,096 bytes with its name and attributes, silently. */
const longestCookie = 3_800
const stepSeconds = 120
/** How long a person may take over one sign-in, from a service's request to its answer. */
export const eventSeconds = 60 * 60

const prefix = 'held-'
/** Made for one session, kept nowhere, and told to nobody: no account (ID-27). Accounts are numbers of another form. */
export const newHeldId = () => `${prefix}${newToken()}`
export const isHeldId = (accountId: string | undefined): accountId is string => accountId?.startsWith(prefix) ?? false

/** One request: what its cookies hold, what was found on the way, what the answer sets. */
type Request = {
  readonly message: IncomingMessage
  readonly cookies: Readonly<Record<string, string>>
  readonly records: Map<string, AdapterPayload>
  /** Numbers of sessions that were read or written. */
  readonly sessionIds: Map<string, string>
  readonly spentBy: Map<string, Buffer>
  readonly out: Map<string, string>
  /** The session without an account that the library is shown, and that it saved. */
  held: string | undefined
  /** The library is not shown the account's session, so it shall not write over its cookie either. */
  isApart: boolean
  /** Sessions of which there is no row, as a look has told: nothing is there to delete. */
  readonly rowless: Set<string>
  /** Who, and under which name of the session. */
  person: { accountId: string; identified: Identified } | undefined
}

/** A part of a statement. */
export type Piece = ReturnType<Sql>

type Query = Readonly<Record<string, unknown>>

/** What the browser carries through an event: what its person has answered, and who they are. Of neither anything is here. */
type Carried = { result: Answered; identified: Identified }
export type Answered = InteractionResults & { login: NonNullable<InteractionResults['login']> }

type Envelope = { payload: AdapterPayload; identified: Identified; expiresAt: number }
type Embedded = { grant?: AdapterPayload; session: AdapterPayload; sessionUid: string; identified: Identified }

/** The session cookies of a browser: of an account, and of somebody without one. Both may be there, each for its services. And who has just identified in the event under way. */
export type SessionCookies = {
  readonly session: string | undefined
  readonly held: string | undefined
  readonly event: string | undefined
}
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
  services: Pick<Services, 'find'>
}) {
  const { clock, keys, secure } = options
  const { sql } = options.database
  const requests = new AsyncLocalStorage<Request>()
  /** Found with what lies beside it (`findEvent`), or going on with what its page has just been answered (`carryOn`). */
  const events = new AsyncLocalStorage<{ uid: string; payload: AdapterPayload }>()
  const eventAtHand = (uid: string) => {
    const found = events.getStore()
    return found?.uid === uid ? found.payload : undefined
  }

  const now = () => clock.now().getTime()
  const spentHash = (uid: string) => keys.locate('spent Session', uid)
  const isSpent = async (uid: string) => (await sql`select 1 from oidc.spent where hash = ${spentHash(uid)}`).count > 0

  const setSession = (request: Request, value: string, maxAgeSeconds: number) =>
    request.out.set(heldSessionCookie, writeCookie(heldSessionCookie, value, { secure, maxAgeSeconds }))

  function openAs<Value>(kind: string, bearer: string, value: string | undefined): Value | undefined {
    if (value === undefined || value.length > longestCookie) return undefined
    return keys.open(kind, bearer, Buffer.from(value, 'base64url')) as Value | undefined
  }

  /** The cookie is the session's identifier, and what is sealed with it: nobody else's identifier opens it. */
  async function openSession(cookie: string | undefined): Promise<Envelope | undefined> {
    const [id = '', value] = cookie?.split('.', 2) ?? []
    const envelope = openAs<Envelope>(sessionKind, id, value)
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
        const request = requests.getStore()
        // Nobody is signed in, and nobody is signing out: it says nothing, so it is not kept, and the browser gets no cookie of it.
        if (request && !payload.accountId && !payload.state) {
          request.isApart = true
          return
        }
        if (!isHeldId(payload.accountId)) return rows.upsert(id, payload, expiresIn)
        const person = request?.person
        // Nobody is signed in as somebody we cannot name.
        if (!request || person?.accountId !== payload.accountId) throw new errors.SessionNotFound('nobody is held')
        remember(request, payload)
        const expiresAt = now() + expiresIn * 1_000
        const value = keys.seal(sessionKind, id, { payload, identified: person.identified, expiresAt })
        const text = `${id}.${value.toString('base64url')}`
        request.held = id
        request.isApart = true
        if (text.length > longestCookie) throw new errors.InvalidRequest('the session is too large to be carried')
        setSession(request, text, expiresIn)
      },

      async find(id) {
        const request = requests.getStore()
        const found = request?.records.get(`Session ${id}`) ?? (await rows.find(id))
        if (!found) request?.rowless.add(id)
        return found
      },

      // Only one's own session is known, or the copy that came with a code.
      findByUid: async (uid) => requests.getStore()?.records.get(`Session uid ${uid}`) ?? rows.findByUid(uid),

      async destroy(id) {
        const request = requests.getStore()
        request?.records.delete(`Session ${id}`)
        // Also how its identifier is renewed: what is saved after this sets the cookie again. Signing out spends it (`endByUid`).
        if (request?.held === id) setSession(request, '', 0)
        else if (!request?.rowless.has(id)) await rows.destroy(id)
      },
    }
  }

  function interactions(rows: Adapter): Adapter {
    return {
      ...rows,
      async find(id) {
        // Or read a moment ago in this request, to know whose session it is about (`face`).
        const event = eventAtHand(id) ?? requests.getStore()?.records.get(`Interaction ${id}`) ?? (await rows.find(id))
        const result = event?.result as { login?: { accountId: string } } | undefined
        const accountId = result?.login?.accountId
        const request = requests.getStore()
        if (!request || !isHeldId(accountId)) return event
        const value = request.cookies[cookieName(heldEventCookie, secure, 'path')]
        const carried = openAs<Carried>(personKind, id, value)
        if (carried?.result.login.accountId === accountId)
          request.person = { accountId, identified: carried.identified }
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
  function carrying(rows: Adapter, model: string): Adapter {
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
        // Signed out since: what was given before is worth nothing. Of a code the statement that consumes it says so (adapter.ts).
        if (model === 'AuthorizationCode') request.spentBy.set(id, spentHash(held.sessionUid))
        else if (await isSpent(held.sessionUid)) return undefined
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

  const kinds: Readonly<Record<string, (rows: Adapter, model: string) => Adapter>> = {
    Session: sessions,
    Interaction: interactions,
    Grant: grants,
    AuthorizationCode: carrying,
    AccessToken: carrying,
  }

  const heldOf = (request: Request) => request.cookies[cookieName(heldSessionCookie, secure)]
  const accountsOf = (request: Request) => request.cookies[cookieName(sessionCookie, secure)]

  /** The session of an account that this browser has as well. */
  async function accountOf(request: Request): Promise<AdapterPayload | undefined> {
    const cookie = accountsOf(request)
    const session = cookie === undefined ? undefined : await options.rows('Session').find(cookie)
    return session?.accountId === undefined ? undefined : session
  }

  const knows = (session: AdapterPayload | undefined, clientId: string) =>
    session?.authorizations?.[clientId] !== undefined

  /** Which of the two sessions that a browser may have is asked about: an account's, or that of who is held. */
  async function sideOf(request: Request, held: AdapterPayload | undefined, path: string, query: Query) {
    const clientId = clientOf(query)
    if (path === '/oidc/auth') {
      const service = await options.services.find(clientId)
      const ways = service?.contract?.ways ?? ['account']
      // Where no account is taken, that somebody has one is nobody's business: not the service's, and not of what is kept with the account.
      if (!ways.includes('account')) return held ? 'held' : 'nobody'
      if (!held) return 'account'
      // Where both are taken, whoever was there last: by a passkey there, this one would have ended.
      return knows(held, clientId) || !(await accountOf(request)) ? 'held' : 'account'
    }
    if (!held || !path.startsWith('/oidc/sign-out')) return 'account'
    const account = await accountOf(request)
    if (!account || query.of === 'held') return 'held'
    return knows(held, clientId) && !knows(account, clientId) ? 'held' : 'account'
  }

  /** An event goes on with the session that it began in, or the one that its person has just made. */
  async function accountOfEvent(uid: string): Promise<string | undefined> {
    const event = eventAtHand(uid) ?? (await options.rows('Interaction').find(uid))
    if (event) requests.getStore()?.records.set(`Interaction ${uid}`, event)
    const { login } = (event?.result ?? {}) as { login?: { accountId: string } }
    return login?.accountId ?? (event?.session as { accountId?: string } | undefined)?.accountId
  }

  const show = (request: Request, session: string | undefined) => {
    const name = cookieName(sessionCookie, secure)
    const { [name]: _, ...others } = request.cookies
    request.isApart = true
    const shown = session === undefined ? others : { ...others, [name]: session }
    request.message.headers.cookie = Object.entries(shown)
      .map((pair) => pair.join('='))
      .join('; ')
  }

  return {
    beside: {
      record: (name, payload) => void requests.getStore()?.records.set(name, payload),
      session: (uid, sessionId) => void requests.getStore()?.sessionIds.set(uid, sessionId),
      spentBy: (id) => requests.getStore()?.spentBy.get(id),
    } satisfies Beside,

    sessionIdOf: (uid: string) => requests.getStore()?.sessionIds.get(uid),

    adapter: ((model) => kinds[model]?.(options.rows(model), model) ?? options.rows(model)) satisfies AdapterFactory,

    /** An event for the pages outside the protocol core, which finds it in `run` without asking again. */
    async findEvent(uid: string, beside: Piece) {
      const [row] = await sql<{ sealed: Buffer; beside: Buffer | null }[]>`
        select s.sealed, ${beside} as beside from oidc.sealed s
        where s.id = ${keys.locate('Interaction', uid)} and s.model = 'Interaction' and s.expires_at > ${clock.now()}`
      const payload = row && (keys.open('Interaction', uid, row.sealed) as AdapterPayload | undefined)
      return payload && { beside: row.beside, run: <T>(run: () => T): T => events.run({ uid, payload }, run) }
    },

    /** What the event's page was answered is not written: the protocol core takes it from here, and its row goes (ID-31). */
    carryOn: <T>(event: { readonly uid: string }, run: () => T): T =>
      events.run({ uid: event.uid, payload: { ...event } as AdapterPayload }, run),

    /** Everything the protocol core does for one request happens inside. */
    run<T>(message: IncomingMessage, response: ServerResponse, handle: () => T): T {
      const request: Request = {
        message,
        cookies: readCookies(message.headers.cookie),
        records: new Map(),
        sessionIds: new Map(),
        spentBy: new Map(),
        out: new Map(),
        held: undefined,
        isApart: false,
        rowless: new Set(),
        person: undefined,
      }
      const writeHead = response.writeHead.bind(response)
      // The last moment before the answer leaves: by then the library has saved its session.
      response.writeHead = ((...given: Parameters<typeof writeHead>) => {
        // What it saved is in a cookie of its own, and the account's stays what it is.
        if (request.isApart) {
          const lines = [response.getHeader('set-cookie') ?? []].flat().map(String)
          const others = lines.filter((line) => !line.startsWith(`${cookieName(sessionCookie, secure)}=`))
          response.removeHeader('set-cookie')
          if (others.length > 0) response.setHeader('set-cookie', others)
        }
        for (const cookie of request.out.values()) response.appendHeader('set-cookie', cookie)
        request.out.clear()
        return writeHead(...given)
      }) as typeof response.writeHead
      return requests.run(request, handle)
    },

    /**
     * The library knows one session in a browser. Somebody who has an account may identify without it for a service that wants it so, and keeps their
     * session: the library is shown the one that this request is about, under the one name it knows.
     */
    async face(path: string, query: Query): Promise<void> {
      const request = requests.getStore()
      if (!request) return
      const isStep = request.cookies[cookieName(heldEventCookie, secure, 'path')] !== undefined
      if (!isStep && (heldOf(request) ?? accountsOf(request)) === undefined) return
      const envelope = await openSession(heldOf(request))
      // It has ended: nothing of it stays with the browser (ID-103).
      if (!envelope && heldOf(request) !== undefined) setSession(request, '', 0)
      const uid = /^\/oidc\/auth\/([\w-]{20,64})$/.exec(path)?.[1]
      if (uid !== undefined) {
        const accountId = envelope || isStep ? await accountOfEvent(uid) : undefined
        if (!isHeldId(accountId)) return
        // Whoever has just identified, and has no session without an account yet, gets a new one.
        if (envelope?.payload.accountId !== accountId) return show(request, undefined)
      } else {
        const side = await sideOf(request, envelope?.payload, path, query)
        if (side === 'nobody') return show(request, undefined)
        if (side === 'account') return
      }
      if (!envelope) return
      const { payload, identified } = envelope
      request.person = { accountId: String(payload.accountId), identified }
      request.held = payload.jti
      remember(request, payload)
      show(request, payload.jti)
    },

    /** Who signs out does so altogether: the session that the library was not shown ends with the one that it was. */
    async other(): Promise<AdapterPayload | undefined> {
      const request = requests.getStore()
      if (!request) return undefined
      const isHeldShown = request.held !== undefined
      // That the account's cookie goes is what is wanted now.
      request.isApart = false
      if (isHeldShown) return accountOf(request)
      setSession(request, '', 0)
      return (await openSession(heldOf(request)))?.payload
    },

    /** Whoever this request is about, by their session, their event or the code that a service has brought. */
    identified(accountId: string): Identified | undefined {
      const person = requests.getStore()?.person
      return person?.accountId === accountId ? person.identified : undefined
    },

    /** For pages outside the protocol core. */
    async open(cookies: Pick<SessionCookies, 'held'>): Promise<Held | undefined> {
      const envelope = await openSession(cookies.held)
      if (!envelope) return undefined
      const { uid, accountId, loginTs } = envelope.payload
      const { identified } = envelope
      return { uid: String(uid), accountId: String(accountId), loginTs: Number(loginTs), identified }
    },

    /** For the cookie that goes to the event's pages, and then to the one address where the session is made. */
    seal: (uid: string, carried: Carried, path: string) => ({
      value: keys.seal(personKind, uid, carried).toString('base64url'),
      path,
      maxAgeSeconds: path.startsWith('/oidc/') ? stepSeconds : eventSeconds,
    }),

    /** Opens with the number of its event alone, which the cookie of the event has said is this browser's. */
    openEvent: ({ event }: Pick<SessionCookies, 'event'>, uid: string): Carried | undefined =>
      openAs<Carried>(personKind, uid, event),

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
