import { by } from '#portal/audit'
import { type Route, route } from '#server/routes'
import { extension, organizationPath, requestList, requestPath } from './api.ts'
import type { Requests } from './index.ts'

export const routes = (requests: Omit<Requests, 'routes'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/requests',
    permission: 'requests.manage',
    purpose: 'rights',
    does: 'show the requests of persons about their rights, and by when each must be done',
    params: organizationPath,
    answer: requestList,
    run: ({ params }) => requests.list(params.organizationId),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/requests/:requestId/extension',
    permission: 'requests.manage',
    purpose: 'rights',
    does: 'give a request more time, and tell the person why',
    params: requestPath,
    body: extension,
    run: (request) =>
      requests.extend(request.params.organizationId, request.params.requestId, request.body, by(request)),
  }),
]
