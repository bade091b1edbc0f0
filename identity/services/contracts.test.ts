import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTestClock } from '#base/clock'
import { aContract } from '#tests/contract'
import { createTestDatabase } from '#tests/database'
import { createTestSealing } from '#tests/sealed'
import { makeClientKey } from '#tests/service'
import { type Contract, eea, contract as schema } from './api.ts'
import { createServices, termsVersion } from './index.ts'
import { template } from './terms.ts'

const { database, admin } = await createTestDatabase('identity')
const clock = createTestClock(new Date('2026-11-30T10:00:00Z'))
const { sealed } = await createTestSealing('identity', database, { clock })
const { contracts, ...services } = createServices({ database, clock, sealed })
/** As it is once the template has got a newer version. */
const later = createServices(
  { database, clock, sealed },
  { newest: '2027-01', versions: { ...template.versions, '2027-01': { fi: ['Uusi ehto.'], en: ['A new term.'] } } },
).contracts
const { publicJwk } = await makeClientKey()
const signing = publicJwk as unknown as Contract['keys'][number]
const day = 86_400_000

let count = 0
const make = async (change: Parameters<typeof aContract>[0] = {}) => {
  count += 1
  const clientId = `service-${count}`
  const contract = aContract({ keys: [signing], ...change })
  await contracts.make(clientId, schema.parse(contract))
  return { clientId, contract }
}
const stateOf = async (clientId: string) => (await contracts.find(clientId)).state

test('ID-35 ID-36 ID-37 a contract comes back as one record, whole, and its persons are sealed', async () => {
  const { clientId, contract } = await make({ hasGroups: true, invoicedAt: 'Laskukuja 1\n00100 Helsinki' })
  const found = await contracts.find(clientId)
  assert.deepEqual(found.contract, contract)
  assert.equal(found.state, 'test')
  assert.equal(found.terms.version, '2026-11')
  // ID-100: the template holds a term of force majeure.
  assert.ok(found.terms.en.some((sentence) => sentence.startsWith('Force majeure')))
  assert.equal(found.terms.fi.length, found.terms.en.length)
  const rows = await admin<{ all: string }[]>`
    select string_agg(p::text, '') as all from services.contract_person p`
  for (const { name, email } of contract.persons)
    for (const said of [name, email ?? name]) assert.ok(!rows[0]?.all.includes(said))
})

test('ID-63 ID-62 an organisation outside the EEA gets no contract, by seat or by hosting, nor by a change or past the code', async () => {
  for (const place of [{ seat: 'US' }, { hosting: ['FI', 'US'] }, { seat: 'GB' }, { hosting: ['CH'] }])
    await assert.rejects(make(place), { code: 'services.not_in_eea' })
  const { clientId, contract } = await make()
  await assert.rejects(contracts.change(clientId, { ...contract, hosting: ['US'] }), { code: 'services.not_in_eea' })
  assert.deepEqual((await contracts.find(clientId)).contract.hosting, contract.hosting)
  for (const country of ['US', 'GB', 'CH', 'fi', ''])
    await assert.rejects(admin`update services.contract set seat = ${country} where client_id = ${clientId}`, {
      code: '23514',
    })
  assert.equal(eea.length, 30)
})

