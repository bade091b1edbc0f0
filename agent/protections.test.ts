import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GuardState } from '#agent/guard'
import { placeFor } from '#agent/place'
import { standardPolicy } from '#agent/policy'
import { protectionsOf } from './protections.ts'

const rules = { inUse: () => [], refused: () => [] }
const guard = { protection: 'off', since: '2026-11-22T08:00:00.000Z', rulesVersion: 'a' } as unknown as GuardState
const stateOf = (asRoot: boolean, realTime: boolean, protection: GuardState['protection']) => {
  const policy = { ...standardPolicy, settings: { ...standardPolicy.settings, realTime } }
  const place = placeFor({ asRoot, prefix: '/nowhere' })
  const { protections } = protectionsOf({ ...guard, protection }, policy, place, rules)
  return Object.fromEntries(protections.map(({ name, state, why }) => [name, [state, why]]))
}

test('EP-21 what the policy switched off is off for that reason, and has not failed', () => {
  const off = stateOf(true, false, 'off')
  assert.deepEqual(
    [off['real-time'], off.encryptors],
    [
      ['off', 'policy'],
      ['off', 'policy'],
    ],
  )
  assert.deepEqual(off.quarantine, ['on', undefined])
  const failed = stateOf(true, true, 'off')
  assert.deepEqual(
    [failed['real-time'], failed.encryptors],
    [
      ['failed', undefined],
      ['failed', undefined],
    ],
  )
  const on = stateOf(true, true, 'blocking')
  assert.deepEqual(
    [on['real-time'], on.encryptors],
    [
      ['on', undefined],
      ['on', undefined],
    ],
  )
})

test('EP-21 without root the guard against encryptors is off and says so, whatever else watches', () => {
  const watching = stateOf(false, true, 'watching')
  assert.deepEqual(watching['real-time'], ['watching', undefined])
  assert.deepEqual(watching.encryptors, ['off', 'ordinary-user'])
  assert.deepEqual(stateOf(false, false, 'off').encryptors, ['off', 'policy'])
})
