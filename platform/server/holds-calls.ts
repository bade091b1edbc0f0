import { z } from 'zod'
import { type Ground, grounds } from './grounds.ts'

// What the privacy office tells every program about holds, and what it is answered. Both ends import these.

export const ground = z.enum(Object.keys(grounds) as [Ground, ...Ground[]])

export const placeBody = z.strictObject({
  holdId: z.uuid(),
  ground,
  /** As this program knows the person. */
  subject: z.string().min(1).max(255).optional(),
  organizationId: z.uuid().optional(),
  /** A log of this program, and the time its rows are from. */
  table: z
    .string()
    .regex(/^[a-z_]{1,60}\.[a-z_]{1,60}$/)
    .optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  /** False: an authority has forbidden that the person is told. */
  isTold: z.boolean(),
  endsAt: z.iso.datetime(),
})
/** Words of ours; everything but `placed` and `nobody` means that nothing is held. `nobody`: the program knows no such person. */
export const placeAnswer = z.object({
  outcome: z.enum(['placed', 'nobody', 'no_such_table', 'not_on_this_ground', 'too_late']),
})

export const endBody = z.strictObject({ holdId: z.uuid() })
