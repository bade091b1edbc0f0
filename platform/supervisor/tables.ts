import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import type { AdminSql } from './databases.ts'

// What a backup says of one database. Names come from PostgreSQL's own catalogue and are quoted by it (%I); those read back from a file are checked.

/** A name as PostgreSQL's quote_ident gives it, with its schema: nothing else may reach a statement. */
export const qualified = z
  .string()
  .regex(/^(?:[a-z_][a-z0-9_$]*|"(?:[^"\0]|"")+")\.(?:[a-z_][a-z0-9_$]*|"(?:[^"\0]|"")+")$/)
export const column = z.string().regex(/^(?:[a-z_][a-z0-9_$]*|"(?:[^"\0]|"")+")$/)
const privilege = z.enum(['SELECT', 'INSERT', 'UPDATE', 'DELETE'])
/** `FOR VALUES FROM (…) TO (…)`, `FOR VALUES IN (…)`: quoted literals, numbers and the words of the grammar. */
const bound = z.string().regex(/^(?:DEFAULT|FOR VALUES (?:FROM|IN|WITH) (?:'(?:[^'\\\0]|'')*'|[A-Za-z0-9_(), .:+-])+)$/)

export const databaseContents = z.object({
  migrations: z.array(z.object({ area: z.string(), name: z.string(), sha256: z.string() })),
  jobsVersion: z.number().int(),
  partitions: z.array(z.object({ name: qualified, parent: qualified, bound, may: z.array(privilege) })),
  tables: z.array(z.object({ name: qualified, columns: z.array(column) })),
  sequences: z.array(z.object({ name: qualified, last: z.string().regex(/^-?\d+$/), isCalled: z.boolean() })),
})
export type DatabaseContents = z.output<typeof databaseContents>

/** What lies in a database, seen by the transaction of `sql`. */
export async function describeDatabase(sql: AdminSql, program: string): Promise<DatabaseContents> {
  const own = sql`n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public')`
  const tables = await sql<{ name: string; columns: string[] }[]>`
    select pg_catalog.format('%I.%I', n.nspname, c.relname) as name,
           pg_catalog.array_agg(pg_catalog.quote_ident(a.attname) order by a.attnum) as columns
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where ${own} and c.relkind in ('r', 'p') and not c.relispartition
      -- Made again by bringing the schema up, and by expiring what a restore has brought back.
      and (n.nspname, c.relname) not in (('platform', 'migration'), ('jobs', 'version'), ('expiry', 'rule'), ('expiry', 'run'))
    group by n.nspname, c.relname order by n.nspname, c.relname`
  const partitions = await sql<{ name: string; parent: string; bound: string; may: string[] }[]>`
    select pg_catalog.format('%I.%I', n.nspname, c.relname) as name,
           pg_catalog.format('%I.%I', pn.nspname, p.relname) as parent,
           pg_catalog.pg_get_expr(c.relpartbound, c.oid) as bound,
           array(select w from pg_catalog.unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) as w
                 where pg_catalog.has_table_privilege(${program}, c.oid, w)) as may
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_inherits i on i.inhrelid = c.oid
    join pg_catalog.pg_class p on p.oid = i.inhparent
    join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
    where ${own} and c.relispartition and c.relkind = 'r' order by n.nspname, c.relname`
  const sequences = await sql<{ name: string }[]>`
    select pg_catalog.format('%I.%I', n.nspname, c.relname) as name
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where ${own} and c.relkind = 'S' order by n.nspname, c.relname`
  const states: DatabaseContents['sequences'] = []
  for (const { name } of sequences) {
    const [row] = await sql.unsafe(`select last_value::text as last, is_called from ${name}`)
    states.push({ name, last: row?.last as string, isCalled: row?.is_called as boolean })
  }
  const migrations = await sql`select area, name, sha256 from platform.migration order by name, area`
  const [jobs] = await sql`select version from jobs.version`
  return databaseContents.parse({
    migrations: [...migrations],
    jobsVersion: jobs?.version,
    partitions: [...partitions],
    tables: [...tables],
    sequences: states,
  })
}

type Table = DatabaseContents['tables'][number]

/** Every row of a table, partitions included, in PostgreSQL's own text form. */
export async function* copyOut(sql: AdminSql, table: Table): AsyncGenerator<Buffer> {
  const stream = await sql.unsafe(`copy (select ${table.columns.join(', ')} from ${table.name}) to stdout`).readable()
  for await (const chunk of stream) yield chunk as Buffer
  // The driver pauses its connection when we are slower than the server. When that happens with the last rows, nothing would ever wake it to
  // hear that the copy is complete: the next statement would wait for ever.
  stream._read(0)
}

/** Puts rows into a table that is there and empty. */
export async function copyIn(sql: AdminSql, table: Table, rows: AsyncIterable<Buffer>): Promise<void> {
  const target = await sql.unsafe(`copy ${table.name} (${table.columns.join(', ')}) from stdin`).writable()
  // An error that the server finds after the last byte never reaches the driver's stream, which then waits for ever. The question
  // behind it is answered in any case: with an error, since the transaction is over then.
  const asked = once(target, 'prefinish').then(() => sql`select 1`)
  await Promise.race([pipeline(Readable.from(rows), target), asked])
  await asked
}
