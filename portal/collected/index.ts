import type { z } from 'zod'
import type { Organizations } from '#portal/organizations'
import type { Subscriptions } from '#portal/subscriptions'
import type { Database } from '#server/database'
import type { Description } from '#server/describe'
import type { Route } from '#server/routes'
import type { collected } from './api.ts'
import { routes } from './routes.ts'
import { tellTables } from './tell-tables.ts'

type Uses = {
  readonly organizations: Pick<Organizations, 'outsourcing' | 'responsible' | 'findProvider'>
  readonly subscriptions: Pick<Subscriptions, 'read'>
}

export type Collecting = { read(organizationId: string): Promise<z.input<typeof collected>> }

export function createCollected(
  { database, descriptions }: { readonly database: Database; readonly descriptions: readonly Description[] },
  { organizations, subscriptions }: Uses,
): { readonly routes: readonly Route[] } {
  const tables = tellTables(descriptions)
  const collecting: Collecting = {
    async read(organizationId) {
      const { modules } = await subscriptions.read(organizationId)
      const { running } = await organizations.outsourcing(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const providerId = await organizations.findProvider(tx)
        const ids = [
          organizationId,
          ...running.map(({ managingId }) => managingId),
          ...(providerId ? [providerId] : []),
        ]
        const found = new Map((await organizations.responsible(tx, ids)).map((one) => [one.organizationId, one]))
        const shown = (id: string) => {
          const { name = '', since = new Date(0), policyUrl = null } = found.get(id) ?? {}
          return { organizationId: id, name, since, policyUrl }
        }
        return {
          own: { ...shown(organizationId), grounds: found.get(organizationId)?.grounds ?? null },
          provider: providerId && providerId !== organizationId ? shown(providerId) : null,
          managers: running.map(({ managingId, activities, beganAt }) => ({
            ...shown(managingId),
            partnerKind: found.get(managingId)?.partnerKind ?? null,
            activities,
            beganAt,
          })),
          isDeviceCollected: modules.some(({ isCollected }) => isCollected),
          tables: [...tables],
        }
      })
    },
  }
  return { routes: routes(collecting) }
}
