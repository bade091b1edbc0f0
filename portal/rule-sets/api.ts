import { z } from 'zod'
import { line, time } from '#base/fields'

export const organizationPath = z.object({ organizationId: z.uuid() })

/** A word of ours, such as the audit log takes. */
export const setName = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9]{0,30}([._-][a-z0-9]{1,30}){0,3}$/, 'is not a name of a rule set')
export const setPath = organizationPath.extend({ name: setName })

/** Those that an organisation writes for itself are told apart by their names, on devices and in detections. */
export const ownSetName = setName.regex(/^company([.-][a-z0-9]{1,30}){1,3}$/, 'is not a name of rules of one’s own')
export const isOwn = (name: string): boolean => /^company([.-]|$)/.test(name)

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const address = line(1_000)

export const states = ['waiting', 'fetching', 'making', 'ready', 'failed'] as const
export type RuleSetState = (typeof states)[number]

const leftOut = z.object({ file: z.string(), rule: z.string().nullable(), why: z.string() })

const listed = z.object({
  name: setName,
  title: z.string(),
  licence: z.string(),
  author: z.string().nullable(),
  address: z.string().nullable(),
  pinnedSha256: z.string().nullable(),
  isUsed: z.boolean(),
  isRealTime: z.boolean(),
  state: z.enum(states),
  why: z.string().nullable(),
  step: z.string().nullable(),
  done: z.int(),
  outOf: z.int(),
  sourceBytes: z.int(),
  /** 0: nothing has been made of it yet. */
  version: z.int(),
  rules: z.int(),
  /** What devices fetch when they have nothing of it. */
  bytes: z.int(),
  skippedCount: z.int(),
  tried: z
    .object({
      files: z.int(),
      bytes: z.int(),
      falseAlarms: z.array(z.object({ rule: z.string(), files: z.int(), example: z.string() })),
    })
    .nullable(),
  lookedAt: time.nullable(),
  madeAt: time.nullable(),
})
export type ListedRuleSet = z.output<typeof listed>

export const mostOwnBytes = 1_048_576
export const mostOwnRules = 1_000

const ownSet = listed
  .pick({
    name: true,
    title: true,
    isUsed: true,
    why: true,
    step: true,
    done: true,
    outOf: true,
    version: true,
    rules: true,
    bytes: true,
    skippedCount: true,
    tried: true,
    madeAt: true,
  })
  .extend({ state: z.enum(['making', 'ready', 'failed']), edition: z.int() })
export type OwnSet = z.output<typeof ownSet>
export const ownSetDetail = ownSet.extend({
  text: z.string(),
  skipped: z.array(z.object({ rule: z.string().nullable(), why: z.string() })),
})
export type OwnSetDetail = z.output<typeof ownSetDetail>

const ownText = z
  .string()
  .min(1)
  .max(mostOwnBytes)
  .refine(
    (text) => new TextEncoder().encode(text).length <= mostOwnBytes && !text.includes('\0'),
    'is too large, or no text',
  )
export const ownSetText = z.object({ title: line(120), text: ownText })
export const newOwnSet = ownSetText.extend({ name: ownSetName })
export type NewOwnSet = z.output<typeof newOwnSet>
export const ownSetChange = z.object({ isUsed: z.boolean() })
export type OwnSetChange = z.output<typeof ownSetChange>

const offer = z.object({
  name: setName,
  title: z.string(),
  licence: z.string(),
  author: z.string(),
  address: z.string(),
  site: z.string(),
  about: z.object({ rules: z.int(), on: z.string() }),
  isRealTime: z.boolean(),
})
export type Offer = z.output<typeof offer>

export const ruleSetList = z.object({
  /** Whether this organisation chooses; all others see what is in use. */
  mayManage: z.boolean(),
  sets: z.array(listed),
  /** What this organisation has written for its own devices. */
  own: z.array(ownSet),
  /** What is published, and not in the list yet. */
  offers: z.array(offer),
  /** With which key devices know our bundles, for whoever brings one to another Vartio. */
  key: z.string(),
})
export type RuleSetList = z.output<typeof ruleSetList>

export const ruleSetDetail = listed.extend({ skipped: z.array(leftOut) })
export type RuleSetDetail = z.output<typeof ruleSetDetail>

/** Either with an address, or brought afterwards, piece by piece. */
export const newRuleSet = z.object({
  name: setName.refine((name) => !isOwn(name), 'is the name of rules of one organisation'),
  title: line(120),
  licence: line(100),
  author: line(200).optional(),
  address: address.optional(),
  pinnedSha256: sha256.optional(),
  isRealTime: z.boolean(),
  /** Devices get it as soon as it is ready. */
  isUsed: z.boolean().default(true),
})
export type NewRuleSet = z.output<typeof newRuleSet>

export const ruleSetChange = z.object({
  isUsed: z.boolean().optional(),
  isRealTime: z.boolean().optional(),
  address: address.optional(),
  pinnedSha256: sha256.nullable().optional(),
})
export type RuleSetChange = z.output<typeof ruleSetChange>

export const pieceBytes = 1_048_576
export const mostPieces = 64
export const piecePath = setPath.extend({
  number: z.coerce
    .number()
    .int()
    .min(0)
    .max(mostPieces - 1),
})
export const piece = z.object({ content: z.base64().max(Math.ceil((pieceBytes * 4) / 3) + 4) })
/** All of its pieces have come. `key`: who has signed it, where it is a bundle of another Vartio. */
export const brought = z.object({ pieces: z.int().min(1).max(mostPieces), key: z.string().max(1_000).optional() })
export type Brought = z.output<typeof brought>

/** What a device asks for. */
export const noteBody = z.object({ set: setName, version: z.int().min(1) })
export const noteAnswer = z.object({ note: z.string() })
export const mostPartsAtOnce = 64
export const partsBody = z.object({ set: setName, parts: z.array(sha256).min(1).max(mostPartsAtOnce) })
/** As many of the first ones as fit into an answer, base64. */
export const partsAnswer = z.object({ parts: z.array(z.string()).min(1) })
export type DeviceRuleSet = { readonly set: string; readonly version: number }
