import { by, personOf } from '#portal/audit'
import { type Route, route } from '#server/routes'
import { found, lookList, newLook, organizationPath } from './api.ts'
import type { TechnicalLog } from './index.ts'

export const routes = (log: Omit<TechnicalLog, 'routes'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/technical-log/looks',
    permission: 'technical-log.look',
    purpose: 'proof',
    does: 'list who has looked into the technical log, for what and why',
    params: organizationPath,
    answer: lookList,
    run: ({ params }) => log.list(params.organizationId),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/technical-log/looks',
    permission: 'technical-log.look',
    fresh: true,
    purpose: 'proof',
    does: 'look into the technical log for a stated ground; the look is recorded first',
    params: organizationPath,
    body: newLook,
    answer: found,
    run: (request) =>
      log.look(request.params.organizationId, personOf(request.caller).personId, request.body, by(request)),
  }),
]
