import { by } from '#portal/audit'
import { type Route, route } from '#server/routes'
import {
  contract,
  contractAnswer,
  contractList,
  contractPath,
  ended,
  made,
  newSecret,
  organizationPath,
} from './api.ts'
import type { Contracts } from './index.ts'

const path = '/api/organizations/:organizationId/contracts'

export const routes = (contracts: Omit<Contracts, 'routes'>): Route[] => [
  route({
    method: 'GET',
    path,
    permission: 'contracts.manage',
    purpose: 'service',
    does: 'list the contracts with services that identify people here',
    params: organizationPath,
    answer: contractList,
    run: ({ params }) => contracts.list(params.organizationId),
  }),
  route({
    method: 'GET',
    path: `${path}/:clientId`,
    permission: 'contracts.manage',
    purpose: 'service',
    does: 'show one contract',
    params: contractPath,
    answer: contractAnswer,
    run: ({ params }) => contracts.find(params.organizationId, params.clientId),
  }),
  route({
    method: 'POST',
    path,
    permission: 'contracts.manage',
    purpose: 'service',
    does: 'make a contract, in test mode',
    fresh: true,
    params: organizationPath,
    body: contract,
    answer: made,
    run: (request) => contracts.make(request.params.organizationId, request.body, by(request)),
  }),
  route({
    method: 'PUT',
    path: `${path}/:clientId`,
    permission: 'contracts.manage',
    purpose: 'service',
    does: 'change what was agreed: addresses, keys, persons, how the service speaks',
    fresh: true,
    params: contractPath,
    body: contract,
    run: (request) =>
      contracts.change(request.params.organizationId, request.params.clientId, request.body, by(request)),
  }),
  route({
    method: 'POST',
    path: `${path}/:clientId/force`,
    permission: 'contracts.manage',
    purpose: 'service',
    does: 'bring a signed contract into force: from then on data of persons is released',
    fresh: true,
    params: contractPath,
    run: (request) => contracts.enforce(request.params.organizationId, request.params.clientId, by(request)),
  }),
  route({
    method: 'POST',
    path: `${path}/:clientId/end`,
    permission: 'contracts.manage',
    purpose: 'service',
    does: 'give notice of a contract',
    fresh: true,
    params: contractPath,
    answer: ended,
    run: (request) => contracts.end(request.params.organizationId, request.params.clientId, by(request)),
  }),
  route({
    method: 'POST',
    path: `${path}/:clientId/secret`,
    permission: 'contracts.manage',
    purpose: 'service',
    does: 'make a new secret for a service without keys, and show it once',
    fresh: true,
    params: contractPath,
    answer: newSecret,
    run: (request) => contracts.makeSecret(request.params.organizationId, request.params.clientId, by(request)),
  }),
]
