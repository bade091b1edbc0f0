import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import Provider, { type Adapter, type AdapterFactory, type AdapterPayload, errors } from 'oidc-provider'
import type { Clock } from '#base/clock'
import type { Keys } from '#identity/keys'
import { cookieName, readCookies, writeCookie } from '#server/cookies'
import type { Database } from '#server/database'
import { sessionSeconds } from './adapter.ts'

/** What a person who only identifies releases: it exists in their own cookies and, for the seconds a code lives, in its sealed row. */
export type HeldClaims = Readonly<Record<string, string | boolean | number>>

/** These three live with the person. Codes and tokens must be found by a service that has no cookie, so they stay rows. */
const names = { Session: 'vartio-held-session', Interaction: 'vartio-held-event', Grant: 'vartio-held-grant' } as const
type HeldModel = keyof typeof names
const isHeld = (model: string): model is HeldModel => model in names

/** Browsers drop what is longer than 4,096 bytes with its name and attributes, silently. */
const longestCookie = 3_800
/** Several services at once in several tabs; more would only fill the request's header. */
const mostGrants = 4
/** A grant is needed from "continue" to the code, which is a moment. */
const grantSeconds = 600

/** One request: what its cookies hold, what was found on the way, what the answer sets. */
type Request = {
  readonly cookies: Readonly<Record<string, string>>
  readonly records: Map<string, AdapterPayload>
  readonly out: Map<string, string>
  claims: HeldClaims | undefined
}

type Envelope = { payload: AdapterPayload; claims?: HeldClaims | undefined; expiresAt: number }
type Embedded = {
  grant?: AdapterPayload
  session: AdapterPayload | undefined
  sessionUid?: string
  claims?: HeldClaims
}

/**
 * Storage of the protocol core for identification without an account: session, grant and event are sealed into cookies (ID-82, ID-83), so that
 * nothing of them is here. What is here is a list of hashes of ended values: without it, cookies kept from before signing out would sign in again.
 */
