import { AppError } from '#base/errors'
import { connect, type DatabaseAddress, type Sql } from './database.ts'
import type { Program } from './migrate.ts'

// The prover is a role of its own in each program's database. It can read no table; all it may do is execute functions whose name begins
// with `prove_`, and those return counts and times. So whoever made a proof tell more than a figure would first have to change a migration.

export const proverOf = (program: Program): string => `${program}_prover`

/** Types that can carry a figure or a time and nobody's data. */
const figures = ['int2', 'int4', 'int8', 'float8', 'timestamptz', 'date']

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Makes the role and lets it into this database. As the program's own role, it has a password on an outside server only. */
export async function createProver(
  admin: Sql,
  program: Program,
  { database, password }: { database: string; password?: string | undefined },
): Promise<void> {
  const prover = proverOf(program)
  const [found] = await admin`select 1 from pg_catalog.pg_roles where rolname = ${prover}`
  if (!found) await admin.unsafe(`create role ${quote(prover)} nologin noinherit`)
  const secret = password === undefined ? '' : ` password '${password.replaceAll("'", "''")}'`
  await admin.unsafe(`alter role ${quote(prover)} login${secret}`)
  await admin.unsafe(`alter role ${quote(prover)} set default_transaction_read_only = on`)
  await admin.unsafe(`grant connect on database ${quote(database)} to ${quote(prover)}`)
}

/** After each migration, as the owner: every function `prove_…` there is, from the catalogue, and nothing else. */
export async function letProve(sql: Sql, program: Program): Promise<void> {
  const found = await sql<{ schema: string; name: string; types: string[] }[]>`
    select n.nspname as schema, p.oid::pg_catalog.regprocedure::text as name,
      coalesce(
        (select pg_catalog.array_agg(t.typname::text) from unnest(p.proallargtypes, p.proargmodes) as a (type, mode)
          join pg_catalog.pg_type t on t.oid = a.type where a.mode in ('o', 'b', 't')),
        array[(select t.typname::text from pg_catalog.pg_type t where t.oid = p.prorettype)]) as types
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where p.proname ~ '^prove_' and n.nspname !~ '^(pg_|information_schema$|jobs$)'`
  const prover = quote(proverOf(program))
  for (const { schema, name, types } of found) {
    const other = types.find((type) => !figures.includes(type))
    if (other !== undefined)
      throw new AppError('migrate.not_a_figure', 500, `${name} returns ${other}; a proof returns counts and times only`)
    await sql.unsafe(
      `grant usage on schema ${quote(schema)} to ${prover}; grant execute on function ${name} to ${prover}`,
    )
  }
}

/** The same server and database under the prover's name; one connection is enough for one figure after the other. */
export function connectProver(address: DatabaseAddress, program: Program) {
  return connect({ ...address, user: proverOf(program) }, 1)
}
