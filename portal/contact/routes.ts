import { by } from '#portal/audit'
import { type Route, route } from '#server/routes'
import { handling, messageList, messagePath, openedMessage, organizationPath } from './api.ts'
import type { Contact } from './index.ts'

export const routes = (contact: Omit<Contact, 'routes'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/contact',
    permission: 'contact.manage',
    purpose: 'contact',
    does: 'list the messages to the controller, without what was written',
    params: organizationPath,
    answer: messageList,
    run: ({ params }) => contact.list(params.organizationId),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/contact/:messageId/look',
    permission: 'contact.manage',
    purpose: 'contact',
    does: 'read one message; that it was read is recorded first',
    params: messagePath,
    answer: openedMessage,
    run: (request) => contact.open(request.params.organizationId, request.params.messageId, by(request)),
  }),
  route({
    method: 'PUT',
    path: '/api/organizations/:organizationId/contact/:messageId',
    permission: 'contact.manage',
    purpose: 'contact',
    does: 'mark a message as handled, or take that back',
    params: messagePath,
    body: handling,
    run: (request) =>
      contact.handle(request.params.organizationId, request.params.messageId, request.body.isHandled, by(request)),
  }),
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/contact/:messageId',
    permission: 'contact.manage',
    purpose: 'contact',
    does: 'erase a message',
    params: messagePath,
    run: (request) => contact.erase(request.params.organizationId, request.params.messageId, by(request)),
  }),
]
