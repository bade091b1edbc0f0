import { by } from '#portal/audit'
import { Reply, type Route, route } from '#server/routes'
import { accessList, accessQuery, organizationPath } from './api.ts'
import type { Staff } from './index.ts'

export const routes = (staff: Pick<Staff, 'list' | 'export'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/staff',
    permission: 'staff.read',
    purpose: 'audit',
    does: 'show who of the provider could do what, from when to when, and who gave and took it',
    params: organizationPath,
    query: accessQuery,
    answer: accessList,
    run: ({ params, query }) => staff.list(params.organizationId, query),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/staff/export',
    permission: 'staff.read',
    purpose: 'audit',
    does: 'give the same as a file',
    params: organizationPath,
    query: accessQuery,
    perMinute: 10,
    run: async (request) =>
      new Reply(
        200,
        {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': 'attachment; filename="staff.csv"',
          'cache-control': 'no-store',
        },
        await staff.export(request.params.organizationId, request.query, by(request)),
      ),
  }),
]
