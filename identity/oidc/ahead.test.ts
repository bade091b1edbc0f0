import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkProof } from './ahead.ts'
import { errors } from './core.ts'

const look = (header: string) => checkProof({ get: () => header } as never)
const proofWith = (claims: unknown) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`
const now = () => Math.floor(Date.now() / 1_000)

test('a proof that says it was made more than a minute from now is refused, and one of a minute is not', () => {
  look(proofWith({ iat: now() + 58, nbf: now() + 58 }))
  for (const ahead of [62, 3_600, Number.MAX_VALUE])
    for (const claims of [{ iat: now() + ahead }, { iat: now(), nbf: now() + ahead }])
      assert.throws(() => look(proofWith(claims)), errors.InvalidDpopProof)
})

test('whatever else comes as a proof is left for the protocol core to refuse', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (header) => look(header)))
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (claims) => {
      const { iat, nbf } = Object(claims) as { iat?: unknown; nbf?: unknown }
      fc.pre(typeof iat !== 'number' && typeof nbf !== 'number')
      look(proofWith(claims))
    }),
  )
})
