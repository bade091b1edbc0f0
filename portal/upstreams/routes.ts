import { by } from '#portal/audit'
import { type Route, route } from '#server/routes'
import {
  found,
  identifierType,
  made,
  organizationPath,
  secret,
  state,
  typePath,
  upstream,
  upstreamList,
  upstreamPath,
} from './api.ts'
import type { Upstreams } from './index.ts'

const path = '/api/organizations/:organizationId/upstreams'
const typesPath = '/api/organizations/:organizationId/identifier-types'

export const routes = (upstreams: Omit<Upstreams, 'routes'>): Route[] => [
  route({
    method: 'GET',
    path,
    permission: 'upstreams.manage',
    purpose: 'service',
    does: 'list the upstreams by which people may prove who they are',
    params: organizationPath,
    answer: upstreamList,
    run: ({ params }) => upstreams.list(params.organizationId),
  }),
  route({
    method: 'POST',
    path,
    permission: 'upstreams.manage',
    purpose: 'service',
    does: 'make an upstream, in test mode',
    fresh: true,
    params: organizationPath,
    body: upstream,
    answer: made,
    run: (request) => upstreams.make(request.params.organizationId, request.body, by(request)),
  }),
  route({
    method: 'PUT',
    path: `${path}/:upstreamId`,
    permission: 'upstreams.manage',
    purpose: 'service',
    does: 'change what was agreed with an upstream',
    fresh: true,
    params: upstreamPath,
    body: upstream,
    run: (request) => {
      const { organizationId, upstreamId } = request.params
      return upstreams.change(organizationId, upstreamId, request.body, by(request))
    },
  }),
  route({
    method: 'PUT',
    path: `${path}/:upstreamId/secret`,
    permission: 'upstreams.manage',
    purpose: 'service',
    does: 'keep the secret by which an upstream knows this Vartio',
    fresh: true,
    params: upstreamPath,
    body: secret,
    run: (request) => {
      const { organizationId, upstreamId } = request.params
      return upstreams.setSecret(organizationId, upstreamId, request.body.secret, by(request))
    },
  }),
  route({
    method: 'PUT',
    path: `${path}/:upstreamId/state`,
    permission: 'upstreams.manage',
    purpose: 'service',
    does: 'bring an upstream into force, back into test mode, or switch it off',
    fresh: true,
    params: upstreamPath,
    body: state,
    run: (request) => {
      const { organizationId, upstreamId } = request.params
      return upstreams.setState(organizationId, upstreamId, request.body.state, by(request))
    },
  }),
  route({
    method: 'DELETE',
    path: `${path}/:upstreamId`,
    permission: 'upstreams.manage',
    purpose: 'service',
    does: 'remove an upstream and every link to it',
    fresh: true,
    params: upstreamPath,
    run: (request) => upstreams.remove(request.params.organizationId, request.params.upstreamId, by(request)),
  }),
  route({
    method: 'POST',
    path: `${path}/:upstreamId/look`,
    permission: 'upstreams.manage',
    purpose: 'service',
    does: 'ask an upstream where its doors are, to see that it answers',
    perMinute: 20,
    params: upstreamPath,
    answer: found,
    run: ({ params }) => upstreams.look(params.organizationId, params.upstreamId),
  }),
  route({
    method: 'POST',
    path: typesPath,
    permission: 'upstreams.manage',
    purpose: 'service',
    does: 'name a type of identifiers and its register',
    fresh: true,
    params: organizationPath,
    body: identifierType,
    run: (request) => upstreams.makeType(request.params.organizationId, request.body, by(request)),
  }),
  route({
    method: 'DELETE',
    path: `${typesPath}/:typeId`,
    permission: 'upstreams.manage',
    purpose: 'service',
    does: 'remove a type of identifiers that nobody has and no upstream states',
    fresh: true,
    params: typePath,
    run: (request) => upstreams.removeType(request.params.organizationId, request.params.typeId, by(request)),
  }),
]
