import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestDevice } from '#tests/device'
import { createTestPortal } from '#tests/portal'

const portal = await createTestPortal()
const providerId = await portal.createProvider()
const otherId = await portal.createBeneath(providerId, 'Toinen', 'company')
const boss = await portal.person('Pomo', { [providerId]: ['administrator'] })
const by = { actor: { kind: 'person', id: boss.personId }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
const { devices } = portal

const [laptop, desktop] = [createTestDevice(portal), createTestDevice(portal)]
for (const device of [laptop, desktop])
  await device.enrol((await devices.makeCode(providerId, { uses: 1, hours: 1 }, by)).code)
const groupId = await devices.makeLabel(providerId, 'group', 'Myymälät', by)
const into = (group: string | null) =>
  devices.label({ organizationId: providerId, deviceId: laptop.deviceId }, { groupId: group, tagIds: [] }, by)
await into(groupId)

const cookie = await portal.signInAgain(boss.personId)
const at = (scopeId: string, more = '') => `/api/organizations/${providerId}/policy/levels/${scopeId}${more}`
const read = async (scopeId: string) => (await portal.ask('GET', at(scopeId), { cookie })).body
const save = async (scopeId: string, own: object, locked: readonly string[] = [], more: object = {}) => {
  const { version } = await read(scopeId)
  return portal.ask('PUT', at(scopeId), { cookie, body: { version, own, locked, ...more } })
}
const told = async (device: typeof laptop, policyVersion = 0) => (await device.checkIn({ policyVersion })).body.policy
const says = async (device: typeof laptop) => {
  const { settings } = await told(device)
  return [settings.reportOnly, settings.profile]
}

test('a group departs from the organisation and a device from its group; the page tells where each setting was decided', async () => {
  assert.equal((await save(providerId, { profile: 'strict' })).status, 200)
  assert.equal((await save(groupId, { reportOnly: true })).status, 200)
  assert.deepEqual(await says(laptop), [true, 'strict'])
  assert.deepEqual(await says(desktop), [false, 'strict'])
  assert.equal((await save(laptop.deviceId, { profile: 'default' })).status, 200)
  assert.deepEqual(await says(laptop), [true, 'default'])

  const { origins, own, kind, name, effectiveVersion } = await read(laptop.deviceId)
  assert.deepEqual([kind, name, own], ['device', 'Kannettava', { profile: 'default' }])
  assert.equal(origins.profile.from.kind, 'device')
  assert.equal(origins.profile.inherited, 'strict')
  assert.deepEqual(origins.reportOnly.from, { kind: 'group', scopeId: groupId, name: 'Myymälät' })
  assert.equal(origins.cloud.from, null)
  assert.equal((await told(laptop)).version, effectiveVersion)
  assert.equal(await told(laptop, effectiveVersion), null)
  // A device that only reports says so in its state, whichever level has decided it.
  assert.equal((await devices.read(providerId, laptop.deviceId, { isOwn: true })).state, 'reporting')

  const { levels } = (await portal.ask('GET', at('').slice(0, -1), { cookie })).body
  assert.deepEqual(
    levels.map((level: { kind: string; name: string; own: string[] }) => [level.kind, level.name, level.own]),
    [
      ['group', 'Myymälät', ['reportOnly']],
      ['device', 'Kannettava', ['profile']],
    ],
  )
})

test('what is locked above holds below: new departures are refused, old ones are kept and told, and hold again once it is unlocked', async () => {
  assert.equal((await save(providerId, { profile: 'strict' }, ['reportOnly', 'profile'])).status, 200)
  assert.deepEqual(await says(laptop), [false, 'strict'])
  const { origins, own } = await read(groupId)
  assert.deepEqual(own, { reportOnly: true })
  assert.equal(origins.reportOnly.lockedAt.kind, 'organization')
  assert.deepEqual(origins.reportOnly.overruled, [{ kind: 'group', scopeId: groupId, name: 'Myymälät' }])
  const refused = await save(groupId, { reportOnly: true, profile: 'strict' })
  assert.deepEqual(
    [refused.status, refused.code, refused.body.fields],
    [409, 'policies.locked', { profile: 'is locked above' }],
  )
  const beside = await save(groupId, { reportOnly: true, clamd: false })
  assert.deepEqual(beside.body.overruled, ['reportOnly'])
  assert.equal((await save(laptop.deviceId, {}, ['cloud'])).code, 'policies.nothing_below')
  await save(providerId, { profile: 'strict' })
  assert.deepEqual(await says(laptop), [true, 'default'])
})

test('a device goes by the group it is in, from its next check-in on; a group that is gone decides nothing', async () => {
  await into(null)
  assert.deepEqual(await says(laptop), [false, 'default'])
  await into(groupId)
  assert.deepEqual(await says(laptop), [true, 'default'])
  await portal.policies.exclude(
    providerId,
    { kind: 'rule', value: 'Oma', reason: 'Oma ohjelma', until: new Date(portal.clock.now().getTime() + 86_400_000).toISOString() },
    by,
    groupId,
  ) // biome-ignore format: one thing
  assert.equal((await told(laptop)).settings.exclusions.length, 1)
  assert.deepEqual((await told(desktop)).settings.exclusions, [])
  await devices.removeLabel(providerId, 'group', groupId, by)
  assert.deepEqual(await says(laptop), [false, 'default'])
  assert.deepEqual((await told(laptop)).settings.exclusions, [])
  assert.equal((await portal.ask('GET', at(groupId), { cookie })).code, 'policies.level_not_found')
  await devices.remove(providerId, laptop.deviceId, by)
  assert.equal(await portal.countRows('policies.level'), 1)
  assert.equal(await portal.countRows('policies.exclusion'), 0)
})

test('levels of another organisation are not found, and of two who save at once the second is told', async () => {
  for (const scopeId of [otherId, laptop.deviceId])
    assert.equal((await save(scopeId, {}, [], { version: 1 })).code, 'policies.level_not_found')
  const { version } = await read(desktop.deviceId)
  const answers = await Promise.all(
    [{ clamd: false }, { cloud: false }].map((own) =>
      portal.ask('PUT', at(desktop.deviceId), { cookie, body: { version, own, locked: [] } }),
    ),
  )
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409])
  assert.equal(answers.find(({ status }) => status === 409)?.code, 'policies.changed_meanwhile')
  for (const wrong of [{ profile: 'none' }, { unknown: true }])
    assert.equal((await save(desktop.deviceId, wrong)).status, 400)
  assert.equal((await save(desktop.deviceId, {}, ['cloud', 'cloud'])).status, 400)
})
