import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Job, newJob } from './job.ts'
import { createLater } from './later.ts'

const job = (file: number, number: number): Job => {
  const seen = {
    key: `${String(file).padStart(8, '0')}${' '.repeat(32)}12345678`,
    size: 1,
    uid: 0,
    isRegular: true,
    isProgram: false,
    links: 1,
    changedAtMs: 0,
    bornAtMs: 0,
  }
  return newJob({ number, fd: number, seen, why: 'written', pid: 1, group: undefined }, 0, 0)
}

test('each file that was written comes out once when it is quiet, and never later than it may', () => {
  const close = fc.record({ file: fc.nat(5), afterMs: fc.nat(200) })
  fc.assert(
    fc.property(fc.array(close, { maxLength: 200 }), (closes) => {
      const later = createLater()
      const waiting = new Map<string, number>()
      let now = 0
      let last = 0
      const take = (at: number) => {
        for (const { seen } of later.takeDue(at)) {
          const first = waiting.get(seen.key)
          assert.ok(first !== undefined, 'it was written, and has not come out since')
          assert.ok(at - last >= 150 || at - first >= 800)
          waiting.delete(seen.key)
        }
      }
      for (const [index, { file, afterMs }] of closes.entries()) {
        // Asked in between as the loop asks: at the time that it was told.
        for (let next = later.nextAt(); next <= now + afterMs; next = later.nextAt()) take(next)
        now += afterMs
        const one = job(file, index)
        assert.equal(later.add(one, now), !waiting.has(one.seen.key))
        waiting.set(one.seen.key, waiting.get(one.seen.key) ?? now)
        last = now
      }
      for (const first of waiting.values()) assert.ok(now - first <= 800)
      take(now + 800)
      assert.equal(waiting.size, 0)
      assert.equal(later.nextAt(), Number.POSITIVE_INFINITY)
    }),
  )
})
