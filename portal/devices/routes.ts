import { by } from '#portal/audit'
import { type Caller, Reply, type Route, route } from '#server/routes'
import {
  actionPath,
  actionResult,
  checkedIn,
  checkIn,
  codeBody,
  codeLook,
  contentPath,
  createdAction,
  createdToken,
  deviceDetail,
  deviceList,
  devicePath,
  deviceQuery,
  enrolled,
  enrolment,
  newAction,
  newToken,
  organizationPath,
  ownReach,
  tokenList,
  tokenPath,
} from './api.ts'
import { notEnrolled } from './errors.ts'
import type { Devices } from './index.ts'

/** For routes whose permission is `device`: one has signed, or the platform has failed. */
export function deviceOf(caller: Caller): Caller & { kind: 'device' } {
  if (caller.kind !== 'device') throw notEnrolled()
  return caller
}

export const routes = (devices: Omit<Devices, 'routes'>): Route[] => [
  ...deviceRoutes(devices),
  ...peopleRoutes(devices),
]

const deviceRoutes = (devices: Omit<Devices, 'routes'>): Route[] => [
  route({
    method: 'POST',
    path: '/api/device/enrolment',
    // It has no key here yet: the code decides.
    permission: 'anyone',
    purpose: 'service',
    does: 'enrol a device with a code',
    body: enrolment,
    answer: enrolled,
    perMinute: 60,
    run: ({ body, ip, userAgent }) => devices.enrol(body, { ip, userAgent }),
  }),
  route({
    method: 'POST',
    path: '/api/device/check-in',
    permission: 'device',
    purpose: 'service',
    does: 'take what a device tells of itself, and tell it what to do',
    body: checkIn,
    answer: checkedIn,
    run: ({ caller, body }) => devices.checkIn(deviceOf(caller), body),
  }),
  route({
    method: 'POST',
    path: '/api/device/actions/:actionId',
    permission: 'device',
    purpose: 'security',
    does: 'take how something ended that a device was asked to do',
    params: actionPath,
    body: actionResult,
    // A collected file, as base64.
    bodyLimitBytes: 1_500_000,
    run: ({ caller, params, body }) => devices.endAction(deviceOf(caller), params.actionId, body),
  }),
  route({
    method: 'GET',
    path: '/device/agent.tar.gz',
    // Our own program, the same for everybody: nothing in it is of this house but where it is.
    permission: 'anyone',
    purpose: 'service',
    does: 'hand out what a device is installed from',
    perMinute: 30,
    run: () => devices.archive.send(),
  }),
  route({
    method: 'GET',
    path: '/device/agent.tar.gz.sig',
    permission: 'anyone',
    purpose: 'service',
    does: 'hand out the portal’s signature of what a device is installed from',
    perMinute: 60,
    run: () => devices.archive.sendSignature(),
  }),
  route({
    method: 'POST',
    path: '/api/devices/look',
    // Whoever holds the link: they belong to nothing yet.
    permission: 'anyone',
    purpose: 'service',
    does: 'show what the code of a link is for, and how a device is added',
    body: codeBody,
    answer: codeLook,
    perMinute: 60,
    run: ({ body }) => devices.look(body.code),
  }),
]

const peopleRoutes = (devices: Omit<Devices, 'routes'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/devices',
    permission: 'devices.read',
    purpose: 'service',
    does: 'show the devices of this organisation',
    params: organizationPath,
    query: deviceQuery,
    answer: deviceList,
    run: ({ params, query }) => devices.list(params.organizationId, query),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/devices/:deviceId',
    permission: 'devices.read',
    purpose: 'service',
    does: 'show a device',
    params: devicePath,
    answer: deviceDetail,
    run: ({ params }) => devices.read(params.organizationId, params.deviceId),
  }),
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/devices/:deviceId',
    permission: 'devices.manage',
    purpose: 'service',
    does: 'remove a device and erase what is known of it',
    params: devicePath,
    run: (request) => devices.remove(request.params.organizationId, request.params.deviceId, by(request)),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/devices/:deviceId/actions',
    permission: 'devices.manage',
    purpose: 'security',
    does: 'ask a device to do something',
    params: devicePath,
    body: newAction,
    answer: createdAction,
    run: async (request) => ({ actionId: await devices.request(request.params, request.body, by(request)) }),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/devices/:deviceId/actions/:actionId/content',
    permission: 'devices.manage',
    purpose: 'security',
    does: 'fetch a file that was collected from a device',
    params: contentPath,
    run: async (request) => {
      const { actionId, ...device } = request.params
      const content = await devices.fetchContent(device, actionId, by(request))
      // Possibly dangerous: never shown, only saved, under a name that nothing opens.
      const disposition = `attachment; filename="${actionId}.collected"`
      return new Reply(200, { 'content-type': 'application/octet-stream', 'content-disposition': disposition }, content)
    },
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/device-codes',
    permission: 'devices.manage',
    purpose: 'service',
    does: 'show which codes can enrol devices',
    params: organizationPath,
    answer: tokenList,
    run: ({ params }) => devices.listCodes(params.organizationId),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/device-codes',
    permission: 'devices.manage',
    purpose: 'service',
    does: 'make a code that enrols devices',
    params: organizationPath,
    body: newToken,
    answer: createdToken,
    run: (request) => devices.makeCode(request.params.organizationId, request.body, by(request)),
  }),
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/device-codes/:tokenId',
    permission: 'devices.manage',
    purpose: 'service',
    does: 'revoke a code that enrols devices',
    params: tokenPath,
    run: (request) => devices.revokeCode(request.params.organizationId, request.params.tokenId, by(request)),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/device-reach',
    permission: 'devices.manage',
    purpose: 'service',
    does: 'show how devices come here',
    params: organizationPath,
    answer: ownReach,
    run: () => devices.reach(),
  }),
]
