import { by, personOf } from '#portal/audit'
import { type Route, route } from '#server/routes'
import { setUpBegin, setUpFinish, setUpFinished, setUpLook, setUpState } from './api.ts'
import type { SetUp } from './index.ts'

export const routes = (setUp: Omit<SetUp, 'routes'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/set-up',
    permission: 'anyone',
    purpose: 'set-up',
    does: 'tell how far the set-up is',
    answer: setUpState,
    run: (request) => setUp.state(request),
  }),
  route({
    method: 'POST',
    path: '/api/set-up/look',
    // As below: the token of the link decides.
    permission: 'anyone',
    purpose: 'set-up',
    does: 'tell whether the set-up link is good, before anything is asked',
    body: setUpLook,
    perMinute: 20,
    run: (request) => setUp.look(request.body.token),
  }),
  route({
    method: 'POST',
    path: '/api/set-up/begin',
    // Whoever holds the link: nobody can have signed in yet.
    permission: 'anyone',
    purpose: 'set-up',
    does: 'begin the set-up with the link that the start has printed',
    body: setUpBegin,
    perMinute: 20,
    run: (request) => setUp.begin(request.body, request),
  }),
  route({
    method: 'POST',
    path: '/api/set-up/finish',
    permission: 'signed-in',
    purpose: 'set-up',
    does: 'name the first organisation and become its administrator',
    body: setUpFinish,
    answer: setUpFinished,
    run: async (request) => ({
      organizationId: await setUp.finish(request.body.name, personOf(request.caller).personId, by(request), request),
    }),
  }),
]
