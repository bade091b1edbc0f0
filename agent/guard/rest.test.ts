import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRest } from './rest.ts'

test('what work has left is collected once after it, when nothing has come for a while', () => {
  let collected = 0
  const rest = createRest(() => {
    collected += 1
  })
  const at: number[] = []
  for (let now = 1_000, done = 0; now < 100_000; now += 1_000) {
    // Work until 20 s, and once more at 60 s.
    if (now <= 20_000 || now === 60_000) done += 1
    const before = collected
    rest.keepTime(now, done)
    if (collected > before) at.push(now)
  }
  assert.deepEqual(at, [31_000, 71_000])
})
