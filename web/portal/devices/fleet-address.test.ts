import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressOf, filterIn, isFiltered, readFleetAddress } from './fleet-address.ts'

test('an address holds a filter and an order, and lets go of what it does not know, field by field', () => {
  const id = '01989d9e-7d3c-7000-8000-000000000001'
  const known = { state: 'failing', tagId: id, unseenDays: 7, sort: 'seen', direction: 'up' }
  assert.deepEqual(
    readFleetAddress({ ...known, unseenDays: '7', search: 'aino', groupId: 'x', agentVersion: '..' }),
    known,
  )
  assert.deepEqual(readFleetAddress({ state: 'what', sort: 'age', direction: 'left' }), {})
  const { sort, direction, ...filter } = readFleetAddress(known)
  assert.deepEqual(filterIn(readFleetAddress(known)), filter)
  assert.deepEqual(addressOf({ filter, sort, direction }), known)
  assert.deepEqual([isFiltered({}), isFiltered({ state: 'off' })], [false, true])
})
