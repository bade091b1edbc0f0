import type { Clock } from '#base/clock'
import type { Oidc } from '#identity/oidc'
import type { Passkeys } from '#identity/passkeys'
import type { People } from '#identity/people'
import type { Recovery } from '#identity/recovery'
import type { Release } from '#identity/release'
import type { OwnService, Services } from '#identity/services'
import type { Upstreams } from '#identity/upstream'
import type { Database } from '#server/database'
import type { Mail } from '#server/mail'
import { createAddressBook } from './addresses.ts'
import { createRoutes } from './routes.ts'

export function createAccount(
  platform: { database: Database; clock: Clock; mail: Pick<Mail, 'send'>; urls: { identity: URL; portal: URL } },
  uses: {
    people: People
    passkeys: Passkeys
    recovery: Recovery
    services: Services
    release: Pick<Release, 'list' | 'stop'>
    upstreams: Upstreams
    oidc: Oidc
  },
) {
  /**
   * These pages stand on identity's own session, so all they want of the protocol is that somebody signs in: response type `none`
   * (OAuth 2.0 Multiple Response Types §4) makes the session and hands out nothing.
   */
  const service: OwnService = {
    clientId: 'account',
    name: 'Vartio',
    redirectUris: [new URL('/account/signed-in', platform.urls.identity).href],
    postLogoutRedirectUris: [],
    keys: [],
    scopes: ['openid'],
  }
  const signIn = `/oidc/auth?${new URLSearchParams({
    client_id: service.clientId,
    response_type: 'none',
    scope: 'openid',
    redirect_uri: service.redirectUris[0] ?? '',
  })}`
  return {
    routes: createRoutes(platform, {
      ...uses,
      addressBook: createAddressBook(platform, uses.people),
      addresses: { signIn, signedOut: '/oidc/sign-out/success', portal: platform.urls.portal.href },
    }),
    /** Before the program listens. */
    prepare: () => uses.services.register(service),
  }
}
