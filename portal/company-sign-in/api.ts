import { z } from 'zod'
import { line, time } from '#base/fields'
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

/** A name as it is asked for in the network. */
const domain = z.string().regex(/^[a-z0-9.-]{3,253}$/)
export const domainPath = organizationPath.extend({ domain })
export const newDomain = z.strictObject({ domain: line(253) })
export const domainList = z.object({
  domains: z.array(
    z.object({
      domain: z.string(),
      /** What its name servers are to tell (TXT). */
      record: z.object({ name: z.string(), value: z.string() }),
      /** Lost: it was proven, and the record is gone; it leads on until `offAt`. */
      state: z.enum(['waiting', 'proven', 'lost']),
      answer: z.enum(['not-asked', 'there', 'missing', 'different', 'unanswered']),
      askedAt: time.nullable(),
      offAt: time.nullable(),
    }),
  ),
})
export type DomainList = z.output<typeof domainList>

export const address = z.strictObject({ email: z.email().max(254) })
/** Null: no company has proved the domain, or it has no provider that is on; which of them is not said. */
export const led = z.object({ next: z.string().nullable() })
