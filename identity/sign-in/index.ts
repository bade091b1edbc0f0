import type { Clock } from '#base/clock'
import type { Keys } from '#identity/keys'
import type { Oidc } from '#identity/oidc'
import type { Passkeys } from '#identity/passkeys'
import type { People } from '#identity/people'
import type { Recovery } from '#identity/recovery'
import type { Release } from '#identity/release'
import type { Services } from '#identity/services'
import type { Database } from '#server/database'
import type { Mail } from '#server/mail'
import { createDrafts } from './drafts.ts'
import { createEvents } from './events.ts'
import { createRegistration } from './register.ts'
import { createRoutes } from './routes.ts'

export { freshPasskeyRequired, notSignedIn } from './errors.ts'

export function createSignIn(
  platform: { database: Database; clock: Clock; mail: Pick<Mail, 'send'> },
  uses: {
    keys: Keys
    people: People
    passkeys: Passkeys
    recovery: Recovery
    services: Services
    release: Pick<Release, 'record'>
    oidc: Oidc
  },
) {
  const drafts = createDrafts({ ...platform, keys: uses.keys })
  const events = createEvents({ oidc: uses.oidc, services: uses.services, drafts })
  const registration = createRegistration(platform, { ...uses, events })
  return { routes: createRoutes({ ...uses, events, registration }) }
}
