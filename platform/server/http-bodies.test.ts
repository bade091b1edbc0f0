import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isTooDeep, readFields } from './http-bodies.ts'

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

test('the depth of JSON is counted as JSON.parse would find it, brackets in texts aside', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), fc.integer({ min: 0, max: 10 }), fc.boolean(), (value, most, pretty) => {
      const bytes = Buffer.from(JSON.stringify(value, null, pretty ? 2 : 0))
      assert.equal(isTooDeep(bytes, most), depthOf(value) > most)
    }),
    { numRuns: 1_000 },
  )
  for (const text of ['"[[[[[[', '"\\"[[[[["', '"\\\\"', ']]]]', ''])
    assert.equal(isTooDeep(Buffer.from(text), 3), false, text)
})

test('fields of a form: the first of two equal names wins, names of prototypes are names like others', () => {
  const fields = readFields('a=1&a=2&__proto__=3&constructor=4&%C3%A4=%C3%B6+x')
  assert.deepEqual({ ...fields }, { a: '1', ['__proto__']: '3', constructor: '4', ä: 'ö x' })
  assert.equal(Object.getPrototypeOf(fields), null)
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      assert.ok(Object.keys(readFields(text)).length <= 50)
    }),
  )
})
