import { z } from 'zod'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import { listAnswer } from '#privacy/requests/api'
import type { Calls } from '#server/calls'
import type { Database, Sql } from '#server/database'
import type { Route } from '#server/routes'
import type { extension, requestList } from './api.ts'
import { providerOnly } from './errors.ts'
import { routes } from './routes.ts'

type Needs = { readonly database: Database; readonly calls: Pick<Calls, 'call'> }
type Uses = { readonly audit: Pick<Audit, 'record'>; readonly organizations: Pick<Organizations, 'describe'> }

export type Requests = {
  list(organizationId: string): Promise<z.input<typeof requestList>>
  extend(organizationId: string, requestId: string, asked: z.output<typeof extension>, by: By): Promise<void>
  readonly routes: readonly Route[]
}

export function createRequests({ database, calls: { call } }: Needs, { audit, organizations }: Uses): Requests {
  const inProvider = <T>(organizationId: string, run: (tx: Sql) => Promise<T>): Promise<T> =>
    database.inOrganization(organizationId, async (tx) => {
      const organization = (await organizations.describe(tx, [organizationId])).get(organizationId)
      if (!organization?.kinds.includes('provider')) throw providerOnly()
      return run(tx)
    })

  const requests: Omit<Requests, 'routes'> = {
    list: (organizationId) =>
      inProvider(organizationId, () =>
        call('privacy', '/calls/requests/list', {}, listAnswer, { isIdempotent: true, timeoutMilliseconds: 8_000 }),
      ),
    /** Recorded before the privacy office is asked; if it refuses, neither stays. */
    extend: (organizationId, requestId, asked, by) =>
      inProvider(organizationId, async (tx) => {
        await audit.record(tx, {
          organizationId,
          action: 'requests.extended',
          target: { kind: 'organization', id: organizationId },
          details: { request: requestId, ground: asked.ground },
          ...by,
        })
        await call('privacy', '/calls/requests/extend', { requestId, ...asked }, z.object({}), {
          isIdempotent: true,
          timeoutMilliseconds: 12_000,
        })
      }),
  }
  return { ...requests, routes: routes(requests) }
}
