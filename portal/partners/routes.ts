import { personOf } from '#portal/audit'
import { type Route, route } from '#server/routes'
import { companyList, companyQuery, organizationPath } from './api.ts'
import type { Partners } from './index.ts'

export const routes = (partners: Pick<Partners, 'list'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/companies',
    permission: 'companies.read',
    purpose: 'service',
    does: 'show the companies that have outsourced something to this organisation, and how they stand',
    params: organizationPath,
    query: companyQuery,
    answer: companyList,
    run: ({ caller, params, query }) => partners.list(params.organizationId, query, personOf(caller).roles as never),
  }),
]
