import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { newId } from './ids.ts'

test('an id is a UUID of version 7 that begins with its time', () => {
  const id = newId(Date.UTC(2026, 0, 1))
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16), Date.UTC(2026, 0, 1))
})

test('of one moment the ids are in the order in which they were made, in one process and in two', () => {
  const moment = Date.now()
  const spin = () => {
    // Longer than the step in which the clock is written.
    for (const began = process.hrtime.bigint(); process.hrtime.bigint() - began < 200n; );
  }
  const make = () => {
    spin()
    return newId(moment)
  }
  // The clock may come round once in what is made here: then the order holds on both sides of that one place.
  const ids = Array.from({ length: 1_000 }, make)
  assert.ok(ids.filter((id, index) => index > 0 && id <= ids[index - 1]!).length <= 1)
  const script = `import { newId } from ${JSON.stringify(import.meta.resolve('./ids.ts'))}; console.log(newId(${moment}))`
  const between = () => execFileSync(process.execPath, ['--input-type=module', '--eval', script]).toString().trim()
  const three = [make(), between(), make()]
  assert.ok(three.filter((id, index) => index > 0 && id <= three[index - 1]!).length <= 1)
  assert.equal(new Set(Array.from({ length: 100_000 }, () => newId(moment))).size, 100_000)
})
