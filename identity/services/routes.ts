import { type Route, route } from '#server/routes'
import { handlesAnswer, handlesBody } from './api.ts'
import type { Services } from './index.ts'

export const routes = (services: Pick<Services, 'personOf'>): readonly Route[] => [
  route({
    method: 'POST',
    path: '/calls/services/handles',
    permission: 'program:privacy',
    purpose: 'rights',
    does: 'tells the privacy office who somebody of a service is in other programs, for a hold',
    body: handlesBody,
    answer: handlesAnswer,
    run: async ({ body }) => ({ identity: await services.personOf(body.service, body.subject) }),
  }),
]
