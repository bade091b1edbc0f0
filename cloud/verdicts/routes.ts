import { z } from 'zod'
import { mediaType, mostPrefixBits } from '#engine/cloud'
import { Reply, type Route, route } from '#server/routes'
import { aboutAnswer } from './api.ts'
import type { Verdicts } from './index.ts'

export const routes = (verdicts: Pick<Verdicts, 'answer' | 'about'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/verdicts/about',
    permission: 'anyone',
    purpose: 'service',
    does: 'tells how long a prefix is asked for, the same to everybody',
    answer: aboutAnswer,
    run: async () => verdicts.about(),
  }),
  route({
    method: 'GET',
    path: '/verdicts/:bits/:prefix',
    permission: 'anyone',
    purpose: 'service',
    does: 'answers every verdict under a prefix, filled up to the size that answers have',
    params: z.strictObject({
      bits: z.coerce.number().int().min(1).max(mostPrefixBits),
      prefix: z.string().regex(/^[0-9a-f]{1,6}$/),
    }),
    run: async ({ params: { bits, prefix } }) =>
      new Reply(
        200,
        // A cache between may answer the next one: the less comes here the better.
        { 'content-type': mediaType, 'cache-control': 'public, max-age=300' },
        verdicts.answer(bits, prefix),
      ),
  }),
]
