import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { createTestClock } from '#base/clock'
import { readSettings } from '#base/settings'
import { createCertificate } from '#tests/certificate'
import { createTestDatabase } from '#tests/database'
import { createTestLog } from '#tests/log'
import { until } from '#tests/until'
import { createCallKey } from './call-keys.ts'
import { createCalls } from './calls.ts'
import { createHttp } from './http.ts'
import { followCertificate, isLoopback, readListening } from './listening.ts'
import { route } from './routes.ts'

const folder = mkdtempSync(join(tmpdir(), 'vartio-tls-'))
after(() => rmSync(folder, { recursive: true }))
const certificate = join(folder, 'cert.pem')
const key = join(folder, 'key.pem')
const write = (pair: { cert: string; key: string }) => {
  writeFileSync(certificate, pair.cert)
  writeFileSync(key, pair.key)
}
const first = createCertificate('portal.example.fi', 'id.example.fi')
write(first)
const tls = { VARTIO_TLS_CERTIFICATE_FILE: certificate, VARTIO_TLS_KEY_FILE: key }
const plain = new URL('http://portal.localhost:8481')
const secure = new URL('https://portal.example.fi')
const listening = (settings: Record<string, string>, url = secure) =>
  readListening(readSettings(settings), url, 'VARTIO_PORTAL_URL')

test('by itself a program listens on this machine only', () => {
  assert.equal(listening({}, plain).host, '127.0.0.1')
  assert.equal(listening({ VARTIO_PROXY: '127.0.0.1' }).host, '127.0.0.1')
  assert.equal(listening(tls).host, '0.0.0.0')
})

test('whatever would put sessions on the network in the clear is refused with a sentence that says what is wrong', () => {
  const faults: [Record<string, string>, URL, RegExp][] = [
    [{ VARTIO_LISTEN: '0.0.0.0' }, plain, /VARTIO_LISTEN.*loopback only/],
    [{ VARTIO_LISTEN: '192.0.2.1' }, plain, /VARTIO_LISTEN.*loopback only/],
    [{ VARTIO_LISTEN: 'everywhere' }, plain, /VARTIO_LISTEN: is not an IP address/],
    [{ VARTIO_TLS_CERTIFICATE_FILE: certificate }, secure, /belong together/],
    [{ ...tls, VARTIO_TLS_KEY_FILE: '/nowhere' }, secure, /VARTIO_TLS_KEY_FILE: the file cannot be read/],
    [{ ...tls, VARTIO_TLS_KEY_FILE: certificate }, secure, /not PEM/],
    [{}, secure, /^VARTIO_PORTAL_URL: .* is https, but neither/],
    [tls, plain, /^VARTIO_PORTAL_URL: .* is not https/],
    [{}, new URL('http://portal.example.fi'), /^VARTIO_PORTAL_URL: .* must be https/],
    [{ VARTIO_PROXY: 'proxy.example.fi' }, secure, /VARTIO_PROXY/],
    [{ VARTIO_PROXY: '192.0.2.0/33' }, secure, /VARTIO_PROXY/],
  ]
  for (const [settings, url, message] of faults)
    assert.throws(() => listening(settings, url), { code: 'settings.invalid', message }, JSON.stringify(settings))
  writeFileSync(join(folder, 'other.pem'), createCertificate('x').key)
  assert.throws(() => listening({ ...tls, VARTIO_TLS_KEY_FILE: join(folder, 'other.pem') }), {
    message: /do not belong together/,
  })
})

test('with a declared proxy, it and this machine may connect and nobody else', () => {
  const { mayConnect } = listening({ VARTIO_PROXY: '192.0.2.0/28, 2001:db8::1' })
  assert.ok(mayConnect)
  for (const address of ['192.0.2.3', '::ffff:192.0.2.3', '2001:db8::1', '127.0.0.1', '::1', '::ffff:127.0.0.1'])
    assert.equal(mayConnect(address), true, address)
  for (const address of ['192.0.2.17', '2001:db8::2', '', 'x']) assert.equal(mayConnect(address), false, address)
  assert.equal(isLoopback('127.0.0.1.example'), false)
})

test('over TLS a renewed certificate is taken without a restart, a half-copied one is not, and programs call each other', async () => {
  const { log, lines } = createTestLog()
  const { database } = await createTestDatabase('identity')
  for (const program of ['identity', 'portal']) createCallKey(join(folder, program), join(folder, 'public'), program)
  const { tls: pair } = listening(tls)
  assert.ok(pair)
  let calls: ReturnType<typeof createCalls> | undefined
  const http = createHttp({
    log,
    publicUrl: new URL('https://id.example.fi'),
    cookies: [],
    tls: pair,
    authorize: async () => ({ kind: 'nobody' }),
    verifyCall: (message, body) => calls!.verify(message, body),
  })
  http.register('test', [
    route({
      method: 'POST',
      path: '/calls/test',
      permission: 'program:portal',
      purpose: 'service',
      does: 'test',
      answer: z.object({ ok: z.boolean() }),
      run: async () => ({ ok: true }),
    }),
  ])
  await http.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = http.app.server.address() as AddressInfo
  let current = pair.cert
  const stop = followCertificate({
    server: http.app.server as never,
    certificate,
    key,
    current: pair,
    log,
    everyMilliseconds: 20,
    renewed: ({ cert }) => {
      current = cert
    },
  })
  after(async () => {
    stop()
    await http.app.close()
  })
  const create = (program: 'identity' | 'portal', trusted: () => string) =>
    createCalls({
      program,
      folder: join(folder, program),
      publicFolder: join(folder, 'public'),
      targets: {
        identity: { port, tls: { serverName: 'id.example.fi', certificate: trusted } },
        portal: { port: 1 },
        privacy: { port: 2 },
        cloud: { port: 3 },
      },
      database,
      clock: createTestClock(new Date()),
      log,
    })
  calls = create('identity', () => current)
  const answer = z.object({ ok: z.boolean() })
  assert.deepEqual(await create('portal', () => current).call('identity', '/calls/test', {}, answer), { ok: true })

  /** The certificate the server shows now. */
  const shown = () =>
    new Promise<string>((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port, path: '/', servername: 'id.example.fi', rejectUnauthorized: false, agent: false },
        (response) => {
          resolve((response.socket as import('node:tls').TLSSocket).getPeerX509Certificate()?.serialNumber ?? '')
          response.resume()
        },
      )
      sent.on('error', reject).end()
    })
  const before = await shown()
  const second = createCertificate('portal.example.fi', 'id.example.fi')
  writeFileSync(certificate, second.cert)
  await until(() => lines.some((line) => line.includes('cannot be renewed')))
  await pause(60)
  assert.equal(await shown(), before, 'a certificate without its key was taken')
  assert.equal(lines.filter((line) => line.includes('cannot be renewed')).length, 1, 'told at every look')
  write(second)
  await until(async () => (await shown()) !== before)
  assert.deepEqual(await create('portal', () => current).call('identity', '/calls/test', {}, answer), { ok: true })
  // A listener with another certificate on that port is not the program.
  await assert.rejects(create('portal', () => first.cert).call('identity', '/calls/test', {}, answer), { status: 503 })
})
