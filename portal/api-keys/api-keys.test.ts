import assert from 'node:assert/strict'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { describeApi } from '#server/openapi'
import { type ApiDocument, generateClient } from '#tests/generated-client'
import { createTestPortal } from '#tests/portal'
import { until } from '#tests/until'
import { keyPermissions } from './api.ts'

const portal = await createTestPortal()
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Yritys', 'company')
const otherId = await portal.createBeneath(providerId, 'Toinen', 'company')
const boss = await portal.person('Pomo', { [companyId]: ['administrator'] })
const officer = await portal.person('Vastaava', { [companyId]: ['privacy_officer'] })
const other = await portal.person('Toinen pomo', { [otherId]: ['administrator'] })

const inDays = (days: number) => new Date(portal.clock.now().getTime() + days * 86_400_000).toISOString()
const given = { title: 'Valvomo', permissions: ['devices.read', 'devices.manage'], expiresAt: inDays(90) }
const base = `/api/organizations/${companyId}`
const asBoss = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) =>
  portal.ask(method, `${base}${path}`, {
    cookie: await portal.signInAgain(boss.personId),
    ...(body === undefined ? {} : { body }),
  })
const make = async (change: object = {}) => (await asBoss('POST', '/api-keys', { ...given, ...change })).body
const withKey = (key: string, method: 'GET' | 'POST' | 'DELETE', url: string, more: Record<string, string> = {}) =>
  portal.ask(method, url, { headers: { authorization: `Bearer ${key}`, ...more } })

test('a client generated from the OpenAPI document enrols, lists and acts with a key', async () => {
  const { key } = await make()
  const document = describeApi('Vartio', portal.urls.portal.origin, portal.http.routes) as ApiDocument
  const send = (headers: Record<string, string>) => async (sent: { method: string; path: string; body: unknown }) => {
    const { status, body } = await portal.ask(sent.method as 'GET', sent.path, { headers, body: sent.body })
    return { status, body }
  }
  const client = generateClient(document, send({ authorization: `Bearer ${key}` }))
  const within = { organizationId: companyId }
  const { code } = await client('post_api_organizations_organizationId_device_codes', within, { uses: 1, hours: 1 })
  const { publicKey } = generateKeyPairSync('ed25519')
  // The device itself has no key of the organisation: its code decides.
  const device = generateClient(document, send({}))
  const enrolled = await device('post_api_device_enrolment', {}, enrolment(code, publicKey.export({ format: 'jwk' }).x))
  const { devices } = await client('get_api_organizations_organizationId_devices', within)
  assert.deepEqual(
    devices.map(({ deviceId }: { deviceId: string }) => deviceId),
    [enrolled.deviceId],
  )
  await client(
    'post_api_organizations_organizationId_devices_deviceId_actions',
    { ...within, deviceId: enrolled.deviceId },
    { kind: 'scan' },
  )
  const { actions } = await client('get_api_organizations_organizationId_devices_deviceId', {
    ...within,
    deviceId: enrolled.deviceId,
  })
  assert.deepEqual(
    actions.map(({ kind }: { kind: string }) => kind),
    ['scan'],
  )
  await assert.rejects(client('get_api_organizations_organizationId_people', within), { code: 'api_keys.not_allowed' })
  await assert.rejects(client('get_no_such_thing'), /The document has no/)
})

const enrolment = (code: string, publicKey: unknown) => ({
  code,
  publicKey,
  hardwareHash: 'A'.repeat(43),
  name: 'Palvelin',
  os: { name: 'Debian GNU/Linux', version: '13', kernel: '6.12', architecture: 'x64' },
  agentVersion: '0.1.0',
  asRoot: true,
})

test('what a key does stands in the audit log under the key, and when it was last used in the list', async () => {
  // Of what happens within one moment the order is chance.
  portal.clock.advance(1_000)
  const { keyId, key } = await make({ title: 'Kirjattu' })
  const code = await portal.ask('POST', `${base}/device-codes`, {
    headers: { authorization: `Bearer ${key}` },
    body: { uses: 1, hours: 1 },
  })
  assert.equal(code.status, 200)
  const { records } = (await asBoss('GET', '/audit?action=devices.code_made')).body
  assert.deepEqual(records[0].actor, { kind: 'key', id: keyId, name: 'Kirjattu' })
  const lastUsed = () =>
    asBoss('GET', '/api-keys').then(
      ({ body }) => body.keys.find((one: { keyId: string }) => one.keyId === keyId).lastUsedAt,
    )
  await until(async () => (await lastUsed()) !== null)
  assert.equal(await lastUsed(), portal.clock.now().toISOString())
  assert.equal((await asBoss('DELETE', `/api-keys/${keyId}`)).status, 204)
  const recorded = async (what: string) => (await asBoss('GET', `/audit?action=api_keys.${what}`)).body.records[0]
  assert.deepEqual((await recorded('made')).details, { permissions: ['devices.read', 'devices.manage'] })
  // Its name is gone with it; its number stays.
  assert.deepEqual((await recorded('revoked')).target, { kind: 'api-key', id: keyId, name: null })
})

