import { z } from 'zod'
import { lines } from '#base/fields'

const programs = ['identity', 'portal', 'privacy'] as const

/** What a person asks for: a copy of what is held, to be forgotten, to have it stored only, or no longer so. */
export const requestKinds = ['export', 'forget', 'restrict', 'lift'] as const
export type RequestKind = (typeof requestKinds)[number]

export const requestStates = ['received', 'in_progress', 'waiting', 'complete', 'refused'] as const
export type RequestState = (typeof requestStates)[number]

const subject = z.string().min(1).max(255)
const time = z.iso.datetime()
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** Which number the person has in which program. Without one at the portal they have never been there. */
export const handles = z.strictObject({ identity: subject, portal: subject.optional() })
export type Handles = z.output<typeof handles>

export const receiveBody = z.strictObject({
  requestId: z.uuid(),
  kind: z.enum(requestKinds),
  /** Of a deletion: nobody has asked, the account was not used for so long that it must go (ID-76). */
  isDue: z.boolean().default(false),
  receivedAt: z.iso.datetime(),
  handles,
  /** For a copy: what its parts are sealed to. */
  publicKey: z.strictObject({ kty: z.literal('OKP'), crv: z.literal('X25519'), x: z.string().max(60) }).optional(),
  /** For being forgotten: the hash of the token in the person's link, and what goes into the log. */
  receipt: z.strictObject({ tokenHash: sha256, commitment: sha256 }).optional(),
})

export const requestLook = z.object({
  requestId: z.uuid(),
  kind: z.enum(requestKinds),
  state: z.enum(requestStates),
  receivedAt: z.iso.datetime(),
  /** The law's limit (GDPR Art. 12(3)). */
  dueAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  refusal: z.string().nullable(),
  /** Of how many programs how many have done their part. */
  parts: z.array(z.object({ program: z.enum(programs), isDone: z.boolean(), pieces: z.int() })),
})
export type RequestLook = z.output<typeof requestLook>

/** Why a request takes longer than a month: the two that the law knows (GDPR Art. 12(3)). */
export const extensionGrounds = ['complex', 'many'] as const
export type ExtensionGround = (typeof extensionGrounds)[number]

/** For the privacy officers of the provider. Nothing here says whose a request is. */
export const listedRequest = z.object({
  requestId: z.uuid(),
  kind: z.enum(requestKinds),
  state: z.enum(requestStates),
  receivedAt: time,
  dueAt: time,
  isOverdue: z.boolean(),
  /** Within the first month, once. */
  mayExtend: z.boolean(),
  finishedAt: time.nullable(),
  refusal: z.string().nullable(),
  /** Code of what stands in the way just now, and how often it was tried. */
  failure: z.string().nullable(),
  attempts: z.int(),
  extension: z.object({ at: time, ground: z.enum(extensionGrounds) }).nullable(),
  parts: z.array(z.object({ program: z.enum(programs), isDone: z.boolean() })),
})
export const listAnswer = z.object({ open: z.int(), overdue: z.int(), requests: z.array(listedRequest) })

export const extendBody = z.strictObject({
  requestId: z.uuid(),
  ground: z.enum(extensionGrounds),
  /** Told to the person, and kept with them alone. */
  explanation: lines(1_000),
})

export const lookBody = z.strictObject({ requestIds: z.array(z.uuid()).max(50) })
export const lookAnswer = z.object({ requests: z.array(requestLook) })

export const pieceBody = z.strictObject({
  requestId: z.uuid(),
  program: z.enum(programs),
  number: z.int().min(0),
})
export const pieceAnswer = z.object({ sealed: z.string() })

const words = z.object({ en: z.string(), fi: z.string() })

export const heldBody = z.strictObject({ handles })
/** Null: that program does not answer just now. */
export const heldAnswer = z.object({
  programs: z.array(
    z.object({
      program: z.enum(programs),
      held: z
        .object({
          tables: z.array(
            z.object({
              table: z.string(),
              title: words,
              rows: z.int(),
              what: z.array(words),
              from: z.array(words),
              purposes: z.array(words),
              basis: z.array(words),
              seenBy: z.array(words),
              keep: words,
              atErasure: z.enum(['erased', 'kept']),
              because: z.array(words),
            }),
          ),
          obstacles: z.array(z.object({ code: z.string(), names: z.array(z.string()) })),
          restrictedSince: z.iso.datetime().nullable(),
        })
        .nullable(),
    }),
  ),
})
