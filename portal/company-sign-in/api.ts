import { z } from 'zod'
import { line } from '#base/fields'
import { companyAnswer, companyFound, companyUpstream, type found } from '#identity/upstream/api'
import { anyRole, namedRole, roles } from '#portal/people/api'

export { found } from '#identity/upstream/api'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const callbackQuery = companyAnswer

/** Which group gives which role: of the three the highest that somebody's groups give, and every own one (by its number). */
const mapping = z
  .array(z.strictObject({ group: line(256), role: anyRole }))
  .max(100)
  .refine((all) => new Set(all.map(({ group }) => group)).size === all.length, 'names a group twice')

export const newSetting = z.strictObject({
  company: companyUpstream,
  isOn: z.boolean(),
  /** Left out: the one before stays. */
  secret: z
    .string()
    .regex(/^[\x20-\x7e]{8,500}$/)
    .optional(),
  mapping,
})
export type NewSetting = z.output<typeof newSetting>

/** The highest wins. */
export const ranks = ['administrator', 'privacy_officer', 'viewer'] as const

export const setting = companyFound.extend({
  mapping,
  /** The company's own link, to sign in by. */
  signInUrl: z.string(),
})
export type Setting = z.output<typeof setting>

export const gone = z.object({ next: z.string() })
export const tried = z.object({
  name: z.string().nullable(),
  email: z.string().nullable(),
  groups: z.array(z.string()).nullable(),
  /** What would be given; null and none where that would be nothing. */
  role: z.enum(roles).nullable(),
  ownRoles: z.array(namedRole),
})
export type Tried = z.output<typeof tried>
export const own = z.object({ isOn: z.boolean() })
export type FoundDoors = z.output<typeof found>
