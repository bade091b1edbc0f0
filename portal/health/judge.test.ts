import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Condition } from '#base/condition'
import { judge } from './judge.ts'

const now = new Date('2026-11-22T12:00:00.000Z')
const days = (count: number) => new Date(now.getTime() + count * 86_400_000).toISOString()
const well: Condition = {
  startedAt: days(-3),
  clockSetBackSeconds: 0,
  disk: { freeBytes: 60e9, totalBytes: 100e9 },
  certificateEndsAt: days(60),
  waiting: { messages: 3, letters: 1, keysToErase: 0 },
  lettersFailed: 0,
  keys: { daysBehind: 1, isRotationDue: false },
}
const backups = { data: days(-1), keys: days(-1) }
const told = (condition: Partial<Condition> | null, which: typeof backups | { data: null; keys: null } = backups) =>
  judge(
    { programs: [{ program: 'identity', condition: condition && { ...well, ...condition } }], backups: which },
    now,
  ).map(({ what }) => what)

test('where all is well nothing is told', () => {
  assert.deepEqual(told({}), [])
  assert.deepEqual(told({ certificateEndsAt: null }), [])
})

test('each trouble is told of the program that has it, and nothing else', () => {
  assert.deepEqual(told(null), ['program-silent'])
  assert.deepEqual(told({ keys: null }), ['keys-silent'])
  assert.deepEqual(told({ disk: { freeBytes: 9e9, totalBytes: 100e9 } }), ['disk-low'])
  assert.deepEqual(told({ disk: { freeBytes: 1e9, totalBytes: 4e9 } }), ['disk-low'])
  assert.deepEqual(told({ certificateEndsAt: days(13) }), ['certificate-ending'])
  assert.deepEqual(told({ clockSetBackSeconds: 1 }), ['clock-set-back'])
  assert.deepEqual(told({ keys: { daysBehind: 0, isRotationDue: true } }), ['rotation-due'])
  assert.deepEqual(told({ keys: { daysBehind: 2, isRotationDue: false } }), ['rotation-due'])
  assert.deepEqual(told({ lettersFailed: 1 }), ['letters-failed'])
  assert.deepEqual(told({ waiting: { messages: 1_001, letters: 0, keysToErase: 0 } }), ['messages-waiting'])
  assert.deepEqual(told({}, { data: null, keys: null }), ['no-backup', 'no-key-backup'])
  assert.deepEqual(told({}, { data: days(-8), keys: days(-1) }), ['backup-old'])
  // One of keys lives for two days: on the last of them it is time for another, and afterwards there is none.
  for (const age of [-2, -3, -30]) assert.deepEqual(told({}, { data: days(-1), keys: days(age) }), ['key-backup-old'])
  assert.deepEqual(told({}, { data: days(-1), keys: days(0) }), [])
})

test('of several the worst comes first', () => {
  const programs = [
    { program: 'portal', condition: { ...well, lettersFailed: 2 } },
    { program: 'cloud', condition: null },
  ]
  assert.deepEqual(judge({ programs, backups }, now), [
    { what: 'program-silent', program: 'cloud' },
    { what: 'letters-failed', program: 'portal' },
  ])
})
