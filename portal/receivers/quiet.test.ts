import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isQuiet } from './quiet.ts'

const weekdays = [1, 2, 3, 4, 5]
const helsinki = 'Europe/Helsinki'
const nights = { zone: helsinki, spans: [{ days: weekdays, from: '18:00', to: '07:00' }] }
const at = (instant: string) => new Date(instant)

test('a night belongs to the day on which it begins', () => {
  // 2026-11-27 is a Friday; Helsinki is two hours ahead.
  assert.equal(isQuiet(nights, at('2026-11-27T15:59:59Z')), false)
  assert.equal(isQuiet(nights, at('2026-11-27T16:00:00Z')), true)
  assert.equal(isQuiet(nights, at('2026-11-28T04:59:59Z')), true)
  assert.equal(isQuiet(nights, at('2026-11-28T05:00:00Z')), false)
  assert.equal(isQuiet(nights, at('2026-11-28T20:00:00Z')), false)
  assert.equal(isQuiet(nights, at('2026-11-30T03:00:00Z')), false)
})

test('a whole day is from midnight to midnight, and several spans are all quiet', () => {
  const weekend = { zone: helsinki, spans: [...nights.spans, { days: [6, 7], from: '00:00', to: '00:00' }] }
  for (let hour = 0; hour < 48; hour++)
    assert.equal(isQuiet(weekend, new Date(Date.parse('2026-11-27T22:00:00Z') + hour * 3_600_000)), true)
  assert.equal(isQuiet(weekend, at('2026-11-29T22:00:00Z')), false)
})

test('when clocks are moved, quiet hours are those of the clock on the wall', () => {
  const night = { zone: helsinki, spans: [{ days: [6], from: '22:00', to: '07:00' }] }
  const quietHours = (from: string) =>
    Array.from({ length: 96 }, (_, quarter) => new Date(Date.parse(from) + quarter * 900_000)).filter((one) =>
      isQuiet(night, one),
    ).length / 4
  assert.equal(quietHours('2026-11-21T12:00:00Z'), 9)
  // To summer time on 28 March 2027: from 3 to 4 at once. Back on 31 October 2027: the hour after 3 comes twice.
  assert.equal(quietHours('2027-03-27T12:00:00Z'), 8)
  assert.equal(isQuiet(night, at('2027-03-28T03:59:00Z')), true)
  assert.equal(isQuiet(night, at('2027-03-28T04:00:00Z')), false)
  assert.equal(quietHours('2027-10-30T12:00:00Z'), 10)
  assert.equal(isQuiet(night, at('2027-10-31T04:59:00Z')), true)
  assert.equal(isQuiet(night, at('2027-10-31T05:00:00Z')), false)
  const twice = { zone: helsinki, spans: [{ days: [7], from: '03:00', to: '04:00' }] }
  for (const [instant, is] of [
    ['2027-10-31T00:30:00Z', true],
    ['2027-10-31T01:30:00Z', true],
    ['2027-10-31T02:30:00Z', false],
  ] as const)
    assert.equal(isQuiet(twice, at(instant)), is)
})

test('what is quiet in one span is not in what is left of the day', () => {
  const time = fc
    .integer({ min: 0, max: 1_439 })
    .map((minutes) => new Date(minutes * 60_000).toISOString().slice(11, 16))
  const instant = fc.date({ min: at('2026-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z'), noInvalidDate: true })
  const everyDay = [1, 2, 3, 4, 5, 6, 7]
  const zone = fc.constantFrom(helsinki, 'America/New_York', 'Asia/Kathmandu', 'UTC')
  fc.assert(
    fc.property(time, time, zone, instant, (from, to, where, one) => {
      fc.pre(from !== to)
      const within = isQuiet({ zone: where, spans: [{ days: everyDay, from, to }] }, one)
      assert.equal(isQuiet({ zone: where, spans: [{ days: everyDay, from: to, to: from }] }, one), !within)
    }),
  )
})