export function createHeldAdapter(options: {
  database: Database
  clock: Clock
  keys: Keys
  secure: boolean
  /** For everything that is not held by the person. */
  rows: AdapterFactory
}) {
  const { clock, keys, secure } = options
  const { sql } = options.database
  const requests = new AsyncLocalStorage<Request>()

  const now = () => clock.now().getTime()
  const current = (): Request => {
    const request = requests.getStore()
    if (!request) throw new Error('held state is asked for outside a request')
    return request
  }
  const kindOf = (model: HeldModel) => `held ${model}`
  /** One cookie for the session; events and grants have one each, told apart by a piece of the hash of their id. */
  const nameOf = (model: HeldModel, id: string) =>
    model === 'Session'
      ? names[model]
      : `${names[model]}-${keys.locate(kindOf(model), id).toString('hex').slice(0, 12)}`
  const spentHash = (model: HeldModel, id: string) => keys.locate(`spent ${model}`, id)

  const set = (request: Request, name: string, value: string, maxAgeSeconds: number) =>
    request.out.set(name, writeCookie(name, value, { secure, maxAgeSeconds }))

  function openCookie(request: Request, model: HeldModel, id: string): Envelope | undefined {
    const value = request.cookies[cookieName(nameOf(model, id), secure)]
    if (value === undefined || value.length > longestCookie) return undefined
    const envelope = keys.open(kindOf(model), id, Buffer.from(value, 'base64url')) as Envelope | undefined
    return envelope && envelope.expiresAt > now() ? envelope : undefined
  }

  async function isSpent(model: HeldModel, id: string): Promise<boolean> {
    const { count } = await sql`select 1 from oidc.spent where hash = ${spentHash(model, id)}`
    return count > 0
  }

  /** True for the first who says so. Kept until the value would have ended by itself. */
  async function spend(model: HeldModel, id: string): Promise<boolean> {
    const { count } = await sql`
      insert into oidc.spent (hash, expires_at) values (${spentHash(model, id)}, ${new Date(now() + sessionSeconds * 1_000)})
      on conflict do nothing`
    return count === 1
  }

  function held(model: HeldModel): Adapter {
    return {
      async upsert(id, payload, expiresIn = grantSeconds) {
        const request = current()
        request.records.set(`${model} ${id}`, payload)
        if (model === 'Session' && payload.uid) request.records.set(`Session uid ${payload.uid}`, payload)
        const seconds = model === 'Grant' ? Math.min(expiresIn, grantSeconds) : expiresIn
        const envelope: Envelope = { payload, claims: request.claims, expiresAt: now() + seconds * 1_000 }
        const value = keys.seal(kindOf(model), id, envelope).toString('base64url')
        if (value.length > longestCookie) throw new errors.InvalidRequest('the request is too large to be carried')
        if (model === 'Grant') makeRoom(request)
        set(request, nameOf(model, id), value, seconds)
      },

      async find(id) {
        const request = current()
        const known = request.records.get(`${model} ${id}`)
        if (known) return known
        const envelope = openCookie(request, model, id)
        if (!envelope || (model !== 'Grant' && (await isSpent(model, id)))) return undefined
        const { payload } = envelope
        // ID-72: the cookie's own end slides with each answer; this does not.
        if (model === 'Session' && payload.loginTs && (payload.loginTs + sessionSeconds) * 1_000 <= now())
          return undefined
        request.claims ??= envelope.claims
        const result = payload.result as { claims?: HeldClaims } | undefined
        if (model === 'Interaction' && result?.claims) request.claims = result.claims
        request.records.set(`${model} ${id}`, payload)
        if (model === 'Session' && payload.uid) request.records.set(`Session uid ${payload.uid}`, payload)
        return payload
      },

      // Only one's own session is known, or the copy that came with a code.
      findByUid: async (uid) => current().records.get(`${model} uid ${uid}`),
      findByUserCode: async () => undefined,
      consume: async () => undefined,

      async destroy(id) {
        const request = current()
        request.records.delete(`${model} ${id}`)
        set(request, nameOf(model, id), '', 0)
        if (model === 'Grant') return
        const isFirst = await spend(model, id)
        // Of two who carry one event on at the same moment, one gets a code: the insert is the check.
        if (model === 'Interaction' && !isFirst) throw new errors.SessionNotFound('interaction session not found')
      },

      revokeByGrantId: async () => undefined,
    }
  }

  function makeRoom(request: Request): void {
    const prefix = cookieName(`${names.Grant}-`, secure)
    const others = Object.keys(request.cookies).filter((name) => name.startsWith(prefix))
    for (const name of others.slice(0, Math.max(0, others.length - mostGrants + 1)))
      set(request, secure ? name.slice('__Host-'.length) : name, '', 0)
  }

  /** A code or token carries what its redemption needs, since the service that redeems it has none of the person's cookies. */
  function carrying(rows: Adapter): Adapter {
    return {
      ...rows,
      upsert(id, payload, expiresIn) {
        const request = current()
        const { sessionUid, ...rest } = payload
        const session = sessionUid === undefined ? undefined : sessionNow(request, sessionUid)
        const grant = payload.grantId === undefined ? undefined : request.records.get(`Grant ${payload.grantId}`)
        const embedded: Embedded = {
          ...(grant ? { grant } : {}),
          session: session && stub(session),
          ...(sessionUid === undefined ? {} : { sessionUid }),
          ...(request.claims ? { claims: request.claims } : {}),
        }
        return rows.upsert(id, { ...rest, held: embedded }, expiresIn)
      },
      async find(id) {
        const stored = await rows.find(id)
        if (!stored) return undefined
        const { held: embedded, ...payload } = stored as AdapterPayload & { held?: Embedded }
        if (!embedded) return payload
        const request = current()
        request.claims ??= embedded.claims
        if (embedded.grant && payload.grantId) request.records.set(`Grant ${payload.grantId}`, embedded.grant)
        if (embedded.session && embedded.sessionUid)
          request.records.set(`Session uid ${embedded.sessionUid}`, embedded.session)
        return { ...payload, ...(embedded.sessionUid === undefined ? {} : { sessionUid: embedded.sessionUid }) }
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

  const adapter: AdapterFactory = (model) => {
    if (isHeld(model)) return held(model)
    const rows = options.rows(model)
    return model === 'AuthorizationCode' || model === 'AccessToken' ? carrying(rows) : rows
  }

  return {
    adapter,

    /** Everything the protocol core does for one request happens inside. */
    run<T>(message: IncomingMessage, response: ServerResponse, handle: () => T): T {
      const request: Request = {
        cookies: readCookies(message.headers.cookie),
        records: new Map(),
        out: new Map(),
        claims: undefined,
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

    /** What the person of this request has released so far: the account that does not exist. */
    claims: (): HeldClaims | undefined => requests.getStore()?.claims,
  }
}

/** As much of a session as the token endpoint looks at. */
function stub(session: AdapterPayload): AdapterPayload {
  const { uid, accountId, authorizations, loginTs, jti, kind, exp, iat } = session
  return { uid, accountId, authorizations, loginTs, jti, kind, exp, iat } as AdapterPayload
}
