import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKeyReader } from './keys.ts'

const press = (key: string, atMs = 0, more: { isTyping?: boolean; hasModifier?: boolean } = {}) => ({
  key,
  atMs,
  isTyping: more.isTyping ?? false,
  hasModifier: more.hasModifier ?? false,
})

test('a single key is a shortcut at once', () => {
  const read = createKeyReader(['/', '?', 'g o'])
  assert.equal(read(press('/')), '/')
  assert.equal(read(press('x')), undefined)
})

test('two keys in a row are one shortcut', () => {
  const read = createKeyReader(['g o', 'g p'])
  assert.equal(read(press('g', 0)), undefined)
  assert.equal(read(press('p', 900)), 'g p')
  assert.equal(read(press('p', 1000)), undefined)
})

test('a late second key does not lead anywhere', () => {
  const read = createKeyReader(['g o'])
  read(press('g', 0))
  assert.equal(read(press('o', 1501)), undefined)
})

test('a wrong second key may begin a new pair', () => {
  const read = createKeyReader(['g o', '/'])
  read(press('g', 0))
  assert.equal(read(press('g', 100)), undefined)
  assert.equal(read(press('o', 200)), 'g o')
})

test('what one types into a field, or with Ctrl, is never a shortcut', () => {
  const read = createKeyReader(['/', 'g o'])
  assert.equal(read(press('/', 0, { isTyping: true })), undefined)
  assert.equal(read(press('/', 0, { hasModifier: true })), undefined)
  read(press('g', 0))
  read(press('c', 10, { hasModifier: true }))
  assert.equal(read(press('o', 20)), undefined)
})
