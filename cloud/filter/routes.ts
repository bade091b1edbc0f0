import { z } from 'zod'
import { mediaType } from '#engine/cloud'
import { Reply, type Route, route } from '#server/routes'
import { filterAnswer } from './api.ts'
import type { Filter } from './index.ts'

const version = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
/** What a version is it says for ever; a cache in between may keep it. */
const bytes = (body: Buffer) =>
  new Reply(200, { 'content-type': mediaType, 'cache-control': 'public, max-age=86400, immutable' }, body)

export const routes = (filter: Pick<Filter, 'about' | 'whole' | 'delta' | 'key' | 'good'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/filter/about',
    permission: 'anyone',
    purpose: 'service',
    does: 'tells which version of the filter of known bad there is, and of the list of known good',
    answer: filterAnswer,
    run: async () => ({ ...filter.about(), good: filter.good.about() }),
  }),
  route({
    method: 'GET',
    path: '/filter/key',
    permission: 'anyone',
    purpose: 'service',
    does: 'serves the key that the filter opens with; a device has it from the portal, not from here',
    run: async () => new Reply(200, { 'content-type': 'text/plain; charset=utf-8' }, `${filter.key()}\n`),
  }),
  route({
    method: 'GET',
    path: '/filter/whole/:version',
    permission: 'anyone',
    purpose: 'service',
    does: 'serves the filter of known bad',
    params: z.strictObject({ version }),
    run: async ({ params }) => bytes(filter.whole(params.version)),
  }),
  route({
    method: 'GET',
    path: '/filter/delta/:from/:to',
    permission: 'anyone',
    purpose: 'service',
    does: 'serves what leads from one version of the filter to the newest',
    params: z.strictObject({ from: version, to: version }),
    run: async ({ params }) => bytes(filter.delta(params.from, params.to)),
  }),
  route({
    method: 'GET',
    path: '/filter/good/whole/:version',
    permission: 'anyone',
    purpose: 'service',
    does: 'serves the list of known good',
    params: z.strictObject({ version }),
    run: async ({ params }) => bytes(filter.good.whole(params.version)),
  }),
  route({
    method: 'GET',
    path: '/filter/good/delta/:from/:to',
    permission: 'anyone',
    purpose: 'service',
    does: 'serves what leads from one version of the list of known good to the newest',
    params: z.strictObject({ from: version, to: version }),
    run: async ({ params }) => bytes(filter.good.delta(params.from, params.to)),
  }),
]
