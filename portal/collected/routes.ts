import { type Route, route } from '#server/routes'
import { collected, organizationPath } from './api.ts'
import type { Collecting } from './index.ts'

export const routes = (collecting: Collecting): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/collected',
    permission: 'overview.read',
    purpose: 'service',
    does: 'tell people of an organisation what is collected of them, why, for how long, and who sees it',
    params: organizationPath,
    answer: collected,
    run: ({ params }) => collecting.read(params.organizationId),
  }),
]
