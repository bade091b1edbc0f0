import { z } from 'zod'
import { cursor, language, line, phoneNumber, time } from '#base/fields'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const personPath = organizationPath.extend({ personId: z.uuid() })

/** pääkäyttäjä, tietosuojavastaava, lukija */
export const roles = ['administrator', 'privacy_officer', 'viewer'] as const
export type Role = (typeof roles)[number]

/** What a role of an organisation's own may consist of, by what it is about. Whoever decides for the whole of an organisation is an administrator or a privacy officer. */
export const grantable = {
  overview: ['overview.read'],
  people: ['people.read', 'people.manage', 'sharers.read', 'audit.read'],
  devices: ['devices.read', 'devices.manage'],
  detections: ['detections.read', 'detections.manage'],
  policies: ['policies.read', 'policies.manage', 'own-rules.manage'],
  companies: ['companies.read', 'organizations.read', 'organizations.manage'],
  subscriptions: ['subscriptions.read', 'subscriptions.sell'],
  programs: ['api-keys.manage'],
  services: ['contracts.manage'],
  provider: ['health.read', 'staff.read', 'contact.manage', 'rule-sets.manage', 'upstreams.manage'],
} as const
export type GrantArea = keyof typeof grantable
export type Grantable = (typeof grantable)[GrantArea][number]
export const everyGrantable: readonly Grantable[] = Object.values(grantable).flat()

export const rolePath = organizationPath.extend({ roleId: z.uuid() })
/** One of the three, or the number of an own one. */
export const anyRole = z.enum(roles).or(z.uuid())
export type AnyRole = z.output<typeof anyRole>

export const newRole = z.strictObject({
  name: line(60),
  permissions: z
    .array(z.enum(everyGrantable))
    .min(1)
    .max(everyGrantable.length)
    .transform((list) => [...new Set(list)]),
})
export type NewRole = z.output<typeof newRole>
export const roleMade = z.object({ roleId: z.uuid() })
/** Whoever, and whatever group, would be left with nothing gets this. */
export const roleRemoval = z.strictObject({ instead: anyRole })

export const namedRole = z.object({ roleId: z.uuid(), name: z.string() })
const ownRole = namedRole.extend({
  permissions: z.array(z.enum(everyGrantable)),
  people: z.int(),
  /** Twenty at most, who have a name here. */
  holders: z.array(z.object({ personId: z.uuid(), name: z.string() })),
})
export const ownRoles = z.object({
  roles: z.array(ownRole),
  /** What whoever asks may put into a role: never what they do not have. */
  mayGrant: z.array(z.enum(everyGrantable)),
})
export type OwnRoles = z.output<typeof ownRoles>
export type OwnRole = z.output<typeof ownRole>

/** One at least, of either kind. */
export const rolesGiven = {
  roles: z
    .array(z.enum(roles))
    .max(roles.length)
    .transform((list) => [...new Set(list)]),
  ownRoles: z
    .array(z.uuid())
    .max(10)
    .transform((list) => [...new Set(list)])
    .optional(),
}
export const givesSome = (given: { roles: readonly Role[]; ownRoles?: readonly string[] | undefined }): boolean =>
  given.roles.length + (given.ownRoles?.length ?? 0) > 0

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
  ownRoles: z.array(namedRole),
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

/** Own roles that are not named stay as they are. */
export const rolesChange = z.object(rolesGiven).refine(givesSome, 'names no role')

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
