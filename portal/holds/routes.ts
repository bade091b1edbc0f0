import { by, personOf } from '#portal/audit'
import { type Route, route } from '#server/routes'
import { decision, holdList, holdMade, holdPath, newHold, nextReview, organizationPath } from './api.ts'
import type { Holds } from './index.ts'

const officer = (request: { readonly params: { organizationId: string } } & Parameters<typeof by>[0]) => ({
  organizationId: request.params.organizationId,
  personId: personOf(request.caller).personId,
  by: by(request),
})

export const routes = (holds: Omit<Holds, 'routes'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/holds',
    permission: 'holds.manage',
    purpose: 'rights',
    does: 'show what is kept beyond its time, and what is proposed',
    params: organizationPath,
    answer: holdList,
    run: (request) => holds.list(officer(request)),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/holds',
    permission: 'holds.manage',
    purpose: 'rights',
    does: 'propose to keep data beyond its time',
    params: organizationPath,
    body: newHold,
    answer: holdMade,
    run: (request) => holds.propose(officer(request), request.body),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/holds/:holdId/decision',
    permission: 'holds.manage',
    fresh: true,
    purpose: 'rights',
    does: 'approve a hold that another officer has proposed, or refuse one',
    params: holdPath,
    body: decision,
    run: (request) => holds.decide(officer(request), request.params.holdId, request.body.isApproved),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/holds/:holdId/review',
    permission: 'holds.manage',
    purpose: 'rights',
    does: 'say that a hold is still needed, and when to look again',
    params: holdPath,
    body: nextReview,
    run: (request) => holds.review(officer(request), request.params.holdId, request.body.reviewBy),
  }),
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/holds/:holdId',
    permission: 'holds.manage',
    purpose: 'rights',
    does: 'end a hold; what was kept for it alone goes',
    params: holdPath,
    run: (request) => holds.finish(officer(request), request.params.holdId),
  }),
]
