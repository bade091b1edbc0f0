import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as later } from 'node:timers/promises'
import { currentPurpose, within } from './purpose.ts'

test('what is done for a purpose keeps it through everything that waits, and beside other work', async () => {
  assert.equal(currentPurpose(), undefined)
  const [one, other] = await Promise.all([
    within('account', async () => {
      await later()
      const inside = await within('letters', async () => currentPurpose())
      return [inside, currentPurpose()]
    }),
    within('audit', async () => {
      await later()
      await later()
      return currentPurpose()
    }),
  ])
  assert.deepEqual(one, ['letters', 'account'])
  assert.equal(other, 'audit')
  assert.equal(currentPurpose(), undefined)
})
