import type { Sql } from './database.ts'
import type { LiveSchema } from './describe-check.ts'
import type { Program } from './migrate.ts'
import { rightsHeading } from './own-proofs.ts'

/**
 * The whole schema as text, from the catalogue, in an order that does not depend on how it came about. Committed as
 * PROGRAM/schema.sql, so that what a migration really does is read in review. jobs belongs to its library and is left out.
 * `program`: with the rights of its roles, as the proof compares them; the key store has none of its own.
 */
export async function snapshotSchema(sql: Sql, program?: Program): Promise<string> {
  const tables = await sql<{ name: string; oid: number; security: boolean; forced: boolean; grants: string | null }[]>`
    select pg_catalog.format('%I.%I', n.nspname, c.relname) as name, c.oid::int as oid, c.relrowsecurity as security, c.relforcerowsecurity as forced,
      (select pg_catalog.string_agg(g.grantee || ' ' || g.rights, '; ' order by g.grantee) from (
         select a.grantee::regrole::text as grantee, pg_catalog.string_agg(pg_catalog.lower(a.privilege_type), ', ' order by a.privilege_type) as rights
         from pg_catalog.aclexplode(c.relacl) a where a.grantee <> c.relowner group by a.grantee) g) as grants
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v') and n.nspname !~ '^(pg_|information_schema$|jobs$)' order by n.nspname, c.relname`
  const lines: string[] = ['-- Generated from the live schema by npm run check -- --write. Never edited by hand.', '']
  for (const table of tables) {
    lines.push(`table ${table.name} (`)
    const columns = await sql<{ text: string }[]>`
      select pg_catalog.format('  %I %s%s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), case when a.attnotnull then ' not null' else '' end,
        coalesce(' default ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '')) as text
      from pg_catalog.pg_attribute a left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = ${table.oid} and a.attnum > 0 and not a.attisdropped order by a.attnum`
    lines.push(columns.map(({ text }) => text).join(',\n'), ')')
    const rest = await sql<{ text: string }[]>`
      select pg_catalog.format('  constraint %I %s', conname, pg_catalog.pg_get_constraintdef(oid)) as text from pg_catalog.pg_constraint
        where conrelid = ${table.oid} and contype <> 'n'
      union all select '  ' || pg_catalog.pg_get_indexdef(indexrelid) from pg_catalog.pg_index i
        where indrelid = ${table.oid} and not exists (select 1 from pg_catalog.pg_constraint k where k.conindid = i.indexrelid)
      union all select '  ' || pg_catalog.pg_get_triggerdef(oid) from pg_catalog.pg_trigger where tgrelid = ${table.oid} and not tgisinternal
      union all select pg_catalog.format('  policy %I using (%s)%s', polname, pg_catalog.pg_get_expr(polqual, polrelid),
          coalesce(' with check (' || pg_catalog.pg_get_expr(polwithcheck, polrelid) || ')', '')) from pg_catalog.pg_policy where polrelid = ${table.oid}
      order by 1`
    lines.push(...rest.map(({ text }) => text))
    if (table.security) lines.push(`  row security${table.forced ? ' forced' : ''}`)
    if (table.grants) lines.push(`  grants ${table.grants}`)
    lines.push('')
  }
  const functions = await sql<{ text: string }[]>`
    select pg_catalog.pg_get_functiondef(p.oid) as text from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname !~ '^(pg_|information_schema$|jobs$)' order by n.nspname, p.proname, p.oid::regprocedure::text`
  lines.push(...functions.flatMap(({ text }) => [text.trimEnd(), '']))
  if (program === undefined) return lines.join('\n')
  const rights = await sql<{ line: string }[]>`
    select distinct line from proofs.rights_of(${program}) as line order by line`
  lines.push(rightsHeading, ...rights.map(({ line }) => line), '')
  return lines.join('\n')
}

/** Every column of every table and view of ours, and every function, for the comparison with the descriptions. */
export async function readLiveSchema(sql: Sql): Promise<LiveSchema> {
  const functions = await sql<{ schema: string; name: string }[]>`
    select distinct n.nspname as schema, p.proname as name
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname !~ '^(pg_|information_schema$)' order by 1, 2`
  const columns = await sql<{ schema: string; table: string; column: string }[]>`
    select n.nspname as schema, c.relname as table, a.attname as column
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition and a.attnum > 0 and not a.attisdropped
      and n.nspname !~ '^(pg_|information_schema$)'
    order by 1, 2, a.attnum`
  return { columns, functions }
}
