import { randomBytes } from 'node:crypto'
import type { Clock } from '#base/clock'
import { hashToken } from '#base/ids'
import type { Keys } from '#identity/keys'
import type { Database } from '#server/database'

/** What a ceremony belongs to: a challenge made in one event is worth nothing in another. */
export type Event = { readonly kind: 'sign-in' | 'register' | 'confirm' | 'add'; readonly id: string }

/** The browser's window stays open this long at most (WebAuthn §5.4.8 recommends 5 minutes). */
export const ceremonyMs = 5 * 60_000

export function createChallenges({ database, clock, keys }: { database: Database; clock: Clock; keys: Keys }) {
  const { sql } = database
  const bind = (event: Event) => keys.mac('challenge-event', event.kind, event.id)
  return {
    async make(event: Event): Promise<string> {
      const challenge = randomBytes(32).toString('base64url')
      await sql`
        insert into passkeys.challenge (challenge_hash, bound_to, expires_at)
        values (${hashToken(challenge)}, ${bind(event)}, ${new Date(clock.now().getTime() + ceremonyMs)})`
      return challenge
    },

    /** True once: the row is gone before anything is verified, so a captured answer cannot be sent again. */
    async spend(event: Event, challenge: string): Promise<boolean> {
      const { count } = await sql`
        delete from passkeys.challenge
        where challenge_hash = ${hashToken(challenge)} and bound_to = ${bind(event)} and expires_at > ${clock.now()}`
      return count === 1
    },
  }
}
