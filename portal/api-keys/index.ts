import type { z } from 'zod'
import { addMonths } from '#base/calendar'
import type { Clock } from '#base/clock'
import { hashToken, newId, newToken } from '#base/ids'
import type { Log } from '#base/log'
import type { Audit } from '#portal/audit'
import type { By } from '#portal/organizations'
import { type Giver, type People, refuseAbove } from '#portal/people'
import type { Database } from '#server/database'
import type { Authorize } from '#server/http'
import type { Route } from '#server/routes'
import type { KeyPermission, keyList, keyMade, newKey } from './api.ts'
import { createAuthorize } from './authorize.ts'
import { badEnd, notAllowed, notFound, tooMany } from './errors.ts'
import { ofRole } from './of-role.ts'
import { routes } from './routes.ts'

export { isKeySent } from './authorize.ts'

type Needs = { readonly database: Database; readonly clock: Clock; readonly log: Log }
type Uses = {
  readonly audit: Pick<Audit, 'record' | 'nameTargets'>
  readonly people: Pick<People, 'addRoleUse' | 'heldOf' | 'roleNames'>
}

export type ApiKeys = {
  readonly authorize: Authorize
  list(organizationId: string): Promise<z.input<typeof keyList>>
  /** `giver`: gives a key no more than they may themselves. */
  make(organizationId: string, given: z.output<typeof newKey>, by: By, giver?: Giver): Promise<z.input<typeof keyMade>>
  /** At once: the next request with it is refused. */
  revoke(organizationId: string, keyId: string, by: By): Promise<void>
  readonly routes: readonly Route[]
}

/** Of one organisation. A list that people can look through is one in which they notice what should not be there. */
const mostKeys = 50
const mostMonths = 12
/** Begins what is sent, so that scanners of source code know one that was left in it. */
export const keyPrefix = 'vartio_'

type Row = {
  readonly key_id: string
  readonly title: string
  readonly permissions: KeyPermission[]
  readonly role_id: string | null
  readonly made_at: Date
  readonly expires_at: Date
  readonly last_used_at: Date | null
}

export function createApiKeys({ database, clock, log }: Needs, { audit, people }: Uses): ApiKeys {
  audit.nameTargets('api-key', async (tx, ids) => {
    const rows = await tx<{ key_id: string; title: string }[]>`
      select key_id, title from api_keys.names_of(${ids}::uuid[])`
    return new Map(rows.map(({ key_id: id, title }) => [id, title]))
  })

  // A key has nothing beside its role, and nobody asked that it may do something else.
  people.addRoleUse(async (tx, { organizationId, roleId, by }) => {
    const gone = await tx<{ key_id: string }[]>`
      delete from api_keys.key where organization_id = ${organizationId} and role_id = ${roleId} returning key_id`
    for (const { key_id: id } of gone)
      await audit.record(tx, { organizationId, action: 'api_keys.revoked', target: { kind: 'api-key', id }, ...by })
  })

  const keys: Omit<ApiKeys, 'routes'> = {
    authorize: createAuthorize({ database, clock, log }, people),

    list: (organizationId) =>
      database.inOrganization(organizationId, async (tx) => {
        const rows = await tx<Row[]>`
          select key_id, title, permissions, role_id, made_at, expires_at, last_used_at from api_keys.key
          where organization_id = ${organizationId} and expires_at > ${clock.now()} order by title, key_id limit ${mostKeys}`
        const ids = [...new Set(rows.flatMap(({ role_id }) => role_id ?? []))]
        const names = await people.roleNames(tx, ids)
        const ofRoles = new Map<string, KeyPermission[]>()
        for (const id of ids) ofRoles.set(id, ofRole(await people.heldOf(tx, organizationId, [], [id])))
        return {
          keys: rows.map((row) => ({
            keyId: row.key_id,
            title: row.title,
            permissions: row.role_id === null ? row.permissions : (ofRoles.get(row.role_id) ?? []),
            role: row.role_id === null ? null : { roleId: row.role_id, name: names.get(row.role_id) ?? '' },
            madeAt: row.made_at,
            expiresAt: row.expires_at,
            lastUsedAt: row.last_used_at,
          })),
        }
      }),

    async make(organizationId, { title, permissions, roleId, expiresAt }, by, giver) {
      const now = clock.now()
      const end = new Date(expiresAt)
      if (end <= now || end > addMonths(now, mostMonths)) throw badEnd()
      const [token, keyId] = [newToken(), newId(now.getTime())]
      await database.inOrganization(organizationId, async (tx) => {
        const asHeld = (some: readonly KeyPermission[]) => some.map((one) => `=${one}` as const)
        const given = roleId ? ofRole(await people.heldOf(tx, organizationId, [], [roleId])) : permissions
        if (given.length === 0) throw notAllowed()
        refuseAbove(giver, asHeld(given))
        // Two at once count each other.
        await tx`select pg_advisory_xact_lock(hashtextextended(${`api-keys ${organizationId}`}, 0))`
        const [counted] = await tx<{ count: number }[]>`
          select count(*)::int as count from api_keys.key where organization_id = ${organizationId} and expires_at > ${now}`
        if ((counted?.count ?? 0) >= mostKeys) throw tooMany()
        await tx`
          insert into api_keys.key (organization_id, key_id, title, token_hash, permissions, role_id, made_at, expires_at)
          values (${organizationId}, ${keyId}, ${title}, ${hashToken(token)}, ${[...new Set(permissions)]}, ${roleId ?? null}, ${now}, ${end})`
        await audit.record(tx, {
          organizationId,
          action: 'api_keys.made',
          target: { kind: 'api-key', id: keyId },
          details: { permissions: [...new Set(permissions)], ...(roleId ? { role: roleId } : {}) },
          ...by,
        })
      })
      return { keyId, key: `${keyPrefix}${token}`, expiresAt: end }
    },

    revoke: (organizationId, keyId, by) =>
      database.inOrganization(organizationId, async (tx) => {
        const gone = await tx`delete from api_keys.key where organization_id = ${organizationId} and key_id = ${keyId}`
        if (gone.count === 0) throw notFound()
        await audit.record(tx, {
          organizationId,
          action: 'api_keys.revoked',
          target: { kind: 'api-key', id: keyId },
          ...by,
        })
      }),
  }
  return { ...keys, routes: routes(keys) }
}
