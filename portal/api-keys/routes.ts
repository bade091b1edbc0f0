import { by } from '#portal/audit'
import { giverOf } from '#portal/people'
import { type Route, route } from '#server/routes'
import { keyList, keyMade, keyPath, newKey, organizationPath } from './api.ts'
import type { ApiKeys } from './index.ts'

export const routes = (keys: Omit<ApiKeys, 'routes'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/api-keys',
    permission: 'api-keys.manage',
    purpose: 'access',
    does: 'show the API keys of the organisation, what each may and when it was last used',
    params: organizationPath,
    answer: keyList,
    run: ({ params }) => keys.list(params.organizationId),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/api-keys',
    permission: 'api-keys.manage',
    fresh: true,
    purpose: 'access',
    does: 'make an API key, which is told once',
    params: organizationPath,
    body: newKey,
    answer: keyMade,
    run: (request) => keys.make(request.params.organizationId, request.body, by(request), giverOf(request.caller)),
  }),
  // No fresh passkey: taking a key away must be easy.
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/api-keys/:keyId',
    permission: 'api-keys.manage',
    purpose: 'access',
    does: 'revoke an API key',
    params: keyPath,
    run: (request) => keys.revoke(request.params.organizationId, request.params.keyId, by(request)),
  }),
]
