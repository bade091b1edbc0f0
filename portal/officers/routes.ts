import { z } from 'zod'
import { by, personOf } from '#portal/audit'
import { type Route, route } from '#server/routes'
import { listSignature, newOfficer, officerPath, officersAnswer, organizationPath } from './api.ts'
import type { Officers } from './index.ts'

const nothing = z.object({})

export const routes = (officers: Omit<Officers, 'routes'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/officers',
    permission: 'emergency.prepare',
    purpose: 'members',
    does: 'show who can order emergency destruction, and what is missing for it',
    params: organizationPath,
    answer: officersAnswer,
    run: ({ params, caller }) => officers.read(params.organizationId, personOf(caller).personId),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/officers',
    permission: 'emergency.prepare',
    fresh: true,
    purpose: 'members',
    does: 'take the public half of a person’s key of emergency destruction',
    params: organizationPath,
    body: newOfficer,
    answer: nothing,
    perMinute: 10,
    run: async (request) => {
      const { personId } = personOf(request.caller)
      await officers.add(request.params.organizationId, personId, request.body.officer, by(request))
      return {}
    },
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/officers/signature',
    permission: 'emergency.prepare',
    purpose: 'members',
    does: 'take an officer’s signature under the list of officers',
    params: organizationPath,
    body: listSignature,
    answer: nothing,
    perMinute: 20,
    run: async (request) => {
      await officers.sign(request.params.organizationId, request.body, by(request))
      return {}
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/officers/:personId',
    permission: 'emergency.prepare',
    fresh: true,
    purpose: 'members',
    does: 'leave an officer out of the next list',
    params: officerPath,
    run: (request) => officers.remove(request.params.organizationId, request.params.personId, by(request)),
  }),
]