test('ID-63 A-13 the declaration is due a year after it, and as soon as an address or a country is another; it is given by an act of its own', async () => {
  const { clientId, contract } = await make()
  const of = async () => {
    const { declarationDueAt, isDeclarationDue } = await contracts.find(clientId)
    const [listed] = (await contracts.list([clientId])).contracts
    assert.equal(listed?.isDeclarationDue, isDeclarationDue)
    return [declarationDueAt, isDeclarationDue] as const
  }
  const declare = () => contracts.declare(clientId, termsVersion)
  const begun = clock.now()
  const made = ['2027-11-30T10:00:00.000Z', false] as const
  assert.deepEqual(await of(), made)
  // Nothing is declared by changing what was agreed: neither in test mode, nor by what says nothing of a place.
  clock.advance(10 * day)
  const tried = { ...contract, redirectUris: ['https://new.example/callback'] }
  await contracts.change(clientId, tried)
  assert.deepEqual(await of(), made)
  await contracts.enforce(clientId)
  for (const change of [{}, { name: 'Toinen' }, { keys: [{ ...signing, kid: 'two' }] }, { organization: 'Uusi Oy' }]) {
    await contracts.change(clientId, { ...tried, ...change } as Contract)
    assert.deepEqual(await of(), made, JSON.stringify(change))
  }
  // A year later it is due, and stays so until it is given.
  clock.advance(355 * day - 1)
  assert.equal((await of())[1], false)
  clock.advance(1)
  assert.deepEqual(await of(), ['2027-11-30T10:00:00.000Z', true])
  await contracts.change(clientId, tried)
  assert.equal((await of())[1], true)
  await declare()
  assert.deepEqual(await of(), ['2028-11-30T10:00:00.000Z', false])
  for (const change of [
    { redirectUris: [...tried.redirectUris, 'https://other.example/cb'] },
    { postLogoutRedirectUris: ['https://other.example/out'] },
    { hosting: ['FI', 'EE'] },
    { seat: 'SE' },
    { protocol: { ...contract.protocol, backChannelLogout: 'https://other.example/told' } },
  ] as Partial<Contract>[]) {
    clock.advance(day)
    const at = clock.now().toISOString()
    await contracts.change(clientId, { ...tried, ...change })
    assert.deepEqual(await of(), [at, true], JSON.stringify(change))
    // Since when, whatever is changed after it; and changed back, somebody still has to say so.
    clock.advance(1_000)
    await contracts.change(clientId, tried)
    assert.deepEqual(await of(), [at, true])
    await declare()
    assert.equal((await of())[1], false)
  }
  // Fewer of them lie where the others lay.
  await contracts.change(clientId, { ...tried, hosting: tried.hosting.slice(0, 1) })
  assert.equal((await of())[1], false)
  // Of what is no more in force nothing is wanted.
  clock.advance(400 * day)
  await contracts.end(clientId)
  assert.equal((await of())[1], false)
  await assert.rejects(declare(), { code: 'services.contract_over' })
  clock.set(new Date(begun.getTime() + 9 * day))
})

test('ID-37 ID-100 a contract rests on the version of the terms that was accepted, from when it was; a newer one counts once it is', async () => {
  const { clientId } = await make()
  const of = async (from = contracts) => {
    const { terms, newestTerms } = await from.find(clientId)
    return [terms.version, terms.acceptedAt, newestTerms.version]
  }
  assert.deepEqual(await of(), ['2026-11', null, '2026-11'])
  await assert.rejects(contracts.enforce(clientId, '2025-01'), { code: 'services.terms_superseded' })
  assert.equal(await stateOf(clientId), 'test')
  const at = clock.now().toISOString()
  await contracts.enforce(clientId, '2026-11')
  assert.deepEqual(await of(), ['2026-11', at, '2026-11'])
  clock.advance(day)
  // There is a newer one: nobody is bound to it who has not read it, and nobody accepts the old one any more.
  assert.deepEqual(await of(later), ['2026-11', at, '2027-01'])
  await later.change(clientId, (await later.find(clientId)).contract as Contract)
  assert.deepEqual(await of(later), ['2026-11', at, '2027-01'])
  await assert.rejects(later.declare(clientId, '2026-11'), { code: 'services.terms_superseded' })
  await later.declare(clientId, '2027-01')
  assert.deepEqual(await of(later), ['2027-01', clock.now().toISOString(), '2027-01'])
  assert.deepEqual((await later.find(clientId)).terms.en, ['A new term.'])
  await admin`delete from services.service where client_id = ${clientId}`
})

test('ID-59 a contract is in test mode until it is signed; only then is it in force', async () => {
  const unsigned = await make({ persons: [{ role: 'contact', name: 'K', email: 'k@a.example', phone: null }] })
  await assert.rejects(contracts.enforce(unsigned.clientId), { code: 'services.contract_unsigned' })
  assert.equal((await services.find(unsigned.clientId))?.contract?.state, 'test')
  const { clientId, contract } = await make()
  await contracts.enforce(clientId)
  await contracts.enforce(clientId)
  assert.equal(await stateOf(clientId), 'in-force')
  const without = { ...contract, persons: contract.persons.filter(({ role }) => role === 'contact') }
  await assert.rejects(contracts.change(clientId, without), { code: 'services.contract_unsigned' })
  await assert.rejects(contracts.enforce('nobody'), { code: 'services.contract_not_found' })
})

