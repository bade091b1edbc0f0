import type { Clock } from '#base/clock'
import type { Keys } from '#identity/keys'
import type { People } from '#identity/people'
import type { Database } from '#server/database'
import type { Mail } from '#server/mail'
import { createCodes } from './codes.ts'

export { data } from './data.ts'

export type Recovery = ReturnType<typeof createRecovery>

export function createRecovery(
  platform: { database: Database; clock: Clock; mail: Pick<Mail, 'send'>; urls: { identity: URL } },
  uses: { keys: Keys; people: People },
) {
  return { codes: createCodes(platform, uses) }
}
