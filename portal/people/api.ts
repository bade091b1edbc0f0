import { z } from 'zod'
import { cursor, language, line, phoneNumber, time } from '#base/fields'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const personPath = organizationPath.extend({ personId: z.uuid() })

/** pääkäyttäjä, tietosuojavastaava, lukija */
export const roles = ['administrator', 'privacy_officer', 'viewer'] as const
export type Role = (typeof roles)[number]

export const roleList = z
  .array(z.enum(roles))
  .min(1)
  .max(roles.length)
  .transform((list) => [...new Set(list)])

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export const personName = line(120)

/** EP-10, EP-11, EP-12: the phone number is null for whoever has not given one. Of whoever is restricted nothing is shown (DSR-12). */
const member = z.object({
  personId: z.uuid(),
  name: z.string(),
  email: z.string(),
  phone: z.string().nullable(),
  roles: z.array(z.enum(roles)),
  joinedAt: time,
  lastSeenAt: time.nullable(),
  isRestricted: z.boolean(),
})
export const peopleQuery = z.object({ search: line(100).optional().or(z.literal('')), cursor: cursor.optional() })
export const peopleList = z.object({
  people: z.array(member),
  next: z.string().nullable(),
  /** `joined`: until the names of a large organisation have been opened, its people stand in the order in which they joined. */
  order: z.enum(['name', 'joined']).optional(),
})
export type PeopleList = z.output<typeof peopleList>

/** VM-10, VM-11: all who share a subscription see so much of each other, and no more. */
export const sharerList = z.object({
  people: z.array(z.object({ personId: z.uuid(), name: z.string(), email: z.string() })),
  next: z.string().nullable(),
})
export type SharerList = z.output<typeof sharerList>

export const rolesChange = z.object({ roles: roleList })

/** The code is told to the person by voice; the link goes to their address. Both are needed. */
export const recoveryBegun = z.object({ code: z.string(), expiresAt: time })
export type RecoveryBegun = z.output<typeof recoveryBegun>

/** A phone number of null takes it away. What is not named stays as it is. */
export const ownChange = z
  .object({
    name: personName.optional(),
    phone: phoneNumber.nullable().optional(),
    language: language.optional(),
    theme: z.enum(themes).optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'nothing is named that should change')
export type OwnChange = z.output<typeof ownChange>
