import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createTestDatabase } from '#tests/database'
import { until } from '#tests/until'
import { postgres } from './postgres-driver.ts'

const { admin, name, socketFolder } = await createTestDatabase('portal')

/** Ends a connection from the other side, and waits until this one may have heard. */
async function terminate(pid: number): Promise<void> {
  await admin`select pg_catalog.pg_terminate_backend(${pid})`
  await until(async () => (await admin`select 1 from pg_catalog.pg_stat_activity where pid = ${pid}`).length === 0)
  await pause(200)
}

test('a query on a connection that has just died is refused, and the program lives on', {
  timeout: 120_000,
}, async () => {
  const sql = postgres({ host: socketFolder, port: 5432, database: name, user: 'portal', max: 1 })
  const reserved = await sql.reserve()
  const [row] = await reserved<{ pid: number }[]>`select pg_catalog.pg_backend_pid() as pid`
  await terminate(row?.pid ?? 0)
  // Whoever holds the connection does not know yet. Without the mend this write ends the process from a timer.
  await assert.rejects(async () => reserved`select 1`, { code: 'CONNECTION_CLOSED' })
  await sql.end({ timeout: 0 })
})

test('a transaction begins as one, also as the last that a connection takes before its line is full', async () => {
  const sql = postgres({ host: socketFolder, port: 5432, database: name, user: 'portal', max: 2 })
  await Promise.all([1, 2].map(() => sql`select pg_catalog.pg_sleep(0.02)`))
  // A hundred queries lie one behind another on each connection; where among them the transaction comes depends on the turn.
  for (let ahead = 180; ahead < 220; ahead += 1) {
    const queries = Array.from({ length: ahead }, (_, at) => sql`select ${at}::int as at`.execute())
    const begun = sql.begin(async (tx) => (await tx<{ id: string }[]>`select pg_catalog.txid_current()::text as id`)[0])
    await Promise.all([...queries, begun])
    const open = await admin`
      select 1 from pg_catalog.pg_stat_activity where datname = ${name} and usename = 'portal' and state like 'idle in transaction%'`
    assert.equal(open.length, 0, `a transaction was left open behind ${ahead} queries`)
  }
  await sql.end({ timeout: 0 })
})

test('a pool whose connections are never all busy looks through no more of them after many queries', async () => {
  const sql = postgres({ host: socketFolder, port: 5432, database: name, user: 'portal', max: 3 })
  await Promise.all([1, 2, 3].map(() => sql`select pg_catalog.pg_sleep(0.05)`))
  let longest = 0
  const { indexOf } = Array.prototype
  // The driver's own look through its line, which is nowhere to be read from outside.
  Array.prototype.indexOf = function (...wanted) {
    longest = Math.max(longest, this.length)
    return indexOf.apply(this, wanted)
  }
  try {
    for (let times = 0; times < 1_000; times += 1) await sql`select 1`
  } finally {
    Array.prototype.indexOf = indexOf
  }
  assert.ok(longest > 0, 'it looked')
  assert.ok(longest < 200, `${longest} places for three connections`)
  await sql.end({ timeout: 0 })
})

