import { z } from 'zod'
import { token } from '#base/fields'
import { html, Reply, type Route, route } from '#server/routes'
import {
  extendBody,
  heldAnswer,
  heldBody,
  listAnswer,
  lookAnswer,
  lookBody,
  pieceAnswer,
  pieceBody,
  receiveBody,
} from './api.ts'
import type { Requests } from './index.ts'

const receiptPath = z.object({ token })

export const routes = (requests: Omit<Requests, 'routes'>): readonly Route[] => [
  route({
    method: 'POST',
    path: '/calls/requests/receive',
    permission: 'program:identity',
    purpose: 'rights',
    does: 'takes a request of a person',
    body: receiveBody,
    answer: z.object({}),
    run: async ({ body }) => {
      await requests.receive(body)
      return {}
    },
  }),
  route({
    method: 'POST',
    path: '/calls/requests/look',
    permission: 'program:identity',
    purpose: 'rights',
    does: 'tells how far requests have come',
    body: lookBody,
    answer: lookAnswer,
    run: ({ body }) => requests.look(body.requestIds),
  }),
  route({
    method: 'POST',
    path: '/calls/requests/piece',
    permission: 'program:identity',
    purpose: 'rights',
    does: 'hands over one sealed piece of a copy',
    body: pieceBody,
    answer: pieceAnswer,
    run: ({ body }) => requests.piece(body.requestId, body.program, body.number),
  }),
  route({
    method: 'POST',
    path: '/calls/requests/held',
    permission: 'program:identity',
    purpose: 'rights',
    does: 'asks every program what it holds of somebody',
    body: heldBody,
    answer: heldAnswer,
    run: async ({ body }) => ({ programs: await requests.held(body.handles) }),
  }),
  route({
    method: 'POST',
    path: '/calls/requests/list',
    permission: 'program:portal',
    purpose: 'rights',
    does: 'lists the requests of persons with their deadlines, without whose they are',
    body: z.object({}),
    answer: listAnswer,
    run: () => requests.list(),
  }),
  route({
    method: 'POST',
    path: '/calls/requests/extend',
    permission: 'program:portal',
    purpose: 'rights',
    does: 'gives a request more time and tells the person why',
    body: extendBody,
    answer: z.object({}),
    run: async ({ body }) => {
      await requests.extend(body)
      return {}
    },
  }),
  route({
    method: 'GET',
    path: '/requests/receipt/:token',
    permission: 'anyone',
    purpose: 'rights',
    does: 'shows who holds the link how far the deletion of their account has come',
    params: receiptPath,
    query: z.object({ language: z.enum(['fi', 'en']).optional() }),
    perMinute: 30,
    run: async ({ params, query, language }) => html(await requests.page(params.token, query.language ?? language)),
  }),
  route({
    method: 'GET',
    path: '/requests/receipt/:token/file',
    permission: 'anyone',
    purpose: 'rights',
    does: 'hands who holds the link the receipt of the deletion',
    params: receiptPath,
    perMinute: 30,
    run: async ({ params }) =>
      new Reply(
        200,
        {
          'content-type': 'text/plain; charset=utf-8',
          'content-disposition': 'attachment; filename="vartio-account.tlog-proof"',
        },
        await requests.receipt(params.token),
      ),
  }),
]
