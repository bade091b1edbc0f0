import { z } from 'zod'
import { emailAddress, language, time, token } from '#base/fields'
import { personName, roleList, roles } from '#portal/people/api'

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
  expiresAt: time,
})
export type InvitationLook = z.output<typeof invitationLook>

export const newInvitation = z.object({
  email: emailAddress,
  name: personName.optional(),
  roles: roleList,
  language: language.default('fi'),
})
export const firstAdministrator = newInvitation.omit({ roles: true })
export const createdInvitation = z.object({ invitationId: z.uuid() })

const invitation = z.object({
  invitationId: z.uuid(),
  email: z.string(),
  name: z.string().nullable(),
  roles: z.array(z.enum(roles)),
  language,
  invitedBy: z.string().nullable(),
  createdAt: time,
  expiresAt: time,
  isExpired: z.boolean(),
})
export const invitationList = z.object({ invitations: z.array(invitation) })
export type InvitationList = z.output<typeof invitationList>
