import { gzipSync } from 'node:zlib'
import { z } from 'zod'
import { html, Reply, type Route, redirect, route } from '#server/routes'
import { appendBody, appended } from './api.ts'
import type { Transparency } from './index.ts'

/** What an address of the log has said once it says for ever. */
const forEver = 'public, max-age=31536000, immutable'

export const routes = (log: Omit<Transparency, 'routes' | 'proofs'>): readonly Route[] => [
  route({
    method: 'POST',
    path: '/calls/transparency/append',
    permission: 'program:portal',
    purpose: 'proof',
    does: 'take entries for the log',
    body: appendBody,
    answer: appended,
    run: async ({ body }) => {
      await log.append(body)
      return { entryId: body.entryId }
    },
  }),
  route({
    method: 'GET',
    path: '/',
    permission: 'anyone',
    purpose: 'proof',
    does: 'lead to the log',
    run: async () => redirect('/log'),
  }),
  route({
    method: 'GET',
    path: '/log',
    permission: 'anyone',
    purpose: 'proof',
    does: 'show the log',
    query: z.object({ language: z.enum(['fi', 'en']).optional() }),
    run: async ({ language, query }) => html(await log.page(query.language ?? language)),
  }),
  route({
    method: 'GET',
    path: '/log/checkpoint',
    permission: 'anyone',
    purpose: 'proof',
    does: 'serve the signed head of the log',
    run: async () =>
      new Reply(
        200,
        { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=1' },
        (await log.checkpoint()).signed,
      ),
  }),
  route({
    method: 'GET',
    path: '/log/key',
    permission: 'anyone',
    purpose: 'proof',
    does: 'serve the key that signs the log',
    run: async () =>
      new Reply(
        200,
        { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=60' },
        `${log.key}\n`,
      ),
  }),
  route({
    method: 'GET',
    path: '/log/tile/*',
    permission: 'anyone',
    purpose: 'proof',
    does: 'serve the hashes and entries of the log',
    params: z.object({ '*': z.string().max(100) }),
    run: async ({ params }) => {
      const { kind, body } = await log.tile(params['*'])
      const headers = { 'content-type': 'application/octet-stream', 'cache-control': forEver }
      // Entries are text that repeats itself; the format lets a log send them packed to everybody. Hashes do not shrink.
      return kind === 'entries'
        ? new Reply(200, { ...headers, 'content-encoding': 'gzip' }, gzipSync(body))
        : new Reply(200, headers, body)
    },
  }),
  route({
    method: 'GET',
    path: '/log/receipt/:entryId',
    permission: 'anyone',
    purpose: 'proof',
    does: 'serve the receipt of one entry',
    params: z.object({ entryId: z.uuid() }),
    run: async ({ params }) =>
      new Reply(
        200,
        {
          'content-type': 'text/plain; charset=utf-8',
          'content-disposition': `attachment; filename="${params.entryId}.tlog-proof"`,
        },
        await log.receipt(params.entryId),
      ),
  }),
]
