import type { Clock } from '#base/clock'
import { newToken } from '#base/ids'
import type { Database } from '#server/database'
import { subjectNotFound } from './errors.ts'

export { readPublicKey } from './read-public-key.ts'
export { routes } from './routes.ts'

export type PublicKey = { readonly kty: string; readonly kid: string; readonly [member: string]: unknown }

export type Service = {
  readonly clientId: string
  readonly name: string
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  /** Public keys only: a service proves itself by signing (private_key_jwt), so nothing here lets anyone pose as it. */
  readonly keys: readonly PublicKey[]
  readonly scopes: readonly string[]
  /** Part of this house: its people do not release their data to another party by signing in there. */
  readonly isOwn: boolean
}

export type Services = ReturnType<typeof createServices>

export function createServices({ database, clock }: { database: Database; clock: Clock }) {
  const { sql } = database
  return {
    async register(service: Service): Promise<void> {
      await sql`
        insert into services.service (client_id, name, redirect_uris, post_logout_redirect_uris, jwks, scopes, is_own, changed_at)
        values (${service.clientId}, ${service.name}, ${service.redirectUris as string[]}, ${service.postLogoutRedirectUris as string[]},
          ${sql.json({ keys: service.keys } as never)}, ${service.scopes as string[]}, ${service.isOwn}, ${clock.now()})
        on conflict (client_id) do update set name = excluded.name, redirect_uris = excluded.redirect_uris,
          post_logout_redirect_uris = excluded.post_logout_redirect_uris, jwks = excluded.jwks, scopes = excluded.scopes,
          is_own = excluded.is_own, changed_at = excluded.changed_at`
    },

    async find(clientId: string): Promise<Service | undefined> {
      // Comes straight from an address: PostgreSQL refuses NUL, which is then nobody's fault of ours.
      if (!/^[\x21-\x7e]{1,100}$/.test(clientId)) return undefined
      const [row] = await sql<
        {
          client_id: string
          name: string
          redirect_uris: string[]
          post_logout_redirect_uris: string[]
          jwks: { keys: PublicKey[] }
          scopes: string[]
          is_own: boolean
        }[]
      >`
        select client_id, name, redirect_uris, post_logout_redirect_uris, jwks, scopes, is_own
        from services.service where client_id = ${clientId}`
      if (!row) return undefined
      return {
        clientId: row.client_id,
        name: row.name,
        redirectUris: row.redirect_uris,
        postLogoutRedirectUris: row.post_logout_redirect_uris,
        keys: row.jwks.keys,
        scopes: row.scopes,
        isOwn: row.is_own,
      }
    },

    /** Random, not derived: nobody who learns a key later can work out who is who. */
    async subjectOf(clientId: string, personId: string): Promise<string> {
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

    async personOf(clientId: string, subject: string): Promise<string> {
      const [row] = await sql<{ person_id: string }[]>`
        select person_id from services.subject where client_id = ${clientId} and subject = ${subject}`
      if (!row) throw subjectNotFound()
      return row.person_id
    },
  }
}
