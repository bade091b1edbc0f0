import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { instantOf, isTimeZone, localOf, nextAfter, spanBefore } from './zone.ts'

const places = ['Europe/Helsinki', 'UTC', 'America/Sao_Paulo', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia']
const zone = fc.constantFrom(...places)
const moment = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2040, 0, 1) }).map((at) => new Date(at))
const period = fc.constantFrom('week' as const, 'month' as const)

test('a report is due after now, at its hour and on its day there, and the next time is the next period', () => {
  fc.assert(
    fc.property(
      moment,
      zone,
      period,
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 0, max: 23 }),
      (at, timeZone, every, day, hour) => {
        const timing = { period: every, day, hour, timeZone }
        const due = nextAfter(at, timing)
        assert.ok(due > at)
        assert.ok(due.getTime() - at.getTime() < 32 * 86_400_000)
        const local = localOf(due, timeZone)
        // In the hour that is skipped in spring it is the one after; nowhere is more than an hour skipped.
        assert.ok(local.hour === hour || local.hour === (hour + 1) % 24, `${due.toISOString()} ${timeZone}`)
        const weekday = new Date(Date.UTC(local.year, local.month - 1, local.day)).getUTCDay() || 7
        assert.equal(every === 'week' ? weekday : local.day, day)
        const after = nextAfter(due, timing)
        assert.notDeepEqual(spanBefore(after, every, timeZone), spanBefore(due, every, timeZone))
        // What it tells is over, and nothing lies between two of them.
        const { from, until } = spanBefore(due, every, timeZone)
        assert.ok(from < until && until <= due)
        assert.deepEqual(spanBefore(due, every, timeZone, 1).until, from)
      },
    ),
  )
})

test('clocks that move: a skipped hour is not lost, one that comes twice is taken once', () => {
  const helsinki = (day: number, month: number, hour: number) =>
    instantOf({ year: 2026, month, day, hour, minute: 0 }, 'Europe/Helsinki').toISOString()
  assert.equal(helsinki(29, 3, 2), '2026-03-29T00:00:00.000Z')
  assert.equal(helsinki(29, 3, 3), '2026-03-29T01:00:00.000Z')
  assert.equal(helsinki(25, 10, 3), '2026-10-25T00:00:00.000Z')
  const { from, until } = spanBefore(new Date('2026-04-01T12:00:00Z'), 'month', 'Europe/Helsinki')
  assert.deepEqual([from.toISOString(), until.toISOString()], ['2026-02-28T22:00:00.000Z', '2026-03-31T21:00:00.000Z'])
  assert.ok(isTimeZone('Europe/Helsinki') && isTimeZone('UTC') && !isTimeZone('Europe/Vartio') && !isTimeZone('+02:00'))
})
