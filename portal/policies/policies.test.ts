import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestDevice } from '#tests/device'
import { createTestPortal } from '#tests/portal'
import { newExclusion } from './api.ts'

const portal = await createTestPortal()
const providerId = await portal.createProvider()
const boss = await portal.person('Pomo', { [providerId]: ['administrator'] })
const at = (path = '') => `/api/organizations/${providerId}/policy${path}`
const cookie = () => portal.signInAgain(boss.personId)
const read = async () => (await portal.ask('GET', at(), { cookie: await cookie() })).body
const until = (days: number) => new Date(portal.clock.now().getTime() + days * 86_400_000).toISOString()
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const

const device = createTestDevice(portal)
await device.enrol((await portal.devices.makeCode(providerId, { uses: 1, hours: 1 }, by)).code)

test('an organisation that has decided nothing is protected: known dangers are stopped and nothing is sent', async () => {
  const { version, settings, exclusions } = await read()
  assert.equal(version, 1)
  assert.deepEqual(settings, {
    profile: 'default',
    reportOnly: false,
    realTime: true,
    schedule: null,
    unknownContent: 'never',
    cloud: true,
    clamd: true,
    ruleSets: null,
  })
  assert.deepEqual(exclusions, [])
})

test('a change reaches devices at their next check-in, once, and is recorded; one made on an old page is refused', async () => {
  const { version, settings } = await read()
  const change = async (body: unknown) => portal.ask('PUT', at(), { cookie: await cookie(), body })
  const wanted = { ...settings, reportOnly: true, schedule: { every: 'day', at: '03:30' } }
  assert.equal((await change({ version, settings: wanted })).status, 204)
  assert.equal((await change({ version, settings })).code, 'policies.changed_meanwhile')
  const told = (await device.checkIn({ policyVersion: version })).body.policy
  assert.deepEqual([told.settings.reportOnly, told.settings.schedule], [true, { every: 'day', at: '03:30' }])
  assert.equal((await device.checkIn({ policyVersion: told.version })).body.policy, null)
  const { state } = (
    await portal.ask('GET', `/api/organizations/${providerId}/devices/${device.deviceId}`, { cookie: await cookie() })
  ).body
  assert.equal(state, 'reporting')
  const { records } = (
    await portal.ask('GET', `/api/organizations/${providerId}/audit?action=policies.changed`, {
      cookie: await cookie(),
    })
  ).body
  assert.deepEqual(records[0].details.changed, ['report_only', 'schedule'])
  // Two at once: one of them is told.
  const now = await read()
  const answers = await Promise.all(
    ['strict', 'default'].map((profile) =>
      change({ version: now.version, settings: { ...now.settings, profile, reportOnly: false } }),
    ),
  )
  assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 409])
  for (const wrong of [{ profile: 'none' }, { schedule: { every: 'day', at: '24:00' } }, { ruleSets: ['../x'] }])
    assert.equal((await change({ version: now.version, settings: { ...now.settings, ...wrong } })).status, 400)
})

test('what is let through has a reason and an end, and then it ends by itself', async () => {
  const add = async (body: unknown) => portal.ask('POST', at('/exclusions'), { cookie: await cookie(), body })
  const path = { kind: 'path', value: '/srv/käännös/**', reason: 'Kääntäjän tulokset', until: until(2) }
  const added = await add(path)
  assert.equal(added.status, 200)
  assert.equal((await add({ ...path, until: until(91) })).code, 'policies.bad_until')
  assert.equal((await add({ ...path, until: until(-1) })).code, 'policies.bad_until')
  const { policy } = (await device.checkIn({ policyVersion: 0 })).body
  assert.deepEqual(policy.settings.exclusions, [{ kind: 'path', value: '/srv/käännös/**', until: path.until }])
  const [row] = await portal.admin<{ text: string }[]>`select string_agg(e::text, '') as text from policies.exclusion e`
  assert.doesNotMatch(row?.text ?? '', /käännös|tulokset/i)
  portal.clock.advance(2 * 86_400_000 + 1)
  assert.deepEqual((await device.checkIn({ policyVersion: 0 })).body.policy.settings.exclusions, [])
  assert.deepEqual((await read()).exclusions, [])
  await portal.expiry.run()
  assert.equal(await portal.countRows('policies.exclusion'), 0)
  const again = await add({ kind: 'sha256', value: 'AB'.repeat(32), reason: 'Oma ohjelma', until: until(1) })
  assert.equal(
    (await portal.ask('DELETE', at(`/exclusions/${again.body.exclusionId}`), { cookie: await cookie() })).status,
    204,
  )
  assert.equal(
    (await portal.ask('DELETE', at(`/exclusions/${again.body.exclusionId}`), { cookie: await cookie() })).code,
    'policies.exclusion_not_found',
  )
})

test('everything at once, or a way back up, cannot be let through', () => {
  const fits = (kind: string, value: string) =>
    newExclusion.safeParse({ kind, value, reason: 'x', until: until(1) }).success
  for (const path of ['/', '/**', '/*', 'home', '/srv/../etc', '', '/a\nb'])
    assert.equal(fits('path', path), false, path)
  for (const path of ['/srv/x', '/home/*/koodi/**', '/opt/a b']) assert.equal(fits('path', path), true, path)
  assert.equal(fits('sha256', 'ab'), false)
  assert.equal(fits('rule', 'Win32_Trojan'), true)
  assert.equal(fits('rule', 'a b'), false)
})
