import { z } from 'zod'
import { instant, line, lines, time } from '#base/fields'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const holdPath = z.object({ organizationId: z.uuid(), holdId: z.uuid() })

/** Grounds of a case (RT-25 to RT-30, ID-79); pages have words for each. */
export const groundWords = ['law', 'remedy', 'problem', 'fraud', 'need', 'authority', 'crime'] as const
export type GroundWord = (typeof groundWords)[number]
export const logWords = ['audit-log', 'activity-log'] as const
export const holdStates = ['proposed', 'active', 'refused', 'ended'] as const
/** Why the privacy office or a program has not held it, or why it is over. */
export const outcomes = ['too_late', 'not_on_this_ground', 'no_such_table', 'its_end_came'] as const

export const newHold = z.strictObject({
  ground: z.enum(groundWords),
  reason: lines(2_000),
  reference: line(200).optional(),
  /** At least one of these. */
  personId: z.uuid().optional(),
  organizationId: z.uuid().optional(),
  log: z.enum(logWords).optional(),
  /** A time of the log. */
  from: instant.optional(),
  to: instant.optional(),
  /** False: an authority has forbidden that the person is told. */
  isTold: z.boolean().default(true),
  reviewBy: instant,
  endsAt: instant,
})
export type NewHold = z.input<typeof newHold>
export const holdMade = z.object({ holdId: z.uuid() })
export const decision = z.strictObject({ isApproved: z.boolean() })
export const nextReview = z.strictObject({ reviewBy: instant })

const named = z.object({ id: z.uuid(), name: z.string().nullable() })
export const hold = z.object({
  holdId: z.uuid(),
  state: z.enum(holdStates),
  ground: z.string(),
  reason: z.string(),
  reference: z.string().nullable(),
  person: named.nullable(),
  organization: named.nullable(),
  log: z.enum(logWords).nullable(),
  from: time.nullable(),
  to: time.nullable(),
  isTold: z.boolean(),
  proposedBy: named,
  proposedAt: time,
  decidedBy: named.nullable(),
  decidedAt: time.nullable(),
  reviewBy: time,
  isReviewDue: z.boolean(),
  endsAt: time,
  outcome: z.string().nullable(),
  /** Every program has done what was decided. */
  isCarriedOut: z.boolean(),
  /** Somebody else has to approve it. */
  isOwn: z.boolean(),
})
export const holdList = z.object({ holds: z.array(hold), organizations: z.array(named) })
export type Hold = z.output<typeof hold>
export type HoldList = z.output<typeof holdList>
