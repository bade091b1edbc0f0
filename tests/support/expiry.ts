import type postgres from 'postgres'
import type { Clock } from '#base/clock'
import { createLog } from '#base/log'
import type { Database, Sql } from '#server/database'
import { describe, type Table } from '#server/describe'
import { createExpiry, type Expiry } from '#server/expiry'
import type { Jobs } from '#server/jobs'
import { createMetrics } from '#server/metrics'
import { migrate, type Program } from '#server/migrate'
import { describeKeeping } from '../../tools/keep.ts'

/** Expiry as the platform runs it, on the clock of the test alone: the database's own would keep what is not due yet. */
export async function createTestExpiry(at: {
  database: Database
  admin: Sql
  clock: Clock
  jobs?: Pick<Jobs, 'define'>
}): Promise<Expiry> {
  await at.admin.unsafe(
    "create or replace function expiry.clock() returns timestamptz language sql as $$ select timestamptz 'infinity' $$",
  )
  return createExpiry({
    database: at.database,
    clock: at.clock,
    log: createLog('test', 'error'),
    jobs: at.jobs ?? { define: () => undefined },
    metrics: createMetrics('test'),
  })
}

/**
 * An area of its own in the database of a test, described and walled as every area is: `tables` are made by the owner, and what is said of
 * each becomes its rule. Answers what takes the description of a table back.
 */
export async function createTestArea(
  at: { database: Database; admin: Sql },
  tables: string,
  kept: Readonly<Record<string, Omit<Table, 'meaning' | 'columns'>>>,
): Promise<{ forget(table: string): Promise<void> }> {
  const [row] = await at.database.sql<{ program: Program }[]>`select current_user as program`
  const program = row!.program
  const one = await (at.admin as postgres.Sql).reserve()
  await one.unsafe(
    `set role ${program}_owner; create schema hall; grant usage on schema hall to ${program};
     alter default privileges in schema hall grant select, insert, update, delete on tables to ${program}; ${tables}; reset role`,
  )
  await migrate(one as unknown as Sql, program)
  one.release()
  const columns = await at.admin<{ name: string; columns: string[] }[]>`
    select c.relname as name, array_agg(a.attname::text) as columns from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'hall'::regnamespace group by c.relname`
  const described = Object.entries(kept).map(([name, table]) => {
    const own = columns.find((one) => one.name === name)?.columns ?? []
    return [name, { meaning: 'a test', ...table, columns: Object.fromEntries(own.map((column) => [column, 'a test'])) }]
  })
  await at.admin.unsafe(describeKeeping([describe('hall', Object.fromEntries(described))]).replace(/delete .*/, ''))
  return {
    async forget(table) {
      await at.admin`delete from expiry.rule where table_name = ${`hall.${table}`}`
    },
  }
}
