import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesAfterMs, exactDay, relativeTime } from './relative-time.ts'

const now = new Date(2026, 10, 21, 12, 0, 0)
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000)

test('a moment ago is said as just now in both languages', () => {
  assert.equal(relativeTime(before(10), now, 'fi'), 'juuri nyt')
  assert.equal(relativeTime(before(-10), now, 'en'), 'just now')
})

test('minutes and hours are counted in whole ones', () => {
  assert.equal(relativeTime(before(50), now, 'fi'), '1 minuutti sitten')
  assert.equal(relativeTime(before(3 * 60 + 59), now, 'fi'), '3 minuuttia sitten')
  assert.equal(relativeTime(before(2 * 3600), now, 'en'), '2 hours ago')
  assert.equal(relativeTime(before(-2 * 3600), now, 'en'), 'in 2 hours')
})

test('days are those of the calendar, not of 24 hours', () => {
  assert.equal(relativeTime(before(26 * 3600), now, 'fi'), 'eilen')
  // 47 hours before Saturday noon is Thursday, two days away on the calendar.
  assert.equal(relativeTime(before(47 * 3600), now, 'en'), '2 days ago')
})

test('months and years follow days', () => {
  assert.equal(relativeTime(before(61 * 86_400), now, 'fi'), '2 kuukautta sitten')
  assert.equal(relativeTime(before(800 * 86_400), now, 'en'), '2 years ago')
})

test('the words are looked at again before they turn false', () => {
  assert.equal(changesAfterMs(before(10), now), 36_000)
  assert.equal(changesAfterMs(before(120), now), 30_000)
})

test('a deadline is a day in both languages', () => {
  assert.equal(exactDay(now, 'fi'), '21.11.2026')
  assert.equal(exactDay(now, 'en'), '21 Nov 2026')
})
