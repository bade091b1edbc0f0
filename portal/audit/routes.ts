import { type Route, route } from '#server/routes'
import {
  activityList,
  activityQuery,
  auditList,
  auditQuery,
  organizationPath,
  ownActions,
  ownActionsQuery,
} from './api.ts'
import type { Audit } from './index.ts'
import { personOf } from './record.ts'

export const routes = (audit: Pick<Audit, 'list' | 'listOwn' | 'listActivities'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/audit',
    permission: 'audit.read',
    purpose: 'audit',
    does: 'show who did what',
    params: organizationPath,
    query: auditQuery,
    answer: auditList,
    run: ({ params, query }) => audit.list(params.organizationId, query),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/activity',
    permission: 'audit.read',
    purpose: 'audit',
    does: 'show what has happened',
    params: organizationPath,
    query: activityQuery,
    answer: activityList,
    run: ({ params, query }) => audit.listActivities(params.organizationId, query.cursor),
  }),
  route({
    method: 'GET',
    path: '/api/own/actions',
    permission: 'signed-in',
    purpose: 'audit',
    does: 'show a person what they did themselves',
    query: ownActionsQuery,
    answer: ownActions,
    run: ({ caller, query }) => audit.listOwn(personOf(caller).personId, query.cursor),
  }),
]
