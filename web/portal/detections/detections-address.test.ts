import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filterIn, isFiltered, readDetectionsAddress } from './detections-address.ts'

test('an address holds a filter, and lets go of what it does not know, field by field', () => {
  const known = { state: 'unresolved', severity: 'high', assignee: 'nobody', from: '2026-11-01' }
  assert.deepEqual(readDetectionsAddress({ ...known, to: 'x', deviceId: '1', done: 'what', organization: 'o' }), known)
  assert.deepEqual(readDetectionsAddress({ state: 'open', from: '2026-13-45' }), {})
  assert.equal(filterIn(readDetectionsAddress(known)).from, new Date('2026-11-01T00:00:00').toISOString())
  assert.deepEqual([isFiltered({}), isFiltered({ state: 'new' })], [false, true])
})