test('ID-91 ID-92 notice runs in calendar months; at its end the service is unknown', async () => {
  const { clientId, contract } = await make({ noticeMonths: 3 })
  await contracts.enforce(clientId)
  const at = clock.now()
  const { endsAt } = await contracts.end(clientId)
  assert.equal(endsAt, new Date(Date.UTC(2027, 2, 10, 10)).toISOString(), `from ${at.toISOString()}`)
  assert.equal(await stateOf(clientId), 'ending')
  assert.ok(await services.find(clientId))
  for (const change of [
    contracts.change.bind(null, clientId, contract),
    contracts.end.bind(null, clientId),
    contracts.enforce.bind(null, clientId),
  ])
    await assert.rejects(change(), { code: 'services.contract_over' })
  clock.advance(new Date(endsAt).getTime() - clock.now().getTime())
  assert.equal(await services.find(clientId), undefined)
  assert.equal(await stateOf(clientId), 'ended')
  const neverSigned = await make()
  await contracts.end(neverSigned.clientId)
  assert.equal(await services.find(neverSigned.clientId), undefined)
})

test('ID-77 A-23 persons of an ended contract go with it, or with the books where there were invoices', async () => {
  const eraseAt = async (clientId: string) => {
    const rows = await admin<{ erase_at: Date }[]>`
      select distinct erase_at from services.contract_person where client_id = ${clientId}`
    assert.equal(rows.length, 1)
    return rows[0]!.erase_at.toISOString()
  }
  for (const invoicedAt of [null, 'Laskukuja 1']) {
    const { clientId } = await make({ invoicedAt })
    await contracts.enforce(clientId)
    const { endsAt } = await contracts.end(clientId)
    const books = `${new Date(endsAt).getUTCFullYear() + 6}-12-31T00:00:00.000Z`
    assert.equal(await eraseAt(clientId), invoicedAt === null ? endsAt : books)
  }
})

test('RFC 9700 2.5 ID-60 a secret proves its service alone, two work while it changes over, and only hashes are kept', async () => {
  const { clientId } = await make({ keys: [], protocol: { authentication: 'client_secret_basic' } })
  const other = await make({ keys: [], protocol: { authentication: 'client_secret_post' } })
  assert.equal(await services.isSecret(clientId, ''), false)
  const { secret: first } = await contracts.makeSecret(clientId)
  const { secret: second } = await contracts.makeSecret(clientId)
  for (const [secret, works] of [
    [first, true],
    [second, true],
    [`${second}x`, false],
  ] as const)
    assert.equal(await services.isSecret(clientId, secret), works)
  assert.equal(await services.isSecret(other.clientId, first), false)
  clock.advance(7 * day + 1)
  assert.equal(await services.isSecret(clientId, first), false)
  const { secret: third } = await contracts.makeSecret(clientId)
  const { secret: fourth } = await contracts.makeSecret(clientId)
  assert.equal(await services.isSecret(clientId, second), false, 'two new ones end a leaked one at once')
  assert.ok((await services.isSecret(clientId, third)) && (await services.isSecret(clientId, fourth)))
  const rows = await admin<{ all: string }[]>`select string_agg(s::text, '') as all from services.secret s`
  assert.ok(!rows[0]?.all.includes(fourth))
  const signs = await make()
  await assert.rejects(contracts.makeSecret(signs.clientId), { code: 'services.secret_not_used' })
})

test('a service that goes over to keys has no secret any more', async () => {
  const { clientId, contract } = await make({ keys: [], protocol: { authentication: 'client_secret_basic' } })
  const { secret } = await contracts.makeSecret(clientId)
  await contracts.change(clientId, aContract({ ...contract, keys: [signing], protocol: {} }))
  assert.equal(await services.isSecret(clientId, secret), false)
})

test('asking twice to make a contract makes one', async () => {
  const contract = aContract({ keys: [signing] })
  await Promise.all([1, 2, 3].map(() => contracts.make('once', contract)))
  assert.equal((await contracts.list()).contracts.filter(({ clientId }) => clientId === 'once').length, 1)
})

