import { by } from '#portal/audit'
import { deviceOf } from '#portal/devices'
import { type Caller, type Route, route } from '#server/routes'
import {
  detectionDetail,
  detectionList,
  detectionPath,
  detectionQuery,
  eventsAnswer,
  eventsTaken,
  latest,
  organizationPath,
  restoring,
} from './api.ts'
import type { Detections } from './index.ts'

/** Whoever has no role in the organisation itself is here because it is looked after by another. */
const viewerOf = (caller: Caller) => ({
  isOwn: caller.kind === 'key' || (caller.kind === 'person' && caller.roles.length > 0),
})

export const routes = (detections: Omit<Detections, 'routes'>): Route[] => [
  route({
    method: 'POST',
    path: '/api/device/events',
    permission: 'device',
    purpose: 'security',
    does: 'take what was found on a device, each once',
    body: eventsTaken,
    answer: eventsAnswer,
    bodyLimitBytes: 1_200_000,
    run: ({ caller, body }) => detections.take(deviceOf(caller), body),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/detections',
    permission: 'detections.read',
    purpose: 'security',
    does: 'show what was found on devices',
    params: organizationPath,
    query: detectionQuery,
    answer: detectionList,
    run: ({ params, query, caller }) => detections.list(params.organizationId, query, viewerOf(caller)),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/detections-latest',
    permission: 'detections.read',
    purpose: 'security',
    does: 'tell a page that is looked at whether anything is new',
    params: organizationPath,
    answer: latest,
    run: ({ params }) => detections.latest(params.organizationId),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/detections/:detectionId',
    permission: 'detections.read',
    purpose: 'security',
    does: 'show one thing that was found',
    params: detectionPath,
    answer: detectionDetail,
    run: ({ params, caller }) => detections.read(params.organizationId, params.detectionId, viewerOf(caller)),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/detections/:detectionId/restore',
    permission: 'detections.manage',
    purpose: 'security',
    does: 'put something back that was quarantined',
    params: detectionPath,
    body: restoring,
    run: (request) => {
      const { organizationId, detectionId } = request.params
      return detections.act(organizationId, detectionId, { kind: 'restore', reason: request.body.reason }, by(request))
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/detections/:detectionId/quarantined',
    permission: 'detections.manage',
    purpose: 'security',
    does: 'delete something that was quarantined',
    params: detectionPath,
    run: (request) => {
      const { organizationId, detectionId } = request.params
      return detections.act(organizationId, detectionId, { kind: 'delete' }, by(request))
    },
  }),
]
