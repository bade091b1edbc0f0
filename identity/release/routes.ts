import { type Route, route } from '#server/routes'
import { type Found, found, type Look, look } from './api.ts'

/** The portal asks who may and records that it asked; here is only how far each ground reaches. */
export const routes = (find: (asked: Look) => Promise<Found>): readonly Route[] => [
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
]
