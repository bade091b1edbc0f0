import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { createTestDatabase } from '#tests/database'
import { gather } from './gather.ts'
import { createNonces } from './nonces.ts'

const { database, admin } = await createTestDatabase('portal')
const clock = createTestClock(new Date('2026-11-22T12:00:00Z'))
const nonces = createNonces({ database, clock })
const ends = () => new Date(clock.now().getTime() + 60_000)

test('of many at once each is taken once, whoever else comes with it, and in another process not again', async () => {
  const asked = Array.from({ length: 500 }, (_, at) => `device ${at % 100}`)
  const taken = await Promise.all(asked.map((nonce) => nonces.take(nonce, ends())))
  assert.equal(taken.filter(Boolean).length, 100)
  assert.ok(taken.slice(0, 100).every(Boolean), 'the first of each')
  const elsewhere = createNonces({ database, clock })
  const both = await Promise.all([nonces, elsewhere].map((one) => one.take('both at once', ends())))
  assert.deepEqual(both.toSorted(), [false, true])
  assert.equal(await elsewhere.take('device 7', ends()), false)
})

test('what could not be taken again anyway is forgotten', async () => {
  clock.advance(400_000)
  await nonces.take('later', ends())
  const [row] = await admin`select count(*)::int as count from calls.nonce`
  assert.equal(row?.count, 1)
})

test('questions that arrive meanwhile share the next statement; one that fails fails those it was asked with, and no others', async () => {
  const statements: number[] = []
  const double = gather<number, number>(async (asked) => {
    statements.push(asked.length)
    await new Promise((resolve) => setTimeout(resolve, 5))
    if (asked.includes(13)) throw new Error('unlucky')
    return asked.map((one) => one * 2)
  }, 4)
  const first = [1, 2].map(double)
  await new Promise((resolve) => setTimeout(resolve, 1))
  const later = [3, 4, 5, 6, 7].map(double)
  assert.deepEqual(await Promise.all([...first, ...later]), [2, 4, 6, 8, 10, 12, 14])
  assert.deepEqual(statements, [2, 4, 1])
  const settled = await Promise.allSettled([13, 1].map(double))
  assert.ok(settled.every(({ status }) => status === 'rejected'))
  assert.equal(await double(8), 16)
})
