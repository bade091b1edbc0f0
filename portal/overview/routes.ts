import { type Route, route } from '#server/routes'
import { organizationPath, overview } from './api.ts'
import { readOverview, type Uses } from './overview.ts'

export const routes = (uses: Uses): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/overview',
    permission: 'overview.read',
    purpose: 'service',
    does: 'show how things are and what needs doing',
    params: organizationPath,
    answer: overview,
    run: ({ params, caller }) =>
      readOverview(uses, params.organizationId, {
        seesServices: 'permissions' in caller && caller.permissions.has('contracts.manage'),
      }),
  }),
]
