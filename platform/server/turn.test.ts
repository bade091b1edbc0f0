import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestDatabase } from '#tests/database'
import { until } from '#tests/until'
import { connect, type Database } from './database.ts'
import { createTurn } from './turn.ts'

const { admin, name, socketFolder } = await createTestDatabase('portal')

test('one of two has the turn, until it leaves or its connection dies', async () => {
  const address = { host: socketFolder, port: 5432, database: name, user: 'portal' }
  const [first, second] = [connect(address, 2), connect(address, 2)]
  after(() => Promise.all([first.end({ timeout: 1 }), second.end({ timeout: 1 })]))
  const turns = [first, second].map((sql) => createTurn({ sql } as unknown as Database, 4_242))
  const [one, other] = turns as [ReturnType<typeof createTurn>, ReturnType<typeof createTurn>]
  assert.deepEqual([await one.take(), await other.take(), await one.take()], ['taken', 'of another', 'ours'])
  await one.leave()
  assert.deepEqual([await other.take(), await one.take()], ['taken', 'of another'])
  await admin`
    select pg_catalog.pg_terminate_backend(pid, 5000) from pg_catalog.pg_locks where locktype = 'advisory' and objid = 4242`
  assert.equal(await one.take(), 'taken')
  // Whoever lost it hears that first, and then that it is of another.
  await assert.rejects(other.take())
  // The driver may give the same dead connection once more before it makes another.
  assert.equal(await until(() => other.take().catch(() => undefined)), 'of another')
  await Promise.all(turns.map((turn) => turn.leave()))
})
