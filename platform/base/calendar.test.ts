import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTestDatabase } from '#tests/database'
import {
  accountEnds,
  addDuration,
  addMonths,
  type Duration,
  isWorkingDay,
  keepBooks,
  lastDayByLaw,
} from './calendar.ts'

const at = (day: string) => new Date(`${day}T10:20:30.456Z`)
const anyTime = fc.date({ min: new Date('1900-01-01'), max: new Date('2400-01-01'), noInvalidDate: true })
const part = (unit: string, most: number) => fc.nat({ max: most }).map((count) => `${count}${unit}`)

test('a month later is the same day of the next month, or its last one', () => {
  for (const [from, months, to] of [
    ['2026-01-15', 1, '2026-02-15'],
    ['2026-01-31', 1, '2026-02-28'],
    ['2028-01-31', 1, '2028-02-29'],
    ['2026-03-31', 1, '2026-04-30'],
    ['2026-12-31', 1, '2027-01-31'],
    ['2026-11-30', 3, '2027-02-28'],
    ['2027-11-30', 3, '2028-02-29'],
    ['2028-02-29', 12, '2029-02-28'],
  ] as const)
    assert.equal(addMonths(at(from), months).toISOString(), at(to).toISOString())
})

test('a month is never shorter than 28 days nor longer than 31', () => {
  fc.assert(
    fc.property(anyTime, (from) => {
      const days = (addMonths(from, 1).getTime() - from.getTime()) / 86_400_000
      return days >= 28 && days <= 31
    }),
  )
})

test('a duration ends where PostgreSQL says that it ends', async () => {
  const { database } = await createTestDatabase('privacy')
  const duration = fc
    .tuple(part('Y', 20), part('M', 40), part('D', 400), part('H', 50), part('M', 90), part('S', 90))
    .map(([y, m, d, h, min, s]) => `P${y}${m}${d}T${h}${min}${s}` as Duration)
  const endsOf = (asked: [Date, Duration][]) =>
    database.transaction(async (tx) => {
      await tx`select pg_catalog.set_config('timezone', 'UTC', true)`
      return tx<{ ends: Date }[]>`
        select a.at::timestamptz + a.keep::interval as ends
        from unnest(${asked.map(([from]) => from.toISOString())}::text[], ${asked.map(([, keep]) => keep)}::text[])
          with ordinality as a (at, keep, place) order by a.place`
    })
  for (const asked of fc.sample(fc.array(fc.tuple(anyTime, duration), { minLength: 200, maxLength: 200 }), 20)) {
    const rows = await endsOf(asked)
    for (const [index, [from, keep]] of asked.entries())
      assert.equal(
        addDuration(from, keep).toISOString(),
        rows[index]?.ends.toISOString(),
        `${from.toISOString()} + ${keep}`,
      )
  }
})

test('what is no duration is refused', () => {
  for (const text of ['', 'P', 'PT', 'P1', '1Y', 'P-1Y', 'P1.5D', 'P2W', 'P1DT', 'P1Y until erased'])
    assert.throws(() => addDuration(at('2026-01-01'), text as Duration), RangeError)
})

test('a month, 30 days and four weeks are three different times', () => {
  assert.equal(addDuration(at('2027-02-01'), 'P1M').toISOString(), at('2027-03-01').toISOString())
  assert.equal(addDuration(at('2027-02-01'), 'P30D').toISOString(), at('2027-03-03').toISOString())
})

test('the books of a period that ended on 31.3.2024: vouchers until 31.12.2030, ledgers until 31.3.2034', () => {
  assert.deepEqual(keepBooks('2024-03-31'), { vouchers: '2030-12-31', ledgers: '2034-03-31' })
  assert.deepEqual(keepBooks('2024-12-31'), { vouchers: '2030-12-31', ledgers: '2034-12-31' })
  assert.deepEqual(keepBooks('2026-02-28'), { vouchers: '2032-12-31', ledgers: '2036-02-29' })
  assert.deepEqual(keepBooks('2028-02-29'), { vouchers: '2034-12-31', ledgers: '2038-02-28' })
})

test('A-01 an account is erased after three months and 30 days, or after four months if they are over sooner', () => {
  for (const [last, expires, erased] of [
    // The example of the reading: the window would have run to 3 March.
    ['2022-11-01', '2023-02-01', '2023-03-01'],
    ['2026-10-30', '2027-01-30', '2027-02-28'],
    ['2026-11-29', '2027-02-28', '2027-03-29'],
    ['2026-11-30', '2027-02-28', '2027-03-30'],
    ['2027-10-30', '2028-01-30', '2028-02-29'],
    ['2027-10-31', '2028-01-31', '2028-02-29'],
    ['2027-11-29', '2028-02-29', '2028-03-29'],
    ['2026-05-31', '2026-08-31', '2026-09-30'],
    ['2026-01-15', '2026-04-15', '2026-05-15'],
    ['2026-04-15', '2026-07-15', '2026-08-14'],
  ] as const) {
    const ends = accountEnds(at(last))
    assert.equal(ends.expiresAt.toISOString(), at(expires).toISOString(), last)
    assert.equal(ends.erasedAt.toISOString(), at(erased).toISOString(), last)
  }
  fc.assert(
    fc.property(anyTime, (last) => {
      const { expiresAt, erasedAt } = accountEnds(last)
      const open = (erasedAt.getTime() - expiresAt.getTime()) / 86_400_000
      return erasedAt <= addMonths(last, 4) && open <= 30 && open >= 28
    }),
  )
})

test('the month of GDPR Art. 12(3) ends on a working day: Regulation 1182/71 with Finnish holidays', () => {
  for (const [received, last] of [
    ['2029-01-31', '2029-02-28'],
    ['2028-01-31', '2028-02-29'],
    // A Saturday and a Sunday.
    ['2026-10-21', '2026-11-23'],
    ['2026-10-22', '2026-11-23'],
    // Midsummer Eve is a Friday: 19 June 2026, 25 June 2027.
    ['2026-05-19', '2026-06-22'],
    ['2027-05-25', '2027-06-28'],
    // Christmas Eve, Christmas, St Stephen's Day and a Sunday in a row.
    ['2026-11-24', '2026-12-28'],
    // Good Friday to Easter Monday.
    ['2027-02-26', '2027-03-30'],
    // Independence Day on a Sunday; Ascension Day; the first of May on a Saturday; Epiphany.
    ['2026-11-06', '2026-12-07'],
    ['2027-04-06', '2027-05-07'],
    ['2027-04-01', '2027-05-03'],
    ['2026-12-06', '2027-01-07'],
  ] as const)
    assert.equal(lastDayByLaw(received, 1), last, received)
})

test('Easter falls where the tables say', () => {
  for (const easter of [
    '2000-04-23',
    '2008-03-23',
    '2019-04-21',
    '2025-04-20',
    '2026-04-05',
    '2038-04-25',
    '2285-03-22',
  ]) {
    const monday = new Date(Date.parse(easter) + 86_400_000).toISOString().slice(0, 10)
    const friday = new Date(Date.parse(easter) - 2 * 86_400_000).toISOString().slice(0, 10)
    const tuesday = new Date(Date.parse(easter) + 2 * 86_400_000).toISOString().slice(0, 10)
    assert.deepEqual([friday, monday, tuesday].map(isWorkingDay), [false, false, true], easter)
  }
})
