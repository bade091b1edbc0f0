import type { Clock } from '#base/clock'
import type { Database } from '#server/database'
import { within } from '#server/purpose'

/** What went to one service, in names of items (items.ts). */
export type Delivered = {
  readonly clientId: string
  readonly items: readonly string[]
  readonly earlier: readonly string[]
  readonly firstAt: Date
  readonly lastAt: Date
  readonly groupsAskedAt: Date | null
  readonly stoppedAt: Date | null
}

/** To whom the holder of an account has released what: for them to see and stop, and for ID-51. Of who only identifies there is nothing (ID-71). */
export function createDelivered({ database, clock }: { database: Database; clock: Clock }) {
  return {
    /** ID-51: carried to its end there, and not stopped since. */
    async delivered(personId: string, clientId: string): Promise<boolean> {
      const { count } = await database.forPerson(
        personId,
        (tx) => tx`
          select 1 from release.delivered where person_id = ${personId} and client_id = ${clientId} and stopped_at is null`,
      )
      return count > 0
    },

    list: (personId: string): Promise<Delivered[]> =>
      database.forPerson(personId, async (tx) => [
        ...(await tx<Delivered[]>`
            select client_id as "clientId", items, earlier, coalesce(first_at, delivered_at) as "firstAt", delivered_at as "lastAt",
              groups_asked_at as "groupsAskedAt", stopped_at as "stoppedAt"
            from release.delivered where person_id = ${personId} order by delivered_at desc limit 200`),
      ]),

    /** False: nothing ever went there. */
    async stop(personId: string, clientId: string): Promise<boolean> {
      const { count } = await database.forPerson(
        personId,
        (tx) => tx`
          update release.delivered set stopped_at = ${clock.now()} where person_id = ${personId} and client_id = ${clientId}`,
      )
      return count > 0
    },

    /** Whether the person has stopped it since: what was remembered before is forgotten, in whichever session. */
    async isStoppedSince(personId: string, clientId: string, since: Date): Promise<boolean> {
      // Within a sign-in, whose purpose it is not: what decides here is what the person may not be asked past.
      const { count } = await within('access', () =>
        database.forPerson(
          personId,
          (tx) => tx`
            select 1 from release.delivered
            where person_id = ${personId} and client_id = ${clientId} and stopped_at >= ${since}`,
        ),
      )
      return count > 0
    },
  }
}
