import { by } from '#portal/audit'
import { type Route, route } from '#server/routes'
import { decision, managedPath, organizationPath, ownRemoval, removalList } from './api.ts'
import type { Removals } from './index.ts'

const own = '/api/organizations/:organizationId/removal'
const managed = '/api/organizations/:organizationId/organizations/:managedId/removal'

export const routes = (removals: Omit<Removals, 'routes' | 'carryOut'>): Route[] => [
  route({
    method: 'GET',
    path: own,
    permission: 'overview.read',
    purpose: 'service',
    does: 'show whether this organisation is to be removed, when, who decides, and for how long data is kept after a subscription',
    params: organizationPath,
    answer: ownRemoval,
    run: ({ params }) => removals.read(params.organizationId),
  }),
  route({
    method: 'POST',
    path: own,
    permission: 'removals.ask',
    fresh: true,
    purpose: 'service',
    does: 'ask that this organisation is removed with all that is tied to it',
    params: organizationPath,
    run: (request) => removals.ask(request.params.organizationId, by(request)),
  }),
  // No fresh passkey: what would destroy everything must be easy to stop.
  route({
    method: 'DELETE',
    path: own,
    permission: 'removals.ask',
    purpose: 'service',
    does: 'take back what this organisation has asked for itself',
    params: organizationPath,
    run: (request) => removals.withdraw(request.params.organizationId, by(request)),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/removals',
    permission: 'removals.decide',
    purpose: 'service',
    does: 'show companies that were added here, and which of them are to be removed or have asked for it',
    params: organizationPath,
    answer: removalList,
    run: ({ params }) => removals.list(params.organizationId),
  }),
  route({
    method: 'PUT',
    path: managed,
    permission: 'removals.decide',
    fresh: true,
    purpose: 'service',
    does: 'give notice that the subscription of a company added here has ended, so that it is removed, or decline what it has asked',
    params: managedPath,
    body: decision,
    run: (request) =>
      removals.decide(request.params.organizationId, request.params.managedId, request.body, by(request)),
  }),
  route({
    method: 'DELETE',
    path: managed,
    permission: 'removals.decide',
    purpose: 'service',
    does: 'take such a notice back, until the day',
    params: managedPath,
    run: (request) => removals.takeBack(request.params.organizationId, request.params.managedId, by(request)),
  }),
]
