import { z } from 'zod'
import { html, type Route, route } from '#server/routes'
import { declarableAnswer, pledgesAnswer } from './api.ts'
import type { Pledges } from './index.ts'

export const routes = (pledges: Pick<Pledges, 'page' | 'write' | 'declarable'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/pledges',
    permission: 'anyone',
    purpose: 'proof',
    does: 'shows each pledge, what keeps it and its latest figure',
    query: z.object({ language: z.enum(['fi', 'en']).optional() }),
    run: async ({ language, query }) => html(await pledges.page(query.language ?? language)),
  }),
  route({
    method: 'GET',
    path: '/pledges.json',
    permission: 'anyone',
    purpose: 'proof',
    does: 'the same for machines',
    answer: pledgesAnswer,
    run: () => pledges.write(),
  }),
  route({
    method: 'POST',
    path: '/calls/pledges/declarable',
    permission: 'program:portal',
    purpose: 'proof',
    does: 'tells which pledges rest on somebody’s word',
    body: z.object({}),
    answer: declarableAnswer,
    run: async () => pledges.declarable(),
  }),
]
