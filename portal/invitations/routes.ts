import { by, personOf } from '#portal/audit'
import { giverOf } from '#portal/people'
import { type Route, route } from '#server/routes'
import {
  createdInvitation,
  firstAdministrator,
  invitationList,
  invitationLook,
  invitationPath,
  invitationToken,
  managedPath,
  newInvitation,
  organizationPath,
} from './api.ts'
import type { Invitations } from './index.ts'

export const routes = (invitations: Omit<Invitations, 'routes'>): Route[] => [
  route({
    method: 'POST',
    path: '/api/invitations/look',
    // Whoever holds the link: they belong to nothing yet.
    permission: 'anyone',
    purpose: 'members',
    does: 'show who invites to what',
    body: invitationToken,
    answer: invitationLook,
    perMinute: 60,
    run: ({ body }) => invitations.look(body.token),
  }),
  route({
    method: 'POST',
    path: '/api/invitations/begin',
    permission: 'anyone',
    purpose: 'members',
    does: 'accept an invitation: what remains is to sign in',
    body: invitationToken,
    perMinute: 60,
    run: (request) => invitations.begin(request.body.token, request),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/invitations',
    permission: 'people.manage',
    purpose: 'members',
    does: 'show who is invited and has not come yet',
    params: organizationPath,
    answer: invitationList,
    run: ({ params }) => invitations.list(params.organizationId),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/invitations',
    permission: 'people.manage',
    fresh: true,
    purpose: 'members',
    does: 'invite a person into this organisation',
    params: organizationPath,
    body: newInvitation,
    answer: createdInvitation,
    // Each one mails a letter to an address of the caller's choice.
    perMinute: 30,
    run: async (request) => {
      const { organizationId } = request.params
      const inviterId = personOf(request.caller).personId
      const giver = giverOf(request.caller)
      return { invitationId: await invitations.invite(organizationId, request.body, inviterId, by(request), giver) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/invitations/:invitationId/resend',
    permission: 'people.manage',
    purpose: 'members',
    does: 'send an invitation again',
    params: invitationPath,
    perMinute: 30,
    run: (request) => {
      const { organizationId, invitationId } = request.params
      return invitations.resend(organizationId, invitationId, personOf(request.caller).personId, by(request))
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/invitations/:invitationId',
    permission: 'people.manage',
    purpose: 'members',
    does: 'withdraw an invitation',
    params: invitationPath,
    run: (request) => invitations.withdraw(request.params.organizationId, request.params.invitationId, by(request)),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/organizations/:managedId/administrator',
    permission: 'organizations.manage',
    fresh: true,
    purpose: 'members',
    does: 'invite the first administrator of an organisation created beneath this one',
    params: managedPath,
    body: firstAdministrator,
    answer: createdInvitation,
    perMinute: 30,
    run: async (request) => {
      const { organizationId, managedId } = request.params
      const inviterId = personOf(request.caller).personId
      const invitationId = await invitations.inviteFirst(
        organizationId,
        managedId,
        request.body,
        inviterId,
        by(request),
      )
      return { invitationId }
    },
  }),
]
