import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayEnd, dayIn, dayOf, dayStart, isDay } from './days.ts'

test('a day begins and ends at local midnight', () => {
  assert.equal(dayStart('2026-11-21'), new Date(2026, 10, 21).toISOString())
  assert.equal(dayEnd('2026-11-21'), new Date(2026, 10, 22).toISOString())
})

test('the day after the last of a month is the first of the next', () => {
  assert.equal(dayEnd('2026-12-31'), new Date(2027, 0, 1).toISOString())
})

test('the day of a moment is that of the person’s own clock, from its first moment to its last', () => {
  for (const day of ['2026-11-22', '2026-03-29', '2026-12-31']) {
    assert.equal(dayOf(dayStart(day)), day)
    assert.equal(dayOf(Date.parse(dayEnd(day)) - 1), day)
  }
  assert.equal(dayIn(0), dayOf())
})

test('what is no day in an address is left out instead of breaking the page', () => {
  assert.equal(isDay('2026-11-21'), true)
  for (const wrong of ['', '21.11.2026', '2026-13-01', '2026-11-2', '2026-11-21T00:00', 'x'.repeat(1000)]) {
    assert.equal(isDay(wrong), false, wrong)
  }
})
