import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider'
import { z } from 'zod'
import type { Clock } from '#base/clock'
import { chooseLanguage, type Language } from '#base/languages'
import type { Log } from '#base/log'
import type { Keys } from '#identity/keys'
import { Markup, renderLeaving, renderProblem, renderSignedOut, renderSignOut } from '#identity/pages'
import type { People } from '#identity/people'
import { claimsOf, type Identified, type Release } from '#identity/release'
import type { Service, Services } from '#identity/services'
import type { Calls } from '#server/calls'
import { cookieName } from '#server/cookies'
import type { Database } from '#server/database'
import type { Jobs } from '#server/jobs'
import type { Messages } from '#server/messages'
import { within } from '#server/purpose'
import type { Rights } from '#server/rights'
import type { Library } from '#server/routes'
import type { Sealing } from '#server/sealed'
import { createAccountAdapter, sessionSeconds } from './adapter.ts'
import { checkAssertion, checkProof } from './ahead.ts'
import { createBackChannel } from './back-channel.ts'
import { agreedWith, mayAskFrom } from './client.ts'
import { errors, Provider } from './core.ts'
import { nameDevice } from './device.ts'
import { noteFailures } from './failures.ts'
import { createFinishing, type Interaction } from './finish.ts'
import { createFormPost, type FormPost } from './form-post.ts'
import { createGrants, knownSubject } from './grants.ts'
import {
  createHeldAdapter,
  eventSeconds,
  isHeldId,
  ofHeld,
  type SessionCookies,
  sessionCookie,
} from './held-adapter.ts'
import { changeLibrary, leaveOutFragment } from './library.ts'
import { createPolicy } from './policy.ts'
import { turnIntoGet } from './post-request.ts'
import { createSessions, sessionEnded } from './sessions.ts'
import { algorithms, createSigningKeys, looksAgainAfterMs } from './signing-keys.ts'
import { createTelling, type LogoutClient } from './telling.ts'
import { createWhereFrom } from './where-from.ts'

export { nameDevice } from './device.ts'
export { type Interaction, loginOf } from './finish.ts'
export type { Piece, SessionCookies } from './held-adapter.ts'
export { heldEventCookie, heldSessionCookie, isHeldId, sessionCookie } from './held-adapter.ts'

/** Names of the cookies, for the platform's table. */
export const eventCookie = 'vartio-event'
const resumeCookie = 'vartio-resume'

export const mountedPrefixes = ['/oidc', '/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']

/** The account pages, as a service of the house: see identity/account. */
const ownPages = 'account'

const codeSeconds = 60
const pressedTwiceMs = 10_000

