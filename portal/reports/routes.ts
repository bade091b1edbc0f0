import { by, personOf } from '#portal/audit'
import { type Caller, type Route, route } from '#server/routes'
import {
  createdReport,
  editionDetail,
  editionList,
  editionPath,
  editionQuery,
  newReport,
  organizationPath,
  reportList,
  reportPath,
  sentTo,
} from './api.ts'
import type { Reader } from './editions.ts'
import type { Reports } from './index.ts'

const readerOf = (caller: Caller, organizationId: string): Reader => ({
  organizationId,
  permissions: personOf(caller).permissions,
})

export const routes = (reports: Omit<Reports, 'routes'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/reports',
    permission: 'reports.manage',
    purpose: 'service',
    does: 'show which reports are sent, when and to whom, and who could get one',
    params: organizationPath,
    answer: reportList,
    run: ({ params }) => reports.list(params.organizationId),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/reports',
    permission: 'reports.manage',
    purpose: 'service',
    does: 'make a report that is sent each week or month',
    params: organizationPath,
    body: newReport,
    answer: createdReport,
    run: async (request) => ({ reportId: await reports.keep(request.params, request.body, by(request)) }),
  }),
  route({
    method: 'PUT',
    path: '/api/organizations/:organizationId/reports/:reportId',
    permission: 'reports.manage',
    purpose: 'service',
    does: 'change what a report tells, when and to whom',
    params: reportPath,
    body: newReport,
    run: async (request) => void (await reports.keep(request.params, request.body, by(request))),
  }),
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/reports/:reportId',
    permission: 'reports.manage',
    purpose: 'service',
    does: 'stop sending a report; what was sent stays in the history',
    params: reportPath,
    run: (request) => reports.remove(request.params, by(request)),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/reports/:reportId/send',
    permission: 'reports.manage',
    purpose: 'service',
    does: 'send a report now, to whoever asks',
    params: reportPath,
    answer: sentTo,
    perMinute: 6,
    run: async (request) => ({
      editionId: await reports.sendTo(request.params, {
        personId: personOf(request.caller).personId,
        by: by(request),
      }),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/editions',
    permission: 'overview.read',
    purpose: 'service',
    does: 'show which reports have been made, and to how many they went',
    params: organizationPath,
    query: editionQuery,
    answer: editionList,
    run: ({ params, query }) => reports.listEditions(params.organizationId, query.cursor),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/editions/:editionId',
    permission: 'overview.read',
    purpose: 'service',
    does: 'show a report as it was, as far as whoever asks may read it',
    params: editionPath,
    answer: editionDetail,
    run: ({ params, caller }) => reports.readEdition(readerOf(caller, params.organizationId), params.editionId),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/editions/:editionId/figures',
    permission: 'overview.read',
    purpose: 'service',
    does: 'write the figures of a report into a file (CSV)',
    params: editionPath,
    perMinute: 60,
    run: ({ params, caller, language }) =>
      reports.writeEdition(readerOf(caller, params.organizationId), params.editionId, language),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/lacking-devices',
    permission: 'devices.read',
    purpose: 'service',
    does: 'write the devices that lack something into a file (CSV), the worst first',
    params: organizationPath,
    perMinute: 20,
    run: (request) => reports.writeLacking(request.params.organizationId, request.language, by(request)),
  }),
]
