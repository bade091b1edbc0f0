import { z } from 'zod'
import { Reply, type Route, route } from '#server/routes'
import { seenAnswer } from './api.ts'
import { largestSampleBytes, type Samples } from './index.ts'

export const routes = (samples: Pick<Samples, 'take' | 'seen'>): readonly Route[] => [
  route({
    method: 'POST',
    path: '/samples/new',
    permission: 'anyone',
    purpose: 'security',
    does: 'takes a content that nobody knows, to be looked into; nothing beside the content is told',
    body: z.instanceof(Buffer).refine(({ length }) => length > 0),
    bodyLimitBytes: largestSampleBytes,
    run: async ({ body }) => {
      samples.take(body)
      return new Reply(202, {})
    },
  }),
  route({
    method: 'GET',
    path: '/samples/seen',
    permission: 'anyone',
    purpose: 'service',
    does: 'tells which malware has been found in samples on which day, and how often',
    answer: seenAnswer,
    run: async () => ({ days: [...(await samples.seen())] }),
  }),
]
