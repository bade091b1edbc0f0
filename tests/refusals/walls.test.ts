import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from '#server/database'
import { databaseName, type Kind, type Program } from '#server/migrate'
import { proverOf } from '#server/prover'
import { createTestDatabase } from '#tests/database'

// Every database as a start prepares it, the key stores too, asked of the catalogue: what nobody thought of is found as well.
const programs: readonly Program[] = ['identity', 'portal', 'privacy', 'cloud']
const made = []
for (const kind of ['data', 'keys'] as const satisfies readonly Kind[])
  for (const program of programs) made.push({ program, kind, ...(await createTestDatabase(program, kind)) })

const ours = "n.nspname !~ '^(pg_|information_schema$|jobs$)'"

for (const { program, kind, admin, name, socketFolder } of made) {
  const role = databaseName(program, kind)

  test(`ID-85 in ${role} nothing is everybody’s, and no function runs with rights that its caller could bend`, async () => {
    const open = await admin.unsafe(`
      select p.oid::pg_catalog.regprocedure::text as what from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace,
        pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a where ${ours} and a.grantee = 0
      union all
      select c.oid::pg_catalog.regclass::text from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace,
        pg_catalog.aclexplode(c.relacl) a where ${ours} and a.grantee = 0
      union all
      select n.nspname from pg_catalog.pg_namespace n, pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) a
        where ${ours} and a.grantee = 0 and not (n.nspname = 'public' and a.privilege_type = 'USAGE')
      union all
      select 'this database' from pg_catalog.pg_database d, pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) a
        where d.datname = pg_catalog.current_database() and a.grantee = 0`)
    assert.deepEqual([...open], [])
    const bent = await admin.unsafe(`
      select p.oid::pg_catalog.regprocedure::text as what from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      where ${ours} and p.prosecdef and not coalesce('search_path=""' = any (p.proconfig), false)`)
    assert.deepEqual([...bent], [])
  })

  test(`ID-85 the roles of ${role} are nothing special, own nothing they run with, and stay among themselves`, async () => {
    const roles = [role, `${role}_owner`, ...(kind === 'data' ? [proverOf(program)] : [])]
    const special = await admin`
      select rolname from pg_catalog.pg_roles
      where rolname = any (${roles}) and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolinherit)`
    assert.deepEqual([...special], [])
    const also = await admin`
      select r.rolname from pg_catalog.pg_auth_members m join pg_catalog.pg_roles r on r.oid = m.member where r.rolname = any (${roles})`
    assert.deepEqual([...also], [])
    const owned = await admin`
      select c.relname from pg_catalog.pg_class c join pg_catalog.pg_roles r on r.oid = c.relowner
      where r.rolname = any (${roles.filter((one) => !one.endsWith('_owner'))})`
    assert.deepEqual([...owned], [])
    for (const stranger of programs.flatMap((one) => [one, databaseName(one, 'keys'), proverOf(one)])) {
      if (roles.includes(stranger)) continue
      const sql = connect({ host: socketFolder, port: 5432, database: name, user: stranger }, 1)
      await assert.rejects(Promise.resolve(sql`select 1`), { code: '42501' }, `${stranger} in ${role}`)
      await sql.end()
    }
  })

  if (kind === 'data')
    test(`the prover of ${program} gives figures and does nothing else, whatever it says of itself`, async () => {
      const sql = connect({ host: socketFolder, port: 5432, database: name, user: proverOf(program) }, 1)
      await sql`set default_transaction_read_only = off`
      const functions = await admin.unsafe(`
        select p.oid::pg_catalog.regprocedure::text as name, p.proname ~ '^prove_' as is_figure,
          (select pg_catalog.string_agg('null::' || pg_catalog.format_type(t, null), ', ' order by place) from pg_catalog.unnest(p.proargtypes::oid[]) with ordinality as u (t, place)) as given
        from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
        where ${ours} and p.prokind = 'f' and p.prorettype <> 'pg_catalog.trigger'::pg_catalog.regtype`)
      assert.ok(functions.some(({ name: one }) => String(one).startsWith('expiry.held_of')))
      for (const { name: one, is_figure: isFigure, given } of functions) {
        if (isFigure) continue
        const called = String(one).replace(/\(.*$/, `(${given ?? ''})`)
        await assert.rejects(Promise.resolve(sql.unsafe(`select ${called}`)), { code: '42501' }, called)
      }
      const tables = await admin.unsafe(`
        select c.oid::pg_catalog.regclass::text as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname !~ '^(pg_|information_schema$)' and c.relkind in ('r', 'p', 'v')`)
      for (const { name: one } of tables)
        await assert.rejects(Promise.resolve(sql.unsafe(`select from ${one}`)), { code: '42501' }, String(one))
      await sql.end()
    })
}
