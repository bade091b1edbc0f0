import type { Clock } from '#base/clock'
import type { Groups } from '#identity/groups'
import type { Keys } from '#identity/keys'
import type { Oidc } from '#identity/oidc'
import type { Passkeys } from '#identity/passkeys'
import type { People } from '#identity/people'
import type { Recovery } from '#identity/recovery'
import type { Release } from '#identity/release'
import type { Services } from '#identity/services'
import type { Upstreams } from '#identity/upstream'
import type { Database } from '#server/database'
import type { Mail } from '#server/mail'
import type { Rights } from '#server/rights'
import { createDrafts } from './drafts.ts'
import { createEvents } from './events.ts'
import { createRegistration } from './register.ts'
import { createRoutes } from './routes.ts'
import { createShowing } from './show.ts'
import { createKeeping } from './upstream/keep.ts'
import { createOwnErrands } from './upstream/own.ts'
import { createUpstreamRoutes } from './upstream/routes.ts'
import { createThroughUpstream } from './upstream/through.ts'

export { freshPasskeyRequired, notSignedIn } from './errors.ts'

export function createSignIn(
  platform: {
    database: Database
    clock: Clock
    mail: Pick<Mail, 'send'>
    rights: Pick<Rights, 'restrictedSince'>
    urls: { readonly portal: URL }
  },
  uses: {
    keys: Keys
    people: People
    passkeys: Passkeys
    recovery: Recovery
    services: Services
    upstreams: Upstreams
    groups: Pick<Groups, 'namesOf'>
    release: Pick<Release, 'record' | 'itemsOf' | 'itemsOfIdentified'>
    oidc: Oidc
  },
) {
  const drafts = createDrafts({ ...platform, keys: uses.keys })
  const { oidc, services, people } = uses
  const isRestricted = async (personId: string) =>
    (await platform.rights.restrictedSince(platform.database.sql, personId)) !== undefined
  const events = createEvents({ oidc, services, people, isRestricted, drafts })
  const registration = createRegistration(platform, { ...uses, events })
  const keep = createKeeping(platform, uses)
  const through = createThroughUpstream(platform, { ...uses, events, keep })
  const own = createOwnErrands({ ...uses, drafts, keep })
  const all = { ...uses, events, showing: createShowing(platform, uses), registration, through, own }
  return { routes: [...createRoutes(all), ...createUpstreamRoutes(all)] }
}
