import { z } from 'zod'
import { time } from '#base/fields'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const managedPath = organizationPath.extend({ managedId: z.uuid() })

/** Why an operator does not remove a company that has asked for it. */
export const reasons = ['agreement_runs', 'not_entitled', 'wrong_company'] as const
export type Reason = (typeof reasons)[number]

const removal = z.object({
  state: z.enum(['asked', 'declined', 'noticed', 'removing']),
  cause: z.enum(['asked', 'notice', 'ended']),
  askedAt: time.nullable(),
  /** Until when the operator is to decide; it stays undecided if it does not. */
  decideBy: time.nullable(),
  because: z.enum(reasons).nullable(),
  /** The day on which everything goes. */
  dueAt: time.nullable(),
})

/** `decider`: the operator that decides; null: nobody but the company. `months`: for how long data is kept once the subscription is over (RT-02). */
export const ownRemoval = z.object({
  removal: removal.nullable(),
  addedBy: z.string(),
  decider: z.string().nullable(),
  months: z.int(),
  mayAsk: z.boolean(),
})
export type OwnRemoval = z.output<typeof ownRemoval>

export const removalList = z.object({
  months: z.int(),
  companies: z.array(
    z.object({
      organizationId: z.uuid(),
      name: z.string(),
      removal: removal.nullable(),
      isOverdue: z.boolean(),
    }),
  ),
})
export type RemovalList = z.output<typeof removalList>

export const decision = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('ended') }),
  z.strictObject({ decision: z.literal('declined'), because: z.enum(reasons) }),
])
export type Decision = z.output<typeof decision>
