import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createTestDatabase } from '#tests/database'
import { postgres } from './postgres-driver.ts'

const { admin, name, socketFolder } = await createTestDatabase('portal')

test('a query on a connection that has just died is refused, and the program lives on', {
  timeout: 20_000,
}, async () => {
  const sql = postgres({ host: socketFolder, port: 5432, database: name, user: 'portal', max: 1 })
  const reserved = await sql.reserve()
  const [row] = await reserved<{ pid: number }[]>`select pg_catalog.pg_backend_pid() as pid`
  await admin`select pg_catalog.pg_terminate_backend(${row?.pid ?? 0})`
  await pause(200)
  // Whoever holds the connection does not know yet. Without the mend this write ends the process from a timer.
  await assert.rejects(async () => reserved`select 1`, { code: 'CONNECTION_CLOSED' })
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
