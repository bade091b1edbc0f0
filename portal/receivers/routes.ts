import { by } from '#portal/audit'
import { type Route, route } from '#server/routes'
import {
  changedReceiver,
  keepsQuiet,
  newQuiet,
  newReceiver,
  organizationPath,
  receiverList,
  receiverMade,
  receiverPath,
  secretMade,
} from './api.ts'
import type { Receivers } from './index.ts'

export const routes = (receivers: Omit<Receivers, 'routes'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/receivers',
    permission: 'receivers.manage',
    purpose: 'security',
    does: 'show where events of the organisation are sent, and whether they come through',
    params: organizationPath,
    answer: receiverList,
    run: ({ params }) => receivers.list(params.organizationId),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/receivers',
    permission: 'receivers.manage',
    // Whoever adds one hears from then on what happens here.
    fresh: true,
    purpose: 'security',
    does: 'have events sent to an address; its secret is told once',
    params: organizationPath,
    body: newReceiver,
    answer: receiverMade,
    run: (request) => receivers.make(request.params.organizationId, request.body, by(request)),
  }),
  route({
    method: 'PUT',
    path: '/api/organizations/:organizationId/receivers/:receiverId',
    permission: 'receivers.manage',
    // Whoever has them sent elsewhere hears from then on what happens here.
    fresh: true,
    purpose: 'security',
    does: 'change where and of what a receiver is told',
    params: receiverPath,
    body: changedReceiver,
    run: (request) => {
      const { organizationId, receiverId } = request.params
      return receivers.change(organizationId, receiverId, request.body, by(request))
    },
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/receivers/:receiverId/secret',
    permission: 'receivers.manage',
    fresh: true,
    purpose: 'security',
    does: 'sign what a receiver is sent with another secret, told once',
    params: receiverPath,
    answer: secretMade,
    run: async (request) => {
      const { organizationId, receiverId } = request.params
      return { secret: await receivers.rotateSecret(organizationId, receiverId, by(request)) }
    },
  }),
  route({
    method: 'PUT',
    path: '/api/organizations/:organizationId/quiet-hours',
    permission: 'receivers.manage',
    purpose: 'security',
    does: 'say when only what is urgent is sent',
    params: organizationPath,
    body: newQuiet,
    run: (request) => receivers.setQuiet(request.params.organizationId, request.body.quiet, by(request)),
  }),
  route({
    method: 'PUT',
    path: '/api/organizations/:organizationId/receivers/:receiverId/quiet',
    permission: 'receivers.manage',
    purpose: 'security',
    does: 'say whether quiet hours hold for a receiver',
    params: receiverPath,
    body: keepsQuiet,
    run: (request) => {
      const { organizationId, receiverId } = request.params
      return receivers.keepQuiet(organizationId, receiverId, request.body.keepsQuiet, by(request))
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/receivers/:receiverId',
    permission: 'receivers.manage',
    purpose: 'security',
    does: 'stop sending events to an address',
    params: receiverPath,
    run: (request) => receivers.remove(request.params.organizationId, request.params.receiverId, by(request)),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/receivers/:receiverId/test',
    permission: 'receivers.manage',
    purpose: 'security',
    does: 'send something to a receiver now, to see whether it comes through',
    params: receiverPath,
    perMinute: 10,
    run: ({ params }) => receivers.test(params.organizationId, params.receiverId),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/receivers/:receiverId/resume',
    permission: 'receivers.manage',
    purpose: 'security',
    does: 'try again what did not come through',
    params: receiverPath,
    run: (request) => receivers.resume(request.params.organizationId, request.params.receiverId, by(request)),
  }),
]
