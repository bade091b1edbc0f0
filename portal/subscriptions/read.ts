import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Organizations } from '#portal/organizations'
import type { Database, Sql } from '#server/database'
import { type invoicing, type Module, modules, type subscriptionList } from './api.ts'
import { isCollected, type Row, stateOf } from './state.ts'

type Uses = {
  readonly clock: Clock
  readonly database: Database
  readonly organizations: Pick<Organizations, 'describe' | 'invoiced'>
}

const mostMonths = 24
export const monthOf = (at: Date): string => at.toISOString().slice(0, 7)

export const rowsOf = (tx: Sql, organizationId: string) => tx<Row[]>`
  select module, subscription_key, seats, begins_at, ends_at, sold_by from subscriptions.subscription
  where organization_id = ${organizationId}`

export function read(
  { clock, database, organizations }: Uses,
  organizationId: string,
): Promise<z.input<typeof subscriptionList>> {
  return database.inOrganization(organizationId, async (tx) => {
    const now = clock.now()
    const rows = await rowsOf(tx, organizationId)
    const names = await organizations.describe(tx, [...new Set(rows.map((row) => row.sold_by))])
    const months = await tx<{ month: string; module: Module; devices: number }[]>`
      select to_char(month, 'YYYY-MM') as month, module, devices from subscriptions.month
      where organization_id = ${organizationId} order by month.month desc, module limit ${mostMonths}`
    return {
      modules: modules.map((module) => {
        const row = rows.find((one) => one.module === module)
        const state = stateOf(row, rows.length > 0, now)
        return {
          module,
          state,
          isCollected: isCollected(state),
          subscription: row
            ? {
                subscriptionKey: row.subscription_key,
                soldBy: names.get(row.sold_by)?.name ?? '',
                seats: row.seats,
                beginsAt: row.begins_at,
                endsAt: row.ends_at,
              }
            : null,
        }
      }),
      months: [...months],
    }
  })
}

type Line = {
  organization_id: string
  name: string
  module: Module | null
  seats: number | null
  begins_at: Date | null
  ends_at: Date | null
  devices: number | null
}

/** What to invoice for a month: of companies that have agreed to it, or of all for whoever runs this Vartio. Counts, and names of organisations. */
export function readInvoicing(
  { clock, database, organizations }: Uses,
  sellerId: string,
  month = monthOf(clock.now()),
): Promise<z.input<typeof invoicing>> {
  return database.inOrganization(sellerId, async (tx) => {
    const rows = await tx<Line[]>`
      with mine as materialized (select * from ${organizations.invoiced(tx)} m)
      select mine.organization_id, mine.name, i.module, i.seats, i.begins_at, i.ends_at, i.devices
      from mine left join subscriptions.invoiced((select array_agg(organization_id) from mine), ${`${month}-01`}::date) i
        on i.organization_id = mine.organization_id
      order by mine.name, mine.organization_id limit 20000`
    const now = clock.now()
    return {
      month,
      lines: rows.map((row) => ({
        organizationId: row.organization_id,
        name: row.name,
        module: row.module,
        state: stateOf(row.begins_at ? { begins_at: row.begins_at, ends_at: row.ends_at } : undefined, false, now),
        seats: row.seats,
        beginsAt: row.begins_at,
        endsAt: row.ends_at,
        devices: row.devices ?? 0,
      })),
      totals: {
        companies: new Set(rows.map((row) => row.organization_id)).size,
        devices: rows.reduce((sum, { devices }) => sum + (devices ?? 0), 0),
        seats: rows.reduce((sum, { seats }) => sum + (seats ?? 0), 0),
      },
    }
  })
}
