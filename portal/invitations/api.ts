import { z } from 'zod'
import { emailAddress, language, time, token } from '#base/fields'
import { givesSome, namedRole, personName, roles, rolesGiven } from '#portal/people/api'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const invitationPath = organizationPath.extend({ invitationId: z.uuid() })
export const managedPath = organizationPath.extend({ managedId: z.uuid() })

export const invitationToken = z.object({ token })

/** What the page of the link shows before anybody has signed in. The address is shown so that its holder signs in with it. */
export const invitationLook = z.object({
  organizationName: z.string(),
  inviterName: z.string().nullable(),
  email: z.string(),
  name: z.string().nullable(),
  roles: z.array(z.enum(roles)),
  ownRoles: z.array(namedRole),
  expiresAt: time,
})
export type InvitationLook = z.output<typeof invitationLook>

export const firstAdministrator = z.object({
  email: emailAddress,
  name: personName.optional(),
  language: language.default('fi'),
})
export const newInvitation = firstAdministrator.extend(rolesGiven).refine(givesSome, 'names no role')
export const createdInvitation = z.object({ invitationId: z.uuid() })

const invitation = z.object({
  invitationId: z.uuid(),
  email: z.string(),
  name: z.string().nullable(),
  roles: z.array(z.enum(roles)),
  ownRoles: z.array(namedRole),
  language,
  invitedBy: z.string().nullable(),
  createdAt: time,
  expiresAt: time,
  isExpired: z.boolean(),
})
export const invitationList = z.object({ invitations: z.array(invitation) })
export type InvitationList = z.output<typeof invitationList>