test('bytes come as they are, whichever way they are asked for, and what is beside them is what it was', async () => {
  const sql = postgres({ host: socketFolder, port: 5432, database: name, user: 'portal', max: 1 })
  type Row = { bytes: Buffer | null; list: Buffer[]; at: Date; number: number; text: string }
  const values = [
    Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
    Buffer.alloc(0),
    Buffer.alloc(300_000, 7),
    null,
  ]
  const ask = (value: Buffer | null) => sql<Row[]>`
    select 1 as number, t.v as bytes, array[t.v, '\\x00ff'::bytea] as list, '2026-11-22T00:00:00Z'::timestamptz as at, 'ää' as text
    from (values (${value}::bytea), (${value}::bytea)) as t (v)`
  const check = (rows: readonly Row[], value: Buffer | null) => {
    assert.equal(rows.length, 2)
    for (const row of rows) {
      assert.deepEqual(row.bytes, value)
      assert.deepEqual(row.list[1], Buffer.from([0, 255]))
      assert.deepEqual([row.at.getTime(), row.number, row.text], [Date.UTC(2026, 10, 22), 1, 'ää'])
    }
  }
  // The first time as text, since nobody knows yet what it gives; then as bytes, and side by side.
  for (let time = 0; time < 3; time += 1) for (const value of values) check(await ask(value), value)
  const together = await Promise.all(values.map(ask))
  for (const [at, rows] of together.entries()) check(rows, values[at] as Buffer | null)
  const value = values[0] as Buffer
  for (let time = 0; time < 2; time += 1) {
    for await (const rows of ask(value).cursor(1)) assert.deepEqual(rows[0]?.bytes, value)
    const each: (Buffer | null)[] = []
    await ask(value).forEach((row) => void each.push((row as Row).bytes))
    assert.deepEqual(each, [value, value])
    const [listed] = await ask(value).values()
    assert.deepEqual((listed as unknown[])[1], value)
    // As the server would write them for people.
    const [raw] = await ask(value).raw()
    assert.equal(String((raw as Buffer[])[1]), `\\x${value.toString('hex')}`)
    const [simple] = await sql.unsafe<Row[]>("select '\\x0102'::bytea as bytes").simple()
    assert.deepEqual(simple?.bytes, Buffer.from([1, 2]))
    const [unprepared] = await sql.unsafe<Row[]>('select $1::bytea as bytes', [value])
    assert.deepEqual(unprepared?.bytes, value)
  }
  await sql.end({ timeout: 0 })
})

test('what a transaction says after its connection has died is refused, not done outside it on the next one', {
  timeout: 120_000,
}, async () => {
  await admin`create table public.said (word text)`
  await admin`grant all on public.said to portal`
  const sql = postgres({ host: socketFolder, port: 5432, database: name, user: 'portal', max: 1 })
  const late: unknown[] = []
  let isOver: () => void = () => undefined
  const over = new Promise<void>((resolve) => {
    isOver = resolve
  })
  await assert.rejects(
    sql.begin(async (tx) => {
      const [row] = await tx<{ pid: number }[]>`select pg_catalog.pg_backend_pid() as pid`
      await tx`insert into public.said values ('before')`
      // While the transaction waits for something else, others take the connection into use again.
      await terminate(row?.pid ?? 0)
      await sql`select 1`
      late.push(...(await Promise.allSettled([tx`insert into public.said values ('after')`])))
      isOver()
    }),
    { code: 'CONNECTION_CLOSED' },
  )
  await over
  assert.equal((late[0] as PromiseSettledResult<unknown>).status, 'rejected')
  assert.deepEqual([...(await admin`select word from public.said`)], [])
  await sql.end({ timeout: 0 })
})

test('whoever asks while connections die gets their own answer or is refused, and nobody is left waiting', {
  timeout: 400_000,
}, async () => {
  const sql = postgres({ host: socketFolder, port: 5432, database: name, user: 'portal', max: 3 })
  const [answered, refused] = [{ count: 0 }, { count: 0 }]
  for (let round = 0; round < 60; round += 1) {
    const asked = Array.from({ length: 40 }, async (_, place) => {
      await pause(place % 8)
      const number = round * 1_000 + place
      try {
        const [row] =
          place % 5 === 0
            ? await sql`select ${number}::int as number, pg_catalog.pg_sleep(0.002)`
            : await sql`select ${number}::int as number`
        assert.equal(row?.number, number)
        answered.count += 1
      } catch (error) {
        assert.match(
          String((error as { code?: string }).code),
          /^(CONNECTION_CLOSED|CONNECTION_ENDED|EPIPE|ECONNRESET|57P0[123])$/,
          String(error),
        )
        refused.count += 1
      }
    })
    await pause(round % 7)
    await admin`select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
      where datname = pg_catalog.current_database() and usename = 'portal'`
    await Promise.race([
      Promise.all(asked),
      pause(60_000, 'late', { ref: false }).then(() => assert.fail(`round ${round}: a query was never answered`)),
    ])
  }
  assert.ok(answered.count > 100 && refused.count > 20, `${answered.count} answered, ${refused.count} refused`)
  await sql.end({ timeout: 0 })
})
