import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chosenPreset } from './setting-values.ts'

test('what Google is comes with its preset and goes with it; what somebody has written for another provider stays', () => {
  const written = { issuer: 'https://login.microsoftonline.com/x/v2.0', claim: 'roles', scope: 'groups' }
  assert.deepEqual(chosenPreset('generic', written), {})
  const google = chosenPreset('google', written)
  assert.deepEqual(google, { issuer: 'https://accounts.google.com', claim: '', scope: '' })
  assert.deepEqual(chosenPreset('microsoft', { ...written, ...google }), { issuer: '', claim: 'groups', scope: '' })
})
