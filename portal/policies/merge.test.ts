import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newId } from '#base/ids'
import { firstSettings, levelKinds, type OwnSettings, type SettingName, settingNames } from './api.ts'
import { differing, type Level, merge, versionOf } from './merge.ts'

const own: fc.Arbitrary<OwnSettings> = fc.record(
  {
    profile: fc.constantFrom('default' as const, 'strict' as const),
    reportOnly: fc.boolean(),
    realTime: fc.boolean(),
    schedule: fc.option(fc.record({ every: fc.constantFrom('day' as const, 'week' as const), at: fc.constantFrom('03:30', '12:00') })),
    unknownContent: fc.constantFrom('never' as const, 'send' as const),
    cloud: fc.boolean(),
    clamd: fc.boolean(),
    ruleSets: fc.option(fc.uniqueArray(fc.constantFrom('a', 'b', 'c'))),
  },
  { requiredKeys: [] },
) // biome-ignore format: one line a setting
const locked = fc.uniqueArray(fc.constantFrom(...settingNames))
const levels = fc
  .tuple(...levelKinds.map(() => fc.record({ own, locked })))
  .map((all) => all.map((one, at): Level => ({ kind: levelKinds[at]!, scopeId: newId(), ...one })))

/** Said again, more slowly: which level a setting comes from. */
function decides(all: readonly Level[], name: SettingName): Level | undefined {
  const lock = all.findIndex((level) => level.locked.includes(name))
  return all.slice(0, lock === -1 ? all.length : lock + 1).findLast((level) => level.own[name] !== undefined)
}

test('whatever levels say, the lowest that says something holds, and nothing below a lock does', () => {
  fc.assert(
    fc.property(levels, (all) => {
      const { settings, origins } = merge(all)
      for (const name of settingNames) {
        const level = decides(all, name)
        assert.deepEqual(settings[name], level ? level.own[name] : firstSettings[name])
        assert.equal(origins[name].from?.scopeId, level?.scopeId)
        const lock = all.findIndex((one) => one.locked.includes(name))
        const below = lock === -1 ? [] : all.slice(lock + 1).filter((one) => one.own[name] !== undefined)
        assert.deepEqual(
          origins[name].overruled.map(({ scopeId }) => scopeId),
          below.map(({ scopeId }) => scopeId),
        )
      }
    }),
  )
})

test('the version is another exactly when something else holds, whichever level says it', () => {
  fc.assert(
    fc.property(levels, levels, fc.boolean(), (one, other, isOneSaidLower) => {
      const [before, after] = [merge(one).settings, merge(other).settings]
      const isSame = differing(before, after).length === 0
      assert.equal(versionOf(before, []) === versionOf(after, []), isSame)
      // The same said by a device instead of the organisation is no other policy; nor is what a lock overrules.
      const said: Level = {
        kind: isOneSaidLower ? 'device' : 'organization',
        scopeId: newId(),
        own: before,
        locked: [],
      }
      assert.equal(versionOf(merge([said]).settings, []), versionOf(before, []))
    }),
  )
})

test('what is let through is part of the version, in whatever order it is read; the database’s order of keys is not', () => {
  const [a, b] = [newId(), newId()]
  assert.equal(versionOf(firstSettings, [a, b]), versionOf(firstSettings, [b, a]))
  assert.notEqual(versionOf(firstSettings, [a]), versionOf(firstSettings, [a, b]))
  const at = { ...firstSettings, schedule: { every: 'day', at: '03:30' } as const }
  assert.equal(versionOf(at, []), versionOf({ ...at, schedule: { at: '03:30', every: 'day' } }, []))
  assert.ok(Number.isSafeInteger(versionOf(at, [])))
})
