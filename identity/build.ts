import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cookies } from '#architecture'
import { createAccount } from '#identity/account'
import { createGroups } from '#identity/groups'
import { createInbox, inboxCookie } from '#identity/inbox'
import { createKeys, readRootKey } from '#identity/keys'
import { createLifeCycle } from '#identity/life-cycle'
import {
  createOidc,
  eventCookie,
  heldEventCookie,
  heldSessionCookie,
  mountedPrefixes,
  sessionCookie,
} from '#identity/oidc'
import { createOwnData, restricted } from '#identity/own-data'
import { routes as scriptRoutes, wordsFor } from '#identity/pages'
import { createPasskeys } from '#identity/passkeys'
import { createPeople, proofs as peopleProofs } from '#identity/people'
import { createRecovery, recoveryCookie } from '#identity/recovery'
import { createRelease } from '#identity/release'
import { createServices, readPublicKey, routes as serviceRoutes } from '#identity/services'
import { createSignIn, freshPasskeyRequired, notSignedIn } from '#identity/sign-in'
import { createUpstreams, routes as upstreamRoutes } from '#identity/upstream'
import { isFreshEnough } from '#server/fresh'
import { createHolds } from '#server/holds'
import type { Authorize } from '#server/http'
import { pageRoutes } from '#server/page'
import type { Platform } from '#server/platform'
import { createErrorPage } from '#server/problem-page'
import { within } from '#server/purpose'
import type { Caller } from '#server/routes'
import { descriptions } from './data.ts'

export { descriptions } from './data.ts'

/** The cookies that routes set or read by name. */
export const cookieNames = {
  site: [sessionCookie, heldSessionCookie, recoveryCookie, inboxCookie],
  path: [eventCookie, heldEventCookie],
} as const

/** Builds the areas in order: each gets only what was built before it. */
export async function buildIdentity(platform: Platform) {
  const { http, jobs, urls } = platform
  const keys = createKeys(readRootKey(platform.folder))
  const people = createPeople(platform, { keys })
  const passkeys = createPasskeys(platform, { keys })
  const services = createServices(platform)
  const upstreams = createUpstreams(platform, { keys, people, services })
  const release = createRelease(platform, { keys, upstreams })
  const oidc = await createOidc(platform, { keys, people, services, release })
  const groups = createGroups(platform, { people, services, release })
  const recovery = createRecovery(platform, { keys, people, passkeys, services, oidc })
  const signIn = createSignIn(platform, {
    keys,
    people,
    passkeys,
    recovery,
    services,
    upstreams,
    groups,
    release,
    oidc,
  })
  const account = createAccount(platform, { people, passkeys, recovery, services, upstreams, release, oidc })
  const ownData = createOwnData(platform, { keys, people, services, oidc })
  const lifeCycle = createLifeCycle({ ...platform, holds: createHolds(platform) }, { people, groups, ownData })
  const inbox = createInbox(platform, { keys })

  await services.register({
    clientId: 'portal',
    name: 'Vartio',
    redirectUris: [new URL('/sign-in/callback', urls.portal).href],
    postLogoutRedirectUris: [urls.portal.href, new URL('/signed-out', urls.portal).href],
    keys: [readPublicKey(join(platform.publicFolder, 'portal.client.jwk.json'))],
    scopes: ['openid', 'email', 'profile'],
  })
  await account.prepare()

  http.register('pages', [...pageRoutes(urls.privacy), ...scriptRoutes])
  http.register('services', serviceRoutes(services))
  http.register('upstream', upstreamRoutes(upstreams))
  http.register('release', release.routes)
  http.register('recovery', recovery.routes)
  http.register('sign-in', signIn.routes)
  http.register('account', account.routes)
  http.register('groups', groups.routes)
  http.register('own-data', ownData.routes)
  http.register('inbox', inbox.routes)
  http.mount(mountedPrefixes, 'sign-in', oidc.carry)

  platform.proveSelf({
    cookies: cookies.filter(({ program }) => program === 'identity').map(({ name }) => name),
    descriptions,
    proofs: [peopleProofs],
    schema: readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8'),
  })

  jobs.define('identity.rotate-signing-keys', { purpose: 'upkeep', cron: '7 3 * * *' }, () => oidc.rotateSigningKeys())

  const authorize: Authorize = async (route, request) => {
    if (route.permission === 'anyone') return { kind: 'nobody' }
    const cookie = request.cookies[sessionCookie]
    const session = cookie === undefined ? undefined : await within('access', () => oidc.sessions.findByCookie(cookie))
    // Everything here is a person's own; a permission that a role would grant does not exist in this program.
    if (!session || route.permission !== 'signed-in') throw notSignedIn()
    // Restricted data is locked against every use but storage (DSR-12); a person still comes to their rights, sees who they are, and leaves.
    const isForRights = route.purpose === 'rights' || route.purpose === 'sign-in' || route.path === '/account/api/own'
    const { rights, database } = platform
    if (!isForRights && (await within('access', () => rights.restrictedSince(database.sql, session.personId))))
      throw restricted()
    const caller: Caller = {
      kind: 'person',
      personId: session.personId,
      sessionId: session.sessionId,
      signedInAt: session.passkeyAt ?? new Date(0),
      roles: [],
      permissions: new Set(),
    }
    if (!isFreshEnough(route, caller, platform.clock.now())) throw freshPasskeyRequired()
    // a change the person makes is an event of their account; looking, and leaving, is none.
    if (route.method !== 'GET' && route.purpose !== 'sign-in')
      await within('account', () => people.noteEvent(session.personId))
    return caller
  }

  const errorPage = createErrorPage(urls.portal.href, wordsFor)

  return { authorize, errorPage, people, passkeys, recovery, services, upstreams, release, oidc, groups, lifeCycle }
}
