import type { Sql } from '#server/database'

/** A fingerprint of every row of every table, by table: two that are equal mean that nothing was written. `except`: tables, or columns of one. */
export async function fingerprint(admin: Sql, except: readonly string[] = []): Promise<Map<string, string>> {
  const tables = await admin<{ name: string }[]>`
    select pg_catalog.format('%I.%I', n.nspname, c.relname) as name
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^(pg_|information_schema$|jobs$|platform$)'
    order by 1`
  const names = tables.map(({ name }) => name).filter((name) => !except.includes(name))
  const rowOf = (name: string) => {
    const columns = except.filter((one) => one.startsWith(`${name}.`)).map((one) => one.slice(name.length + 1))
    return columns.length === 0 ? 't::text' : `(pg_catalog.to_jsonb(t) - '{${columns.join(',')}}'::text[])::text`
  }
  const rows = await admin.unsafe<{ name: string; sum: string }[]>(
    names
      .map(
        (name) =>
          `select '${name}' as name, pg_catalog.md5(coalesce(pg_catalog.string_agg(${rowOf(name)}, e'\\n' order by ${rowOf(name)}), '')) as sum from ${name} t`,
      )
      .join(' union all '),
  )
  return new Map(rows.map(({ name, sum }) => [name, sum]))
}

/** Names of the tables that differ. */
export function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...after].filter(([name, sum]) => before.get(name) !== sum).map(([name]) => name)
}
