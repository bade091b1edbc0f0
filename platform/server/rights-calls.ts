import { z } from 'zod'

// What the privacy office asks of every program for somebody's rights, and what it is answered. Both ends import these.

const words = z.object({ en: z.string().max(1_000), fi: z.string().max(1_000) })

/** Who it is about, as this program knows them; identity gives it to the privacy office for one request. */
const subject = z.string().min(1).max(255)
const requestId = z.uuid()

export const describeBody = z.strictObject({ subject })
export const describeAnswer = z.object({
  tables: z
    .array(
      z.object({
        table: z.string().max(130),
        title: words,
        rows: z.int().min(0),
        what: z.array(words).max(100),
        from: z.array(words).max(10),
        purposes: z.array(words).max(20),
        basis: z.array(words).max(5),
        seenBy: z.array(words).max(10),
        keep: words,
        atErasure: z.enum(['erased', 'kept']),
        /** Why rows stay after all, and until when. */
        because: z.array(words).max(20),
      }),
    )
    .max(200),
  /** What stands in the way of being forgotten now, and which things it is about. */
  obstacles: z.array(z.object({ code: z.string().max(80), names: z.array(z.string().max(400)).max(50) })).max(20),
  restrictedSince: z.iso.datetime().nullable(),
})
export type DescribeAnswer = z.output<typeof describeAnswer>

export const restrictBody = z.strictObject({
  requestId,
  subject,
  isRestricted: z.boolean(),
  /** Opens again what this very request has locked and nothing else: the person may have locked it before for reasons of their own. */
  onlyOwn: z.boolean().default(false),
})
export const restrictAnswer = z.object({ restrictedSince: z.iso.datetime().nullable() })

export const forgetBody = z.strictObject({
  requestId,
  subject,
  /** A limit has come (ID-76): nothing that the person could still do stands in the way. */
  isDue: z.boolean().default(false),
})
/** Counts and words of ours only: this is kept, and its sums go into a public log. */
export const forgetAnswer = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('done'),
    tables: z
      .array(
        z.object({
          table: z.string().max(130),
          title: words,
          erased: z.int().min(0),
          kept: z.int().min(0),
          because: z.array(words).max(20),
        }),
      )
      .max(200),
    keyDestroyed: z.boolean(),
  }),
  z.object({ outcome: z.literal('refused'), code: z.string().max(80) }),
])
export type ForgetAnswer = z.output<typeof forgetAnswer>

/** X25519, as a JSON Web Key: the program seals what it has to it, so that whoever passes it on reads nothing. */
export const publicKey = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('X25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
})
export const exportBody = z.strictObject({
  requestId,
  subject,
  publicKey,
  /** How many pieces have come so far. */
  piece: z.int().min(0).max(100_000),
  /** Where the last one ended; null at the beginning. */
  from: z.string().max(400).nullable(),
})
/** One piece: a compact JWE (RFC 7516, ECDH-ES with A256GCM). */
export const sealedPiece = z
  .string()
  .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){4}$/)
  .max(900_000)
export const exportAnswer = z.object({ sealed: sealedPiece, next: z.string().max(400).nullable() })
