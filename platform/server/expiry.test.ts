import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type postgres from 'postgres'
import { addDuration } from '#base/calendar'
import { createTestClock } from '#base/clock'
import { newId } from '#base/ids'
import { createTestDatabase } from '#tests/database'
import { createTestArea, createTestExpiry } from '#tests/expiry'
import { expireAll } from './expiry.ts'

// An area of tables of every kind: what expiry promises of each, whoever described it.
const { database, admin } = await createTestDatabase('privacy')
const clock = createTestClock(new Date('2026-11-21T12:00:00.000Z'))
const tables = `
  create table hall.visit (organization_id uuid, visit_id uuid default gen_random_uuid(), at timestamptz(3) not null, primary key (organization_id, visit_id));
  create index visit_by_time on hall.visit (at);
  create table hall.pass (pass_id uuid primary key default gen_random_uuid(), ends_at timestamptz(3));
  create table hall.log (organization_id uuid, at timestamptz(3), log_id uuid default gen_random_uuid(), primary key (organization_id, at, log_id)) partition by range (at);
  create table hall.log_rest partition of hall.log default;
  revoke update, delete, truncate on hall.log from privacy;
  revoke all on hall.log_rest from privacy;
  create table hall.door (door_id uuid primary key)`
const area = await createTestArea({ database, admin }, tables, {
  visit: { keep: { period: 'P1M', from: 'at', by: 'row' } },
  pass: { keep: { at: 'ends_at' } },
  log: { keep: { period: 'P1Y', from: 'at', by: 'day' } },
  door: { keep: { forever: 'a test' } },
})
/** On the clock of the test alone, from here on. */
const real = (await admin`select pg_get_functiondef('expiry.clock'::regproc) as text`)[0]?.text as string
const expiry = await createTestExpiry({ database, admin, clock })

const count = async (table: string) => {
  const [row] = await admin<{ count: number }[]>`select count(*)::int as count from ${admin(`hall.${table}`)}`
  return row?.count
}
const at = (text: string) => new Date(text)
const empty = async () => admin.unsafe('truncate hall.visit, hall.pass, hall.log')
const enter = (table: 'visit' | 'log', time: Date) =>
  admin`insert into ${admin(`hall.${table}`)} (organization_id, at) values (${newId()}, ${time})`
const past = async () =>
  (
    await admin<{ table_name: string; past: string }[]>`
    select table_name, past from expiry.past_deadline(${clock.now()}) where past > 0 or not is_described`
  ).map((row) => [row.table_name, Number(row.past)])

test('RT-22 a row goes when its time is over, in every organisation, and not a moment before', async () => {
  await enter('visit', at('2026-11-30T10:00:00.000Z'))
  await enter('visit', at('2026-11-30T10:00:00.001Z'))
  await admin`insert into hall.pass (ends_at) values (${at('2026-12-30T10:00:00Z')}), (null)`
  clock.set(at('2026-12-30T09:59:59.999Z'))
  await expiry.run()
  assert.deepEqual([await count('visit'), await count('pass')], [2, 2])
  clock.set(at('2026-12-30T10:00:00.000Z'))
  await expiry.run()
  // Without a time there is no deadline yet.
  assert.deepEqual([await count('visit'), await count('pass')], [1, 1])
  await empty()
})

test('what is due is what the calendar says, at the end of each month and in leap years too', async () => {
  const time = fc.date({ min: at('2027-12-01'), max: at('2029-04-01'), noInvalidDate: true })
  for (const [from, now] of fc.sample(fc.tuple(time, time), 150)) {
    await enter('visit', from)
    await database.sql`select expiry.expire_rows('hall.visit', ${now}, 10)`
    assert.equal(
      await count('visit'),
      addDuration(from, 'P1M') <= now ? 0 : 1,
      `${from.toISOString()} at ${now.toISOString()}`,
    )
    await empty()
  }
})

test('RT-03 RT-04 a day of a log goes before its first row has reached its limit, and no row outlives it', async () => {
  clock.set(at('2028-02-29T00:00:05.000Z'))
  await expiry.run()
  await enter('log', at('2028-02-29T00:00:00.000Z'))
  await enter('log', at('2028-02-29T23:59:59.999Z'))
  clock.set(at('2029-02-26T23:59:00.000Z'))
  await expiry.run()
  assert.equal(await count('log'), 2)
  clock.set(at('2029-02-27T00:01:00.000Z'))
  // Both 28 and 29 February reach it on 28 February of the next year.
  assert.deepEqual(await expiry.run(), { rows: 0, days: 2 })
  assert.equal(await count('log'), 0)
  await empty()
})

test('days are made ahead, nobody reaches one but through the table, and a day without one expires all the same', async () => {
  clock.set(at('2031-05-01T08:00:00.000Z'))
  await enter('log', at('2031-06-20T08:00:00.000Z'))
  await expiry.run()
  const [made] = await admin`
    select count(*)::int as count from pg_inherits where inhparent = 'hall.log'::regclass and inhrelid::regclass::text ~ '_2031'`
  assert.equal(made?.count, 16)
  await assert.rejects(database.sql`select 1 from hall.log_20310501`, { code: '42501' })
  // Its day has rows in the rest already, so it gets no partition of its own.
  clock.set(at('2031-06-19T08:00:00.000Z'))
  await expiry.run()
  clock.set(at('2032-06-18T08:00:00.000Z'))
  await expiry.run()
  assert.equal(await count('log'), 1)
  clock.set(at('2032-06-19T08:00:00.000Z'))
  await expiry.run()
  assert.equal(await count('log'), 0)
})

