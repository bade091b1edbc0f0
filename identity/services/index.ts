import type { Clock } from '#base/clock'
import { equalBytes, hashToken, newToken } from '#base/ids'
import type { Database } from '#server/database'
import type { Sealing } from '#server/sealed'
import type { Protocol } from './api.ts'
import { createAuthentication } from './authenticate.ts'
import { createContracts } from './contracts.ts'
import { subjectNotFound } from './errors.ts'
import { createFailures } from './failures.ts'
import { template } from './terms.ts'

export { type Contract, type Failure, hasSecret, type Protocol, safest } from './api.ts'
export { readPublicKey } from './read-public-key.ts'
export { routes } from './routes.ts'
export { termsVersion } from './terms.ts'

export type PublicKey = { readonly kty: string; readonly kid: string; readonly [member: string]: unknown }

export type Service = {
  readonly clientId: string
  readonly name: string
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  readonly keys: readonly PublicKey[]
  readonly scopes: readonly string[]
} & (
  | {
      /** Part of this house: its people do not release their data to another party by signing in there. */
      readonly isOwn: true
      readonly contract?: undefined
    }
  | {
      readonly isOwn: false
      /** What everything about the service of another rests on (ID-11, ID-59). */
      readonly contract: {
        readonly contractId: string
        readonly organization: string
        readonly state: 'test' | 'in-force'
        readonly subject: 'pairwise' | 'event'
        /** `account`, and names of upstreams. */
        readonly ways: readonly string[]
        /** Types of identifiers of registers that are released to it. */
        readonly identifiers: readonly string[]
        readonly hasGroups: boolean
        readonly groups: readonly string[]
        readonly protocol: Protocol
      }
    }
)
export type OwnService = Omit<Service & { isOwn: true }, 'isOwn' | 'contract'>

/**
 * For so long a service is known without asking again. A change made here is known here at once, and when a contract ends by its date, to the millisecond;
 * what another process has changed, after this.
 */
const keepMilliseconds = 1_000

export type Services = ReturnType<typeof createServices>

