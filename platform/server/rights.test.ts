import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { newId } from '#base/ids'
import { createTestDatabase } from '#tests/database'
import { createTestLog } from '#tests/log'
import { createTestSealing } from '#tests/sealed'
import { createRights } from './rights.ts'
import { exportedPiece } from './rights-export.ts'

const { database, descriptions } = await createTestDatabase('portal')
const clock = createTestClock(new Date())
const { sealed } = await createTestSealing('portal', database, { clock })
const { log } = createTestLog()
const rights = createRights({ program: 'portal', database, clock, sealed, log, descriptions })
rights.find(async (_tx, handle) => ({ personId: handle, handle, addresses: [] }))

test('DSR-12 a deletion that is refused opens what it has locked, and not what the person had locked before', async () => {
  const [person, locking, forgetting, opening] = [newId(), newId(), newId(), newId()]
  const since = await rights.restrict(locking, person, true)
  assert.ok(since)
  await rights.restrict(forgetting, person, true)
  assert.deepEqual(await rights.restrict(forgetting, person, false, true), since, 'still locked by the person')
  assert.equal(await rights.restrict(opening, person, false), null, 'until the person opens it')
  await rights.restrict(forgetting, person, true)
  assert.equal(await rights.restrict(forgetting, person, false, true), null, 'what it has locked itself')
})

test('an unlocking that is late opens nothing once what the person asked for since says so', async () => {
  const { log: quiet } = createTestLog()
  const own = createRights({ program: 'portal', database, clock, sealed, log: quiet, descriptions })
  own.find(async (_tx, handle) => ({ personId: handle, handle, addresses: [] }))
  let isStronger = true
  own.add('somewhere', { staysRestricted: async () => isStronger })
  const [person, forgetting, opening] = [newId(), newId(), newId()]
  assert.ok(await own.restrict(forgetting, person, true))
  assert.ok(await own.restrict(opening, person, false))
  isStronger = false
  assert.equal(await own.restrict(opening, person, false), null)
})

test('a piece of a copy that somebody else has sealed names no path', () => {
  const piece = { requestId: newId(), program: 'portal', piece: 0, isLast: true, tables: null, rows: [] }
  const row = { x: 1 }
  assert.equal(exportedPiece.safeParse({ ...piece, rows: [{ table: 'people.person', row }] }).success, true)
  for (const table of ['../../.ssh/authorized_keys', 'people/person', 'C:\\people.person', 'people.person\n', ''])
    assert.equal(exportedPiece.safeParse({ ...piece, rows: [{ table, row }] }).success, false, table)
  assert.equal(exportedPiece.safeParse({ ...piece, program: '../portal' }).success, false)
})
