import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newId } from '#base/ids'
import { systemTime } from '#tests/clock'
import { createTestDatabase, makeDatabase } from '#tests/database'
import { createTestLog } from '#tests/log'
import { startMortalPostgres } from '#tests/postgres'
import { until } from '#tests/until'
import { createReadiness } from '../health.ts'
import { createHttp } from '../http.ts'
import { route } from '../routes.ts'
import { createKeys } from './keys.ts'
import { createFileRoots } from './root-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'vartio-keys-outage-'))
const postgres = await startMortalPostgres()
const made = await makeDatabase(postgres, 'portal', 'keys')
const { log, lines } = createTestLog()
const address = { host: made.socketFolder, port: 5432, database: made.name, user: 'portal_keys' }
const open = (where = folder, to = address) =>
  createKeys({ address: to, roots: createFileRoots(where), log, clock: systemTime, everyMilliseconds: 100 })
const keys = open()
await keys.start()
const { database } = await createTestDatabase('portal')
after(async () => {
  await keys.stop()
  await made.drop()
  await postgres.stop()
  rmSync(folder, { recursive: true })
})

const http = createHttp({
  log,
  publicUrl: new URL('http://portal.localhost:8481'),
  cookies: [],
  authorize: async () => ({ kind: 'nobody' }),
})
const scope = newId()
const owner = newId()
http.register('keys', [
  route({
    method: 'POST',
    path: '/api/make',
    permission: 'anyone',
    purpose: 'service',
    does: 'test',
    async run() {
      await keys.make(scope, [newId()])
      return undefined
    },
  }),
  route({
    method: 'POST',
    path: '/api/find',
    permission: 'anyone',
    purpose: 'service',
    does: 'test',
    async run() {
      assert.equal((await keys.find(scope, [owner])).size, 1)
      return undefined
    },
  }),
])
after(() => http.app.close())
const ask = (path: string) => http.app.inject({ method: 'POST', url: path, headers: { host: 'portal.localhost:8481' } })

test('a key store that is away answers 503 with what it is, what was opened goes on, and it is used again when it is back', async () => {
  const jobs = { isRunning: () => true } as Parameters<typeof createReadiness>[2]
  const readiness = createReadiness(database, keys, jobs, () => false)
  await keys.make(scope, [owner])
  assert.equal((await ask('/api/make')).statusCode, 204)
  assert.equal((await readiness()).status, 'ready')
  await postgres.kill()
  const away = await ask('/api/make')
  assert.equal(away.statusCode, 503, away.body)
  assert.equal(away.json().code, 'key_store.unavailable')
  assert.equal(away.headers['retry-after'], '2')
  assert.equal((await ask('/api/find')).statusCode, 204, 'a key that was opened before')
  await until(async () => (await readiness()).keys === 'down')
  assert.deepEqual(await readiness(), { status: 'not ready', database: 'up', keys: 'down', jobs: 'up' })
  await postgres.start()
  await until(async () => (await ask('/api/make')).statusCode === 204)
  await until(async () => (await readiness()).status === 'ready')
  // What it does in the background goes on by itself: another process hears of an erasure.
  const heard: string[] = []
  keys.onErased((where) => heard.push(where))
  const other = open()
  await other.erase(scope, [owner])
  await until(() => heard.length === 1)
  assert.equal((await keys.find(scope, [owner])).size, 0)
  await other.stop()
  assert.ok(lines.filter((line) => line.includes('a round failed')).length <= 3)
})

test('another store, an empty one or a root that is gone stops the program, and nothing is made in their place', async () => {
  const refused = async (where: string, to: typeof address, code: string) => {
    const before = readdirSync(where)
    const strange = open(where, to)
    await assert.rejects(strange.start(), { code })
    await strange.stop()
    assert.deepEqual(readdirSync(where), before)
  }
  const empty = await makeDatabase(postgres, 'portal', 'keys')
  await refused(folder, { ...address, database: empty.name }, 'key_store.other_store')
  const nowhere = mkdtempSync(join(tmpdir(), 'vartio-keys-outage-'))
  await refused(nowhere, address, 'key_store.root_missing')
  // A store of its own in the empty place works, and does not open what the first has.
  const second = open(nowhere, { ...address, database: empty.name })
  await second.start()
  await second.stop()
  await refused(nowhere, address, 'key_store.root_missing')
  await empty.drop()
  rmSync(nowhere, { recursive: true })
})
