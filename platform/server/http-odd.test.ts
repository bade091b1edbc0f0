import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { z } from 'zod'
import { createTestLog } from '#tests/log'
import { until } from '#tests/until'
import { createHttp } from './http.ts'
import { route } from './routes.ts'

// What no client of ours sends: written byte by byte, past every library.

const host = 'portal.localhost:8481'
const { log, lines } = createTestLog()
let ran = 0
const http = createHttp({
  log,
  publicUrl: new URL(`http://${host}`),
  cookies: [],
  authorize: async () => ({ kind: 'nobody' }),
})
http.register('test', [
  route({
    method: 'POST',
    path: '/change',
    permission: 'anyone',
    purpose: 'service',
    does: 'test',
    body: z.object({}),
    run: async () => {
      ran += 1
    },
  }),
])
await http.app.listen({ host: '127.0.0.1', port: 0 })
after(() => http.app.close())
const { port } = http.app.server.address() as AddressInfo

/** Everything that came back until the other side closed, or a while after something came. */
function send(text: string, { leave = false } = {}): Promise<string> {
  return new Promise((resolve) => {
    let came = ''
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(text, () => leave && setTimeout(() => socket.destroy(), 100)),
    )
    let late = setTimeout(() => socket.destroy(), 30_000)
    socket.on('data', (part) => {
      came += part.toString('latin1')
      clearTimeout(late)
      late = setTimeout(() => socket.destroy(), 1_000)
    })
    socket.on('error', (error) => {
      came += String(error)
    })
    socket.on('close', () => {
      clearTimeout(late)
      resolve(came)
    })
  })
}

const head = `POST /change HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n`

test('a request that two readers could end at different places is refused, and its rest is no request (smuggling)', async () => {
  const hidden = `POST /change HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`
  assert.match(await send(hidden), /^HTTP\/1\.1 204 /)
  assert.equal(ran, 1)
  for (const [what, request] of [
    ['both lengths', `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`],
    ['two lengths', `${head}Content-Length: 2\r\nContent-Length: 4\r\n\r\n{}${hidden}`],
    ['a list of lengths', `${head}Content-Length: 2, 2\r\n\r\n{}${hidden}`],
    ['a signed length', `${head}Content-Length: +2\r\n\r\n{}${hidden}`],
    ['a space before the colon', `${head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`],
    ['another coding last', `${head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${hidden}`],
    ['a folded line', `${head}X: a\r\n Content-Length: 2\r\n\r\n${hidden}`],
    ['bare line feeds', `${head.replaceAll('\r', '')}Content-Length: 2\n\n{}${hidden}`],
    ['a chunk size that is none', `${head}Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n${hidden}`],
    ['NUL in a header', `${head}X: a\0b\r\nContent-Length: 2\r\n\r\n{}${hidden}`],
  ] as const) {
    const came = await send(request)
    assert.doesNotMatch(came, /^HTTP\/1\.1 2/m, what)
    assert.equal(ran, 1, what)
  }
})

test('whoever goes away in the middle of a body is no failure of ours', async () => {
  await send(`${head}Content-Length: 100\r\n\r\n{"a":`, { leave: true })
  // A later request has been answered, so the broken one has been seen.
  assert.match(await send(`${head}Content-Length: 2\r\n\r\n{}`), /^HTTP\/1\.1 204 /)
  await until(() => ran === 2)
  assert.deepEqual(
    lines.filter((line) => line.includes('"level":50')),
    [],
  )
})
