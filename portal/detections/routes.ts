import { by, personOf } from '#portal/audit'
import { deviceOf } from '#portal/devices'
import { viewerOf } from '#portal/organizations'
import { type Route, route } from '#server/routes'
import {
  assigneeChange,
  assignees,
  bulkPath,
  changed,
  detectionDetail,
  detectionList,
  detectionPath,
  detectionQuery,
  eventsAnswer,
  eventsTaken,
  falsePositive,
  latest,
  manyChange,
  manyChanged,
  newNote,
  organizationPath,
  restoring,
  stateChange,
  undone,
} from './api.ts'
import { mayNotExclude } from './errors.ts'
import type { Detections } from './index.ts'

export const routes = (detections: Omit<Detections, 'routes'>): Route[] => [
  route({
    method: 'POST',
    path: '/api/device/events',
    permission: 'device',
    purpose: 'security',
    does: 'take what was found on a device, each once',
    body: eventsTaken,
    answer: eventsAnswer,
    // An office of thousands comes from one address.
    perMinute: 6_000,
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
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/detection-assignees',
    permission: 'detections.manage',
    purpose: 'members',
    does: 'show who may be given a detection now',
    params: organizationPath,
    answer: assignees,
    run: ({ params }) => detections.assignees(params.organizationId),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/detections/:detectionId/state',
    permission: 'detections.manage',
    purpose: 'security',
    does: 'say what people have come to with a detection',
    params: detectionPath,
    body: stateChange,
    answer: changed,
    run: (request) => {
      const { organizationId, detectionId } = request.params
      const { version, state, why } = request.body
      // What is written belongs to whoever wrote it.
      if (why !== undefined) personOf(request.caller)
      const act = { kind: 'state', state, why } as const
      return detections.change(organizationId, detectionId, { version, act }, by(request))
    },
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/detections/:detectionId/assignee',
    permission: 'detections.manage',
    purpose: 'security',
    does: 'give a detection to somebody to look into',
    params: detectionPath,
    body: assigneeChange,
    answer: changed,
    run: (request) => {
      const { organizationId, detectionId } = request.params
      const { version, personId } = request.body
      const act = { kind: 'assignee', personId } as const
      return detections.change(organizationId, detectionId, { version, act }, by(request))
    },
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/detections/:detectionId/notes',
    permission: 'detections.manage',
    purpose: 'security',
    does: 'write something beside a detection',
    params: detectionPath,
    body: newNote,
    run: (request) => {
      personOf(request.caller)
      const { organizationId, detectionId } = request.params
      return detections.addNote(organizationId, detectionId, request.body.text, by(request))
    },
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/detections/:detectionId/false-positive',
    // Both: it resolves the detection and changes the policy. A key, and whoever looks after the company, may have one without the other.
    permission: 'detections.manage',
    purpose: 'security',
    does: 'say that a detection was nothing, and let it through until a set time',
    params: detectionPath,
    body: falsePositive,
    answer: changed,
    run: (request) => {
      const { organizationId, detectionId } = request.params
      if (!('permissions' in request.caller && request.caller.permissions.has('policies.manage'))) throw mayNotExclude()
      return detections.markFalsePositive(organizationId, detectionId, request.body, by(request))
    },
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/detection-bulk',
    permission: 'detections.manage',
    purpose: 'security',
    does: 'change several detections at once',
    params: organizationPath,
    body: manyChange,
    answer: manyChanged,
    run: (request) => {
      if (request.body.act.kind === 'state' && request.body.act.why !== undefined) personOf(request.caller)
      return detections.changeMany(request.params.organizationId, request.body, by(request))
    },
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/detection-bulk/:bulkId/undo',
    permission: 'detections.manage',
    purpose: 'security',
    does: 'take back what was changed at once, where nobody has changed it since',
    params: bulkPath,
    answer: undone,
    run: (request) => detections.undoMany(request.params.organizationId, request.params.bulkId, by(request)),
  }),
]
