import { z } from 'zod'
import { html, type Route, route } from '#server/routes'
import { renderAbout } from './page.ts'

export const routes = (): readonly Route[] => [
  route({
    method: 'GET',
    path: '/',
    permission: 'anyone',
    purpose: 'proof',
    does: 'says what the Cloud is and what it cannot know',
    query: z.object({ language: z.enum(['fi', 'en']).optional() }),
    run: async ({ language, query }) => html(renderAbout(query.language ?? language)),
  }),
]
