import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Calls } from '#server/calls'
import type { Database, Sql } from '#server/database'
import type { Messages } from '#server/messages'
import type { Proof } from '#server/proofs'
import type { Purpose } from '#server/purpose'
import type { Rights } from '#server/rights'
import type { Route } from '#server/routes'
import type { Sealing } from '#server/sealed'
import type { activityList, auditList, auditQuery, ownActions, TargetKind } from './api.ts'
import { createComparison } from './compare-days.ts'
import { data } from './data.ts'
import { actorsOf, list, listActivities, listOwn } from './list.ts'
import { createNames, type NameThem } from './names.ts'
import { type Entry, type Happened, note, type Recorded, record } from './record.ts'
import { addRights } from './rights.ts'
import { routes } from './routes.ts'
import { createSeals, type Seals } from './seal.ts'

export { proofs } from './proofs.ts'

export { type Actor, by, type From, personOf } from './record.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly jobs: { define(name: string, options: { purpose: Purpose; cron: string }, run: () => Promise<void>): void }
  readonly messages: Pick<Messages, 'publish' | 'subscribe'>
  readonly calls: Pick<Calls, 'call'>
  readonly rights: Pick<Rights, 'add' | 'restrictedAmong'>
  readonly sealed: Sealing
}

export type Audit = Seals & {
  /** Joins the caller's transaction, which sees the organisation: an act that is not recorded does not happen. */
  record(tx: Sql, entry: Entry): Promise<Recorded>
  /** A line of the activity log (PT-06). */
  note(tx: Sql, happened: Happened): Promise<void>
  /** The area that owns a kind of thing brings the function that names them. */
  nameTargets(kind: TargetKind, nameThem: NameThem): void
  list(organizationId: string, query: z.output<typeof auditQuery>): Promise<z.input<typeof auditList>>
  /** Who has made these records: areas that keep a history keep their numbers and nobody's. `tx` sees the organisation. */
  actorsOf(tx: Sql, organizationId: string, records: readonly Recorded[]): ReturnType<typeof actorsOf>
  listOwn(personId: string, cursor: string | undefined): Promise<z.input<typeof ownActions>>
  listActivities(organizationId: string, cursor: string | undefined): Promise<z.input<typeof activityList>>
  /** Each past day compared with its root: what a proof of the whole program needs of this area as it runs. */
  readonly comparison: Proof
  readonly routes: readonly Route[]
}

export function createAudit(needs: Needs): Audit {
  const { database, clock, jobs, rights } = needs
  addRights(rights)
  const names = createNames()
  const sealer = needs.sealed.table(data, 'record', ['ip', 'user_agent'])
  const reads = { database, names, rights, sealer }
  needs.sealed.carryOver.define(sealer, async ({ row, sealed }) => {
    await database.sql`
      select audit.carry_origin(${String(row.organization_id)}, ${String(row.at)}, ${String(row.audit_id)}, ${sealed})`
  })
  const audit = {
    ...createSeals(needs),
    record: (tx, entry) => record(sealer, tx, clock.now(), entry),
    note: (tx, happened) => note(tx, clock.now(), happened),
    nameTargets: names.add,
    list: (organizationId, query) => list(reads, organizationId, query),
    actorsOf: (tx, organizationId, records) => actorsOf(reads, tx, organizationId, records),
    listOwn: (personId, cursor) => listOwn(reads, personId, cursor),
    listActivities: (organizationId, cursor) => listActivities(reads, organizationId, cursor),
  } satisfies Omit<Audit, 'routes' | 'comparison'>
  // Every hour, so that a machine that was off at midnight catches up.
  jobs.define('audit.seal-days', { purpose: 'upkeep', cron: '37 * * * *' }, audit.sealDays)
  return { ...audit, comparison: createComparison(database, audit.compareDay), routes: routes(audit) }
}
