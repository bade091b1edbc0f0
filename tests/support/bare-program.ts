import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { data } from '#server/data'
import { createPlatform } from '#server/platform'
import { route } from '#server/routes'

// A program of nothing but the platform, for tests that start, stop and break a whole process.
const platform = createPlatform({
  program: 'portal',
  descriptions: data,
  cookies: [],
  authorize: async () => ({ kind: 'nobody' }),
})

platform.http.register('test', [
  route({
    method: 'GET',
    path: '/api/slow/:thingId',
    permission: 'anyone',
    purpose: 'service',
    does: 'test',
    params: z.object({ thingId: z.uuid() }),
    answer: z.object({ done: z.boolean() }),
    run: async () => {
      // So that a test need not guess when it is under way.
      process.stdout.write('something slow has begun\n')
      await pause(3_000)
      return { done: true }
    },
  }),
  route({
    method: 'POST',
    path: '/api/break',
    permission: 'anyone',
    purpose: 'service',
    does: 'test',
    run: async () => {
      setImmediate(() => {
        throw new Error('maija@example.fi broke it')
      })
      return undefined
    },
  }),
])
platform.jobs.define('test.job', { purpose: 'service' }, async () => undefined)

await platform.listen()
