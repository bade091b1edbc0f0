import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Database, Sql } from '#server/database'
import type { Route } from '#server/routes'
import type { overview } from './api.ts'
import { readOverview, type Uses } from './overview.ts'
import { routes } from './routes.ts'
import { keepStanding } from './standing.ts'

export type Overview = {
  /** As everybody sees it who may see anything of the organisation. */
  read(organizationId: string): Promise<z.input<typeof overview>>
  /** Works out how the organisation stands, and keeps it for the list of whoever looks after it. */
  keep(organizationId: string): Promise<void>
  /** A piece of SQL: (organization_id, taken_at, needs, devices, protected, detections) as last kept. Whoever asks has checked the right to each of them. */
  standings(sql: Sql, organizationIds: ReturnType<Sql>): ReturnType<Sql>
  readonly routes: readonly Route[]
}

type Needs = { readonly database: Database; readonly clock: Clock; readonly mail: { readonly hasInbox: boolean } }

export function createOverview(
  { database, clock, mail }: Needs,
  others: Omit<Uses, 'database' | 'hasInbox'>,
): Overview {
  const uses: Uses = { database, hasInbox: mail.hasInbox, ...others }
  return {
    read: (organizationId) => readOverview(uses, organizationId, { seesServices: false }),
    keep: (organizationId) => keepStanding(uses, clock, organizationId),
    standings: (sql, organizationIds) => sql`overview.standings_of(${organizationIds})` as ReturnType<Sql>,
    routes: routes(uses),
  }
}
