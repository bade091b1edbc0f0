import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newId } from '#base/ids'
import { connect, createDatabase, type Sql } from '#server/database'
import { makeDatabase } from '#tests/database'
import { startMortalPostgres } from '#tests/postgres'
import { describe } from './describe.ts'
import { createProgramDatabase, listMigrations, migrate } from './migrate.ts'
import { snapshotSchema } from './schema-snapshot.ts'

// A program of one area, on a server of its own: what the platform promises of every table, whoever wrote it.
const code = mkdtempSync(join(tmpdir(), 'vartio-walls-'))
const folder = join(code, 'portal', 'things', 'migrations')
mkdirSync(folder, { recursive: true })
writeFileSync(
  join(folder, '202601010000-create-device.sql'),
  `create table things.site (organization_id uuid, site_id uuid, name text not null, primary key (organization_id, site_id));
   create table things.device (
     organization_id uuid, device_id uuid, site_id uuid, primary key (organization_id, device_id),
     foreign key (organization_id, site_id) references things.site (organization_id, site_id));
   create table things.own (person_id uuid, note text, primary key (person_id, note));
   create table things.event (organization_id uuid, at timestamptz, primary key (organization_id, at)) partition by range (at);
   create table things.event_rest partition of things.event default;
   create view things.named with (security_invoker = true) as select * from things.site;
   create table things.open (open_id uuid primary key);`,
)
const nobodys = { meaning: 'of the test', keep: { forever: 'a test' }, columns: {} } as const
const descriptions = [
  describe('things', { site: nobodys, device: nobodys, own: nobodys, event: nobodys, named: nobodys, open: nobodys }),
]
const postgres = await startMortalPostgres()
const address = (database: string, user: string) => ({ host: postgres.socketFolder, port: 5432, database, user })
const root = connect(address('postgres', postgres.adminUser), 1)
await createProgramDatabase(root, 'portal')
const admin = connect(address('portal', postgres.adminUser), 1)
await migrate(admin, 'portal', { from: code })
const database = createDatabase(address('portal', 'portal'), descriptions, 4)
after(async () => {
  await database.close()
  await admin.end()
  await root.end()
  await postgres.stop()
  rmSync(code, { recursive: true })
})

const [mine, other, person] = [newId(), newId(), newId()]
const site = newId()
for (const organization of [mine, other])
  await database.inOrganization(organization, async (tx) => {
    await tx`insert into things.site values (${organization}, ${site}, ${`of ${organization}`})`
    await tx`insert into things.event values (${organization}, now())`
  })
await database.forPerson(person, (tx) => tx`insert into things.own values (${person}, 'x')`)

const fails = (run: Promise<unknown>, code: string) => assert.rejects(run, { code })

test('a transaction sees the rows of its own organisation or person only, through tables, partitions and views', async () => {
  for (const table of ['things.site', 'things.event', 'things.named']) {
    const rows = await database.inOrganization(
      mine,
      (tx) => tx<{ organization_id: string }[]>`select * from ${tx.unsafe(table)}`,
    )
    assert.deepEqual(
      rows.map((row) => row.organization_id),
      [mine],
      table,
    )
    assert.deepEqual(
      [...(await database.sql`select * from ${database.sql.unsafe(table)}`)],
      [],
      `${table} without a scope`,
    )
    assert.deepEqual([...(await database.forPerson(person, (tx) => tx`select * from ${tx.unsafe(table)}`))], [], table)
  }
  assert.equal((await database.forPerson(person, (tx) => tx`select * from things.own`)).length, 1)
  assert.equal((await database.forPerson(newId(), (tx) => tx`select * from things.own`)).length, 0)
  await fails(
    database.inOrganization(mine, (tx) => tx`select * from things.event_rest`),
    '42501',
  ).catch(() => undefined)
  const direct = await database.inOrganization(mine, (tx) => tx`select organization_id from things.event_rest`)
  assert.deepEqual([...direct], [{ organization_id: mine }], 'a partition asked for directly')
})

test('a scope ends with its transaction, and the next user of the connection has none', async () => {
  const one = createDatabase(address('portal', 'portal'), descriptions, 1)
  await one.inOrganization(mine, (tx) => tx`select 1`)
  assert.equal((await one.sql`select * from things.site`).length, 0)
  await assert.rejects(one.inOrganization(mine, () => Promise.reject(new Error('changed my mind'))))
  assert.equal((await one.sql`select * from things.site`).length, 0)
  await one.close()
})

test('nobody writes into, moves to, changes or deletes another organisation’s rows', async () => {
  const as = <T>(run: (tx: Sql) => Promise<T>) => database.inOrganization(mine, run)
  await fails(
    as((tx) => tx`insert into things.site values (${other}, ${newId()}, 'x')`),
    '42501',
  )
  await fails(
    as((tx) => tx`update things.site set organization_id = ${other}`),
    '42501',
  )
  await as((tx) => tx`update things.site set name = 'changed'`)
  await as((tx) => tx`delete from things.event`)
  const [row] = await database.inOrganization(other, (tx) => tx`select name from things.site`)
  assert.equal(row?.name, `of ${other}`)
  assert.equal((await database.inOrganization(other, (tx) => tx`select * from things.event`)).length, 1)
  await fails(database.sql`insert into things.site values (${mine}, ${newId()}, 'x')`, '42501')
  await fails(
    as((tx) => tx`truncate things.site cascade`),
    '42501',
  )
})

test('a composite key keeps a row from pointing at one of another organisation', async () => {
  const foreign = newId()
  await database.inOrganization(other, (tx) => tx`insert into things.site values (${other}, ${foreign}, 'x')`)
  await fails(
    database.inOrganization(mine, (tx) => tx`insert into things.device values (${mine}, ${newId()}, ${foreign})`),
    '23503',
  )
})

