import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRateLimit, senderOf } from './rate-limit.ts'

test('so many at once and no more, then one each time its share of the minute has passed', () => {
  const limit = createRateLimit()
  for (let count = 0; count < 5; count += 1) assert.equal(limit.count('a', 5, 1_000), 0)
  assert.equal(limit.count('a', 5, 1_000), 12)
  assert.equal(limit.count('b', 5, 1_000), 0)
  assert.equal(limit.count('a', 5, 12_000), 1)
  assert.equal(limit.count('a', 5, 13_000), 0)
  assert.notEqual(limit.count('a', 5, 13_001), 0)
})

test('however requests are timed, within any time there are at most the limit and what the time allows', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(20_000), { minLength: 50, maxLength: 300 }),
      fc.integer({ min: 1, max: 20 }),
      (steps, most) => {
        const limit = createRateLimit()
        const times: number[] = []
        let now = 0
        for (const step of steps) {
          now += step
          const wait = limit.count('a', most, now)
          if (wait === 0) times.push(now)
          else assert.ok(wait <= 60)
        }
        for (const [first, from] of times.entries())
          for (const [last, to] of times.entries())
            if (last >= first) assert.ok(last - first + 1 <= most + ((to - from) * most) / 60_000 + 1e-6)
      },
    ),
  )
})

test('whoever waits as long as he was told is let in', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), fc.nat(60_000), (most, pause) => {
      const limit = createRateLimit()
      for (let count = 0; count < most; count += 1) assert.equal(limit.count('a', most, 0), 0)
      const wait = limit.count('a', most, pause)
      if (wait > 0) assert.equal(limit.count('a', most, pause + wait * 1_000), 0)
    }),
  )
})

test('a clock set back does not freeze a sender out', () => {
  const limit = createRateLimit()
  assert.equal(limit.count('a', 1, 10_000_000), 0)
  assert.notEqual(limit.count('a', 1, 10_000_001), 0)
  assert.equal(limit.count('a', 1, 5_000), 0)
})

test('a flood from ever new addresses costs no memory', () => {
  const limit = createRateLimit(100)
  limit.count('first', 1, 0)
  for (let number = 0; number < 1_000; number += 1) limit.count(String(number), 1, 0)
  assert.equal(limit.count('first', 1, 0), 0, 'the oldest was not forgotten')
})

test('a whole /64 of IPv6 is one sender, an IPv4 address in IPv6 clothes the IPv4 address', () => {
  assert.equal(senderOf('192.0.2.1'), '192.0.2.1')
  assert.equal(senderOf('::ffff:192.0.2.1'), '192.0.2.1')
  assert.equal(senderOf('2001:db8:0:1::1'), senderOf('2001:0db8:0000:0001:ffff:ffff:ffff:ffff'))
  assert.notEqual(senderOf('2001:db8:0:1::1'), senderOf('2001:db8:0:2::1'))
  assert.equal(senderOf('::1'), '0:0:0:0')
  fc.assert(
    fc.property(fc.ipV6(), (ip) => {
      assert.match(senderOf(ip), /^([0-9a-f]{1,4}(:[0-9a-f]{1,4}){3}|\d+\.\d+\.\d+\.\d+)$/)
    }),
  )
})
