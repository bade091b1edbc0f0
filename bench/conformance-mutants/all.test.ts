import assert from 'node:assert/strict'
import { test } from 'node:test'
import { all, lost, nameless } from './all.ts'

// The bench says so too; this says it sooner. Whoever has rewritten such a line writes it anew in the list as well, or takes it out with the check.
test('each check that the bench takes out stands where it says, once, and there are enough of them', () => {
  assert.deepEqual(lost(), [])
  assert.ok(all.length >= 40)
})

test('each test that the bench has notice it is there by that name', () => {
  assert.deepEqual(nameless(), [])
})
