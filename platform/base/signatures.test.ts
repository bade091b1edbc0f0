import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  contentDigest,
  matchesDigest,
  parseSignature,
  type SignedMessage,
  signatureBase,
  signMessage,
  verifySignature,
} from './signatures.ts'

// RFC 9421, Appendix B.1.4 (test-key-ed25519) and B.2.6.
const privateKey = createPrivateKey(
  '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n-----END PRIVATE KEY-----',
)
const publicKey = createPublicKey(
  '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----',
)
const request: SignedMessage = {
  method: 'POST',
  authority: 'example.com',
  target: '/foo?param=Value&Pet=dog',
  headers: {
    host: 'example.com',
    date: 'Tue, 20 Apr 2021 02:07:55 GMT',
    'content-type': 'application/json',
    'content-length': '18',
  },
}
const components = ['date', '@method', '@path', '@authority', 'content-type', 'content-length']
const input =
  'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"'
const value = 'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:'

test('the signature of RFC 9421 Appendix B.2.6 verifies, and ours of the same message is the same', () => {
  const parsed = parseSignature(input, value)
  assert.ok(parsed)
  assert.deepEqual(parsed.components, components)
  assert.deepEqual({ ...parsed.parameters }, { created: 1_618_884_473, keyid: 'test-key-ed25519' })
  assert.ok(verifySignature(request, parsed, publicKey))
  const ours = signMessage(request, components, { created: 1_618_884_473, keyid: 'test-key-ed25519' }, privateKey)
  assert.equal(ours.signature, value.replace('sig-b26=', 'call='))
  assert.equal(ours['signature-input'], input.replace('sig-b26=', 'call='))
})

test('the signature base of RFC 9421 Appendix B.2.6 comes out to the letter', () => {
  const parsed = parseSignature(input, value)
  assert.equal(
    signatureBase(request, components, parsed?.parametersText ?? ''),
    [
      '"date": Tue, 20 Apr 2021 02:07:55 GMT',
      '"@method": POST',
      '"@path": /foo',
      '"@authority": example.com',
      '"content-type": application/json',
      '"content-length": 18',
      '"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
    ].join('\n'),
  )
})

test('another method, path, authority, header or key makes the signature wrong', () => {
  const parsed = parseSignature(input, value)
  assert.ok(parsed)
  const changed: SignedMessage[] = [
    { ...request, method: 'GET' },
    { ...request, target: '/bar' },
    { ...request, authority: 'example.org' },
    { ...request, headers: { ...request.headers, 'content-length': '19' } },
    { ...request, headers: { ...request.headers, date: undefined } },
  ]
  for (const message of changed) assert.equal(verifySignature(message, parsed, publicKey), false)
  assert.equal(verifySignature(request, parsed, generateKeyPairSync('ed25519').publicKey), false)
})

test('a line break in a value cannot forge a line of what is signed', () => {
  const forged = { ...request, headers: { ...request.headers, date: 'x\n"@method": GET' } }
  assert.equal(signatureBase(forged, components, '()'), undefined)
})

test('the digest of RFC 9530 Appendix D is ours', () => {
  assert.equal(contentDigest('{"hello": "world"}\n'), 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:')
  assert.equal(matchesDigest('sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:', '{"hello": "world"}\n'), true)
  assert.equal(matchesDigest('sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:', '{"hello": "w0rld"}\n'), false)
  assert.equal(matchesDigest(undefined, ''), false)
})

test('the parser of signatures takes what we write and no garbage, and never throws', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (one, other) => {
      assert.equal(parseSignature(one, other), undefined)
    }),
    { numRuns: 2_000 },
  )
  // Close to the truth: one character of a good header replaced.
  fc.assert(
    fc.property(fc.nat(input.length - 1), fc.string({ minLength: 1, maxLength: 2 }), (at, text) => {
      const parsed = parseSignature(input.slice(0, at) + text + input.slice(at + 1), value)
      if (parsed && parsed.parametersText !== input.slice('sig-b26='.length))
        assert.equal(verifySignature(request, parsed, publicKey), false)
    }),
    { numRuns: 2_000 },
  )
  assert.equal(parseSignature(`${input};created=1`, value), undefined, 'the same parameter twice')
  assert.equal(parseSignature(input.replace('"@method"', '"date"'), value), undefined, 'the same component twice')
  assert.equal(parseSignature(`${input}, other=("date");created=1`, value), undefined, 'two signatures')
  assert.equal(parseSignature(input.padEnd(5_000, ' '), value), undefined)
})

test('any message we sign verifies, and with one bit of its signature turned it does not', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('GET', 'POST'),
      fc.webPath(),
      fc.webQueryParameters(),
      fc.string({ unit: 'grapheme-ascii', maxLength: 60 }).filter((text) => !/["\\]/.test(text)),
      fc.nat(511),
      (method, path, query, keyid, bit) => {
        const target = `${path || '/'}${query ? `?${query}` : ''}`
        const message = { method, authority: '127.0.0.1:8480', target, headers: { 'content-type': 'application/json' } }
        const covered = ['@method', '@authority', '@path', '@query', 'content-type']
        const headers = signMessage(message, covered, { created: 1, keyid: keyid || 'x' }, privateKey)
        const parsed = parseSignature(headers['signature-input'], headers.signature)
        assert.ok(parsed)
        assert.ok(verifySignature(message, parsed, publicKey))
        parsed.signature[bit >> 3]! ^= 1 << (bit & 7)
        assert.equal(verifySignature(message, parsed, publicKey), false)
      },
    ),
  )
})
