import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Database, Sql } from './database.ts'
import type { Jobs } from './jobs.ts'
import type { Metrics } from './metrics.ts'
import { within } from './purpose.ts'

// Carries out what data.ts says of how long rows are kept. The rules lie in the database (keep.sql), where this program cannot change them;
// so do the functions, which decide by the database's own clock.

export type Expired = { rows: number; days: number }

export type Expiry = {
  /** Deletes and drops what is past its deadline, in every table, and makes the partitions of the days to come. */
  run(): Promise<Expired>
  /** The same before the program listens, so that nothing past its limit is ever served; what cannot go just now keeps nobody waiting. */
  prepare(): Promise<void>
  /** Over every table in the catalogue; a table that no description names counts as well. */
  countPastDeadline(): Promise<number>
  /** Everything that is an organisation's own, in every table but those named; the logs by day stay. Can be begun again at any point. */
  removeOrganization(organizationId: string, except: readonly string[]): Promise<number>
}

/** So many rows in one transaction. */
const rowsAtOnce = 5_000
const foreignKeyViolation = '23503'

/** Every table gets its turn, though one fails: what is thrown is thrown at the end, the first of it. */
export async function expireAll(
  sql: Sql,
  now: Date,
  failed: (table: string, error: unknown) => void,
): Promise<Expired> {
  const rules = await sql<{ table: string; how: 'row' | 'day' }[]>`
    select table_name as "table", how from expiry.rule where how in ('row', 'day') order by table_name`
  const gone = { rows: 0, days: 0 }
  const failures: unknown[] = []
  for (const { table, how } of rules) {
    try {
      if (how === 'day') {
        const [row] = await sql<{ count: number }[]>`select expiry.keep_days(${table}, ${now}) as count`
        gone.days += row?.count ?? 0
      }
      for (let left = rowsAtOnce; left === rowsAtOnce; ) {
        const [row] = await sql<
          { count: number }[]
        >`select expiry.expire_rows(${table}, ${now}, ${rowsAtOnce}) as count`
        left = row?.count ?? 0
        gone.rows += left
      }
    } catch (error) {
      failed(table, error)
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
  return gone
}

/** By the same rules as expiry, so no table that is described is left out. Where a table waits for another by a foreign key, the next round has it. */
async function removeOrganization(
  sql: Sql,
  now: Date,
  organizationId: string,
  except: readonly string[],
): Promise<number> {
  const rules = await sql<{ table: string }[]>`
    select table_name as "table" from expiry.rule
    where how <> 'day' and organization_column is not null and table_name <> all (${except as string[]}::text[]) order by table_name`
  let left = rules.map(({ table }) => table)
  let gone = 0
  while (left.length > 0) {
    const waiting: string[] = []
    let failure: unknown
    for (const table of left)
      try {
        for (let some = rowsAtOnce; some === rowsAtOnce; gone += some) {
          const [row] = await sql<{ count: number | null }[]>`
            select expiry.remove_organization(${table}, ${organizationId}, ${now}, ${rowsAtOnce}) as count`
          some = row?.count ?? 0
        }
      } catch (error) {
        if ((error as { code?: string }).code !== foreignKeyViolation) throw error
        failure = error
        waiting.push(table)
      }
    if (waiting.length === left.length) throw failure
    left = waiting
  }
  return gone
}

export function createExpiry({
  database,
  clock,
  log,
  jobs,
  metrics,
}: {
  database: Database
  clock: Clock
  log: Log
  jobs: Pick<Jobs, 'define'>
  metrics: Pick<Metrics, 'gauge'>
}): Expiry {
  let rows = 0
  const run = () =>
    within('upkeep', async () => {
      const gone = await expireAll(database.sql, clock.now(), (table, error) =>
        log.warn('rows of a table are past their deadline and could not go yet', { area: table, error }),
      )
      rows += gone.rows
      if (gone.days > 0) log.info('days of the logs have reached their limit and are gone', { count: gone.days })
      return gone
    })
  const countPastDeadline = async () => {
    const [row] = await database.sql<{ figure: string }[]>`
      select figure from expiry.prove_past_deadline(${clock.now()})`
    return Number(row?.figure)
  }
  // Often, since a machine that is off at night is no excuse either.
  jobs.define('expiry.expire', { purpose: 'upkeep', cron: '*/5 * * * *', atMostSeconds: 1_800 }, async () => {
    await run()
  })
  metrics.gauge(
    'vartio_rows_past_deadline',
    'Rows past their deadline, and tables nobody described.',
    countPastDeadline,
  )
  metrics.gauge('vartio_rows_expired', 'Rows deleted at their deadline since the program started.', () => rows)
  return {
    run,
    async prepare() {
      try {
        await run()
      } catch {
        // Told above. Somebody holds the table, such as a backup that reads it: the next round takes what is left.
      }
    },
    countPastDeadline,
    removeOrganization: (organizationId, except) =>
      removeOrganization(database.sql, clock.now(), organizationId, except),
  }
}
