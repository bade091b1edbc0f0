import assert from 'node:assert/strict'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import Fastify from 'fastify'
import { until } from '#tests/until'
import { createUnderWay } from './under-way.ts'

const app = Fastify()
const refused: string[] = []
let size = 0
const underWay = createUnderWay(
  app,
  (error, _request, reply) => {
    refused.push(error.code)
    void reply.code(error.status).send({ code: error.code })
  },
  { mostAtOnce: 2, longestMilliseconds: 3_000 },
)
app.addHook('onRequest', (_request, reply, done) => {
  if (!underWay.add(reply)) throw new Error('too many')
  size += 1
  done()
})
app.addHook('onResponse', (_request, reply, done) => {
  underWay.remove(reply)
  done()
})
app.get('/slow', async () => {
  await pause(8_000)
  return 'late'
})
app.get('/quick', async () => 'ok')
after(async () => {
  underWay.stop()
  await app.close()
})
await app.listen({ host: '127.0.0.1', port: 0 })
const { port } = app.server.address() as AddressInfo

test('a request that takes too long is answered 503, and its late answer harms nothing', async () => {
  const startedAt = Date.now()
  const response = await fetch(`http://127.0.0.1:${port}/slow`)
  assert.equal(response.status, 503)
  assert.equal(((await response.json()) as { code: string }).code, 'http.too_slow')
  assert.ok(Date.now() - startedAt < 7_000)
  await pause(8_000 - (Date.now() - startedAt) + 100)
  assert.equal((await fetch(`http://127.0.0.1:${port}/quick`)).status, 200)
})

test('a caller who goes away makes room again', async () => {
  const before = size
  const gone = [0, 1].map(() => request({ host: '127.0.0.1', port, path: '/slow', agent: false }))
  for (const one of gone) one.on('error', () => undefined).end()
  await until(() => size === before + 2)
  assert.equal((await fetch(`http://127.0.0.1:${port}/quick`)).status, 500, 'the two do not count')
  for (const one of gone) one.destroy()
  await until(async () => (await fetch(`http://127.0.0.1:${port}/quick`)).status === 200)
  // Nobody is left to be told.
  assert.deepEqual(refused, ['http.too_slow'])
})
