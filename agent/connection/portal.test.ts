import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { AppError } from '#base/errors'
import { newId } from '#base/ids'
import { matchesDigest, parseSignature, verifySignature } from '#base/signatures'
import { jittered, longestPauseMilliseconds, pauseAfter } from './keep-connected.ts'
import { createPortal, readPortalUrl } from './portal.ts'

const servers: ReturnType<typeof createServer>[] = []
after(() => {
  for (const server of servers) server.close().closeAllConnections()
})

/** Something that answers: what a network can do to us, not what our portal does. */
async function answering(listener: RequestListener): Promise<URL> {
  const server = createServer(listener)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return new URL(`http://device.localhost:${(server.address() as AddressInfo).port}`)
}

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const signer = { deviceId: newId(), key: privateKey }

test('a call is signed over where it goes and what it says, with the device as its key', async () => {
  let isVerified = false
  const url = await answering(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    const headers = request.headers as Record<string, string>
    const parsed = parseSignature(headers['signature-input'], headers.signature)
    assert.ok(parsed)
    assert.equal(parsed.parameters.keyid, signer.deviceId)
    assert.ok(matchesDigest(headers['content-digest'], body))
    const message = { method: request.method ?? '', authority: headers.host ?? '', target: request.url ?? '', headers }
    isVerified = verifySignature(message, parsed, publicKey)
    response.end(JSON.stringify({ upTo: 3 }))
  })
  let sent = 0
  const answer = await createPortal(url, signer).post('/api/device/events', { ä: 1 }, () => (sent += 1))
  assert.deepEqual(answer, { upTo: 3 })
  assert.ok(isVerified)
  assert.equal(sent, 1)
})

test('where the portal refuses the time of a wrong clock, its own time is taken and the call made once more', async () => {
  const created: number[] = []
  const url = await answering((request, response) => {
    const parsed = parseSignature(request.headers['signature-input'], request.headers.signature)
    const at = Number(parsed?.parameters.created)
    created.push(at)
    const isNow = Math.abs(at - Date.now() / 1_000) < 60
    response.writeHead(isNow ? 200 : 401).end(isNow ? '{}' : JSON.stringify({ code: 'devices.not_signed' }))
  })
  for (const wrong of [-86_400_000 * 400, 86_400_000 * 3]) {
    created.length = 0
    const portal = createPortal(url, signer, () => Date.now() + wrong)
    await portal.post('/api/device/check-in', {})
    assert.equal(created.length, 2)
    // From then on at once.
    await portal.post('/api/device/check-in', {})
    assert.equal(created.length, 3)
  }
})

test('a refusal of the portal arrives as what it was; anything else as a portal that does not answer', async () => {
  let answer: [number, string] = [200, '']
  const url = await answering((_request, response) => response.writeHead(answer[0]).end(answer[1]))
  const portal = createPortal(url, signer)
  const codeOf = async (status: number, text: string) => {
    answer = [status, text]
    return portal.post('/api/device/check-in', {}).then(
      () => 'answered',
      (error) => (error as AppError).code,
    )
  }
  assert.equal(await codeOf(404, '{"code":"devices.action_not_found"}'), 'devices.action_not_found')
  assert.equal(await codeOf(200, '<html>Sign in to the guest network'), 'connection.unreachable')
  assert.equal(await codeOf(403, '{"message":"blocked by a proxy"}'), 'connection.unreachable')
  assert.equal(await codeOf(302, ''), 'connection.unreachable')
  assert.equal(await codeOf(500, '{"code":"server.broken"}'), 'connection.unreachable')
  assert.equal(await codeOf(200, 'x'.repeat(5_000_000)), 'connection.unreachable')
})

test('nobody at the address, or one who hangs up, is a portal that does not answer; nothing is told as sent to nobody', async () => {
  let sent = 0
  const nobody = createPortal(new URL('http://127.0.0.1:9'), signer)
  await assert.rejects(
    nobody.post('/api/device/check-in', {}, () => (sent += 1)),
    { code: 'connection.unreachable' },
  )
  assert.equal(sent, 0)
  const url = await answering((request) => request.socket.destroy())
  await assert.rejects(createPortal(url, signer).post('/api/device/check-in', {}), { code: 'connection.unreachable' })
})

test('without TLS the agent speaks with its own machine alone', () => {
  for (const text of ['http://portal.localhost:8481', 'http://127.0.0.1:1', 'https://portal.example.fi/device/add?x'])
    assert.equal(readPortalUrl(text).pathname, '/')
  for (const text of [
    'http://portal.example.fi',
    'http://127.0.0.1.example.fi',
    'ftp://localhost',
    'https://a:b@example.fi',
    'x',
  ])
    assert.throws(() => readPortalUrl(text), AppError)
})

test('pauses grow, end at a quarter of an hour, and are never the same for two devices', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, random) => {
        const pause = pauseAfter(failures, random)
        assert.ok(pause >= 1_000 && pause <= longestPauseMilliseconds)
        if (failures > 12) assert.ok(pause >= longestPauseMilliseconds / 2)
        const next = jittered(60, random)
        assert.ok(next >= 54_000 && next <= 66_000)
      },
    ),
  )
})
