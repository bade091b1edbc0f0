import { z } from 'zod'
import { by, personOf } from '#portal/audit'
import { type Route, route } from '#server/routes'
import {
  declarationList,
  declarationMade,
  declarationPath,
  declaredAnswer,
  newDeclaration,
  organizationPath,
} from './api.ts'
import type { Declarations } from './index.ts'

export const routes = (declarations: Omit<Declarations, 'routes'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/declarations',
    permission: 'pledges.declare',
    purpose: 'proof',
    does: 'show which pledges rest on somebody’s word, whose, and until when',
    params: organizationPath,
    answer: declarationList,
    run: ({ params }) => declarations.list(params.organizationId),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/declarations',
    permission: 'pledges.declare',
    fresh: true,
    purpose: 'proof',
    does: 'vouch for a pledge by name, until a set day',
    params: organizationPath,
    body: newDeclaration,
    answer: declarationMade,
    run: (request) =>
      declarations.declare(request.params.organizationId, personOf(request.caller).personId, request.body, by(request)),
  }),
  // No fresh passkey: taking a promise back must be easy.
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/declarations/:declarationId',
    permission: 'pledges.declare',
    purpose: 'proof',
    does: 'take a declaration back, one’s own or another’s; its pledge is open from then on',
    params: declarationPath,
    run: (request) => declarations.withdraw(request.params.organizationId, request.params.declarationId, by(request)),
  }),
  route({
    method: 'POST',
    path: '/calls/declarations/list',
    permission: 'program:privacy',
    purpose: 'proof',
    does: 'tells the page of pledges who has declared what',
    body: z.object({}),
    answer: declaredAnswer,
    run: () => declarations.declared(),
  }),
]
