import { z } from 'zod'
import { html, type Route, route } from '#server/routes'
import type { Notices } from './index.ts'

const query = z.object({ language: z.enum(['fi', 'en']).optional() })

export const routes = (notices: Pick<Notices, 'page'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/notice',
    permission: 'anyone',
    purpose: 'proof',
    does: 'shows the notice in force',
    perMinute: 60,
    query,
    run: async ({ language, query: asked }) => html(await notices.page(asked.language ?? language)),
  }),
  route({
    method: 'GET',
    path: '/notice/:day',
    permission: 'anyone',
    purpose: 'proof',
    does: 'shows the notice of a date',
    params: z.object({ day: z.iso.date() }),
    query,
    run: async ({ language, params, query: asked }) => html(await notices.page(asked.language ?? language, params.day)),
  }),
]
