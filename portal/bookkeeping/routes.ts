import { by } from '#portal/audit'
import { Reply, type Route, route } from '#server/routes'
import { exportQuery, newRecord, organizationPath, recordList, recordMade, recordQuery } from './api.ts'
import type { Bookkeeping } from './index.ts'

export const routes = (bookkeeping: Pick<Bookkeeping, 'record' | 'list' | 'export'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/bookkeeping',
    permission: 'bookkeeping.manage',
    purpose: 'bookkeeping',
    does: 'show what is kept because accounting law demands it',
    params: organizationPath,
    query: recordQuery,
    answer: recordList,
    run: ({ params, query }) => bookkeeping.list(params.organizationId, query),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/bookkeeping',
    permission: 'bookkeeping.manage',
    purpose: 'bookkeeping',
    does: 'enter an invoice, a contract or a payment that accounting law wants kept',
    params: organizationPath,
    body: newRecord,
    answer: recordMade,
    run: (request) => bookkeeping.record(request.params.organizationId, request.body, by(request)),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/bookkeeping/export',
    permission: 'bookkeeping.manage',
    purpose: 'bookkeeping',
    does: 'hand out the records of one financial year as a file',
    params: organizationPath,
    query: exportQuery,
    run: async (request) => {
      const { year } = request.query
      return new Reply(
        200,
        {
          'content-type': 'application/x-ndjson',
          'content-disposition': `attachment; filename="bookkeeping-${year}.ndjson"`,
          'cache-control': 'no-store',
        },
        await bookkeeping.export(request.params.organizationId, year, by(request)),
      )
    },
  }),
]
