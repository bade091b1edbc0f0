import type { IncomingMessage, ServerResponse } from 'node:http'
import Provider, {
  type Configuration,
  errors,
  type InteractionResults,
  interactionPolicy,
  type KoaContextWithOIDC,
} from 'oidc-provider'
import { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Next } from '#base/errors'
import { chooseLanguage, type Language } from '#base/languages'
import type { Log } from '#base/log'
import type { Keys } from '#identity/keys'
import { Markup, renderLeaving, renderProblem, renderSignedOut, renderSignOut } from '#identity/pages'
import type { People } from '#identity/people'
import { claimsOf, listItems, type Release } from '#identity/release'
import type { Services } from '#identity/services'
import type { Calls } from '#server/calls'
import { cookieName } from '#server/cookies'
import type { Database } from '#server/database'
import type { Jobs } from '#server/jobs'
import type { Messages } from '#server/messages'
import type { Rights } from '#server/rights'
import type { Sealing } from '#server/sealed'
import { AlreadySeen, createAccountAdapter, sessionSeconds } from './adapter.ts'
import { checkAssertion, checkProof } from './ahead.ts'
import { createBackChannel } from './back-channel.ts'
import { agreedWith, mayAskFrom } from './client.ts'
import { nameDevice } from './device.ts'
import { createFormPost, type FormPost } from './form-post.ts'
import { createGrants, knownSubject } from './grants.ts'
import { turnIntoGet } from './post-request.ts'
import { createSessions, sessionEnded } from './sessions.ts'
import { algorithms, createSigningKeys } from './signing-keys.ts'
import { createTelling } from './telling.ts'

export { nameDevice } from './device.ts'
export type { Consent } from './grants.ts'

/** Names of the cookies, for the platform's table. */
export const sessionCookie = 'vartio-session'
export const eventCookie = 'vartio-event'
const resumeCookie = 'vartio-resume'

export const mountedPrefixes = ['/oidc', '/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']

/** The account pages, as a service of the house: see identity/account. */
const ownPages = 'account'

/** How long a person may take over one sign-in, from a service's request to its answer. */
const eventSeconds = 60 * 60
const codeSeconds = 60

type SessionUnderWay = {
  readonly destroyed?: boolean
  readonly uid: string
  readonly accountId?: string
  readonly state?: { readonly postLogoutRedirectUri?: string }
}

/** Not in the library's types. */
type LogoutClient = { backchannelLogout(personId: string | undefined, sid: string): Promise<void> }

export type Interaction = InstanceType<Provider['Interaction']>

const encryptions = ['RSA-OAEP', 'RSA-OAEP-256', 'ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW'] as const
const contents = ['A128CBC-HS256', 'A128GCM', 'A256GCM'] as const

export type Oidc = Awaited<ReturnType<typeof createOidc>>

