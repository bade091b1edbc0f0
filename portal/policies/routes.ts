import { by } from '#portal/audit'
import { type Route, route } from '#server/routes'
import { createdExclusion, exclusionPath, newExclusion, organizationPath, policy, policyChange } from './api.ts'
import type { Policies } from './index.ts'

export const routes = (policies: Omit<Policies, 'routes'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/policy',
    permission: 'policies.read',
    purpose: 'security',
    does: 'show what the agents of this organisation do',
    params: organizationPath,
    answer: policy,
    run: ({ params }) => policies.read(params.organizationId),
  }),
  route({
    method: 'PUT',
    path: '/api/organizations/:organizationId/policy',
    permission: 'policies.manage',
    purpose: 'security',
    does: 'change what the agents of this organisation do',
    params: organizationPath,
    body: policyChange,
    run: (request) => policies.change(request.params.organizationId, request.body, by(request)),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/policy/exclusions',
    permission: 'policies.manage',
    purpose: 'security',
    does: 'let something through until a set time',
    params: organizationPath,
    body: newExclusion,
    answer: createdExclusion,
    run: async (request) => ({
      exclusionId: await policies.exclude(request.params.organizationId, request.body, by(request)),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/policy/exclusions/:exclusionId',
    permission: 'policies.manage',
    purpose: 'security',
    does: 'stop letting something through',
    params: exclusionPath,
    run: (request) => policies.includeAgain(request.params.organizationId, request.params.exclusionId, by(request)),
  }),
]
