import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { keyUnreadable } from './errors.ts'
import type { PublicKey } from './index.ts'

const schema = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  y: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  kid: z.string().min(1).max(100),
  alg: z.literal('ES256'),
  use: z.literal('sig'),
})

/** The public half of a program's key, as the supervisor laid it out. Strict: a private member (`d`) in a public file is a mistake to stop at. */
export function readPublicKey(file: string): PublicKey {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw keyUnreadable(error)
  }
}
