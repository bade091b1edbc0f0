import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { createKeys, readRootKey } from './index.ts'

const root = randomBytes(32)
const keys = createKeys(root)

test('what is sealed opens for its kind and bearer, and for nothing else', () => {
  const value = { name: 'Aino', list: [1, 2, 3] }
  const sealed = keys.seal('Session', 'bearer', value)
  assert.deepEqual(keys.open('Session', 'bearer', sealed), value)
  assert.equal(keys.open('Session', 'bearer2', sealed), undefined)
  assert.equal(keys.open('Grant', 'bearer', sealed), undefined)
  assert.equal(createKeys(randomBytes(32)).open('Session', 'bearer', sealed), undefined)
  assert.notDeepEqual(keys.seal('Session', 'bearer', value), sealed, 'a nonce is used twice')
  assert.ok(!sealed.includes('Aino'))
})

test('of thousands of events each opens for itself alone, the first as well as the last, and no nonce comes twice', () => {
  const uids = Array.from({ length: 2_500 }, (_, number) => `uid-${number}`)
  const sealed = uids.map((uid) => keys.seal('Interaction', uid, { uid }))
  assert.equal(new Set(sealed.map((bytes) => bytes.subarray(0, 12).toString('hex'))).size, uids.length)
  for (const [number, uid] of uids.entries()) {
    assert.deepEqual(keys.open('Interaction', uid, sealed[number]!), { uid })
    assert.equal(keys.open('Interaction', uid, sealed[(number + 1) % uids.length]!), undefined)
    assert.equal(keys.open('sign-in draft', uid, sealed[number]!), undefined)
  }
})

test('a changed or cut seal does not open', () => {
  const sealed = keys.seal('Session', 'bearer', { name: 'Aino' })
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const changed = Buffer.from(sealed)
      changed[at]! ^= mask
      assert.equal(keys.open('Session', 'bearer', changed), undefined)
      assert.equal(keys.open('Session', 'bearer', sealed.subarray(0, at)), undefined)
    }),
  )
})

test('a keyed hash tells parts and purposes apart and needs the root', () => {
  assert.deepEqual(keys.mac('a', 'b', 'c'), keys.mac('a', 'b', 'c'))
  const others = [
    keys.mac('a', 'bc'),
    keys.mac('a', 'bc', ''),
    keys.mac('a', '', 'bc'),
    keys.mac('b', 'b', 'c'),
    createKeys(randomBytes(32)).mac('a', 'b', 'c'),
  ]
  for (const other of others) assert.notDeepEqual(other, keys.mac('a', 'b', 'c'))
})

test('the root is made once, for its owner only, and a damaged one stops the start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-keys-'))
  const made = readRootKey(folder)
  assert.equal(made.length, 32)
  assert.deepEqual(readRootKey(folder), made)
  assert.equal(statSync(join(folder, 'root-key')).mode & 0o777, 0o600)
  writeFileSync(join(folder, 'root-key'), made.subarray(0, 31))
  assert.throws(() => readRootKey(folder), { code: 'keys.root_damaged' })
  assert.equal(readFileSync(join(folder, 'root-key')).length, 31, 'the damaged key was written over')
  assert.throws(() => readRootKey(join(folder, 'nowhere')), { code: 'keys.root_unwritable' })
  rmSync(folder, { recursive: true })
})
