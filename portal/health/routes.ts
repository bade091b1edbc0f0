import { type Route, route } from '#server/routes'
import { health, organizationPath } from './api.ts'
import type { HealthArea } from './index.ts'

export const routes = (area: Pick<HealthArea, 'read'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/health',
    permission: 'health.read',
    purpose: 'service',
    does: 'show the provider how this Vartio itself is: programs, disk, clock, certificates, queues, keys, backups, agents',
    params: organizationPath,
    answer: health,
    run: ({ params }) => area.read(params.organizationId),
  }),
]
