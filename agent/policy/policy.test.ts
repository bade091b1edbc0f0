import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isDue, readPolicy, standardPolicy } from './index.ts'

const at = (text: string) => new Date(`2026-11-${text}`)
const daily = { every: 'day', at: '03:00' } as const
const weekly = { every: 'week', at: '03:00' } as const

test('a scan by schedule is due once when its time of day has come, and after a time off as soon as the device is on again', () => {
  assert.equal(isDue(null, at('01T12:00'), at('20T12:00')), false)
  assert.equal(isDue(daily, at('20T03:00'), at('20T23:59')), false)
  assert.equal(isDue(daily, at('20T03:00'), at('21T02:59')), false)
  assert.equal(isDue(daily, at('20T03:00'), at('21T03:00')), true)
  // It was off at three o’clock.
  assert.equal(isDue(daily, at('20T03:00'), at('21T09:30')), true)
  assert.equal(isDue(daily, at('21T09:30'), at('21T09:31')), false)
  assert.equal(isDue(daily, at('21T09:30'), at('22T03:00')), true)
})

test('each week it is due on the same day, one that was missed on the next', () => {
  assert.equal(isDue(weekly, at('01T03:00'), at('07T12:00')), false)
  assert.equal(isDue(weekly, at('01T03:00'), at('08T02:59')), false)
  assert.equal(isDue(weekly, at('01T03:00'), at('08T03:00')), true)
  assert.equal(isDue(weekly, at('01T03:00'), at('20T12:00')), true)
})

test('a clock that was set back makes no schedule wait for the time it was at', () => {
  assert.equal(isDue(daily, at('25T03:00'), at('20T12:00')), true)
  assert.equal(isDue(daily, new Date('nothing'), at('20T12:00')), true)
})

test('whatever is said as a policy, what cannot be read is as in the standard, and nothing is let through without an end', () => {
  assert.deepEqual(readPolicy({ version: 0 }), standardPolicy)
  const broken = readPolicy({
    version: 3,
    settings: { schedule: { every: 'day', at: '24:00' }, realTime: 'no', cloud: 0 },
  })
  assert.deepEqual(broken, { ...standardPolicy, version: 3 })
  fc.assert(
    fc.property(fc.anything(), fc.nat(), (any, version) => {
      const { settings } = readPolicy({ version, settings: any }) ?? assert.fail('it has a version')
      assert.ok(settings.exclusions.every(({ until }) => !Number.isNaN(Date.parse(until))))
      assert.ok(settings.schedule === null || /^\d\d:\d\d$/.test(settings.schedule.at))
    }),
  )
})
