import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Keys } from '#identity/keys'
import type { Person } from '#identity/people'
import type { Service } from '#identity/services'
import type { Upstreams } from '#identity/upstream'
import type { Database } from '#server/database'
import type { Sealing } from '#server/sealed'
import { data } from './data.ts'
import { createDelivered } from './delivered.ts'
import { type Identified, listIdentified, listItems } from './items.ts'
import { createCounts, createLook } from './look.ts'
import { routes } from './routes.ts'

export { claimsOf, type Identified, type Item, namesOf } from './items.ts'

export type Happened = {
  /** The grant, which is made for one event; only its hash is kept. */
  readonly event: string
  readonly sessionId: string | undefined
  /** What a session without an account calls itself, in its person's cookie; it has no row, and so no number. */
  readonly heldUid?: string | undefined
  readonly contractId: string
  readonly what: 'continued' | 'remembered' | 'cancelled' | 'handed-over' | 'groups-asked'
  /** Whose browser it was. Left out where the service asks, which has no person before it. */
  readonly from?: { readonly ip: string; readonly userAgent: string; readonly languages: string }
}

export type Release = ReturnType<typeof createRelease>

export function createRelease(
  { database, clock, sealed }: { database: Database; clock: Clock; sealed: Sealing },
  { keys, upstreams }: { keys: Pick<Keys, 'mac'>; upstreams: Pick<Upstreams, 'identifiers'> },
) {
  const origins = sealed.table(data, 'log', ['ip', 'user_agent', 'accept_language'])
  const look = createLook(database, origins)
  const mayHave = (service: Service, scopes: ReadonlySet<string>) =>
    scopes.has('identifiers') && (service.contract?.identifiers.length ?? 0) > 0
  /** ID-39: the same for all entries of one session; only who has its cookie, and our key, could tell whose it is, and it is gone with the cookie. */
  const numberOf = ({ sessionId, heldUid }: Pick<Happened, 'sessionId' | 'heldUid'>): string | null => {
    if (sessionId !== undefined || heldUid === undefined) return sessionId ?? null
    const hex = keys.mac('held session', heldUid).toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  }
  const release = {
    /** Exactly what `service` gets of the holder of an account for these scopes (ID-48). */
    async itemsOf(service: Service, person: Person, scopes: ReadonlySet<string>) {
      const proven = mayHave(service, scopes) ? await upstreams.identifiers.of(person.personId) : []
      return listItems(service, person, scopes, proven)
    },

    /** The same of somebody without an account: what the upstream has said of them just now, and nothing else. */
    async itemsOfIdentified(service: Service, person: Identified, scopes: ReadonlySet<string>) {
      const { upstream, identifiers = [] } = person
      const stated = mayHave(service, scopes) ? await upstreams.identifiers.describe(upstream, identifiers) : []
      return listIdentified(service, person, scopes, stated)
    },

    routes: routes(look, createCounts(database)),

    /** An entry of the technical log. It is written before what it tells of goes out, so that nothing goes out unrecorded (ID-14). */
    async record({ event, sessionId, heldUid, contractId, what, from }: Happened): Promise<void> {
      const at = clock.now()
      const entryId = newId(at.getTime())
      const origin = from
        ? await origins.sealOne(
            { at, entry_id: entryId },
            {
              ip: from.ip,
              user_agent: from.userAgent.slice(0, 400).toWellFormed(),
              accept_language: from.languages.slice(0, 200).toWellFormed(),
            },
          )
        : null
      await database.sql`
        insert into release.log (at, entry_id, event, session_id, contract_id, what, sealed)
        values (${at}, ${entryId}, ${keys.mac('release event', event)}, ${numberOf({ sessionId, heldUid })}, ${contractId}, ${what}, ${origin})`
    },

    /**
     * The entry of the hand-over, and that the service was there (ID-51): both, or, where the person has stopped it since the code was made, neither and
     * false. Whoever continued there anew has begun anew. As `forPerson`, in one statement: the row to be written comes out of what says whose rows may be.
     */
    async handOver(
      { event, sessionId, contractId, what }: Happened,
      to: { personId: string; clientId: string; items: readonly string[]; codeMadeAt: Date },
    ): Promise<boolean> {
      const at = clock.now()
      const { count } = await database.sql`
        with kept as (
          insert into release.delivered as d (person_id, client_id, items, first_at, delivered_at)
          select scope.person_id::uuid, ${to.clientId}, ${to.items as string[]}, ${at}, ${at}
          from (select pg_catalog.set_config('vartio.person_id', ${to.personId}, true) as person_id) scope
          on conflict (person_id, client_id) do update set items = excluded.items, delivered_at = excluded.delivered_at, stopped_at = null,
            first_at = coalesce(d.first_at, d.delivered_at),
            earlier = array(select distinct one from unnest(d.earlier || d.items) one where not one = any (excluded.items) order by one)
          where d.stopped_at is null or d.stopped_at <= ${to.codeMadeAt}
          returning 1)
        insert into release.log (at, entry_id, event, session_id, contract_id, what)
        select ${at}, ${newId(at.getTime())}::uuid, ${keys.mac('release event', event)}::bytea, ${sessionId ?? null}::uuid, ${contractId}::uuid, ${what}
        from kept`
      return count > 0
    },

    ...createDelivered({ database, clock }),

    /** The service asks for memberships; the person sees when it last did, and nobody else that it was about them. */
    async noteQuery(personId: string, clientId: string, contractId: string): Promise<void> {
      await release.record({ event: newId(), sessionId: undefined, contractId, what: 'groups-asked' })
      await database.forPerson(
        personId,
        (tx) => tx`
          update release.delivered set groups_asked_at = ${clock.now()} where person_id = ${personId} and client_id = ${clientId}`,
      )
    },
  }
  return release
}
