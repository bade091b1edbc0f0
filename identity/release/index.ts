import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Keys } from '#identity/keys'
import type { Database } from '#server/database'
import type { Sealing } from '#server/sealed'
import { data } from './data.ts'
import { createCounts, createLook } from './look.ts'
import { routes } from './routes.ts'

export { claimsOf, type Identified, type Item, listIdentified, listItems } from './items.ts'

export type Happened = {
  /** The grant, which is made for one event; only its hash is kept. */
  readonly event: string
  readonly sessionId: string | undefined
  readonly contractId: string
  readonly what: 'continued' | 'remembered' | 'cancelled' | 'handed-over'
  /** Whose browser it was. Left out where the service asks, which has no person before it. */
  readonly from?: { readonly ip: string; readonly userAgent: string }
}

export type Release = ReturnType<typeof createRelease>

export function createRelease(
  { database, clock, sealed }: { database: Database; clock: Clock; sealed: Sealing },
  { keys }: { keys: Pick<Keys, 'mac'> },
) {
  const origins = sealed.table(data, 'log', ['ip', 'user_agent'])
  const look = createLook(database, origins)
  return {
    routes: routes(look, createCounts(database)),

    /** An entry of the technical log. It is written before what it tells of goes out, so that nothing goes out unrecorded (ID-14). */
    async record({ event, sessionId, contractId, what, from }: Happened): Promise<void> {
      const at = clock.now()
      const entryId = newId(at.getTime())
      const origin = from
        ? await origins.sealOne(
            { at, entry_id: entryId },
            { ip: from.ip, user_agent: from.userAgent.slice(0, 400).toWellFormed() },
          )
        : null
      await database.sql`
        insert into release.log (at, entry_id, event, session_id, contract_id, what, sealed)
        values (${at}, ${entryId}, ${keys.mac('release event', event)}, ${sessionId ?? null}, ${contractId}, ${what}, ${origin})`
    },
  }
}