type SessionUnderWay = {
  readonly destroyed?: boolean
  readonly uid: string
  readonly accountId?: string
  readonly state?: { readonly postLogoutRedirectUri?: string }
  readonly authorizations?: Readonly<Record<string, { readonly sid?: string }>>
}

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
    services: Pick<Services, 'failures' | 'find' | 'subjectOf' | 'findSubject' | 'isSecret' | 'backChannelStates'>
    release: Pick<Release, 'record' | 'handOver' | 'delivered' | 'itemsOf' | 'itemsOfIdentified' | 'isStoppedSince'>
  },
) {
  const { database, clock, log, urls } = platform
  const { keys, people, services, release } = uses
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
  const rows = createAccountAdapter({
    database,
    clock,
    keys,
    services,
    device: () => nameDevice(Provider.ctx?.get('user-agent') ?? ''),
    sealDevice: sessions.sealDevice,
    beside: {
      record: (name, payload) => held.beside.record(name, payload),
      session: (uid, sessionId) => held.beside.session(uid, sessionId),
      spentBy: (id) => held.beside.spentBy(id),
    },
  })
  const held = createHeldAdapter({ database, clock, keys, secure, rows, services })

  const whereFrom = createWhereFrom({ database, keys, services })

  const remaining = (loginTs: number | undefined) => {
    const now = Math.floor(clock.now().getTime() / 1_000)
    // Never 0, which the library refuses; the adapter is what really ends a session (ID-72).
    return Math.max(1, (loginTs ?? now) + sessionSeconds - now)
  }
  // Until somebody signs in a session only carries the event under way; a flood of them shall not lie about for hours.
  const sessionTtl = (_ctx: unknown, session: { accountId?: string | undefined; loginTs?: number | undefined }) =>
    session.accountId ? remaining(session.loginTs) : eventSeconds
  const grantTtl = (ctx: KoaContextWithOIDC | undefined) => remaining(ctx?.oidc.session?.loginTs)
  const grants = createGrants({ ...uses, clock, identified: held.identified })
  /** From where each request under way comes, as the platform knows it. */
  const origins = new WeakMap<IncomingMessage, string>()
  /** Requests that ended in a code. */
  const answered = new WeakSet<IncomingMessage>()
  /** Requests that are a form's, although the protocol core is shown the address at which its event goes on (`carryOn`). */
  const continued = new WeakSet<IncomingMessage>()
  /** Where events have led a moment ago. Who presses twice breaks off the first answer, and comes home by the second; in another process the event has ended. */
  const ledTo = new Map<string, string>()

  const configuration: Configuration = {
    adapter: held.adapter,
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
    claims: {
      openid: ['sub'],
      profile: ['name', 'picture', 'locale'],
      email: ['email', 'email_verified'],
      identifiers: ['identifiers'],
    },
    scopes: ['openid'],
    // What a person releases goes into the ID token, once. Where a contract says so, the same is at userinfo while the token lasts.
    conformIdTokenClaims: false,
    responseTypes: ['code', 'none'],
    subjectTypes: ['pairwise'],
    sectorIdentifierUriValidate: () => false,
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
          const action = `action="${ctx.oidc.urlFor('end_session_confirm')}`
          const isHeld = isHeldId(ctx.oidc.session?.accountId)
          ctx.body = renderSignOut(
            languageOf(ctx),
            new Markup(form.replace(action, isHeld ? `${action}?${ofHeld}` : action)),
          )
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
      policy: createPolicy({
        services,
        identified: held.identified,
        ownPages,
        restrictedSince: (personId) => platform.rights.restrictedSince(database.sql, personId),
      }),
      // The service beside it: whoever comes back to the page of an event that has ended is led there, and nothing need be kept for it (ID-103).
      url: (_ctx, interaction) =>
        `/sign-in/${interaction.uid}?service=${encodeURIComponent(String(interaction.params.client_id))}`,
    },
    pairwiseIdentifier: grants.subjectOf,
    async findAccount(ctx, personId) {
      if (isHeldId(personId)) return findHeld(ctx, personId)
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
      if (ctx.oidc.route === 'userinfo' && !(service && (await mayRead(service, personId)))) return undefined
      return {
        accountId: personId,
        // For what else is to be known of them in this request (grants.ts).
        person,
        claims: async (_use: unknown, scope: string) => ({
          sub: personId,
          ...(service ? claimsOf(await release.itemsOf(service, person, new Set(scope.split(' ')))) : {}),
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

  /** At userinfo, with a token: what the person has stopped meanwhile is told no more (ID-48). */
  async function mayRead({ clientId, contract }: Service, personId: string): Promise<boolean> {
    if (!contract || contract.protocol.userinfo === 'none') return false
    return contract.subject === 'event' || within('access', () => release.delivered(personId, clientId))
  }

  async function findHeld(ctx: KoaContextWithOIDC, accountId: string) {
    const identified = held.identified(accountId)
    const service = ctx.oidc.client && (await services.find(ctx.oidc.client.clientId))
    if (!identified || !service?.contract) return undefined
    if (ctx.oidc.route === 'userinfo' && service.contract.protocol.userinfo === 'none') return undefined
    return {
      accountId,
      claims: async (_use: unknown, scope: string) => ({
        sub: accountId,
        ...claimsOf(await release.itemsOfIdentified(service, identified, new Set(scope.split(' ')))),
      }),
    }
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

  let tellByLibrary: LogoutClient['backchannelLogout']

  async function build(): Promise<Provider> {
    const built = new OwnProvider(urls.identity.origin, {
      ...configuration,
      jwks: { keys: (await signingKeys.current(clock.now())) as never },
    })
    // Safe: `carry` below sets these headers itself from our own public address.
    built.proxy = true
    tellByLibrary = changeLibrary(built, { clock, isSecret: services.isSecret, leave: sessions.leave })
    built.on('server_error', (_ctx, error) => log.error('the protocol core failed', { area: 'oidc', error }))
    built.on('authorization.success', (ctx) => answered.add(ctx.req))
    built.on('grant.error', (_ctx, error) => log.debug('a token was refused', { area: 'oidc', error }))
    noteFailures(built, services.failures, log)
    built.use(async (ctx, next) => {
      await held.face(ctx.path, ctx.query)
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
      await grants.record(ctx as KoaContextWithOIDC, origin, async (uid) => held.sessionIdOf(uid) ?? sessions.idOf(uid))
      const session = (ctx.oidc as { session?: SessionUnderWay } | undefined)?.session
      if (session?.destroyed)
        for (const one of [session, (await held.other()) as SessionUnderWay | undefined])
          if (one) await (isHeldId(one.accountId) ? endHeld(one) : sessions.endByUid(one.uid))
      // Nobody is signed in, so there is nothing to ask; the library would show a form that posts itself by script.
      if (ctx.path === '/oidc/sign-out' && ctx.status === 200 && session && !session.accountId) {
        ctx.redirect(String(session.state?.postLogoutRedirectUri ?? '/oidc/sign-out/success'))
        ctx.status = 303
      }
      if (ctx.path.startsWith('/.well-known/')) leaveOutFragment(ctx.body)
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
      const isForm = ctx.method === 'POST' || continued.has(ctx.req)
      if (isForm && ctx.status === 303 && to !== '' && !to.startsWith(urls.identity.origin)) {
        if (finished !== undefined) {
          ledTo.set(finished, to)
          setTimeout(() => ledTo.delete(finished), pressedTwiceMs).unref()
        }
        ctx.remove('location')
        ctx.status = 200
        ctx.type = 'html'
        ctx.body = renderLeaving(languageOf(ctx as KoaContextWithOIDC), to)
      }
    })
    return built
  }

  let provider = await build()
  let callback = provider.callback()
  let builtAt = clock.now().getTime()

  async function rebuild(): Promise<void> {
    provider = await build()
    callback = provider.callback()
    builtAt = clock.now().getTime()
  }

  /** The job that rotates runs in one process; the others find its keys, and know when it is whose turn to sign, by looking themselves. */
  async function keepKeysCurrent(): Promise<void> {
    const now = clock.now().getTime()
    if (Math.abs(now - builtAt) < looksAgainAfterMs) return
    builtAt = now
    await rebuild().catch((error: unknown) =>
      log.error('signing keys could not be read again', { area: 'oidc', error }),
    )
  }
  platform.jobs.define('oidc.tell-services', { purpose: 'access', cron: '* * * * *', retries: 0 }, telling.round)

  async function sendLogoutToken(clientId: string, { sid, subject }: { sid: string; subject: string | undefined }) {
    const client = (await provider.Client.find(clientId)) as unknown as LogoutClient
    await tellByLibrary.call(client, subject === undefined ? undefined : `${knownSubject}${subject}`, sid)
  }

  async function endHeld({ uid, accountId, authorizations = {} }: SessionUnderWay): Promise<void> {
    await held.endByUid(uid)
    // No row names its services: the browser that signs out has brought them.
    for (const [clientId, { sid }] of Object.entries(authorizations))
      if (sid !== undefined) await sessions.leave(clientId, String(accountId), sid)
  }

  async function run(request: IncomingMessage, response: ServerResponse, ip: string): Promise<void> {
    await keepKeysCurrent()
    origins.set(request, ip)
    // Addresses are made from our public one; what a caller claims here is overwritten.
    request.headers['x-forwarded-proto'] = secure ? 'https' : 'http'
    request.headers['x-forwarded-host'] = urls.identity.host
    delete request.headers['x-forwarded-for']
    await held.run(request, response, () => callback(request, response))
  }

  const finishing = createFinishing({ clock, held, sessions, provider: () => provider })

  return {
    sessions,

    /** Everything under `mountedPrefixes`. */
    carry(request: IncomingMessage, response: ServerResponse, ip: string): void {
      if (request.method === 'POST' && request.url?.split('?', 1)[0] === '/oidc/auth') {
        turnIntoGet(request, response)
        return
      }
      void run(request, response, ip)
    },

    /** For the browser whose event it was. */
    ledTo: (uid: string, cookie: string | undefined) => (cookie === uid ? ledTo.get(uid) : undefined),

    /**
     * The person has answered on the event's page, and the protocol core goes on with it at once, as it would at the address to which it leads its browser
     * otherwise. There a cookie of that address says whose event it is; here the page's own has said so (`findEvent`).
     */
    carryOn(event: Interaction): Library {
      return async (request, response, ip) => {
        const { method, url } = request
        request.method = 'GET'
        request.url = new URL(event.returnTo).pathname
        request.headers.cookie = `${cookieName(resumeCookie, secure, 'path')}=${event.uid}; ${request.headers.cookie ?? ''}`
        continued.add(request)
        await held.carryOn(event, () => run(request, response, ip))
        // For whoever counts requests.
        Object.assign(request, { method, url })
      }
    },

    whereFrom,

    ...finishing,

    /** Who identified without an account in this browser, while their session lasts. */
    held: held.open,

    /** Who it was, as the browser carries them through the event under way. */
    identifiedIn(browser: SessionCookies, uid: string, accountId: string): Identified | undefined {
      const carried = held.openEvent(browser, uid)
      return carried?.result.login.accountId === accountId ? carried.identified : undefined
    },

    /** What services have not heard yet, once more: for the job and tests. */
    tellServices: telling.round,

    /** Makes, publishes and retires signing keys as they fall due; events and sessions are in the database and carry on. */
    rotateSigningKeys: rebuild,
  }
}
