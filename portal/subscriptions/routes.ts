import { by } from '#portal/audit'
import { type Route, route } from '#server/routes'
import { invoicing, invoicingQuery, newSubscription, organizationPath, soldPath, subscriptionList } from './api.ts'
import type { Subscriptions } from './index.ts'

export const routes = (subscriptions: Pick<Subscriptions, 'read' | 'readInvoicing' | 'sell'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/subscriptions',
    permission: 'subscriptions.read',
    purpose: 'service',
    does: 'show what this organisation subscribes to, and what is collected because of it',
    params: organizationPath,
    answer: subscriptionList,
    run: ({ params }) => subscriptions.read(params.organizationId),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/invoicing',
    permission: 'subscriptions.sell',
    purpose: 'service',
    does: 'show what to invoice for a month: counts, nothing of anybody',
    params: organizationPath,
    query: invoicingQuery,
    answer: invoicing,
    run: ({ params, query }) => subscriptions.readInvoicing(params.organizationId, query.month),
  }),
  route({
    method: 'PUT',
    path: '/api/organizations/:organizationId/organizations/:managedId/subscriptions/:module',
    permission: 'subscriptions.sell',
    fresh: true,
    purpose: 'service',
    does: 'make, renew or end a subscription of a company that was added here',
    params: soldPath,
    body: newSubscription,
    run: (request) => {
      const { organizationId: sellerId, managedId: companyId, module } = request.params
      return subscriptions.sell({ sellerId, companyId, module }, request.body, by(request))
    },
  }),
]
