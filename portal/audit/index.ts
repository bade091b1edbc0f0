import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Calls } from '#server/calls'
import type { Database, Sql } from '#server/database'
import type { Messages } from '#server/messages'
import type { Purpose } from '#server/purpose'
import type { Route } from '#server/routes'
import type { activityList, auditList, auditQuery, ownActions, TargetKind } from './api.ts'
import { list, listActivities, listOwn } from './list.ts'
import { createNames, type NameThem } from './names.ts'
import { type Entry, type Happened, note, record } from './record.ts'
import { routes } from './routes.ts'
import { createSeals, type Seals } from './seal.ts'

export { type Actor, by, type From, personOf } from './record.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly jobs: { define(name: string, options: { purpose: Purpose; cron: string }, run: () => Promise<void>): void }
  readonly messages: Pick<Messages, 'publish' | 'subscribe'>
  readonly calls: Pick<Calls, 'call'>
}

export type Audit = Seals & {
  /** Joins the caller's transaction, which sees the organisation: an act that is not recorded does not happen. */
  record(tx: Sql, entry: Entry): Promise<void>
  /** A line of the activity log (PT-06). */
  note(tx: Sql, happened: Happened): Promise<void>
  /** The area that owns a kind of thing brings the function that names them. */
  nameTargets(kind: TargetKind, nameThem: NameThem): void
  list(organizationId: string, query: z.output<typeof auditQuery>): Promise<z.input<typeof auditList>>
  listOwn(personId: string, cursor: string | undefined): Promise<z.input<typeof ownActions>>
  listActivities(organizationId: string, cursor: string | undefined): Promise<z.input<typeof activityList>>
  /** Every hour: partitions of the days to come are made, days past the limit go. */
  keepPartitions(): Promise<void>
  /** The same before the program listens; a backup that reads the log just then keeps nothing from starting. */
  prepare(): Promise<void>
  readonly routes: readonly Route[]
}

export function createAudit(needs: Needs): Audit {
  const { database, clock, log, jobs } = needs
  const names = createNames()
  const audit = {
    ...createSeals(needs),
    record: (tx, entry) => record(tx, clock.now(), entry),
    note: (tx, happened) => note(tx, clock.now(), happened),
    nameTargets: names.add,
    list: (organizationId, query) => list(database, names, organizationId, query),
    listOwn: (personId, cursor) => listOwn(database, names, personId, cursor),
    listActivities: (organizationId, cursor) => listActivities(database, names, organizationId, cursor),
    async keepPartitions() {
      const [kept] = await database.sql<{ dropped: number }[]>`select audit.keep_partitions(${clock.now()}) as dropped`
      if (kept && kept.dropped > 0)
        log.info('days of the logs have reached their limit and are gone', { count: kept.dropped })
    },
    async prepare() {
      try {
        await audit.keepPartitions()
      } catch (error) {
        // 55P03: somebody holds the log. Rows of a day without a partition lie in the rest, and the next hour makes it.
        if ((error as { code?: unknown }).code !== '55P03') throw error
        log.warn('days of the logs are made later: something else holds them', { area: 'audit' })
      }
    },
  } satisfies Omit<Audit, 'routes'>
  jobs.define('audit.keep-partitions', { purpose: 'upkeep', cron: '7 * * * *' }, audit.keepPartitions)
  // Every hour, so that a machine that was off at midnight catches up.
  jobs.define('audit.seal-days', { purpose: 'upkeep', cron: '37 * * * *' }, audit.sealDays)
  return { ...audit, routes: routes(audit) }
}
