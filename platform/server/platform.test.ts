import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createTestDatabase } from '#tests/database'
import { until } from '#tests/until'
import { findPorts } from '#tests/vartio'
import { createCallKey } from './call-keys.ts'

const { name, socketFolder } = await createTestDatabase('portal')
const keyStore = await createTestDatabase('portal', 'keys')
const folder = mkdtempSync(join(tmpdir(), 'vartio-program-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const own = join(folder, 'portal')
mkdirSync(own)
createCallKey(own, join(folder, 'public'), 'portal')
writeFileSync(
  join(own, 'database.json'),
  JSON.stringify({ host: socketFolder, port: 5432, database: name, user: 'portal' }),
)
writeFileSync(
  join(own, 'key-store.json'),
  JSON.stringify({ host: keyStore.socketFolder, port: 5432, database: keyStore.name, user: 'portal_keys' }),
)
const id = '01890a5d-ac96-774b-bcce-b302099a8057'

type Running = { child: ChildProcess; port: number; said(): string; over: Promise<number | null> }

/** The whole process, as the supervisor would start it. */
async function start(settings: Record<string, string> = {}): Promise<Running> {
  const port = await findPorts(2)
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('VARTIO_')))
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../tests/support/bare-program.ts')], {
    env: {
      ...inherited,
      VARTIO_PORT: String(port),
      VARTIO_PROGRAM_FOLDER: own,
      VARTIO_PUBLIC_FOLDER: join(folder, 'public'),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
  const over = once(child, 'close').then(() => child.exitCode)
  after(() => child.kill('SIGKILL'))
  return { child, port: port + 1, said: () => text, over }
}

async function startReady(settings: Record<string, string> = {}): Promise<Running> {
  const running = await start(settings)
  await until(() => running.said().includes('the program listens') || running.child.exitCode !== null)
  assert.equal(running.child.exitCode, null, running.said())
  return running
}

type Answer = { status: number; headers: Record<string, unknown>; text: string }

function ask(port: number, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    sent.on('error', reject).end()
  })
}

test('a program tells whether it lives, is ready, what it does and what it can be asked', async () => {
  const { child, port, over } = await startReady()
  const host = `portal.localhost:${port}`
  assert.equal((await ask(port, '/health/live')).text, '{"status":"live"}')
  assert.deepEqual(JSON.parse((await ask(port, '/health/ready')).text), {
    status: 'ready',
    database: 'up',
    keys: 'up',
    jobs: 'up',
  })
  assert.equal((await ask(port, `/api/slow/${id}`, { host })).status, 200)
  const metrics = await ask(port, '/metrics')
  assert.equal(metrics.status, 200)
  assert.match(metrics.text, /vartio_http_request_seconds_count\{[^}]*route="\/api\/slow\/:thingId"[^}]*\} 1/)
  assert.match(metrics.text, /vartio_letters_waiting\{program="portal"\} 0/)
  assert.match(metrics.text, /process_resident_memory_bytes/)
  assert.doesNotMatch(metrics.text, new RegExp(id))
  // Not through a proxy, nor through a browser whose page has pointed its name here.
  for (const headers of [{ host }, { host: 'evil.example' }, { 'x-forwarded-for': '192.0.2.1' }, { via: '1.1 x' }])
    assert.equal((await ask(port, '/metrics', headers as Record<string, string>)).status, 404)
  const api = JSON.parse((await ask(port, '/openapi.json', { host })).text)
  assert.equal(api.openapi, '3.1.1')
  assert.deepEqual(
    api.paths['/api/slow/{thingId}'].get.responses['200'].content['application/json'].schema.properties,
    {
      done: { type: 'boolean' },
    },
  )
  child.kill('SIGTERM')
  assert.equal(await over, 0)
})

test('asked to stop, a program finishes what is under way, takes nothing new, and ends with 0', async () => {
  const { child, port, over, said } = await startReady()
  const underWay = ask(port, `/api/slow/${id}`, { host: `portal.localhost:${port}` })
  let isDone = false
  void underWay.then(() => {
    isDone = true
  })
  await until(() => said().includes('something slow has begun'))
  const startedAt = Date.now()
  child.kill('SIGTERM')
  await until(() =>
    ask(port, '/health/live').then(
      () => false,
      ({ code }) => code === 'ECONNREFUSED',
    ),
  )
  assert.equal(isDone, false, 'it takes nothing new while it finishes')
  assert.equal((await underWay).text, '{"done":true}')
  assert.equal(await over, 0)
  assert.ok(Date.now() - startedAt < 30_000)
  assert.match(said(), /the program has stopped/)
})

test('a program that breaks says why in one line without personal data, and ends with 1', async () => {
  const { port, over, said } = await startReady()
  await ask(port, '/api/break', { host: `portal.localhost:${port}` }, 'POST')
  assert.equal(await over, 1)
  const line = said()
    .split('\n')
    .find((text) => text.includes('cannot go on'))
  assert.match(JSON.parse(line ?? '{}').error.text, /broke it/)
  assert.doesNotMatch(said(), /maija/)
})

test('a setting that is wrong ends the start at once with a line that names it', async () => {
  for (const [settings, message] of [
    [{ VARTIO_LISTEN: '0.0.0.0' }, /VARTIO_LISTEN/],
    [{ VARTIO_PROT: '8480' }, /VARTIO_PROT: there is no such setting/],
    [{ VARTIO_PROGRAM_FOLDER: '/nowhere' }, /database\.json/],
  ] as const) {
    const { over, said } = await start(settings)
    assert.equal(await over, 1)
    assert.equal(said().trim().split('\n').length, 1, said())
    assert.match(JSON.parse(said()).error.text, message)
  }
})

test('a port that is taken ends the start with a line that says so', async () => {
  const { port, child, over } = await startReady()
  const second = await start({ VARTIO_PORT: String(port - 1) })
  assert.equal(await second.over, 1)
  assert.match(second.said(), /EADDRINUSE/)
  child.kill('SIGTERM')
  assert.equal(await over, 0)
})
