import assert from 'node:assert/strict'
import { test } from 'node:test'
import { upstream as schema } from '#identity/upstream/api'
import { empty, presets, toUpstream, toValues } from './upstream-values.ts'

const types = [{ typeId: 'personal-identity-code' }, { typeId: 'other' }]
const tenant = '11111111-2222-3333-4444-555555555555'

test('an upstream goes through the form and comes out as it was', () => {
  for (const values of [
    { ...empty, name: 'Kunta', issuer: 'https://kunta.example', clientId: 'vartio', uses: 'all' },
    { ...empty, ...presets.google, preset: 'google', clientId: 'x.apps', uses: 'account' },
    { ...empty, ...presets.microsoft, preset: 'microsoft', clientId: 'x', tenant },
    { ...empty, name: 'Vain tunniste', issuer: 'https://kunta.example', clientId: 'v', nameClaim: '', emailClaim: '' },
    {
      ...empty,
      name: 'Rekisteri',
      issuer: 'https://kunta.example',
      clientId: 'v',
      'claim-other': 'urn:oid:1.2.246.22',
      levels: 'a b',
      scopes: 'c',
    },
  ]) {
    const made = schema.parse(toUpstream(values, types))
    assert.deepEqual(toUpstream(toValues(made, types), types), made)
  }
})

test('Microsoft is one directory: common and its like are refused, and so is a name that leads elsewhere', () => {
  for (const tenant of ['common', 'organizations', 'consumers', '', 'evil.example/x', `${'1'.repeat(8)}`])
    assert.ok(
      !schema.safeParse(
        toUpstream({ ...empty, ...presets.microsoft, preset: 'microsoft', clientId: 'x', tenant }, types),
      ).success,
    )
  for (const issuer of [
    'http://evil.example',
    'https://a.example/?x',
    'https://u@a.example',
    'javascript:alert(1)',
    'x',
  ])
    assert.ok(!schema.safeParse(toUpstream({ ...empty, name: 'x', clientId: 'x', issuer }, types)).success)
})

test('nobody registers by an upstream that verifies no address', () => {
  const values = { ...empty, name: 'x', clientId: 'x', issuer: 'https://a.example', uses: 'all', verifiedClaim: '' }
  assert.ok(!schema.safeParse(toUpstream(values, types)).success)
})
