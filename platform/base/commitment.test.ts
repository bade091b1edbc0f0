import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { commitmentOf, readSecret, writeSecret } from './commitment.ts'
import { newId, newToken } from './ids.ts'

test('a commitment is SHA-256 of nonce and handle, so that anybody can work it out who was given both', () => {
  const [token, handle] = [newToken(), newId()]
  const secret = readSecret(writeSecret(token, handle))
  assert.ok(secret)
  const bytes = Buffer.concat([Buffer.from(token, 'base64url'), Buffer.from(handle)])
  assert.equal(commitmentOf(secret), createHash('sha256').update(bytes).digest('hex'))
  assert.notEqual(commitmentOf({ ...secret, handle: newId() }), commitmentOf(secret))
})

test('what is no such number is taken for none', () => {
  for (const text of ['', 'a.b', newToken(), newId(), `${newToken()}.${newId()}x`, `${newToken()} ${newId()}`])
    assert.equal(readSecret(text), undefined, text)
})
