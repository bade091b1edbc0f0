import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { databaseName, type Kind } from '#server/migrate'
import { type AdminSql, embeddedServer, outsideSettings, type Server, withAdmin } from '../databases.ts'
import { currentHolder } from '../lock.ts'
import { socketPort } from '../postgres.ts'
import { programs } from '../programs.ts'
import type { Looking } from './gather.ts'
import type { Ask } from './look-at-programs.ts'

/** Statements look into PostgreSQL's own catalogue and statistics, and at the names of our migrations; at no row of anybody. */
const mostSeconds = 5
const mostTables = 200

async function describeServer(sql: AdminSql) {
  await sql`select pg_catalog.set_config('statement_timeout', ${`${mostSeconds}s`}, false)`
  const [server] = await sql<{ version: string; began: Date }[]>`
    select pg_catalog.current_setting('server_version') as version, pg_catalog.pg_postmaster_start_time() as began`
  const connections = await sql<{ state: string; count: number }[]>`
    select coalesce(state, 'of the server') as state, count(*)::int as count
    from pg_catalog.pg_stat_activity group by 1 order by 1`
  return {
    // A distributor writes more after the number.
    version: /^[\d.]+/.exec(server?.version ?? '')?.[0] ?? 'not known',
    startedAt: server?.began.toISOString() ?? null,
    connections: Object.fromEntries(connections.map(({ state, count }) => [state, count])),
  }
}

async function describeDatabase(sql: AdminSql, name: string) {
  await sql`select pg_catalog.set_config('statement_timeout', ${`${mostSeconds}s`}, false)`
  const [figures] = await sql<{ bytes: number; broken: number; deadlocks: number }[]>`
    select pg_catalog.pg_database_size(datname)::float8 as bytes, xact_rollback::float8 as broken, deadlocks::float8 as deadlocks
    from pg_catalog.pg_stat_database where datname = ${name}`
  const [migrations] = await sql<{ count: number; newest: string }[]>`
    select count(*)::int as count, max(name) as newest from platform.migration`
  const tables = await sql<{ name: string; rows: number; bytes: number }[]>`
    select pg_catalog.format('%I.%I', n.nspname, c.relname) as name,
           sum(s.n_live_tup)::float8 as rows,
           sum(pg_catalog.pg_total_relation_size(s.relid))::float8 as bytes
    from pg_catalog.pg_stat_user_tables s
    join pg_catalog.pg_class c on c.oid = coalesce(pg_catalog.pg_partition_root(s.relid), s.relid)
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    group by 1 order by bytes desc, name limit ${mostTables}`
  return {
    ...figures,
    migrations,
    /** About how many rows, and how many bytes. */
    tables: Object.fromEntries(tables.map((table) => [table.name, [table.rows, table.bytes]])),
  }
}

async function askServer(server: Server, kind: Kind, ask: Ask) {
  const [about, ...each] = await Promise.all([
    ask(() => withAdmin(server, undefined, describeServer)),
    ...programs.map((program) => {
      const name = databaseName(program, kind)
      return ask(() => withAdmin(server, name, (sql) => describeDatabase(sql, name)))
    }),
  ])
  return { ...about, ...Object.fromEntries(programs.map((program, index) => [program, each[index]])) }
}

/** The two embedded servers. One of another machine is not asked: nothing leaves this one. */
export async function askDatabases({ path, environment }: Looking, ask: Ask) {
  const holder = currentHolder(path)
  const of = (kind: Kind) => {
    const setting = outsideSettings[kind]
    if (environment[setting] || environment[`${setting}_FILE`]) return { isOutside: true }
    const known = kind === 'data' ? holder?.socketFolder : holder?.keysSocketFolder
    const folder = known ?? join(path, kind === 'data' ? 'run' : 'run-keys')
    if (!existsSync(join(folder, `.s.PGSQL.${socketPort}`))) return { runs: false, ...onDisk(path, kind) }
    return askServer(embeddedServer(folder), kind, ask)
  }
  const [data, keys] = await Promise.all([of('data'), of('keys')])
  return { data, keys }
}

/** What a server that does not run has left: for which version its files are. */
function onDisk(path: string, kind: Kind) {
  const file = join(path, kind === 'data' ? 'postgres' : 'keys', 'PG_VERSION')
  const [major] = existsSync(file) ? (/^\d{1,3}/.exec(readFileSync(file, 'utf8')) ?? []) : []
  return { filesOfVersion: major ?? 'not there' }
}
