import type { Next } from '#base/errors'
import type { Keys } from '#identity/keys'
import type { Service, Services } from '#identity/services'
import type { Database } from '#server/database'

/** What is read of an event's request. */
type Asked = { readonly client_id?: unknown; readonly redirect_uri?: unknown }

/**
 * Where a person begins again: of several hosts at the one that asked (`redirectUri`), else at the first. Never the address of answers itself, since this is
 * none. Of a service that lies below a path its host's first page is another's, so there it is the address to which it has people led who have signed out.
 */
function placeOf({ redirectUris, postLogoutRedirectUris }: Service, redirectUri: unknown): string | undefined {
  const from = redirectUris.find((uri) => uri === redirectUri) ?? redirectUris[0]
  if (from === undefined) return undefined
  const { origin, pathname } = new URL(from)
  const isBelow = pathname.lastIndexOf('/') > 0
  const landing = isBelow ? postLogoutRedirectUris.find((uri) => new URL(uri).origin === origin) : undefined
  return landing ?? new URL('/', origin).href
}

/**
 * The service that a person came from in an event that cannot go on: its time has run out, this browser has lost its cookie, or it was finished and the
 * person has come back. The event's row says it as long as there is one, the page's address (`named`) afterwards: whoever makes that up leads
 * somebody to a service under contract, as the service itself does. Leads to where the service is, and says nothing to it.
 */
export function createWhereFrom({
  database,
  keys,
  services,
}: {
  database: Database
  keys: Pick<Keys, 'locate' | 'open'>
  services: Pick<Services, 'find'>
}) {
  return async (uid: string, named?: string): Promise<Next | undefined> => {
    const [row] = await database.sql<{ sealed: Buffer }[]>`
      select sealed from oidc.sealed where id = ${keys.locate('Interaction', uid)} and model = 'Interaction'`
    const event = row && (keys.open('Interaction', uid, row.sealed) as { params?: Asked } | undefined)
    const clientId = event ? String(event.params?.client_id) : named
    const service = clientId === undefined ? undefined : await services.find(clientId)
    const address = service && placeOf(service, event?.params?.redirect_uri)
    return service?.isOwn === false && address !== undefined ? { name: service.name, address } : undefined
  }
}
