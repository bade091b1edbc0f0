import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#base/ids'
import { within } from '#server/purpose'
import { aContract, enforceContract } from '#tests/contract'
import { startIdentity } from '#tests/identity'
import { createTestPortal } from '#tests/portal'

// With the real identity: the log is its own, and it decides how far a ground reaches.

const house = await startIdentity()
const portal = await createTestPortal({ beside: house })
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Paja', 'company')
const aino = await portal.person('Aino', { [providerId]: ['administrator'], [companyId]: ['administrator'] })
const path = `/api/organizations/${providerId}/technical-log/looks`

const { services, release } = house.identity
const ids = await Promise.all(
  ['library', 'clinic'].map(async (clientId) => {
    await enforceContract(services, clientId, aContract({ protocol: { authentication: 'client_secret_basic' } }))
    return (await services.contracts.find(clientId)).contractId
  }),
)
const [library = '', clinic = ''] = ids
const sessionId = newId(Date.now())
const origin = { ip: '192.0.2.77', userAgent: 'A browser/1', languages: 'se-FI,se;q=0.8' }
await within('security', async () => {
  for (const what of ['continued', 'handed-over'] as const)
    await release.record({
      event: 'one',
      sessionId,
      contractId: library,
      what,
      ...(what === 'continued' ? { from: origin } : {}),
    })
  await release.record({ event: 'two', sessionId, contractId: clinic, what: 'cancelled', from: origin })
})

const hour = 3_600_000
const period = { from: new Date(Date.now() - hour).toISOString(), to: new Date(Date.now() + hour).toISOString() }
const look = (body: object, cookie = aino.cookie) => portal.ask('POST', path, { cookie, body: { ...period, ...body } })
const why = 'Kirjasto kertoi, että kirjautuminen jää kesken.'

test('ID-15 ID-16 ID-17 ID-18 each ground shows as much as it needs: counts, the browser, or where it came from', async () => {
  const fault = (await look({ ground: 'fault', why })).body
  assert.deepEqual(
    fault.entries.map(({ what }: { what: string }) => what),
    ['cancelled', 'handed-over', 'continued'],
  )
  const text = JSON.stringify(fault)
  for (const part of [origin.userAgent, origin.languages]) assert.ok(text.includes(part))
  for (const hidden of [origin.ip, sessionId]) assert.ok(!text.includes(hidden), `${hidden} is shown for a fault`)
  for (const ground of ['misuse', 'authority']) {
    const shown = JSON.stringify((await look({ ground, why })).body)
    for (const part of [...Object.values(origin), sessionId]) assert.ok(shown.includes(part), `${ground}: ${part}`)
  }
  const review = (await look({ ground: 'review', why })).body
  assert.deepEqual(review.entries, [])
  assert.equal(
    review.counts.reduce((sum: number, { count }: { count: number }) => sum + count, 0),
    3,
  )
  for (const hidden of [...Object.values(origin), sessionId]) assert.ok(!JSON.stringify(review).includes(hidden))
  const one = (await look({ ground: 'fault', why, contractId: clinic })).body.entries
  assert.deepEqual(
    one.map(({ contractId }: { contractId: string }) => contractId),
    [clinic],
  )
})

test('ID-19 whoever gives no ground, another one or no reason sees nothing, and each look stands with name and reason', async () => {
  const before = await portal.countRows('technical_log.look')
  for (const body of [{ why }, { ground: 'curiosity', why }, { ground: 'fault' }, { ground: 'fault', why: ' ' }])
    assert.equal((await look(body)).status, 400, JSON.stringify(body))
  assert.equal(await portal.countRows('technical_log.look'), before)
  assert.equal((await look({ ground: 'authority', why: 'Poliisin pyyntö 2026/17' })).status, 200)
  const { looks } = (await portal.ask('GET', path, { cookie: aino.cookie })).body
  assert.deepEqual([looks[0].by, looks[0].ground, looks[0].why], ['Aino', 'authority', 'Poliisin pyyntö 2026/17'])
  const { records } = (await portal.ask('GET', `/api/organizations/${providerId}/audit`, { cookie: aino.cookie })).body
  const record = records.find(({ action }: { action: string }) => action === 'technical_log.looked')
  assert.deepEqual([record.details.ground, record.details.look], ['authority', looks[0].lookId])
  assert.ok(!JSON.stringify(records).includes('Poliisin'), 'words of a person are in the audit log')
})

test('a look that identity does not answer stands all the same', async () => {
  await house.http.app.close()
  const before = await portal.countRows('technical_log.look')
  assert.ok((await look({ ground: 'fault', why })).status >= 500)
  assert.equal(await portal.countRows('technical_log.look'), before + 1)
})

test('a period that is too long or runs backwards is refused, and nobody but the provider’s people looks', async () => {
  const month = { from: '2026-01-01T00:00:00Z', to: '2026-03-01T00:00:00Z' }
  assert.equal((await look({ ground: 'fault', why, ...month })).code, 'technical_log.too_long')
  assert.equal((await look({ ground: 'fault', why, from: period.to, to: period.from })).code, 'technical_log.too_long')
  const elsewhere = `/api/organizations/${companyId}/technical-log/looks`
  const asked = { cookie: aino.cookie, body: { ...period, ground: 'fault', why } }
  assert.equal((await portal.ask('POST', elsewhere, asked)).code, 'technical_log.provider_only')
  const viewer = await portal.person('Katsoja', { [providerId]: ['viewer'] })
  assert.equal((await look({ ground: 'fault', why }, viewer.cookie)).status, 403)
  assert.equal((await portal.ask('GET', path, { cookie: viewer.cookie })).status, 403)
})