test('many rows go in batches, and two at once do each other no harm', async () => {
  clock.set(at('2033-01-01T00:00:00.000Z'))
  await admin`insert into hall.visit (organization_id, at) select gen_random_uuid(), '2032-11-01' from generate_series(1, 12000)`
  const gone = await Promise.all([expiry.run(), expiry.run()])
  assert.equal(gone[0].rows + gone[1].rows, 12_000)
  const [batch] = await admin<
    { count: number }[]
  >`select expiry.expire_rows('hall.visit', ${clock.now()}, 1000000) as count`
  assert.equal(batch?.count, 0)
})

test('RT-22 the count over every table is 0 while expiry runs, and tells of each row that stays too long', async () => {
  clock.set(at('2034-03-01T12:00:00.000Z'))
  await expiry.run()
  assert.deepEqual(await past(), [])
  await enter('visit', at('2034-01-31T00:00:00.000Z'))
  await enter('log', at('2033-02-28T00:00:00.000Z'))
  await enter('log', at('2033-03-02T00:00:00.000Z'))
  assert.deepEqual(await past(), [
    ['hall.log', 1],
    ['hall.visit', 1],
  ])
  assert.equal(await expiry.countPastDeadline(), 2)
  const [figure] = await admin`select oldest from expiry.prove_past_deadline(${clock.now()})`
  assert.equal(figure?.oldest.toISOString(), '2034-02-28T00:00:00.000Z')
  await expiry.run()
  assert.equal(await expiry.countPastDeadline(), 0)
  await empty()
})

test('RT-22 a table that nobody has described, or whose description was taken back, is counted with every row', async () => {
  await admin.unsafe(`
    create table hall.forgotten (forgotten_id int); insert into hall.forgotten values (1), (2);
    alter table hall.forgotten owner to privacy_owner; create table public.by_hand (thing text)`)
  assert.deepEqual(await past(), [
    ['hall.forgotten', 2],
    ['public.by_hand', 0],
  ])
  assert.equal(await expiry.countPastDeadline(), 4)
  await admin.unsafe('drop table hall.forgotten, public.by_hand')
  assert.equal(await expiry.countPastDeadline(), 0)
  await area.forget('door')
  assert.equal(await expiry.countPastDeadline(), 1)
  await admin.unsafe("insert into expiry.rule (table_name, how) values ('hall.door', 'forever')")
})

test('what goes with something is counted once that is gone', async () => {
  await admin.unsafe(`
    create table hall.owner (owner_id uuid primary key);
    create table hall.thing (owner_id uuid);
    create table hall.tied (owner_id uuid references hall.owner);
    alter table hall.owner owner to privacy_owner; alter table hall.thing owner to privacy_owner; alter table hall.tied owner to privacy_owner;
    insert into expiry.rule (table_name, how, anchor, anchor_key) values
      ('hall.owner', 'forever', null, null), ('hall.thing', 'with', 'hall.owner', '{owner_id}'), ('hall.tied', 'with', 'hall.owner', '{owner_id}');
    insert into hall.owner values ('00000000-0000-7000-8000-000000000001');
    insert into hall.thing values ('00000000-0000-7000-8000-000000000001'), ('00000000-0000-7000-8000-000000000002')`)
  assert.deepEqual(await past(), [['hall.thing', 1]])
  await admin.unsafe(
    "drop table hall.thing, hall.tied, hall.owner; delete from expiry.rule where table_name ~ 'hall.(owner|thing|tied)'",
  )
})

test('a table that cannot be expired just now is told of, and keeps neither the others nor the start waiting', async () => {
  clock.set(at('2035-01-01T00:00:00.000Z'))
  await expiry.run()
  await enter('visit', at('2034-11-01T00:00:00.000Z'))
  await enter('log', at('2033-11-01T00:00:00.000Z'))
  clock.set(at('2035-02-01T00:00:00.000Z'))
  const failed: string[] = []
  await (admin as postgres.Sql).begin(async (backup) => {
    await backup`lock table hall.log in access share mode`
    await assert.rejects(
      expireAll(database.sql, clock.now(), (table) => failed.push(table)),
      { code: '55P03' },
    )
    await expiry.prepare()
  })
  assert.deepEqual(failed, ['hall.log'])
  assert.deepEqual([await count('visit'), await count('log')], [0, 1])
  await expiry.run()
  assert.equal(await count('log'), 0)
})

test('the running program can change no rule and no function, and has nothing expire before its time by naming a day far ahead', async () => {
  await admin.unsafe(real)
  clock.set(new Date())
  await enter('log', new Date())
  await enter('visit', new Date())
  for (const [name, table] of [
    ['expire_rows', 'hall.visit'],
    ['expire_rows', 'hall.log'],
    ['keep_days', 'hall.log'],
  ] as const)
    await database.sql.unsafe(
      name === 'keep_days'
        ? `select expiry.keep_days('${table}', '2099-01-01')`
        : `select expiry.${name}('${table}', '2099-01-01', 100)`,
    )
  assert.deepEqual([await count('visit'), await count('log')], [1, 1])
  for (const statement of [
    "update expiry.rule set period = 'PT1S'",
    'delete from expiry.rule',
    "insert into expiry.rule (table_name, how) values ('a.b', 'forever')",
    "update expiry.run set expired_to = 'infinity'",
    'create or replace function expiry.clock() returns timestamptz language sql as $$ select now() $$',
    'drop table hall.log_rest',
    "select expiry.expire_rows('hall.door', now(), 10)",
    "select expiry.expire_rows('pg_catalog.pg_class', now(), 10)",
  ])
    await assert.rejects(database.sql.unsafe(statement), /permission denied|must be owner|no rows/, statement)
})
