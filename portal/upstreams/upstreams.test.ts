import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startIdentity } from '#tests/identity'
import { createTestPortal } from '#tests/portal'
import { createTestUpstream } from '#tests/upstream'

// With the real identity, which keeps them and asks them.

const identity = await startIdentity()
const portal = await createTestPortal({ beside: identity })
const upstream = await createTestUpstream()
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Paja', 'company')
const path = `/api/organizations/${providerId}/upstreams`
const { cookie } = await portal.person('Aino', {
  [providerId]: ['administrator'],
  [companyId]: ['administrator'],
})
const ask = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', at = '', body?: object) =>
  portal.ask(method, `${path}${at}`, { cookie, ...(body ? { body } : {}) })
const listed = async (upstreamId: string) =>
  (await ask('GET')).body.upstreams.find((one: { upstreamId: string }) => one.upstreamId === upstreamId)

test('ID-60 an upstream is made, tried, brought into force, changed and removed; each step is in the audit log, and no secret anywhere', async () => {
  const record = upstream.record({ authentication: 'client_secret_basic' })
  const { upstreamId } = (await ask('POST', '', record)).body
  assert.match(upstreamId, /^u-[0-9a-f]{16}$/)
  assert.equal((await listed(upstreamId)).state, 'test')
  const early = await ask('PUT', `/${upstreamId}/state`, { state: 'in-force' })
  assert.deepEqual([early.status, early.code], [409, 'upstream.secret_missing'])
  const secret = 'salaisuus-jota-kukaan-ei-enaa-nae'
  assert.equal((await ask('PUT', `/${upstreamId}/secret`, { secret })).status, 204)
  assert.equal((await ask('POST', `/${upstreamId}/look`)).body.issuer, upstream.issuer)
  assert.equal((await ask('PUT', `/${upstreamId}/state`, { state: 'in-force' })).status, 204)
  // In force this machine is no place for an upstream.
  assert.equal((await ask('POST', `/${upstreamId}/look`)).code, 'upstream.unreachable')
  assert.equal((await ask('PUT', `/${upstreamId}`, { ...record, name: 'Toinen nimi' })).status, 204)
  const now = await listed(upstreamId)
  assert.deepEqual([now.state, now.upstream.name, now.hasSecret], ['in-force', 'Toinen nimi', true])
  assert.ok(!('d' in now.publicKey))
  assert.equal((await ask('DELETE', `/${upstreamId}`)).status, 204)
  assert.equal(await listed(upstreamId), undefined)
  const { records } = (await portal.ask('GET', `/api/organizations/${providerId}/audit`, { cookie })).body
  const steps = records
    .filter(({ details }: { details: { upstream?: string } }) => details.upstream === upstreamId)
    .map(({ action }: { action: string }) => action)
  assert.deepEqual(
    steps.sort(),
    ['changed', 'made', 'removed', 'secret_set', 'state_set'].map((step) => `upstreams.${step}`),
  )
  assert.ok(!JSON.stringify(records).includes(secret))
})

test('what identity refuses is not recorded', async () => {
  const before = await portal.countRows('audit.record')
  const wrong = await ask('POST', '', upstream.record({ issuer: 'http://evil.example' }))
  assert.equal(wrong.status, 400)
  assert.equal((await ask('DELETE', '/u-0000000000000000')).code, 'upstream.not_found')
  assert.equal(await portal.countRows('audit.record'), before)
})

test('upstreams are the provider’s alone, and its administrators’', async () => {
  const elsewhere = await portal.ask('GET', `/api/organizations/${companyId}/upstreams`, { cookie })
  assert.equal(elsewhere.code, 'upstreams.provider_only')
  for (const role of ['viewer', 'privacy_officer'] as const) {
    const other = await portal.person(role, { [providerId]: [role] })
    assert.equal((await portal.ask('GET', path, { cookie: other.cookie })).status, 403)
  }
})

test('ID-33 the staff name a type of identifiers; an upstream states it, a company’s people cannot, and each step is in the audit log', async () => {
  const types = `/api/organizations/${providerId}/identifier-types`
  const type = { typeId: 'asiointikoodi', name: { fi: 'Asiointikoodi', en: 'Code' }, register: { fi: 'R', en: 'R' } }
  const send = (method: 'POST' | 'DELETE', at: string, body?: object) =>
    portal.ask(method, at, { cookie, ...(body ? { body } : {}) })
  assert.equal((await send('POST', types, type)).status, 204)
  assert.equal((await send('POST', types, { ...type, typeId: 'Ei näin' })).status, 400)
  const company = await send('POST', `/api/organizations/${companyId}/identifier-types`, type)
  assert.equal(company.code, 'upstreams.provider_only')
  assert.ok((await ask('GET')).body.identifierTypes.some((one: { typeId: string }) => one.typeId === type.typeId))
  const identifiers = { claims: [{ typeId: type.typeId, claim: 'code' }], levels: ['loa2'], scopes: [] }
  const { upstreamId } = (await ask('POST', '', upstream.record({ identifiers }))).body
  assert.deepEqual((await listed(upstreamId)).upstream.identifiers, identifiers)
  assert.equal((await send('DELETE', `${types}/${type.typeId}`)).code, 'upstream.identifier_type_in_use')
  assert.equal((await ask('PUT', `/${upstreamId}`, upstream.record())).status, 204)
  assert.equal((await send('DELETE', `${types}/${type.typeId}`)).status, 204)
  const { records } = (await portal.ask('GET', `/api/organizations/${providerId}/audit`, { cookie })).body
  const steps = records.flatMap(({ action, details }: { action: string; details: { type?: string } }) =>
    details.type === type.typeId ? [action] : [],
  )
  assert.deepEqual(steps, ['upstreams.identifier_type_removed', 'upstreams.identifier_type_made'])
})