test('RFC 9700 2.6 ID-61 an address is registered in the one form in which it is compared, and without TLS only on one’s own machine', () => {
  const takes = (uri: string) => schema.safeParse(aContract({ keys: [signing], redirectUris: [uri] })).success
  for (const uri of [
    'https://a.example/cb',
    'https://a.example/cb?x=1',
    'http://localhost:8080/cb',
    'http://127.0.0.1/',
  ])
    assert.ok(takes(uri), uri)
  for (const uri of [
    'http://a.example/cb',
    'https://a.example',
    'https://A.example/cb',
    'https://a.example/../cb',
    'https://*.a.example/cb',
    'https://u:p@a.example/cb',
    'https://a.example/cb#x',
    'https://a.example:443/cb',
    'javascript:alert(1)',
    'data:text/html,x',
    'com.example:/cb',
    '//a.example/cb',
    '/cb',
    '',
    'http://localhost.evil.example/cb',
  ])
    assert.ok(!takes(uri), uri)
})

test('a contract that cannot work is refused for the field that is to be changed', () => {
  const faults = (change: Parameters<typeof aContract>[0]) =>
    schema.safeParse(aContract({ keys: [signing], ...change })).error?.issues.map(({ path }) => path.join('.')) ?? []
  assert.deepEqual(faults({}), [])
  assert.deepEqual(faults({ keys: [] }), ['keys'])
  assert.deepEqual(faults({ keys: [signing, signing] }), ['keys'])
  assert.deepEqual(faults({ keys: [{ ...signing, d: 'secret' } as never] }), ['keys.0'])
  assert.deepEqual(faults({ protocol: { encryption: { algorithm: 'RSA-OAEP', content: 'A256GCM' } } }), ['keys'])
  assert.deepEqual(faults({ persons: [{ role: 'contact', name: 'K', email: null, phone: null }] }), ['persons'])
  assert.deepEqual(faults({ protocol: { profile: 'fapi2', pkce: 'not-sent' } }), [
    'protocol.pkce',
    'protocol.pushedRequests',
    'protocol.boundTokens',
  ])
  // Nothing else tells that the one who redeems a code is the one who asked for it.
  assert.deepEqual(faults({ protocol: { authentication: 'none' } }), [])
  assert.deepEqual(faults({ protocol: { authentication: 'none', pkce: 'not-sent' } }), ['protocol.pkce'])
  const fapi2 = { profile: 'fapi2', pushedRequests: true, boundTokens: true } as const
  assert.deepEqual(faults({ protocol: fapi2 }), [])
  const rsa = { kty: 'RSA', kid: 'rsa', use: 'sig', n: 'A'.repeat(342), e: 'AQAB' } as const
  assert.deepEqual(faults({ keys: [{ ...rsa, alg: 'RS256' }], protocol: fapi2 }), ['keys'])
  assert.deepEqual(faults({ keys: [signing, { ...rsa, alg: 'RS256' }], protocol: fapi2 }), ['keys'])
  assert.deepEqual(faults({ keys: [{ ...rsa, alg: 'PS256' }], protocol: fapi2 }), [])
  assert.deepEqual(faults({ keys: [{ ...rsa, alg: 'RS256' }] }), [])
})

test('whatever is sent as a contract, it is refused or is one that lies in the table as it was sent', async () => {
  const text = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.constantFrom('FI', 'US', 'https://a.example/', 'é\u0000', '\u202e'),
  )
  const anything = fc.record({
    name: text,
    organization: text,
    businessId: text,
    seat: fc.oneof(text, fc.constantFrom(...eea)),
    hosting: fc.array(fc.oneof(text, fc.constantFrom(...eea)), { maxLength: 3 }),
    invoicedAt: fc.option(text),
    redirectUris: fc.array(fc.oneof(text, fc.webUrl()), { maxLength: 3 }),
    noticeMonths: fc.oneof(fc.integer(), fc.constantFrom(1, 24)),
  })
  await fc.assert(
    fc.asyncProperty(anything, async (change) => {
      const parsed = schema.safeParse({ ...aContract({ keys: [signing] }), ...change })
      if (!parsed.success) return
      count += 1
      const clientId = `any-${count}`
      try {
        await contracts.make(clientId, parsed.data)
      } catch (error) {
        assert.equal((error as { code: string }).code, 'services.not_in_eea')
        return
      }
      assert.deepEqual((await contracts.find(clientId)).contract, parsed.data)
    }),
    { numRuns: 150 },
  )
})