test('a scope that is no organisation shows nothing, and an odd one is an error, not everything', async () => {
  assert.equal((await database.inOrganization(newId(), (tx) => tx`select * from things.site`)).length, 0)
  assert.equal((await database.inOrganization('', (tx) => tx`select * from things.site`)).length, 0)
  await fails(
    database.inOrganization("' or true --", (tx) => tx`select * from things.site`),
    '22P02',
  )
})

test('the wall holds for the owner of the tables as well, and is there for each table whose key begins so', async () => {
  const rows = await admin.begin(async (tx) => {
    await tx`set local role portal_owner`
    return tx`select * from things.site`
  })
  assert.equal(rows.length, 0)
  const walled = await admin<{ name: string }[]>`
    select relname as name from pg_catalog.pg_class where relrowsecurity and relforcerowsecurity order by relname`
  assert.deepEqual(
    walled.map(({ name }) => name),
    ['device', 'event', 'event_rest', 'own', 'site'],
  )
})

test('the running program has no right to change a schema, a role or the wall', async () => {
  for (const statement of [
    'create table things.more (id int)',
    'create table public.more (id int)',
    'create schema more',
    'alter table things.site disable row level security',
    'alter table things.site no force row level security',
    'drop policy scope on things.site',
    'drop table things.site',
    'alter role portal bypassrls',
    'alter role portal superuser',
    'create role more',
    'set role portal_owner',
    'create function things.more() returns int language sql as $$ select 1 $$',
    'set session authorization vartio_admin',
    'create extension plpython3u',
    `copy things.site to program 'true'`,
    `select pg_catalog.pg_read_file('postgresql.conf')`,
    'alter system set fsync = off',
  ])
    await assert.rejects(database.sql.unsafe(statement), (error: { code?: string }) => {
      assert.match(String(error.code), /^(42501|0LP01|58P01|0A000)$/, `${statement}: ${error.code}`)
      return true
    })
  await fails(database.sql`delete from platform.migration`, '42501')
})

test('ID-85 each program reaches its own database and no other', async () => {
  await createProgramDatabase(root, 'identity')
  for (const [name, user] of [
    ['identity', 'portal'],
    ['portal', 'identity'],
    ['postgres', 'portal'],
    ['template1', 'portal'],
  ] as const) {
    const stranger = connect(address(name, user), 1)
    await fails(Promise.resolve(stranger`select 1`), '42501')
    await stranger.end()
  }
})

test('every statement names its schema: the search path is empty', async () => {
  const [row] =
    await database.sql`select pg_catalog.current_setting('search_path') as path, pg_catalog.current_schemas(false)::text as schemas`
  assert.deepEqual({ ...row }, { path: '""', schemas: '{}' })
  await fails(database.sql`select * from site`, '42P01')
})

test('a migration that fails leaves nothing behind, one that was changed afterwards is refused, and so is an older version', async () => {
  const bad = join(folder, '202601010001-add-things.sql')
  writeFileSync(bad, 'create table things.half (id int); select * from nowhere.at_all;')
  await assert.rejects(migrate(admin, 'portal', { from: code }), { code: 'migrate.failed' })
  assert.equal((await admin`select pg_catalog.to_regclass('things.half') as found`)[0]?.found, null)
  writeFileSync(bad, 'create table things.whole (id int primary key);')
  assert.deepEqual(
    (await migrate(admin, 'portal', { from: code })).map(({ name }) => name),
    ['202601010001-add-things'],
  )
  assert.deepEqual(await migrate(admin, 'portal', { from: code }), [], 'run twice')
  writeFileSync(bad, 'create table things.whole (id bigint primary key);')
  await assert.rejects(migrate(admin, 'portal', { from: code }), { code: 'migrate.changed' })
  rmSync(bad)
  await assert.rejects(migrate(admin, 'portal', { from: code }), { code: 'migrate.database_is_newer' })
  writeFileSync(join(folder, 'oops.sql'), '')
  assert.throws(() => listMigrations('portal', code), { code: 'migrate.bad_name' })
  rmSync(join(folder, 'oops.sql'))
})

test('the snapshot of the schema is the same however the migrations came about, and tells of walls and rights', async () => {
  const [one, two] = [await makeDatabase(postgres, 'portal'), await makeDatabase(postgres, 'portal')]
  const [first, second] = [await snapshotSchema(one.admin, 'portal'), await snapshotSchema(two.admin, 'portal')]
  assert.equal(first, second)
  assert.match(first, /table messages\.message \(/)
  assert.match(first, /row security forced/)
  assert.match(first, /grants portal delete, insert, select, update/)
  assert.match(first, /policy scope using/)
  await Promise.all([one.drop(), two.drop()])
})

test('a program that takes every connection it can get leaves room for the others and for whoever looks after the server', async () => {
  await createProgramDatabase(root, 'privacy')
  const taken = connect(address('privacy', 'privacy'), 40)
  try {
    const asked = await Promise.allSettled(Array.from({ length: 40 }, () => taken`select pg_catalog.pg_sleep(4)`))
    const refused = asked.flatMap((one) => (one.status === 'rejected' ? [String(one.reason.code)] : []))
    assert.ok(refused.length > 0 && refused.every((code) => code === '53300'), refused.join())
    const [open] = await root`select count(*)::int as count from pg_stat_activity where datname = 'privacy'`
    assert.ok(open?.count <= 25, `${open?.count} are open`)
    assert.equal((await database.sql`select 1`).length, 1)
    const another = connect(address('privacy', postgres.adminUser), 1)
    assert.equal((await another`select 1`).length, 1)
    await another.end()
  } finally {
    await taken.end({ timeout: 5 })
  }
})
