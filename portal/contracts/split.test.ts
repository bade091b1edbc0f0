import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { aContract } from '#tests/contract'
import { makeClientKey } from '#tests/service'
import { type Contract, contract as schema } from './api.ts'
import { flatten, split, withChange } from './split.ts'

const { publicJwk } = await makeClientKey()
const key = publicJwk as unknown as Contract['keys'][number]
const current = aContract({
  keys: [key],
  redirectUris: ['https://a.example/cb', 'https://a.example/other'],
  asked: ['profile', 'email'],
  protocol: { userinfo: 'signed' },
})
const waitsOf = (change: Parameters<typeof aContract>[0]) => {
  const { now, waits } = split(current, aContract({ ...current, ...change }))
  return [Object.keys(waits), now] as const
}

test('ID-61 ID-59 what gives a service more, or sends it elsewhere, waits; the contract as it runs has nothing of it', () => {
  for (const [change, fields] of [
    [{ name: 'Toinen' }, ['name']],
    [{ redirectUris: [...current.redirectUris, 'https://b.example/cb'] }, ['redirectUris']],
    [{ redirectUris: ['https://b.example/cb'] }, ['redirectUris']],
    [{ postLogoutRedirectUris: ['https://b.example/out'] }, ['postLogoutRedirectUris']],
    [{ identifiers: ['hetu'] }, ['identifiers']],
    [{ hasGroups: true, groups: ['01a202e9-c271-7ded-8a10-bdb06290f310'] }, ['groups', 'hasGroups']],
    [{ ways: ['account', 'bank'] }, ['ways']],
    [{ hosting: ['FI'] }, ['hosting']],
    [{ seat: 'SE' }, ['seat']],
    [{ noticeMonths: 1 }, ['noticeMonths']],
    [{ businessId: '7654321-0' }, ['businessId']],
    [{ invoicedAt: 'Laskukuja 1' }, ['invoicedAt']],
    [{ protocol: { pkce: 'not-sent', userinfo: 'signed' } }, ['protocol.pkce']],
    [{ protocol: { authentication: 'client_secret_basic', userinfo: 'signed' } }, ['protocol.authentication']],
    [{ protocol: { userinfo: 'plain' } }, ['protocol.userinfo']],
    [{ protocol: { userinfo: 'signed', signing: 'RS256' } }, ['protocol.signing']],
    [{ protocol: { userinfo: 'signed', backChannelLogout: 'https://b.example/told' } }, ['protocol.backChannelLogout']],
  ] as const) {
    const [waits, now] = waitsOf(change as never)
    assert.deepEqual(waits.sort(), [...fields].sort(), JSON.stringify(change))
    assert.deepEqual(now, current)
  }
})

test('what only narrows or protects better counts at once, and so do keys and contact persons', async () => {
  const other = (await makeClientKey()).publicJwk as unknown as Contract['keys'][number]
  for (const change of [
    { keys: [{ ...other, kid: 'other' }] },
    { persons: [{ role: 'contact', name: 'Uusi', email: 'u@a.example', phone: null }, current.persons[1]!] },
    { asked: ['email'] },
    { redirectUris: ['https://a.example/cb'] },
    { subject: 'event' },
    { protocol: { userinfo: 'none' } },
    { protocol: { userinfo: 'signed', pushedRequests: true, boundTokens: true, profile: 'fapi2' } },
    { protocol: { userinfo: 'signed', formPost: true } },
  ] as Parameters<typeof aContract>[0][]) {
    const wanted = aContract({ ...current, ...change })
    assert.deepEqual(split(current, wanted), { now: wanted, waits: {} }, JSON.stringify(change))
  }
  // Whoever lists the same addresses in another order changes nothing.
  assert.deepEqual(split(current, { ...current, redirectUris: current.redirectUris.toReversed() }).waits, {})
})

test('what cannot go by itself waits with what it belongs to, and who has signed stays', () => {
  const wanted = aContract({
    ...current,
    keys: [],
    protocol: { userinfo: 'none', authentication: 'client_secret_post' },
  })
  const { now, waits } = split(current, wanted)
  assert.deepEqual(Object.keys(waits).sort(), ['keys', 'protocol.authentication', 'protocol.userinfo'])
  assert.deepEqual(now, current)
  assert.deepEqual(withChange(now, waits), wanted)
  const signedByOther = { ...current, persons: current.persons.map((one) => ({ ...one, name: 'Joku' })) }
  assert.deepEqual(
    split(current, signedByOther).now.persons.map(({ name }) => name),
    ['Joku', 'Seppo Allekirjoittaja'],
  )
})

test('whatever is wanted: the contract as it runs is one that can be, gives nothing more, and with what waits is what was wanted', () => {
  const some = <const Value>(...values: Value[]) => fc.constantFrom(...values)
  const anything = fc.record({
    name: some('Kirjaston varauspalvelu', 'Toinen'),
    asked: fc.subarray(['profile', 'email'] as const),
    identifiers: fc.subarray(['hetu', 'oid']),
    ways: fc.subarray(['account', 'bank'], { minLength: 1 }),
    subject: some('pairwise', 'event'),
    hosting: fc.subarray(['FI', 'SE'], { minLength: 1 }),
    redirectUris: fc.subarray(['https://a.example/cb', 'https://a.example/other', 'https://b.example/'], {
      minLength: 1,
    }),
    keys: some([], [key]),
    protocol: fc.record({
      authentication: some('private_key_jwt', 'client_secret_basic', 'none'),
      pkce: some('required', 'not-sent'),
      pushedRequests: fc.boolean(),
      boundTokens: fc.boolean(),
      profile: some('plain', 'fapi2'),
      userinfo: some('none', 'plain', 'signed'),
      backChannelLogout: some(null, 'https://a.example/told'),
    }),
  })
  fc.assert(
    fc.property(anything, anything, (one, other) => {
      const [from, to] = [aContract(one as never), aContract(other as never)]
      if (!schema.safeParse(from).success || !schema.safeParse(to).success) return
      const { now, waits } = split(from, to)
      assert.ok(schema.safeParse(now).success)
      for (const name of ['asked', 'identifiers', 'ways', 'redirectUris'] as const)
        for (const part of now[name]) assert.ok((from[name] as readonly string[]).includes(part), name)
      for (const name of ['name', 'seat', 'organization'] as const) assert.equal(now[name], from[name])
      if (from.protocol.pkce === 'required') assert.equal(now.protocol.pkce, 'required')
      const sorted = (contract: Contract) =>
        Object.fromEntries(
          Object.entries(flatten(contract)).map(([name, value]) => [
            name,
            Array.isArray(value) && name !== 'keys' ? [...(value as string[])].sort() : value,
          ]),
        )
      assert.deepEqual(sorted(withChange(now, waits)), sorted(to))
    }),
    { numRuns: 500 },
  )
})
