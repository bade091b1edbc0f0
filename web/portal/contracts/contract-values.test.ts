import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contract as schema } from '#identity/services/api'
import { aContract } from '#tests/contract'
import { asProposed, empty, encryptions, protections, toContract, toValues } from './contract-values.ts'

test('a contract goes through the form and comes out as it was', () => {
  const before = aContract({
    hasGroups: true,
    groups: ['01a202e9-c271-7ded-8a10-bdb06290f310'],
    invoicedAt: 'Laskukuja 1\n00100 Helsinki',
    postLogoutRedirectUris: ['https://a.example/out'],
    protocol: {
      authentication: 'client_secret_basic',
      userinfo: 'plain',
      formPost: true,
      signing: 'RS256',
      // One that the form does not offer.
      encryption: { algorithm: 'ECDH-ES', content: 'A128GCM' },
      backChannelLogout: 'https://a.example/told',
    },
  })
  assert.deepEqual(toContract(toValues(before)), before)
  // ID-35, ID-36: as many as there are, and whatever of them can be reached.
  const persons = [
    { role: 'contact', name: 'Kaisa', email: null, phone: '+358 40 123' },
    { role: 'contact', name: 'Otso Toinen', email: 'otso@a.example', phone: null },
    { role: 'contact', name: 'Outi', email: 'outi@a.example', phone: '040 321' },
    { role: 'signatory', name: 'Seppo', email: 'seppo@a.example', phone: null },
    { role: 'signatory', name: 'Sini', email: null, phone: null },
  ] as const
  for (const protection of protections) {
    const one = aContract({ persons: [...persons], protocol: { [protection]: true } })
    assert.deepEqual(toContract(toValues(one)), one)
  }
})

test('what is typed becomes a contract, and nonsense is left for the server to refuse', () => {
  const key = { kty: 'EC', crv: 'P-256', x: 'a'.repeat(43), y: 'b'.repeat(43), alg: 'ES256', use: 'sig', kid: '1' }
  const typed = {
    ...empty,
    name: 'Kirjasto',
    organization: 'Kirjasto Oy',
    businessId: '1234567-8',
    hosting: 'fi  se',
    contactName: 'Kaisa',
    contactEmail: 'kaisa@a.example',
    redirectUris: 'https://a.example/cb\nhttps://a.example/other',
  }
  for (const keys of [key, [key], { keys: [key] }]) {
    const made = toContract({ ...typed, keys: JSON.stringify(keys) })
    assert.deepEqual(schema.parse(made).hosting, ['FI', 'SE'])
    assert.equal(made.keys.length, 1)
  }
  assert.ok(!schema.safeParse(toContract({ ...typed, keys: 'no keys' })).success)
  const fapi = toContract({ ...typed, keys: JSON.stringify(key), profile: 'fapi2' })
  assert.ok(schema.safeParse(fapi).success)
})

test('what the form offers of addresses and answers is what a contract takes', () => {
  const key = { kty: 'EC', crv: 'P-256', x: 'a'.repeat(43), y: 'b'.repeat(43), use: 'enc', kid: '1' }
  const rsa = { kty: 'RSA', n: 'a'.repeat(342), e: 'AQAB', use: 'enc', kid: '1' }
  const typed = {
    ...toValues(aContract()),
    authentication: 'client_secret_basic',
    postLogoutRedirectUris: 'https://a.example/out\nhttps://a.example/gone',
    backChannelLogout: 'https://a.example/told',
    formPost: 'yes',
    userinfo: 'signed',
  }
  for (const encryption of encryptions) {
    const [alg] = encryption.split(' ')
    const keys = JSON.stringify({ ...(alg?.startsWith('RSA') ? rsa : key), alg })
    const made = schema.parse(toContract({ ...typed, keys, encryption }))
    assert.deepEqual(made.postLogoutRedirectUris, ['https://a.example/out', 'https://a.example/gone'])
    assert.equal(made.protocol.formPost, true)
    assert.equal(`${made.protocol.encryption?.algorithm} ${made.protocol.encryption?.content}`, encryption)
    assert.ok(!schema.safeParse(toContract({ ...typed, encryption })).success, 'without a key for it')
  }
  const plain = toContract({ ...typed, backChannelLogout: 'http://a.example/told' })
  assert.ok(!schema.safeParse(plain).success, 'not in the clear')
})

test('a form that is opened while a change waits goes on from the change', () => {
  const before = aContract()
  const changed = asProposed(before, [
    { field: 'name', before: before.name, after: 'Ajanvaraus' },
    { field: 'protocol.pkce', before: 'required', after: 'not-sent' },
  ])
  assert.deepEqual(changed, { ...before, name: 'Ajanvaraus', protocol: { ...before.protocol, pkce: 'not-sent' } })
  assert.deepEqual(asProposed(before, []), before)
})
