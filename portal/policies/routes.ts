import { by } from '#portal/audit'
import { type Route, route } from '#server/routes'
import {
  createdExclusion,
  exclusionPath,
  levelChange,
  levelChanged,
  levelPath,
  newExclusion,
  organizationPath,
  policy,
  policyChange,
  policyLevel,
  policyLevels,
} from './api.ts'
import type { Policies } from './index.ts'

export const routes = (policies: Omit<Policies, 'routes'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/policy',
    permission: 'policies.read',
    purpose: 'security',
    does: 'show what the agents of this organisation do, unless a group or device departs from it',
    params: organizationPath,
    answer: policy,
    run: ({ params }) => policies.read(params.organizationId),
  }),
  route({
    method: 'PUT',
    path: '/api/organizations/:organizationId/policy',
    permission: 'policies.manage',
    purpose: 'security',
    does: 'change what the agents of this organisation do, unless a group or device departs from it',
    params: organizationPath,
    body: policyChange,
    run: (request) => policies.change(request.params.organizationId, request.body, by(request)),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/policy/levels',
    permission: 'policies.read',
    purpose: 'security',
    does: 'list groups and devices that depart from what is above them',
    params: organizationPath,
    answer: policyLevels,
    run: ({ params }) => policies.listLevels(params.organizationId),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/policy/levels/:scopeId',
    permission: 'policies.read',
    purpose: 'security',
    does: 'show what holds for the organisation, a group or a device, and where each setting was decided',
    params: levelPath,
    answer: policyLevel,
    run: ({ params }) => policies.readLevel(params.organizationId, params.scopeId),
  }),
  route({
    method: 'PUT',
    path: '/api/organizations/:organizationId/policy/levels/:scopeId',
    permission: 'policies.manage',
    purpose: 'security',
    does: 'change in what the organisation, a group or a device departs from above, and what it locks',
    params: levelPath,
    body: levelChange,
    answer: levelChanged,
    run: (request) =>
      policies.changeLevel(request.params.organizationId, request.params.scopeId, request.body, by(request)),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/policy/levels/:scopeId/exclusions',
    permission: 'policies.manage',
    purpose: 'security',
    does: 'let something through until a set time on all devices, on those of a group, or on one',
    params: levelPath,
    body: newExclusion,
    answer: createdExclusion,
    run: async (request) => {
      const { organizationId, scopeId } = request.params
      return { exclusionId: await policies.exclude(organizationId, request.body, by(request), scopeId) }
    },
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
