import { z } from 'zod'
import { instant, line, lines, time } from '#base/fields'

// What the portal sends for the privacy officers of the provider, and what it is answered.

export const groundWords = [
  'grace', 'law', 'remedy', 'problem', 'fraud', 'built-in', 'need', 'authority', 'crime',
] as const // biome-ignore format: one list
export const logWords = ['audit-log', 'activity-log'] as const
export const holdStates = ['proposed', 'active', 'refused', 'ended'] as const

/** Who acts, as the audit log of the portal knows them. */
const actor = z.uuid()
export const holdId = z.uuid()

export const newHold = z.strictObject({
  ground: z.enum(groundWords),
  reason: lines(2_000),
  reference: line(200).optional(),
  /** As the portal knows the person (pairwise). */
  subject: z.string().min(1).max(255).optional(),
  organizationId: z.uuid().optional(),
  log: z.enum(logWords).optional(),
  from: instant.optional(),
  to: instant.optional(),
  isTold: z.boolean(),
  reviewBy: instant,
  endsAt: instant,
})

export const proposeBody = newHold.extend({ holdId, actor })
export const decideBody = z.strictObject({ holdId, actor, isApproved: z.boolean() })
export const reviewBody = z.strictObject({ holdId, actor, reviewBy: instant })
export const finishBody = z.strictObject({ holdId, actor })

export const hold = z.object({
  holdId,
  state: z.enum(holdStates),
  ground: z.enum(groundWords),
  reason: z.string(),
  reference: z.string().nullable(),
  subject: z.string().nullable(),
  organizationId: z.uuid().nullable(),
  log: z.enum(logWords).nullable(),
  from: time.nullable(),
  to: time.nullable(),
  isTold: z.boolean(),
  proposedBy: z.uuid(),
  proposedAt: time,
  decidedBy: z.uuid().nullable(),
  decidedAt: time.nullable(),
  reviewBy: time,
  reviewedAt: time.nullable(),
  isReviewDue: z.boolean(),
  endsAt: time,
  outcome: z.string().nullable(),
  /** Which programs have taken it, and which still have to. */
  programs: z.array(z.object({ program: z.string(), isDone: z.boolean() })),
})
export const holdList = z.object({ holds: z.array(hold) })
