import assert from 'node:assert/strict'
import { renameSync, symlinkSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { z } from 'zod'
import { systemTime } from '#tests/clock'
import { makeDatabase } from '#tests/database'
import { createTestLog } from '#tests/log'
import { startMortalPostgres } from '#tests/postgres'
import { createTestSealing } from '#tests/sealed'
import { until } from '#tests/until'
import { createReadiness } from './health.ts'
import { createHttp } from './http.ts'
import { createJobs } from './jobs.ts'
import { createMail } from './mail.ts'
import { createMessages } from './messages.ts'
import { route } from './routes.ts'

const postgres = await startMortalPostgres()
const made = await makeDatabase(postgres, 'portal')
const { database, admin, name, socketFolder } = made
after(async () => {
  await made.drop()
  await postgres.stop()
})
const { log, lines } = createTestLog()
await admin.unsafe(
  'create table public.pair (number integer, side text, primary key (number, side)); grant all on public.pair to portal',
)

const http = createHttp({
  log,
  publicUrl: new URL('http://portal.localhost:8481'),
  cookies: [],
  authorize: async () => {
    // As the portal does: who asks is looked up in the database at each request.
    await database.sql`select 1`
    return { kind: 'nobody' }
  },
})
http.register('pairs', [
  route({
    method: 'POST',
    path: '/api/pairs',
    permission: 'anyone',
    purpose: 'service',
    does: 'test',
    body: z.object({ number: z.number() }),
    answer: z.object({ saved: z.boolean() }),
    async run({ body }) {
      await database.transaction(async (tx) => {
        await tx`insert into public.pair values (${body.number}, 'left')`
        await tx`insert into public.pair values (${body.number}, 'right')`
      })
      return { saved: true }
    },
  }),
  route({
    method: 'POST',
    path: '/api/full',
    permission: 'anyone',
    purpose: 'service',
    does: 'test',
    async run() {
      await database.transaction(async (tx) => {
        await tx`insert into public.pair values (2000000, 'left')`
        await tx`insert into public.full_disk values ('x')`
      })
      return undefined
    },
  }),
])
after(() => http.app.close())

const save = (number: number) =>
  http.app.inject({
    method: 'POST',
    url: '/api/pairs',
    headers: { host: 'portal.localhost:8481', 'content-type': 'application/json' },
    payload: { number },
  })

test('a database that vanishes under writes answers 503 with Retry-After, loses nothing it acknowledged, and is used again when it is back', async () => {
  const jobs = createJobs({
    address: { host: socketFolder, port: 5432, database: name, user: 'portal' },
    log,
    pollSeconds: 0.5,
  })
  const messages = createMessages({ database, log, everyMilliseconds: 100 })
  const { keys, sealed } = await createTestSealing('portal', database)
  const mail = createMail({
    database,
    log,
    clock: systemTime,
    sealed,
    smtpUrl: undefined,
    from: 'x@example.fi',
    everyMilliseconds: 100,
  })
  const heard: string[] = []
  const ran: number[] = []
  messages.subscribe(
    'outage',
    { name: 'outage-reader', purpose: 'service' },
    async ({ payload }) => void heard.push(String(payload.word)),
  )
  jobs.define<{ number: number }>('outage.job', { purpose: 'service' }, async ({ number }) => void ran.push(number))
  await jobs.start()
  await messages.start()
  await mail.start()
  const readiness = createReadiness(database, keys, jobs, () => false)
  assert.equal((await readiness()).status, 'ready')

  const acknowledged: number[] = []
  const refused: { status: number; code: string; retryAfter: unknown }[] = []
  let number = 0
  let isRunning = true
  const writers = Array.from({ length: 8 }, async () => {
    while (isRunning) {
      number += 1
      const mine = number
      const response = await save(mine)
      if (response.statusCode === 200) acknowledged.push(mine)
      else
        refused.push({
          status: response.statusCode,
          code: response.json().code,
          retryAfter: response.headers['retry-after'],
        })
    }
  })
  await until(() => acknowledged.length > 200)
  await postgres.kill()
  await until(() => refused.length > 20)
  const down = await until(async () => {
    const now = await readiness()
    return now.status !== 'ready' && now
  })
  assert.deepEqual(down, { status: 'not ready', database: 'down', keys: 'up', jobs: 'up' })
  await postgres.start()
  const before = acknowledged.length
  await until(() => acknowledged.length > before + 50)
  isRunning = false
  await Promise.all(writers)

  assert.deepEqual(
    [...new Set(refused.map((one) => JSON.stringify(one)))],
    ['{"status":503,"code":"database.unavailable","retryAfter":"2"}'],
  )
  const rows = await admin<{ number: number; sides: number }[]>`
    select number, count(*)::int as sides from public.pair group by number`
  assert.deepEqual(
    rows.filter(({ sides }) => sides !== 2),
    [],
    'half written',
  )
  const kept = new Set(rows.map((row) => row.number))
  assert.deepEqual(
    acknowledged.filter((one) => !kept.has(one)),
    [],
    'lost',
  )

  // What works in the background goes on by itself.
  await database.transaction(async (tx) => {
    await messages.publish(tx, 'outage', '01890a5d-ac96-774b-bcce-b302099a8057', { word: 'back' })
    await jobs.send(tx, 'outage.job', { number: 1 })
  })

  await until(() => heard.length === 1)

  await until(() => ran.length === 1)

  await until(async () => (await readiness()).status === 'ready')

  // It was said, but not at every look.
  assert.ok(lines.filter((line) => line.includes('a round failed')).length <= 6)
  await Promise.all([jobs.stop(), messages.stop(), mail.stop()])
})

test('a full disk is told as such, what was there stays, and writing works again when there is room', async () => {
  assert.equal((await save(1_000_000)).statusCode, 200)
  await admin`create table public.full_disk (text text)`
  await admin`grant all on public.full_disk to portal`
  const [row] = await admin`select pg_catalog.pg_relation_filepath('public.full_disk') as path`
  const file = join(postgres.dataFolder, String(row?.path))
  // The kernel's own full device in place of the table's file: each write to it answers ENOSPC.
  renameSync(file, `${file}.aside`)
  symlinkSync('/dev/full', file)
  const write = () => http.app.inject({ method: 'POST', url: '/api/full', headers: { host: 'portal.localhost:8481' } })
  const full = await write()
  assert.equal(full.statusCode, 503, full.body)
  assert.equal(full.json().code, 'database.disk_full')
  assert.equal(full.headers['retry-after'], '30')
  assert.equal((await admin`select 1 from public.pair where number = 2000000`).length, 0, 'half written')
  assert.equal((await admin`select 1 from public.pair where number = 1000000`).length, 2)
  unlinkSync(file)
  renameSync(`${file}.aside`, file)
  // Each of its processes still holds the device open.
  await admin`select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity where usename = 'portal'`
  await until(async () => (await write()).statusCode === 204)
  assert.equal((await admin`select 1 from public.pair where number = 2000000`).length, 1)
})
