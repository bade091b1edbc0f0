import { z } from 'zod'
import { type Route, route } from '#server/routes'
import { decideBody, finishBody, holdList, proposeBody, reviewBody } from './api.ts'
import type { Holds } from './index.ts'

const nothing = z.object({})

/** For the portal, which has made sure that a privacy officer of the provider asks, and says which one. */
export const routes = (holds: Omit<Holds, 'routes'>): readonly Route[] => [
  route({
    method: 'POST',
    path: '/calls/holds/list',
    permission: 'program:portal',
    purpose: 'rights',
    does: 'lists what is kept beyond its time, and what is proposed',
    body: nothing,
    answer: holdList,
    run: () => holds.list(),
  }),
  route({
    method: 'POST',
    path: '/calls/holds/propose',
    permission: 'program:portal',
    purpose: 'rights',
    does: 'proposes to keep data beyond its time',
    body: proposeBody,
    answer: nothing,
    run: async ({ body }) => {
      await holds.propose(body)
      return {}
    },
  }),
  route({
    method: 'POST',
    path: '/calls/holds/decide',
    permission: 'program:portal',
    purpose: 'rights',
    does: 'approves a hold that somebody else has proposed, or refuses it',
    body: decideBody,
    answer: nothing,
    run: async ({ body }) => {
      await holds.decide(body)
      return {}
    },
  }),
  route({
    method: 'POST',
    path: '/calls/holds/review',
    permission: 'program:portal',
    purpose: 'rights',
    does: 'says that a hold is still needed, and when to look again',
    body: reviewBody,
    answer: nothing,
    run: async ({ body }) => {
      await holds.review(body)
      return {}
    },
  }),
  route({
    method: 'POST',
    path: '/calls/holds/finish',
    permission: 'program:portal',
    purpose: 'rights',
    does: 'ends a hold; what was kept for it alone goes',
    body: finishBody,
    answer: nothing,
    run: async ({ body }) => {
      await holds.finish(body)
      return {}
    },
  }),
]
