import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cursor, emailAddress, instant, line, lines, phoneNumber, token } from './fields.ts'

test('a line that is accepted is one line, within its limit, and means the same when it is read again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const result = line(50).safeParse(text)
      if (!result.success) return
      assert.ok(result.data.length >= 1 && result.data.length <= 50)
      assert.doesNotMatch(result.data, /[\n\r\0\u2028\u2029\u202e]/)
      assert.equal(line(50).parse(result.data), result.data)
    }),
  )
})

test('a line break, NUL, a turned direction of writing or half a character is refused', () => {
  for (const text of ['a\nBcc: b@example.fi', 'a\0b', 'a\u202eb', '\ud800', '   ', 'x'.repeat(51)])
    assert.equal(line(50).safeParse(text).success, false, JSON.stringify(text))
})

test('a name that cannot be seen, or has something in it that cannot be seen, is refused; joiners that scripts need are not', () => {
  for (const text of [
    '\u200b\u2060',
    '\u3164',
    '\u2800',
    '\u200d',
    '\u0301',
    'Aino\u200e Admin',
    'Ai\u00adno',
    'A\u200bino',
    'Ai\ufeffno',
  ])
    for (const schema of [line(50), lines(50)])
      assert.equal(schema.safeParse(text).success, false, JSON.stringify(text))
  for (const text of ['Ås', 'می\u200cخواهم', '\u{1f469}\u200d\u{1f467}', 'O’Neill-Süß 2.', '李'])
    assert.equal(line(50).parse(text), text.normalize('NFC'))
})

test('a time that PostgreSQL cannot hold is refused before it gets there', () => {
  for (const text of ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-23:59', '1969-12-31T23:59:59Z'])
    assert.equal(instant.safeParse(text).success, false, text)
  for (const text of ['1970-01-01T00:00:00Z', '2026-11-21T12:00:00+02:00', '9999-12-31T23:59:59Z'])
    assert.equal(instant.parse(text), text)
})

test('several lines keep their breaks and nothing else unusual', () => {
  assert.equal(lines(100).parse(' Katu 1\r\n00100 Helsinki '), 'Katu 1\n00100 Helsinki')
  assert.equal(lines(100).safeParse('Katu\0').success, false)
})

test('addresses, numbers, tokens and cursors of any content are accepted or refused, never thrown at', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.anything()), (value) => {
      for (const schema of [emailAddress, phoneNumber, token, cursor]) {
        const result = schema.safeParse(value)
        if (result.success) assert.doesNotMatch(result.data, /[\0\n\r\s]{2}|[\0\n\r]/)
      }
    }),
  )
})
