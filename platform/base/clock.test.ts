import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createSystemClock } from './clock.ts'

/** A machine whose clock somebody sets. */
function machine() {
  const state = { wall: 1_000_000, steady: 0 }
  const told: number[] = []
  const clock = createSystemClock((milliseconds) => void told.push(milliseconds), {
    wall: () => state.wall,
    steady: () => state.steady,
  })
  return {
    clock,
    told,
    pass(milliseconds: number) {
      state.wall += milliseconds
      state.steady += milliseconds
    },
    set(by: number) {
      state.wall += by
    },
    now: () => clock.now().getTime(),
  }
}

test('a clock set back an hour neither lengthens nor ends anything, and is told once', () => {
  const { pass, set, now, told } = machine()
  pass(10_000)
  assert.equal(now(), 1_010_000)
  set(-3_600_000)
  assert.equal(now(), 1_010_000)
  pass(5_000)
  assert.equal(now(), 1_015_000)
  pass(5_000)
  assert.equal(now(), 1_020_000)
  assert.deepEqual(told, [3_600_000])
})

test('a clock that is right again, or goes forward, is followed', () => {
  const { pass, set, now } = machine()
  set(-60_000)
  pass(1_000)
  assert.equal(now(), 1_001_000)
  set(60_000)
  assert.equal(now(), 1_001_000)
  set(86_400_000)
  assert.equal(now(), 87_401_000)
})

test('a clock that is set right by less than a second is waited out, and nobody is told', () => {
  const { pass, set, now, told } = machine()
  pass(1_000)
  assert.equal(now(), 1_001_000)
  set(-400)
  assert.equal(now(), 1_001_000)
  pass(500)
  assert.equal(now(), 1_001_100)
  assert.deepEqual(told, [])
})

test('whatever is done to the clock, time never runs backwards nor slower than it passes by more than a second at a time', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ pass: fc.nat(100_000), set: fc.integer({ min: -10_000_000, max: 10_000_000 }) }), {
        maxLength: 50,
      }),
      (steps) => {
        const { pass, set, now } = machine()
        let before = now()
        for (const step of steps) {
          pass(step.pass)
          set(step.set)
          const after = now()
          assert.ok(after >= before, 'backwards')
          assert.ok(after >= before + step.pass - 1_001, 'slower')
          before = after
        }
      },
    ),
  )
})