export async function createOidc(
  platform: {
    database: Database
    clock: Clock
    log: Log
    folder: string
    urls: { identity: URL; portal: URL }
    messages: Pick<Messages, 'publish' | 'subscribe'>
    calls: Pick<Calls, 'call'>
    jobs: Pick<Jobs, 'define'>
    rights: Pick<Rights, 'restrictedSince'>
    sealed: Sealing
  },
  uses: {
    keys: Keys
    people: Pick<People, 'find'>
    services: Pick<Services, 'find' | 'subjectOf' | 'findSubject' | 'isSecret' | 'backChannelStates'>
    release: Pick<Release, 'record'>
  },
) {
  const { database, clock, log, urls } = platform
  const { keys, people, services } = uses
  const secure = urls.identity.protocol === 'https:'
  const home = urls.portal.href
  const telling = createTelling({ ...platform, keys, services, send: sendLogoutToken })
  const sessions = createSessions({ ...platform, keys, telling })
  // A message, not a call in between: the portal may be away for a moment, and must still hear of it.
  platform.messages.subscribe(sessionEnded, { name: 'oidc.tell-portal', purpose: 'access' }, async ({ payload }) => {
    // Looked up, not made: somebody who has been forgotten meanwhile must not be known here again.
    const subject = await services.findSubject('portal', String(payload.personId))
    if (subject === undefined) return
    const body = { subject, signedInAt: payload.beganAt }
    await platform.calls.call('portal', '/calls/sessions/end', body, z.undefined(), { isIdempotent: true })
  })
  const signingKeys = createSigningKeys(platform.folder)
  const adapter = createAccountAdapter({
    database,
    clock,
    keys,
    services,
    device: () => nameDevice(Provider.ctx?.get('user-agent') ?? ''),
    sealDevice: sessions.sealDevice,
  })

  const remaining = (loginTs: number | undefined) => {
    const now = Math.floor(clock.now().getTime() / 1_000)
    // Never 0, which the library refuses; the adapter is what really ends a session (ID-72).
    return Math.max(1, (loginTs ?? now) + sessionSeconds - now)
  }
  // Until somebody signs in a session only carries the event under way; a flood of them shall not lie about for hours.
  const sessionTtl = (_ctx: unknown, session: { accountId?: string | undefined; loginTs?: number | undefined }) =>
    session.accountId ? remaining(session.loginTs) : eventSeconds
  const grantTtl = (ctx: KoaContextWithOIDC | undefined) => remaining(ctx?.oidc.session?.loginTs)
  const grants = createGrants(uses)
  /** From where each request under way comes, as the platform knows it. */
  const origins = new WeakMap<IncomingMessage, string>()
  /** Requests that ended in a code. */
  const answered = new WeakSet<IncomingMessage>()

  const configuration: Configuration = {
    adapter,
    fetch: createBackChannel({
      services,
      isDevelopment: /(^|\.)localhost$/.test(urls.identity.hostname),
    }) as typeof fetch,
    routes: {
      authorization: '/oidc/auth',
      token: '/oidc/token',
      jwks: '/oidc/keys',
      userinfo: '/oidc/userinfo',
      end_session: '/oidc/sign-out',
      pushed_authorization_request: '/oidc/request',
    },
    cookies: {
      names: {
        session: cookieName(sessionCookie, secure),
        interaction: cookieName(eventCookie, secure, 'path'),
        resume: cookieName(resumeCookie, secure, 'path'),
      },
      long: { httpOnly: true, sameSite: 'lax', path: '/', signed: false },
      short: { httpOnly: true, sameSite: 'lax', signed: false },
    },
    claims: { openid: ['sub'], profile: ['name', 'locale'], email: ['email', 'email_verified'] },
    scopes: ['openid'],
    // What a person releases goes into the ID token, once. Where a contract says so, the same is at userinfo while the token lasts.
    conformIdTokenClaims: false,
    responseTypes: ['code', 'none'],
    subjectTypes: ['pairwise'],
    clientAuthMethods: ['private_key_jwt', 'client_secret_basic', 'client_secret_post', 'none'],
    extraClientMetadata: { properties: ['vartio'] },
    clientDefaults: {
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'private_key_jwt',
      id_token_signed_response_alg: 'ES256',
    },
    enabledJWA: {
      idTokenSigningAlgValues: [...algorithms],
      userinfoSigningAlgValues: [...algorithms],
      clientAuthSigningAlgValues: [...algorithms, 'PS256'],
      requestObjectSigningAlgValues: [...algorithms, 'PS256'],
      // A sealed request object could carry one that nobody signed: none is taken.
      requestObjectEncryptionAlgValues: [],
      idTokenEncryptionAlgValues: encryptions,
      userinfoEncryptionAlgValues: encryptions,
      idTokenEncryptionEncValues: contents,
      userinfoEncryptionEncValues: contents,
      dPoPSigningAlgValues: ['ES256', 'PS256'],
    },
    clientBasedCORS: (_ctx, origin, client) => mayAskFrom(origin, client),
    assertJwtClientAuthClaimsAndHeader: checkAssertion,
    pkce: { required: (_ctx, client) => agreedWith(client)?.pkce !== 'not-sent' },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: true },
      jwtUserinfo: { enabled: true },
      encryption: { enabled: true },
      requestObjects: { enabled: true },
      resourceIndicators: { enabled: false },
      dPoP: {
        enabled: true,
        // Asked of each proof. There are no nonces; it is where one can be looked at before the library does.
        requireNonce: (ctx) => {
          checkProof(ctx)
          return false
        },
      },
      fapi: {
        enabled: true,
        profile: (_ctx, client) => (agreedWith(client)?.profile === 'fapi2' ? '2.0' : undefined),
      },
      pushedAuthorizationRequests: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = renderSignOut(languageOf(ctx), new Markup(form))
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = renderSignedOut(languageOf(ctx), home)
        },
      },
    },
    ttl: {
      Session: sessionTtl,
      Interaction: eventSeconds,
      Grant: grantTtl,
      AuthorizationCode: codeSeconds,
      AccessToken: codeSeconds,
      IdToken: 60 * 60,
    },
    interactions: {
      policy: policyOf((personId) => platform.rights.restrictedSince(database.sql, personId)),
      url: (_ctx, interaction) => `/sign-in/${interaction.uid}`,
    },
    pairwiseIdentifier: grants.subjectOf,
    async findAccount(ctx, personId) {
      const person = await people.find(personId)
      if (!person) return undefined
      // A code that was given just before the person locked their data, or began to be forgotten, is worth nothing (DSR-12).
      const isRedeeming = ctx.oidc.route === 'token' || ctx.oidc.route === 'userinfo'
      if (
        isRedeeming &&
        ctx.oidc.client?.clientId !== ownPages &&
        (await platform.rights.restrictedSince(database.sql, personId))
      )
        return undefined
      const service = ctx.oidc.client && (await services.find(ctx.oidc.client.clientId))
      if (ctx.oidc.route === 'userinfo' && (service?.contract?.protocol.userinfo ?? 'none') === 'none') return undefined
      return {
        accountId: personId,
        claims: (_use, scope) => ({
          sub: personId,
          ...(service ? claimsOf(listItems(service, person, new Set(scope.split(' ')))) : {}),
        }),
      }
    },
    loadExistingGrant: grants.load,
    async renderError(ctx, out, error) {
      // A person sees this; programs are answered by the library in the shape of RFC 6749 §5.2.
      const code = error instanceof errors.SessionNotFound ? 'session_not_found' : out.error
      ctx.type = 'html'
      const uid = /^\/oidc\/auth\/([\w-]{20,64})$/.exec(ctx.path)?.[1]
      const next = uid === undefined ? undefined : await whereFrom(uid)
      ctx.body = renderProblem(languageOf(ctx), { code: `oidc.${code}`, status: ctx.status }, home, next)
    },
  }

  /** The library's own form posts itself with a script in the page, which no page of ours has. */
  class OwnProvider extends Provider {
    override registerResponseMode(name: string, handler: FormPost) {
      super.registerResponseMode(name, name === 'form_post' ? createFormPost(languageOf) : handler)
    }
  }

  function languageOf(ctx: KoaContextWithOIDC): Language {
    const asked = String(ctx.oidc?.params?.ui_locales ?? '')
    return chooseLanguage(asked === '' ? ctx.get('accept-language') : asked.split(' ').slice(0, 5).join(','))
  }

  /**
   * The service that a person came from in an event that cannot go on: its time has run out, or this browser has lost its cookie. Known while the event's
   * row is there; one that was finished has none. Leads to where the service is, and says nothing to it.
   */
  async function whereFrom(uid: string): Promise<Next | undefined> {
    const [row] = await database.sql<{ sealed: Buffer }[]>`
      select sealed from oidc.sealed where id = ${keys.locate('Interaction', uid)} and model = 'Interaction'`
    const event = row && (keys.open('Interaction', uid, row.sealed) as { params?: { client_id?: unknown } } | undefined)
    const service = event && (await services.find(String(event.params?.client_id)))
    const [address] = service?.redirectUris ?? []
    return service?.isOwn === false && address !== undefined
      ? { name: service.name, address: new URL('/', address).href }
      : undefined
  }

  let tellByLibrary: LogoutClient['backchannelLogout']

  async function build(): Promise<Provider> {
    const built = new OwnProvider(urls.identity.origin, {
      ...configuration,
      jwks: { keys: (await signingKeys.current(clock.now())) as never },
    })
    // Safe: `carry` below sets these headers itself from our own public address.
    built.proxy = true
    Object.assign(built.Client.prototype, {
      compareClientSecret(this: { clientId: string }, brought: string) {
        return services.isSecret(this.clientId, brought)
      },
    })
    // The library tells once, and not who is away. Every end of a session is told by its own rows; here somebody only leaves one service.
    tellByLibrary = (built.Client.prototype as unknown as LogoutClient).backchannelLogout
    Object.assign(built.Client.prototype, {
      async backchannelLogout(this: { clientId: string }, personId: string, sid: string) {
        if (!Provider.ctx?.oidc.params?.logout) await sessions.leave(this.clientId, personId, sid)
      },
    })
    // The library looks, and writes then; the write is our check, and tells both that come at the same moment apart. What a second one is called, the
    // library knows: a client assertion is invalid_client, a DPoP proof what RFC 9449 says where it was brought.
    const replays = built.ReplayDetection as unknown as { unique(...about: unknown[]): Promise<boolean> }
    const isUnique = replays.unique.bind(replays)
    replays.unique = (...about) =>
      isUnique(...about).catch((error: unknown) => {
        if (error instanceof AlreadySeen) return false
        throw error
      })
    built.on('server_error', (_ctx, error) => log.error('the protocol core failed', { area: 'oidc', error }))
    built.on('authorization.success', (ctx) => answered.add(ctx.req))
    built.on('grant.error', (_ctx, error) => log.debug('a token was refused', { area: 'oidc', error }))
    built.use(async (ctx, next) => {
      await next()
      // The event is over: nothing of it stays with the browser (ID-103). The library clears only its own other cookie. Which event it was is
      // in the address; another may have begun in the meantime.
      const finished = ctx.method === 'GET' ? /^\/oidc\/auth\/([\w-]{20,64})$/.exec(ctx.path)?.[1] : undefined
      if (finished !== undefined)
        ctx.cookies.set(built.cookieName('interaction'), null, {
          path: `/sign-in/${finished}`,
          httpOnly: true,
          sameSite: 'lax',
        })
      const origin = { ip: origins.get(ctx.req), isAnswered: answered.has(ctx.req) }
      await grants.record(ctx as KoaContextWithOIDC, origin, sessions)
      const session = (ctx.oidc as { session?: SessionUnderWay } | undefined)?.session
      if (session?.destroyed) await sessions.endByUid(session.uid)
      // Nobody is signed in, so there is nothing to ask; the library would show a form that posts itself by script.
      if (ctx.path === '/oidc/sign-out' && ctx.status === 200 && session && !session.accountId) {
        ctx.redirect(String(session.state?.postLogoutRedirectUri ?? '/oidc/sign-out/success'))
        ctx.status = 303
      }
      // RFC 9126 §2.3
      if (ctx.path === '/oidc/request' && ctx.status === 404) {
        ctx.status = 405
        ctx.set('allow', 'POST')
        ctx.body = { error: 'invalid_request' }
      }
      if (ctx.status === 404 && ctx.accepts('json', 'html') === 'html') {
        ctx.status = 404
        ctx.type = 'html'
        ctx.body = renderProblem(languageOf(ctx as KoaContextWithOIDC), { code: 'http.not_found', status: 404 }, home)
      }
      // Browsers hold a form's whole chain of redirects to form-action; a page in between leads to any service without opening that wall.
      const to = ctx.response.get('location')
      if (ctx.method === 'POST' && ctx.status === 303 && to !== '' && !to.startsWith(urls.identity.origin)) {
        ctx.remove('location')
        ctx.status = 200
        ctx.type = 'html'
        ctx.body = renderLeaving(languageOf(ctx as KoaContextWithOIDC), to)
      }
    })
    return built
  }

  let provider = await build()
  platform.jobs.define('oidc.tell-services', { purpose: 'access', cron: '* * * * *', retries: 0 }, telling.round)

  async function sendLogoutToken(clientId: string, { sid, subject }: { sid: string; subject: string | undefined }) {
    const client = (await provider.Client.find(clientId)) as unknown as LogoutClient
    await tellByLibrary.call(client, subject === undefined ? undefined : `${knownSubject}${subject}`, sid)
  }

  return {
    sessions,

    /** Everything under `mountedPrefixes`. */
    carry(request: IncomingMessage, response: ServerResponse, ip: string): void {
      if (request.method === 'POST' && request.url?.split('?', 1)[0] === '/oidc/auth') {
        turnIntoGet(request, response)
        return
      }
      origins.set(request, ip)
      // Addresses are made from our public one; what a caller claims here is overwritten.
      request.headers['x-forwarded-proto'] = secure ? 'https' : 'http'
      request.headers['x-forwarded-host'] = urls.identity.host
      delete request.headers['x-forwarded-for']
      provider.callback()(request, response)
    },

    whereFrom,

    /** The event (ID-31) that this browser has under way: its address alone is not enough, the cookie must say the same. */
    async findEvent(uid: string, cookie: string | undefined): Promise<Interaction | undefined> {
      if (cookie !== uid) return undefined
      return provider.Interaction.find(uid) as Promise<Interaction | undefined>
    },

    /**
     * Ends the person's part of an event and answers where the browser goes on. `browserSession` is the session cookie: somebody who signs in
     * anew begins a new session, so that eight hours are counted from this sign-in and another person's session in this browser ends.
     */
    async finishEvent(
      event: Interaction,
      result: InteractionResults,
      browserSession: string | undefined,
    ): Promise<string> {
      if (result.login) {
        const current = browserSession === undefined ? undefined : await provider.Session.find(browserSession)
        for (const uid of new Set([current?.uid, event.session?.uid])) if (uid) await sessions.endByUid(uid)
        delete event.session
      }
      // Our own clock says when: it never runs backwards, and a session's end is counted from it.
      const login = result.login && { ...result.login, ts: Math.floor(clock.now().getTime() / 1_000) }
      event.result = 'error' in result ? result : { ...event.lastSubmission, ...result, ...(login ? { login } : {}) }
      await event.persist()
      return event.returnTo
    },

    /** What the person releases to a service that is not of the house, for this event and no other. */
    async grant(event: Interaction, personId: string): Promise<string> {
      const grant = new provider.Grant({ accountId: personId, clientId: String(event.params.client_id) })
      grant.addOIDCScope(String(event.params.scope ?? 'openid'))
      return grant.save()
    },

    /** What services have not heard yet, once more: for the job and tests. */
    tellServices: telling.round,

    /** Makes, publishes and retires signing keys as they fall due; events and sessions are in the database and carry on. */
    async rotateSigningKeys(): Promise<void> {
      provider = await build()
    },
  }
}

/** OpenID Connect "Initiating User Registration" 1.0: `prompt=create` asks for the page on which an account is made. */
function policyOf(restrictedSince: (personId: string) => Promise<Date | undefined>) {
  const { Check, Prompt, base } = interactionPolicy
  const policy = base()
  policy.add(new Prompt({ name: 'create', requestable: true }), 0)
  // DSR-12: whose data is only stored goes to no service but the account pages, on which they unlock it.
  const isRestricted = new Check('data_restricted', 'the person has restricted the use of their data', async (ctx) => {
    const { session, client } = ctx.oidc
    const isAsked = session?.accountId !== undefined && client?.clientId !== ownPages
    return isAsked && (await restrictedSince(session.accountId as string)) !== undefined
  })
  const login = policy.findIndex(({ name }) => name === 'login')
  policy.add(new Prompt({ name: 'restricted' }, isRestricted), login + 1)
  return policy
}
