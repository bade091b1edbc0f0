import type { z } from 'zod'
import { type Route, route } from '#server/routes'
import { counts, type Found, found, type Look, look, ofContract } from './api.ts'

/** The portal asks who may and records that it asked; here is only how far each ground reaches. */
export const routes = (
  find: (asked: Look) => Promise<Found>,
  count: (asked: z.output<typeof ofContract>) => Promise<z.output<typeof counts>>,
): readonly Route[] => [
  route({
    method: 'POST',
    path: '/calls/release/look',
    permission: 'program:portal',
    purpose: 'security',
    does: 'finds entries of the technical log for a stated ground, as far as that reaches',
    body: look,
    answer: found,
    run: ({ body }) => find(body),
  }),
  route({
    method: 'POST',
    path: '/calls/release/counts',
    permission: 'program:portal',
    purpose: 'service',
    does: 'counts the sign-ins at one service by day',
    body: ofContract,
    answer: counts,
    run: ({ body }) => count(body),
  }),
]
