import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sayNumber } from './say-number.ts'

test('numbers are grouped from ten thousand on', () => {
  const said = [0, 412, 2_026, 9_999, 10_000, 100_000, 1_234_567, -45_678, 2.5].map(sayNumber)
  assert.deepEqual(
    said.map((one) => one.replaceAll('\u202f', '_')),
    ['0', '412', '2026', '9999', '10_000', '100_000', '1_234_567', '-45_678', '2.5'],
  )
})
