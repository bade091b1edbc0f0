import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { z } from 'zod'
import { createTestClock } from '#base/clock'
import { AppError } from '#base/errors'
import { contentDigest, signMessage } from '#base/signatures'
import { createTestDatabase } from '#tests/database'
import { createTestLog } from '#tests/log'
import { createCallKey, readCallKey } from './call-keys.ts'
import { type Calls, createCalls } from './calls.ts'
import { createHttp, type Http } from './http.ts'
import { route } from './routes.ts'

const { database, admin } = await createTestDatabase('identity')
const { log } = createTestLog()
const clock = createTestClock(new Date())
const folder = mkdtempSync(join(tmpdir(), 'vartio-calls-'))
after(() => rmSync(folder, { recursive: true }))
const publicFolder = join(folder, 'public')
for (const program of ['identity', 'portal']) createCallKey(join(folder, program), publicFolder, program)

let ran = 0
const identity = await startIdentity()
after(() => identity.http.app.close())

async function startIdentity(): Promise<{ http: Http; port: number }> {
  let calls: Calls | undefined
  const http = createHttp({
    log,
    publicUrl: new URL('http://id.localhost:8480'),
    cookies: [],
    authorize: async () => ({ kind: 'nobody' }),
    verifyCall: (message, body) => calls!.verify(message, body),
  })
  http.register('recovery', [
    route({
      method: 'POST',
      path: '/calls/recovery/begin',
      permission: 'program:portal',
      purpose: 'account',
      does: 'test',
      body: z.object({ personId: z.uuid() }),
      answer: z.object({ program: z.string(), personId: z.string() }),
      async run({ body, caller }) {
        ran += 1
        if (body.personId.startsWith('0'))
          throw new AppError('recovery.person_not_found', 404, 'There is no such person.')
        return { program: caller.kind === 'program' ? caller.program : caller.kind, personId: body.personId }
      },
    }),
    route({
      method: 'POST',
      path: '/calls/own',
      permission: 'program:identity',
      purpose: 'service',
      does: 'test',
      run: async () => undefined,
    }),
  ])
  await http.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = http.app.server.address() as AddressInfo
  calls = createCalls({
    program: 'identity',
    folder: join(folder, 'identity'),
    publicFolder,
    targets: { identity: { port }, portal: { port: 1 }, privacy: { port: 2 }, cloud: { port: 3 } },
    database,
    clock,
    log,
  })
  return { http, port }
}

function portalCalls(port: number): Calls {
  return createCalls({
    program: 'portal',
    folder: join(folder, 'portal'),
    publicFolder,
    targets: { identity: { port }, portal: { port: 1 }, privacy: { port: 2 }, cloud: { port: 3 } },
    database,
    clock,
    log,
  })
}

const personId = '11890a5d-ac96-774b-bcce-b302099a8057'
const answer = z.object({ program: z.string(), personId: z.string() })

test('a program calls another, which knows who called', async () => {
  const answered = await portalCalls(identity.port).call('identity', '/calls/recovery/begin', { personId }, answer)
  assert.deepEqual(answered, { program: 'portal', personId })
})

test('a refusal of the other program arrives as the error it was', async () => {
  const missing = personId.replace('1', '0')
  await assert.rejects(
    portalCalls(identity.port).call('identity', '/calls/recovery/begin', { personId: missing }, answer),
    { code: 'recovery.person_not_found', status: 404 },
  )
})

test('a call that its route is not for is refused, and is a fault of this house to the one who asked', async () => {
  await assert.rejects(portalCalls(identity.port).call('identity', '/calls/own', {}, z.undefined()), {
    code: 'http.forbidden',
    status: 403,
  })
})

test('an answer in another shape is a fault, not data', async () => {
  await assert.rejects(
    portalCalls(identity.port).call('identity', '/calls/recovery/begin', { personId }, z.object({ other: z.string() })),
    { code: 'calls.unavailable', status: 503 },
  )
})

const json = JSON.stringify({ personId })
const parts = ['@method', '@authority', '@path', '@query', 'content-digest', 'content-type']

type Forged = {
  program?: string
  key?: string
  components?: string[]
  created?: number
  lifetime?: number
  nonce?: string
  authority?: string
  path?: string
  signedBody?: string
  drop?: string
}

/** A call with something wrong about it. */
async function forge(forged: Forged = {}): Promise<{ status: number; code: string | undefined }> {
  const authority = forged.authority ?? `127.0.0.1:${identity.port}`
  const created = Math.floor(clock.now().getTime() / 1_000) + (forged.created ?? 0)
  const headers: Record<string, string> = {
    host: `127.0.0.1:${identity.port}`,
    'content-type': 'application/json',
    'content-digest': contentDigest(forged.signedBody ?? json),
  }
  const signed = signMessage(
    { method: 'POST', authority, target: forged.path ?? '/calls/recovery/begin', headers },
    forged.components ?? parts,
    {
      created,
      expires: created + (forged.lifetime ?? 30),
      nonce: forged.nonce ?? crypto.randomUUID(),
      keyid: forged.program ?? 'portal',
    },
    readCallKey(join(folder, forged.key ?? 'portal')),
  )
  const all: Record<string, string> = { ...headers, ...signed }
  if (forged.drop) delete all[forged.drop]
  delete all.host
  const response = await fetch(`http://127.0.0.1:${identity.port}/calls/recovery/begin`, {
    method: 'POST',
    headers: all,
    body: json,
  })
  return { status: response.status, code: ((await response.json()) as { code?: string }).code }
}

