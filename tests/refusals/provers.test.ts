import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectProver, letProve } from '#server/prover'
import { createTestDatabase } from '#tests/database'

// What gives the figures of the page of pledges, as a stranger would try to use it for more.
const provers = await Promise.all(
  (['identity', 'portal', 'privacy', 'cloud'] as const).map(async (program) => {
    const { admin, name, socketFolder } = await createTestDatabase(program)
    const prover = connectProver({ host: socketFolder, port: 5432, database: name, user: program }, program)
    test.after(() => prover.end())
    return { program, admin, prover }
  }),
)

for (const { program, admin, prover } of provers)
  test(`ID-85 DI-17 ${program}: the prover can read no table, write nothing, and execute nothing but functions that return figures`, async () => {
    const tables = await admin<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'S') and n.nspname !~ '^(pg_|information_schema$)'`
    assert.ok(tables.length > 8)
    for (const table of tables)
      await assert.rejects(prover.unsafe(`select 1 from ${table.name} limit 1`), { code: '42501' }, table.name)
    const functions = await admin<{ name: string; called: string; may: boolean }[]>`
    select p.oid::regprocedure::text as name, p.proname as called, has_function_privilege(${`${program}_prover`}, p.oid, 'execute')
      and has_schema_privilege(${`${program}_prover`}, n.oid, 'usage') as may
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where n.nspname !~ '^(pg_|information_schema$)'`
    for (const { name: one, called, may } of functions) assert.equal(may, called.startsWith('prove_'), one)
    for (const statement of [
      `insert into calls.nonce values (1, now())`,
      'create table public.mine (id int)',
      'create temporary table mine (id int)',
      `set role ${program}`,
      `select pg_catalog.pg_read_file('postgresql.conf')`,
      `copy (select 1) to program 'true'`,
    ])
      await assert.rejects(prover.unsafe(statement), (error: { code?: string }) => {
        assert.match(String(error.code), /^(42501|25006|0A000)$/, `${statement}: ${error.code}`)
        return true
      })
    const [row] = await prover<{ figure: string }[]>`select figure::text from expiry.prove_past_deadline(${new Date()})`
    assert.equal(row?.figure, '0')
  })

test('a function called prove_ that returns anything but figures stops the migration', async () => {
  const { admin, prover } = provers[1]!
  for (const [returns, body] of [
    ['text', `select 'Maija'::text`],
    ['jsonb', `select '{}'::jsonb`],
    ['setof people.person', 'select * from people.person'],
    ['table (count bigint, name text)', `select 1::bigint, 'Maija'::text`],
  ]) {
    await admin.unsafe(`create function people.prove_more() returns ${returns} language sql as $$ ${body} $$`)
    await assert.rejects(letProve(admin, 'portal'), { code: 'migrate.not_a_figure' }, returns)
    await admin.unsafe('drop function people.prove_more()')
  }
  await admin.unsafe(
    'create function people.prove_more() returns table (count bigint, oldest timestamptz) language sql as $$ select 1::bigint, now() $$',
  )
  await letProve(admin, 'portal')
  assert.equal((await prover`select * from people.prove_more()`).length, 1)
  await admin.unsafe('drop function people.prove_more()')
})
