import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTestDevice } from '#tests/device'
import { createTestPortal } from '#tests/portal'
import { type OwnSettings, settingNames } from './api.ts'
import { isEqual } from './merge.ts'

const portal = await createTestPortal()
const providerId = await portal.createProvider()
const { policies, devices, database } = portal
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
const groups = [
  await devices.makeLabel(providerId, 'group', 'Myymälät', by),
  await devices.makeLabel(providerId, 'group', 'Konttorit', by),
]
// Two in each group, two in none.
const { code } = await devices.makeCode(providerId, { uses: 6, hours: 1 }, by)
const all: { deviceId: string; groupId: string | null }[] = []
for (const groupId of [groups[0]!, groups[0]!, groups[1]!, groups[1]!, null, null]) {
  const device = createTestDevice(portal, { name: `Kone ${all.length}` })
  await device.enrol(code)
  all.push({ deviceId: device.deviceId, groupId })
  await devices.label({ organizationId: providerId, deviceId: device.deviceId }, { groupId, tagIds: [] }, by)
}
const scopes = [providerId, ...groups, ...all.map(({ deviceId }) => deviceId)]

/** What each device obeys, asked as at its check-in. */
const obeyed = async () => {
  const found: Record<string, unknown>[] = []
  for (const { deviceId, groupId } of all)
    found.push(
      await database.inOrganization(providerId, async (tx) => {
        const place = { organizationId: providerId, groupId, deviceId }
        return (await policies.forDevice(tx, place, 0)).settings
      }),
    )
  return found
}
const save = async (scopeId: string, own: OwnSettings, locked: readonly (typeof settingNames)[number][]) => {
  const { version } = await policies.readLevel(providerId, scopeId, { isOwn: true })
  return policies.changeLevel(providerId, scopeId, { version, own, locked }, by)
}

test('what the preview tells is what a change then does, at whichever level, whatever others say', async () => {
  const own = fc.record(
    { reportOnly: fc.boolean(), profile: fc.constantFrom('default' as const, 'strict' as const), schedule: fc.constantFrom(null, { every: 'day' as const, at: '03:30' }) },
    { requiredKeys: [] },
  ) // biome-ignore format: one line
  const locked = fc.uniqueArray(fc.constantFrom('reportOnly' as const, 'profile' as const), { maxLength: 1 })
  await fc.assert(
    fc.asyncProperty(fc.nat(scopes.length - 1), own, locked, async (at, wanted, wantedLocks) => {
      const scopeId = scopes[at]!
      const state = { own: wanted, locked: at > 2 ? [] : wantedLocks }
      const told = await policies.preview(providerId, scopeId, state)
      const before = await obeyed()
      try {
        await save(scopeId, state.own, state.locked)
      } catch {
        return // Locked above: refused, and told on the page before.
      }
      const after = await obeyed()
      const changed = all.filter((_, place) => !isEqual(before[place], after[place])).map(({ deviceId }) => deviceId)
      assert.equal(told.devices, changed.length)
      for (const name of settingNames) {
        const really = all.filter((_, place) => !isEqual(before[place]![name], after[place]![name])).length
        const said = told.settings.filter(({ setting }) => setting === name)
        assert.equal(
          said.reduce((sum, one) => sum + one.devices, 0),
          really,
        )
      }
      assert.equal(told.examples.length, Math.min(changed.length, 5))
      assert.ok(told.examples.every(({ deviceId }) => changed.includes(deviceId)))
      assert.equal(told.of, at === 0 ? 6 : at < 3 ? 2 : 1)
    }),
    { numRuns: 60 },
  )
})

test('the preview names devices, tells from what to what, and which departures a lock would take the effect from', async () => {
  for (const scopeId of scopes) await save(scopeId, {}, [])
  await save(groups[0]!, { reportOnly: false }, [])
  await save(all[4]!.deviceId, { profile: 'strict' }, [])
  const told = await policies.preview(providerId, providerId, {
    own: { reportOnly: true },
    locked: ['reportOnly', 'profile'],
  })
  assert.deepEqual(told.settings, [
    { setting: 'reportOnly', before: false, after: true, devices: 6 },
    { setting: 'profile', before: 'strict', after: 'default', devices: 1 },
  ])
  assert.equal(told.overrules, 2)
  assert.ok(told.examples.every(({ name }) => name?.startsWith('Kone ')))
  const nothing = await policies.preview(providerId, groups[1]!, { own: { reportOnly: false }, locked: [] })
  assert.deepEqual([nothing.of, nothing.devices, nothing.settings, nothing.examples], [2, 0, [], []])
})

test('what would be let through is told by how many devices do not let it through already, whichever level says so', async () => {
  const until = new Date(portal.clock.now().getTime() + 86_400_000).toISOString()
  const exclusion = { kind: 'path', value: '/srv/kaannos/**' } as const
  const told = async (scopeId: string, value: string = exclusion.value) => {
    const { of, devices: newly } = await policies.previewExclusion(providerId, scopeId, { ...exclusion, value })
    return [newly, of]
  }
  const [shops, office, laptop] = [groups[0]!, groups[1]!, all[4]!.deviceId]
  assert.deepEqual(await told(providerId), [6, 6])
  const reason = 'Kääntäjän tulokset'
  await policies.exclude(providerId, { ...exclusion, reason, until }, by, shops)
  await policies.exclude(providerId, { ...exclusion, reason, until }, by, laptop)
  assert.deepEqual(await told(providerId), [3, 6])
  assert.deepEqual(await told(providerId, '/srv/muu/**'), [6, 6])
  assert.deepEqual([await told(shops), await told(office)], [[0, 2], [2, 2]]) // biome-ignore format: one line
  assert.deepEqual([await told(laptop), await told(all[0]!.deviceId), await told(all[5]!.deviceId)], [[0, 1], [0, 1], [1, 1]]) // biome-ignore format: one line
  await policies.exclude(providerId, { ...exclusion, reason, until }, by)
  assert.deepEqual([await told(providerId), await told(office)], [[0, 6], [0, 2]]) // biome-ignore format: one line
})
