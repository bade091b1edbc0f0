import type { Clock } from '#base/clock'
import type { Keys } from '#identity/keys'
import type { Oidc } from '#identity/oidc'
import type { Passkeys } from '#identity/passkeys'
import type { People } from '#identity/people'
import type { Services } from '#identity/services'
import type { Database } from '#server/database'
import type { Mail } from '#server/mail'
import { createCodes } from './codes.ts'
import { createHelp } from './help.ts'
import { createRoutes } from './routes.ts'

export { recoveryCookie } from './routes.ts'

export type Recovery = ReturnType<typeof createRecovery>

export function createRecovery(
  platform: { database: Database; clock: Clock; mail: Pick<Mail, 'send'>; urls: { identity: URL; portal: URL } },
  uses: { keys: Keys; people: People; passkeys: Passkeys; services: Services; oidc: Oidc },
) {
  const codes = createCodes(platform, uses)
  const help = createHelp(platform, uses)
  return {
    codes,
    /** For `vartio recover`: shows link and code to the owner of the data folder. */
    beginHere: help.beginHere,
    routes: createRoutes(platform, { ...uses, help }),
  }
}
