import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readCookies, writeCookie } from './cookies.ts'

test('cookies are read as they were sent, the first of two equal names', () => {
  assert.deepEqual({ ...readCookies('a=1; b="2"; a=3; c=x=y; =z; d; e=') }, { a: '1', b: '2', c: 'x=y', e: '' })
  assert.deepEqual({ ...readCookies(undefined) }, {})
  assert.deepEqual({ ...readCookies('a=1'.padEnd(20_000, 'x')) }, {})
})

test('no header makes reading throw, nor reach a prototype', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (header) => {
      const cookies = readCookies(`${header}; __proto__=x; constructor=y`)
      assert.equal(Object.getPrototypeOf(cookies), null)
      for (const value of Object.values(cookies)) assert.equal(typeof value, 'string')
    }),
  )
})

test('what is written can be read again, and no value ends the cookie', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 100 }), (value) => {
      let written: string
      try {
        written = writeCookie('name', value, { secure: false })
      } catch {
        assert.match(value, /[^\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]/)
        return
      }
      assert.equal(readCookies(written.split('; Path')[0]).name, value)
      assert.equal(written.split(';').length, 4)
    }),
  )
})
