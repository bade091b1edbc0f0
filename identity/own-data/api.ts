import { z } from 'zod'
import { lines } from '#base/fields'

const extensionGround = z.enum(['complex', 'many'])
const time = z.iso.datetime()
const words = z.object({ en: z.string(), fi: z.string() })
const kinds = ['export', 'forget', 'restrict', 'lift'] as const
const states = ['received', 'in_progress', 'waiting', 'complete', 'refused'] as const

const table = z.object({
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
})
export type HeldTable = z.output<typeof table>

/** What is held of the person, program by program. `tables` is null where the program did not answer. */
export const held = z.object({
  programs: z.array(
    z.object({ program: z.enum(['identity', 'portal', 'privacy']), tables: z.array(table).nullable() }),
  ),
  /** What has to be done before the account can be deleted, and which organisations it is about. */
  obstacles: z.array(z.object({ code: z.string(), names: z.array(z.string()) })),
})
export type HeldData = z.output<typeof held>

const ownRequest = z.object({
  requestId: z.uuid(),
  kind: z.enum(kinds),
  state: z.enum(states),
  askedAt: time,
  /** The limit of the law. */
  dueAt: time,
  finishedAt: time.nullable(),
  /** Given more time: until when and why, as the person was told. */
  extension: z.object({ until: time, ground: extensionGround, explanation: z.string() }).nullable(),
  refusal: z.string().nullable(),
  /** Of how many programs how many are done. */
  done: z.int(),
  of: z.int(),
  /** A copy that is ready: until when it can be downloaded. */
  downloadUntil: time.nullable(),
  downloads: z.array(time),
  /** A deletion: where to follow it. */
  followUrl: z.string().nullable(),
})
export type OwnRequest = z.output<typeof ownRequest>

export const ownRequests = z.object({ requests: z.array(ownRequest), restrictedSince: time.nullable() })
export type OwnRequests = z.output<typeof ownRequests>

export const asked = z.object({ requestId: z.uuid() })
/** Typed by the person: the address of the account that will be gone. */
export const forgetBody = z.object({ typed: z.string().max(320) })
export const forgetAsked = z.object({ next: z.string(), number: z.string() })

/** From the privacy office: it takes longer than a month, and this is what the person is told. */
export const extendedBody = z.strictObject({
  requestId: z.uuid(),
  until: time,
  ground: extensionGround,
  explanation: lines(1_000),
})

/** From the privacy office, when a request is over. */
export const finishedBody = z.strictObject({
  requestId: z.uuid(),
  state: z.enum(['complete', 'refused']),
  refusal: z.string().max(80).nullable(),
})