test('a call without a whole, fresh signature of that program, for this address and body, runs nothing', async () => {
  assert.equal((await forge()).status, 200, 'the forger itself does not work')
  const before = ran
  const forgeries: Record<string, Forged> = {
    'no signature': { drop: 'signature' },
    'no parameters': { drop: 'signature-input' },
    'no digest': { drop: 'content-digest' },
    'a digest of another body': { signedBody: '{"personId":"x"}' },
    'the key of another program': { key: 'identity' },
    'a program that is not there': { program: 'cloud' },
    'a path into the folder of keys': { program: '../identity/x' },
    'signed for another program’s address': { authority: '127.0.0.1:1' },
    'signed for another path': { path: '/calls/own' },
    expired: { created: -31 },
    'from the future': { created: 10 },
    'valid for an hour': { lifetime: 3_600 },
    'the body is not covered': { components: parts.filter((part) => part !== 'content-digest') },
    'the path is not covered': { components: parts.filter((part) => part !== '@path') },
    'a short nonce': { nonce: 'abc' },
  }
  for (const [name, forged] of Object.entries(forgeries)) {
    const { status, code } = await forge(forged)
    assert.deepEqual({ name, status, code }, { name, status: 401, code: 'calls.refused' })
  }
  assert.equal(ran, before)
})

test('a call that was taken once is not taken again, not even by another process', async () => {
  const nonce = crypto.randomUUID()
  assert.equal((await forge({ nonce })).status, 200)
  assert.equal((await forge({ nonce })).status, 401)
  const number = hash('sha256', `portal ${nonce}`, 'buffer').readBigInt64BE(0)
  const [row] = await admin`select count(*)::int as count from calls.nonce where nonce = ${String(number)}::int8`
  assert.equal(row?.count, 1)
})

test('old nonces are forgotten, so the table does not grow', async () => {
  await forge()
  clock.advance(400_000)
  await forge()
  const [row] = await admin`select count(*)::int as count from calls.nonce`
  assert.equal(row?.count, 1)
})

async function serve(run: (server: Server) => void): Promise<{ port: number; stop(): Promise<void> }> {
  const server = createServer()
  run(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

test('a program that is down is a clear 503, and is asked once more only where that is harmless', async (t) => {
  const down = await serve(() => undefined)
  await down.stop()
  await assert.rejects(portalCalls(down.port).call('identity', '/calls/x', {}, z.any()), {
    code: 'calls.unavailable',
    status: 503,
  })
  let asked = 0
  const broken = await serve((server) =>
    server.on('request', (request) => {
      asked += 1
      request.socket.destroy()
    }),
  )
  t.after(() => broken.stop())
  await assert.rejects(portalCalls(broken.port).call('identity', '/calls/x', {}, z.any()), { status: 503 })
  assert.equal(asked, 1)
  await assert.rejects(portalCalls(broken.port).call('identity', '/calls/x', {}, z.any(), { isIdempotent: true }))
  assert.equal(asked, 3)
})

test('a program that drips its answer, or answers without end, does not hold the caller', async (t) => {
  const slow = await serve((server) =>
    server.on('request', (_request, response) => {
      response.writeHead(200)
      const drip = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(drip))
    }),
  )
  const endless = await serve((server) =>
    server.on('request', (_request, response) => {
      response.writeHead(200)
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 32)));
        response.once('drain', more)
      }
      more()
    }),
  )
  t.after(() => Promise.all([slow.stop(), endless.stop()]))
  const startedAt = Date.now()
  for (const { port } of [slow, endless])
    await assert.rejects(portalCalls(port).call('identity', '/calls/x', {}, z.any(), { timeoutMilliseconds: 400 }), {
      status: 503,
    })
  // They would never end by themselves.
  assert.ok(Date.now() - startedAt < 20_000)
})

test('the private key is for its owner only, is made once, and its public half lies with the others', () => {
  const file = join(folder, 'portal', 'call-key.pem')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const before = readFileSync(file, 'utf8')
  createCallKey(join(folder, 'portal'), publicFolder, 'portal')
  assert.equal(readFileSync(file, 'utf8'), before)
  const jwk = JSON.parse(readFileSync(join(publicFolder, 'portal.call.jwk.json'), 'utf8')) as Record<string, string>
  assert.deepEqual(Object.keys(jwk).sort(), ['crv', 'kid', 'kty', 'use', 'x'])
})
