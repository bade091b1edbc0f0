import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { Database, Sql } from '#server/database'
import type { Route } from '#server/routes'
import type { invoicing, Module, NewSubscription, subscriptionList } from './api.ts'
import { endAll, putBack } from './end-all.ts'
import { notSubscribed, seatsFull } from './errors.ts'
import { monthOf, read, readInvoicing, rowsOf } from './read.ts'
import { routes } from './routes.ts'
import { sell } from './sell.ts'
import { collects, isCollected, stateOf } from './state.ts'

export type Subscriptions = {
  read(organizationId: string): Promise<z.input<typeof subscriptionList>>
  readInvoicing(sellerId: string, month?: string): Promise<z.input<typeof invoicing>>
  sell(sold: { sellerId: string; companyId: string; module: Module }, wanted: NewSubscription, by: By): Promise<void>
  /** `tx` sees the company. A piece of SQL: whether anything may be collected for this part of Vartio right now. */
  collects(tx: Sql, module: Module): ReturnType<Sql>
  /** Those of many companies of which nothing is collected for this part. */
  notCollecting(sql: Sql, organizationIds: readonly string[], module: Module): Promise<ReadonlySet<string>>
  /**
   * A device: refused where it is not subscribed to. One more of them, then `countDevices` says how many there are: also where those are as many as
   * were ordered. `tx` sees the company.
   */
  admit(
    tx: Sql,
    organizationId: string,
    module: Module,
    countDevices: (() => Promise<number>) | undefined,
  ): Promise<void>
  /** The most of a month counts. `tx` sees the company. */
  noteDevices(tx: Sql, organizationId: string, module: Module, devices: number): Promise<void>
  /** Companies of which everything has ended, and when. */
  allEnded(most: number): Promise<{ organizationId: string; endedAt: Date }[]>
  isRunning(tx: Sql, organizationId: string): Promise<boolean>
  /** Now; answers what puts it back. Of a company that nobody has sold to, that nothing is collected any more. `tx` sees the company. */
  endAll(tx: Sql, organizationId: string, soldBy: string): Promise<unknown>
  putBack(tx: Sql, organizationId: string, before: unknown): Promise<void>
  readonly routes: readonly Route[]
}

type Needs = { readonly database: Database; readonly clock: Clock }

export function createSubscriptions(
  { database, clock }: Needs,
  {
    audit,
    organizations,
  }: {
    audit: Pick<Audit, 'record' | 'note'>
    organizations: Pick<Organizations, 'describe' | 'invoiced' | 'sellers'>
  },
): Subscriptions {
  const uses = { audit, clock, database, organizations }
  const subscriptions: Omit<Subscriptions, 'routes'> = {
    read: (organizationId) => read(uses, organizationId),
    readInvoicing: (sellerId, month) => readInvoicing(uses, sellerId, month),
    sell: (sold, wanted, by) => sell(uses, sold, wanted, by),
    collects: (tx, module) => collects(tx, module, clock.now()),
    async notCollecting(sql, organizationIds, module) {
      const rows = await sql<{ organization_id: string }[]>`
        select organization_id
        from subscriptions.not_collecting(${[...new Set(organizationIds)]}::uuid[], ${module}, ${clock.now()})`
      return new Set(rows.map((row) => row.organization_id))
    },
    async allEnded(most) {
      const rows = await database.sql<{ organization_id: string; ended_at: Date }[]>`
        select organization_id, ended_at from subscriptions.all_ended(${clock.now()}, ${most})`
      return rows.map((row) => ({ organizationId: row.organization_id, endedAt: row.ended_at }))
    },
    async isRunning(tx, organizationId) {
      const [row] = await tx`
        select 1 from subscriptions.subscription
        where organization_id = ${organizationId} and (ends_at is null or ends_at > ${clock.now()}) limit 1`
      return row !== undefined
    },
    endAll: (tx, organizationId, soldBy) => endAll({ clock }, tx, organizationId, soldBy),
    putBack,
    async admit(tx, organizationId, module, countDevices) {
      const rows = await rowsOf(tx, organizationId)
      const row = rows.find((one) => one.module === module)
      if (!isCollected(stateOf(row, rows.length > 0, clock.now()))) throw notSubscribed()
      if (!countDevices || !row || row.seats === null) return
      // One after the other, so that no two take the last seat.
      await tx`
        select 1 from subscriptions.subscription where organization_id = ${organizationId} and module = ${module} for update`
      if ((await countDevices()) >= row.seats) throw seatsFull()
    },
    async noteDevices(tx, organizationId, module, devices) {
      await tx`
        insert into subscriptions.month (organization_id, module, month, devices)
        values (${organizationId}, ${module}, ${`${monthOf(clock.now())}-01`}, ${devices})
        on conflict (organization_id, module, month) do update set devices = excluded.devices where month.devices < excluded.devices`
    },
  }
  return { ...subscriptions, routes: routes(subscriptions) }
}
