import type { Clock } from '#base/clock'
import { hashToken } from '#base/ids'
import type { Log } from '#base/log'
import { organizationNotFound } from '#portal/organizations'
import type { People } from '#portal/people'
import type { Database } from '#server/database'
import type { Authorize } from '#server/http'
import { within } from '#server/purpose'
import type { Caller } from '#server/routes'
import { notAllowed, notValid, peopleOnly } from './errors.ts'
import { ofRole } from './of-role.ts'

const sent = /^Bearer vartio_([A-Za-z0-9_-]{43})$/i
const hour = 3_600_000

type Found = {
  readonly organization_id: string
  readonly key_id: string
  readonly permissions: readonly string[]
  readonly role_id: string | null
  readonly expires_at: Date
  readonly last_used_at: Date | null
}

/** Whoever sends this header is asked for a key and nothing else: a cookie beside it counts for nothing, so neither lends its rights to the other. */
export const isKeySent = (request: Parameters<Authorize>[1]): boolean => request.raw.headers.authorization !== undefined

/** What a program of an organisation may, by its key (RFC 6750 §2.1). Looked up at each request: one that was revoked a moment ago is refused. */
export function createAuthorize(
  {
    database,
    clock,
    log,
  }: {
    readonly database: Database
    readonly clock: Clock
    readonly log: Log
  },
  people: Pick<People, 'heldOf'>,
): Authorize {
  const markUsed = ({ organization_id: organizationId, key_id: keyId, last_used_at: at }: Found) => {
    const now = clock.now()
    if (at && now.getTime() - at.getTime() < hour) return
    database
      .inOrganization(
        organizationId,
        (tx) =>
          tx`update api_keys.key set last_used_at = ${now} where organization_id = ${organizationId} and key_id = ${keyId}`,
      )
      .catch((error: unknown) => log.warn('when a key was last used was not written', { area: 'api-keys', error }))
  }

  return (route, request) =>
    within('access', async (): Promise<Caller> => {
      const { permission } = route
      if (permission === 'anyone') return { kind: 'nobody' }
      const [, token] = sent.exec(request.raw.headers.authorization ?? '') ?? []
      if (token === undefined) throw notValid()
      const [key] = await database.sql<Found[]>`
        select organization_id, key_id, permissions, role_id, expires_at, last_used_at from api_keys.find(${hashToken(token)})`
      if (!key || key.expires_at <= clock.now()) throw notValid()
      if (permission === 'signed-in' || route.fresh) throw peopleOnly()
      // Whether another organisation exists is nobody's business who holds a key of this one.
      if (request.params.organizationId?.toLowerCase() !== key.organization_id) throw organizationNotFound()
      const permissions = new Set(await permissionsOfKey(database, people, key))
      if (!permissions.has(permission)) throw notAllowed()
      markUsed(key)
      return { kind: 'key', keyId: key.key_id, permissions }
    })
}

/** By its role as that is now, where it has one; never what no key may. */
async function permissionsOfKey(
  database: Database,
  people: Pick<People, 'heldOf'>,
  { organization_id: organizationId, permissions, role_id: roleId }: Found,
): Promise<readonly string[]> {
  if (roleId === null) return permissions
  const held = await database.inOrganization(organizationId, (tx) => people.heldOf(tx, organizationId, [], [roleId]))
  return ofRole(held)
}
