import { z } from 'zod'
import { lines, time } from '#base/fields'
import { grounds, look } from '#identity/release/api'

export { type Found, found, grounds, isPeriod, type LookGround, mostDays } from '#identity/release/api'

export const organizationPath = z.object({ organizationId: z.uuid() })

/** Nobody looks without saying what for, in words that others can check (ID-19). */
export const newLook = look.extend({ why: lines(1_000) })
export type NewLook = z.input<typeof newLook>

export const lookList = z.object({
  looks: z.array(
    z.object({
      lookId: z.uuid(),
      at: time,
      /** Null: somebody who has been forgotten since. */
      by: z.string().nullable(),
      ground: z.enum(grounds),
      why: z.string().nullable(),
      from: time,
      to: time,
      contractId: z.uuid().nullable(),
    }),
  ),
})
export type LookList = z.output<typeof lookList>
