import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContract } from '#tests/contract'
import { startIdentity } from '#tests/identity'
import { createTestPortal } from '#tests/portal'

// With the real identity: it decides about every contract.

const identity = await startIdentity()
const portal = await createTestPortal({ beside: identity })
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Paja', 'company')
const path = `/api/organizations/${providerId}/contracts`
const aino = await portal.person('Aino', { [providerId]: ['administrator'], [companyId]: ['administrator'] })
const cookie = aino.cookie

const bySecret = aContract({ protocol: { authentication: 'client_secret_basic' } })
const make = async () => (await portal.ask('POST', path, { cookie, body: bySecret })).body.clientId as string

test('ID-37 a contract is made, changed, brought into force and ended, and each step is in the audit log', async () => {
  const clientId = await make()
  assert.match(clientId, /^s-[0-9a-f]{16}$/)
  assert.equal((await identity.identity.services.find(clientId))?.contract?.state, 'test')
  const secret = await portal.ask('POST', `${path}/${clientId}/secret`, { cookie })
  assert.ok(await identity.identity.services.isSecret(clientId, secret.body.secret))
  const changed = { ...bySecret, redirectUris: ['https://other.example/callback'] }
  assert.equal((await portal.ask('PUT', `${path}/${clientId}`, { cookie, body: changed })).status, 204)
  assert.equal((await portal.ask('POST', `${path}/${clientId}/force`, { cookie })).status, 204)
  const found = (await portal.ask('GET', `${path}/${clientId}`, { cookie })).body
  assert.deepEqual([found.state, found.contract], ['in-force', changed])
  const { contracts } = (await portal.ask('GET', path, { cookie })).body
  assert.ok(contracts.some((one: { clientId: string }) => one.clientId === clientId))
  const ended = await portal.ask('POST', `${path}/${clientId}/end`, { cookie })
  assert.ok(new Date(ended.body.endsAt) > new Date())
  const { records } = (await portal.ask('GET', `/api/organizations/${providerId}/audit`, { cookie })).body
  assert.deepEqual(
    records
      .filter(({ details }: { details: { service?: string } }) => details.service === clientId)
      .map(({ action }: { action: string }) => action)
      .sort(),
    ['changed', 'ended', 'enforced', 'made', 'secret_made'].map((step) => `contracts.${step}`),
  )
  const all = JSON.stringify(records)
  for (const said of ['Kaisa', 'kaisa@', secret.body.secret]) assert.ok(!all.includes(said))
})

test('ID-63 what identity refuses is not recorded, and the answer says why', async () => {
  const before = await portal.countRows('audit.record')
  const refused = await portal.ask('POST', path, { cookie, body: { ...bySecret, hosting: ['US'] } })
  assert.deepEqual([refused.status, refused.code], [422, 'services.not_in_eea'])
  const unknown = await portal.ask('POST', `${path}/s-0000000000000000/force`, { cookie })
  assert.equal(unknown.code, 'services.contract_not_found')
  const wrong = await portal.ask('POST', path, { cookie, body: { ...bySecret, redirectUris: ['http://a.example/'] } })
  assert.equal(wrong.status, 400)
  assert.equal(await portal.countRows('audit.record'), before)
})

test('contracts are the provider’s alone, and its administrators’', async () => {
  const elsewhere = await portal.ask('GET', `/api/organizations/${companyId}/contracts`, { cookie })
  assert.equal(elsewhere.code, 'contracts.provider_only')
  for (const role of ['viewer', 'privacy_officer'] as const) {
    const other = await portal.person(role, { [providerId]: [role] })
    assert.equal((await portal.ask('GET', path, { cookie: other.cookie })).status, 403)
  }
})
