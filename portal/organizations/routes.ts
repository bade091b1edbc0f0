import { z } from 'zod'
import { by } from '#portal/audit'
import { type Route, route } from '#server/routes'
import {
  controllerAnswer,
  createdOrganization,
  managedPath,
  managingPath,
  newOrganization,
  organizationPath,
  organizationTree,
  outsourcingBegin,
  outsourcingList,
} from './api.ts'
import type { Organizations } from './index.ts'

export const routes = (organizations: Omit<Organizations, 'routes'>): Route[] => [
  route({
    method: 'POST',
    path: '/calls/organizations/controller',
    permission: 'program:privacy',
    purpose: 'proof',
    does: 'tells who answers for personal data, for the notice',
    body: z.object({}),
    answer: controllerAnswer,
    run: async () => ({ controller: await organizations.readController() }),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/organizations',
    permission: 'organizations.read',
    purpose: 'service',
    does: 'show the organisations beneath this one',
    params: organizationPath,
    answer: organizationTree,
    run: ({ params }) => organizations.tree(params.organizationId),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/organizations',
    permission: 'organizations.manage',
    purpose: 'service',
    does: 'create a partner or company beneath this organisation',
    params: organizationPath,
    body: newOrganization,
    answer: createdOrganization,
    run: async (request) => ({
      organizationId: await organizations.createBeneath(request.params.organizationId, request.body, by(request)),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/organizations/:managedId/outsourcing',
    permission: 'organizations.manage',
    purpose: 'service',
    does: 'take over the care of a company that has nobody yet',
    params: managedPath,
    body: outsourcingBegin,
    run: (request) =>
      organizations.beginAsCreator(
        request.params.organizationId,
        request.params.managedId,
        request.body.activities,
        by(request),
      ),
  }),
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/organizations/:managedId/outsourcing',
    permission: 'organizations.manage',
    purpose: 'service',
    does: 'give up the care of a company that has nobody yet',
    params: managedPath,
    run: (request) => organizations.endAsCreator(request.params.organizationId, request.params.managedId, by(request)),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/outsourcing',
    permission: 'organizations.read',
    purpose: 'service',
    does: 'show what this organisation has outsourced, and to whom',
    params: organizationPath,
    answer: outsourcingList,
    run: ({ params }) => organizations.outsourcing(params.organizationId),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/outsourcing/:managingId',
    permission: 'outsourcing.manage',
    purpose: 'service',
    does: 'outsource activities to an organisation above',
    params: managingPath,
    body: outsourcingBegin,
    run: (request) =>
      organizations.beginAsCompany(
        request.params.organizationId,
        request.params.managingId,
        request.body.activities,
        by(request),
      ),
  }),
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/outsourcing/:managingId',
    permission: 'outsourcing.manage',
    purpose: 'service',
    does: 'end outsourcing',
    params: managingPath,
    run: (request) => organizations.endAsCompany(request.params.organizationId, request.params.managingId, by(request)),
  }),
]