test('a key is told once, kept as a hash, and is over when it is revoked or its time is', async () => {
  const { keyId, key } = await make()
  assert.match(key, /^vartio_[A-Za-z0-9_-]{43}$/)
  const rows = await portal.admin<{ text: string }[]>`select k::text as text from api_keys.key k`
  assert.ok(rows.length > 0 && rows.every(({ text }) => !text.includes(key.slice('vartio_'.length))))
  assert.ok(!portal.lines.some((line) => JSON.stringify(line).includes(key)))
  assert.equal((await withKey(key, 'GET', `${base}/devices`)).status, 200)
  assert.equal((await asBoss('DELETE', `/api-keys/${keyId}`)).status, 204)
  assert.equal((await withKey(key, 'GET', `${base}/devices`)).code, 'api_keys.not_valid')
  assert.equal((await asBoss('DELETE', `/api-keys/${keyId}`)).code, 'api_keys.not_found')
  const short = await make({ expiresAt: inDays(1) })
  portal.clock.advance(86_400_000)
  assert.equal((await withKey(short.key, 'GET', `${base}/devices`)).code, 'api_keys.not_valid')
})

test('a key opens its own organisation and its own permissions, nothing for people, and lends nothing to a cookie', async () => {
  const { key } = await make({ permissions: [...keyPermissions] })
  const theirs = `/api/organizations/${otherId}`
  const none = `/api/organizations/${randomUUID()}`
  for (const there of [theirs, none]) {
    const { status, code } = await withKey(key, 'GET', `${there}/devices`)
    assert.deepEqual([status, code], [404, 'organizations.organization_not_found'])
  }
  assert.equal((await withKey(key, 'GET', `${base}/people`)).code, 'api_keys.not_allowed')
  assert.equal((await withKey(key, 'GET', `${base}/api-keys`)).code, 'api_keys.not_allowed')
  assert.equal((await withKey(key, 'POST', `${base}/api-keys`)).code, 'api_keys.people_only')
  assert.equal((await withKey(key, 'GET', '/api/session')).code, 'api_keys.people_only')
  // A key beside somebody's cookie: neither gets what the other may.
  const cookie = await portal.signInAgain(other.personId)
  assert.equal(
    (await withKey(key, 'GET', `${theirs}/devices`, { cookie })).code,
    'organizations.organization_not_found',
  )
  assert.equal(
    (await withKey(`vartio_${'A'.repeat(43)}`, 'GET', `${theirs}/devices`, { cookie })).code,
    'api_keys.not_valid',
  )
  for (const authorization of ['Basic dGVzdA==', 'Bearer', `Bearer ${key.slice(0, -1)}`, `Bearer ${key}A`, ''])
    assert.equal(
      (await portal.ask('GET', `${base}/devices`, { headers: { authorization } })).code,
      'api_keys.not_valid',
      authorization,
    )
})

test('no role but the administrator’s makes keys, with a fresh passkey, for a year at most, and not without end', async () => {
  const cookie = await portal.signInAgain(officer.personId)
  assert.equal((await portal.ask('GET', `${base}/api-keys`, { cookie })).code, 'sessions.not_allowed')
  const stale = await portal.signInAgain(boss.personId)
  portal.clock.advance(6 * 60_000)
  assert.equal(
    (await portal.ask('POST', `${base}/api-keys`, { cookie: stale, body: { ...given, expiresAt: inDays(9) } })).code,
    'sessions.passkey_wanted',
  )
  for (const [change, code] of [
    [{ expiresAt: inDays(-1) }, 'api_keys.bad_end'],
    [{ expiresAt: inDays(367) }, 'api_keys.bad_end'],
    [{ permissions: [] }, 'http.invalid_input'],
    [{ permissions: ['people.manage'] }, 'http.invalid_input'],
    [{ permissions: ['api-keys.manage'] }, 'http.invalid_input'],
    [{ title: '' }, 'http.invalid_input'],
    [{ title: 'x'.repeat(81) }, 'http.invalid_input'],
  ] as const)
    assert.equal((await make({ expiresAt: inDays(9), ...change })).code, code, JSON.stringify(change))
  const { keys } = (await asBoss('GET', '/api-keys')).body
  for (let at = keys.length; at < 50; at += 1)
    assert.ok((await make({ expiresAt: inDays(9), title: `Avain ${at}` })).key)
  assert.equal((await make({ expiresAt: inDays(9) })).code, 'api_keys.too_many')
})