export function createServices(platform: { database: Database; clock: Clock; sealed: Sealing }, terms = template) {
  const { database, clock } = platform
  const { sql } = database
  const kept = new Map<string, { service: Service; endsAt: Date | null; until: number }>()
  let changes = 0
  const changed = (clientId: string) => {
    changes += 1
    kept.delete(clientId)
  }
  const services = {
    contracts: createContracts(platform, changed, terms),
    failures: createFailures(platform),

    /** A program of this house. It proves itself by signing (private_key_jwt), so nothing here lets anyone pose as it. */
    async register(service: OwnService): Promise<void> {
      await sql`
        insert into services.service (client_id, name, redirect_uris, post_logout_redirect_uris, jwks, scopes, is_own, changed_at)
        values (${service.clientId}, ${service.name}, ${service.redirectUris as string[]}, ${service.postLogoutRedirectUris as string[]},
          ${sql.json({ keys: service.keys } as never)}, ${service.scopes as string[]}, true, ${clock.now()})
        on conflict (client_id) do update set name = excluded.name, redirect_uris = excluded.redirect_uris,
          post_logout_redirect_uris = excluded.post_logout_redirect_uris, jwks = excluded.jwks, scopes = excluded.scopes,
          is_own = excluded.is_own, changed_at = excluded.changed_at`
      changed(service.clientId)
    },

    /** Of others only whose contract runs: when it has ended, nothing is known of the service (ID-92). */
    async find(clientId: string): Promise<Service | undefined> {
      // Comes straight from an address: PostgreSQL refuses NUL, which is then nobody's fault of ours.
      if (!/^[\x21-\x7e]{1,100}$/.test(clientId)) return undefined
      const known = kept.get(clientId)
      if (known && performance.now() < known.until && (known.endsAt === null || known.endsAt > clock.now()))
        return known.service
      const changesBefore = changes
      const [row] = await sql<
        {
          client_id: string
          ends_at: Date | null
          name: string
          redirect_uris: string[]
          post_logout_redirect_uris: string[]
          jwks: { keys: PublicKey[] }
          scopes: string[]
          is_own: boolean
          protocol: Protocol | null
          contract_id: string | null
          organization: string
          state: 'test' | 'in-force'
          subject: 'pairwise' | 'event'
          ways: string[]
          identifiers: string[]
          has_groups: boolean
          groups: string[]
        }[]
      >`
        select s.client_id, s.name, s.redirect_uris, s.post_logout_redirect_uris, s.jwks, s.scopes, s.is_own, s.protocol,
          c.contract_id, c.organization, c.state, c.subject, c.ways, c.identifiers, c.has_groups, c.groups, c.ends_at
        from services.service s left join services.contract c on c.client_id = s.client_id
        where s.client_id = ${clientId} and (s.is_own or (c.client_id is not null and (c.ends_at is null or c.ends_at > ${clock.now()})))`
      if (!row) {
        kept.delete(clientId)
        return undefined
      }
      const keep = (service: Service): Service => {
        // What was read before a change, and came after it, is used once.
        if (changes === changesBefore)
          kept.set(clientId, { service, endsAt: row.ends_at, until: performance.now() + keepMilliseconds })
        return service
      }
      const service = {
        clientId: row.client_id,
        name: row.name,
        redirectUris: row.redirect_uris,
        postLogoutRedirectUris: row.post_logout_redirect_uris,
        keys: row.jwks.keys,
        scopes: row.scopes,
      }
      if (row.is_own || row.contract_id === null || row.protocol === null) return keep({ ...service, isOwn: true })
      const {
        contract_id: contractId,
        organization,
        state,
        subject,
        ways,
        identifiers,
        has_groups: hasGroups,
        groups,
        protocol,
      } = row
      const contract = { contractId, organization, state, subject, ways, identifiers, hasGroups, groups, protocol }
      return keep({ ...service, isOwn: false, contract })
    },

    /** Of the running contracts that name this address for telling that somebody signed out; none: nothing is sent there. */
    async backChannelStates(address: string): Promise<('test' | 'in-force')[]> {
      const rows = await sql<{ state: 'test' | 'in-force' }[]>`
        select c.state from services.service s join services.contract c on c.client_id = s.client_id
        where s.protocol->>'backChannelLogout' = ${address} and (c.ends_at is null or c.ends_at > ${clock.now()})`
      return rows.map(({ state }) => state)
    },

    /** Whether it is a secret of this service that still works. Of equal length whatever was brought, so that comparing tells nothing. */
    async isSecret(clientId: string, secret: string): Promise<boolean> {
      const brought = hashToken(secret)
      const rows = await sql<{ hash: Buffer }[]>`
        select hash from services.secret where client_id = ${clientId} and (ends_at is null or ends_at > ${clock.now()})`
      return rows.some(({ hash }) => equalBytes(hash, brought))
    },

    /** Random, not derived: nobody who learns a key later can work out who is who. */
    async subjectOf(clientId: string, personId: string): Promise<string> {
      const known = await services.findSubject(clientId, personId)
      if (known !== undefined) return known
      const [row] = await sql<{ subject: string }[]>`
        insert into services.subject (client_id, person_id, subject) values (${clientId}, ${personId}, ${newToken()})
        on conflict (client_id, person_id) do update set subject = services.subject.subject
        returning subject`
      if (!row) throw new Error('a subject was neither made nor found')
      return row.subject
    },

    /** Whom the service knows them as, if it ever has met them. */
    async findSubject(clientId: string, personId: string): Promise<string | undefined> {
      const [row] = await sql<{ subject: string }[]>`
        select subject from services.subject where client_id = ${clientId} and person_id = ${personId}`
      return row?.subject
    },

    /** Whom the service knows by this subject, if anybody. */
    async findPerson(clientId: string, subject: string): Promise<string | undefined> {
      const [row] = await sql<{ person_id: string }[]>`
        select person_id from services.subject where client_id = ${clientId} and subject = ${subject}`
      return row?.person_id
    },

    /** Names of the services whose running contract lets them ask about this group. */
    async namesAsking(groupId: string): Promise<string[]> {
      const rows = await sql<{ name: string }[]>`
        select s.name from services.service s join services.contract c on c.client_id = s.client_id
        where c.has_groups and c.groups @> array[${groupId}::uuid] and c.state = 'in-force'
          and (c.ends_at is null or c.ends_at > ${clock.now()}) order by s.name limit 50`
      return rows.map(({ name }) => name)
    },

    async personOf(clientId: string, subject: string): Promise<string> {
      const personId = await services.findPerson(clientId, subject)
      if (personId === undefined) throw subjectNotFound()
      return personId
    },
  }
  return { ...services, authenticate: createAuthentication(platform, services) }
}
