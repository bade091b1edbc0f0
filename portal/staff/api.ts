import { z } from 'zod'
import { line, time } from '#base/fields'
import { staffEnds, staffRoles } from '#identity/groups/api'

export const organizationPath = z.object({ organizationId: z.uuid() })

export const accessQuery = z.object({
  /** Whoever could do something on this day (in Helsinki). */
  day: z.iso.date().optional(),
  search: line(100).optional().or(z.literal('')),
})

/** A name that is null: somebody who has been erased since, or whose data is only stored. */
export const accessList = z.object({
  periods: z.array(
    z.object({
      name: z.string().nullable(),
      role: z.enum(staffRoles).or(z.uuid()),
      /** What a role is called that the provider has made. */
      roleName: z.string().nullable(),
      from: time,
      to: time.nullable(),
      ended: z.enum(staffEnds).nullable(),
      givenBy: z.string().nullable(),
      takenBy: z.string().nullable(),
    }),
  ),
  /** There is more than could be shown; the oldest are left out. */
  isCut: z.boolean(),
})
export type AccessList = z.output<typeof accessList>
