import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createTestDatabase } from '#tests/database'
import { createTestLog } from '#tests/log'
import { until } from '#tests/until'
import { createJobs } from './jobs.ts'

const { database, admin, name, socketFolder } = await createTestDatabase('portal')
const address = { host: socketFolder, port: 5432, database: name, user: 'portal' }
const { log, lines } = createTestLog()
const id = '01890a5d-ac96-774b-bcce-b302099a8057'

test('a job runs as the program, which has no right to change a schema', async (t) => {
  const jobs = createJobs({ address, log, pollSeconds: 0.5 })
  t.after(() => jobs.stop())
  const ran: unknown[] = []
  jobs.define('test.plain', { purpose: 'service' }, async (data) => {
    ran.push(data)
  })
  await jobs.start()
  assert.equal(jobs.isRunning(), true)
  await jobs.send(undefined, 'test.plain', { id })
  await until(() => ran.length === 1)
  assert.deepEqual(ran, [{ id }])
  assert.deepEqual([...(await database.sql`select * from jobs.queue where name = 'test.plain'`)].length, 1)
})

test('a job sent in a transaction exists exactly if the transaction commits', async (t) => {
  const jobs = createJobs({ address, log, pollSeconds: 0.5 })
  t.after(() => jobs.stop())
  const ran: number[] = []
  jobs.define<{ number: number }>('test.joined', { purpose: 'service' }, async ({ number }) => {
    ran.push(number)
  })
  await jobs.start()
  await assert.rejects(
    database.transaction(async (tx) => {
      await jobs.send(tx, 'test.joined', { number: 1 })
      const inside = await tx`select 1 from jobs.job where name = 'test.joined'`
      assert.equal(inside.length, 1)
      throw new Error('changed my mind')
    }),
    /changed my mind/,
  )
  await database.transaction(async (tx) => {
    await jobs.send(tx, 'test.joined', { number: 2 })
    assert.equal((await admin`select 1 from jobs.job where name = 'test.joined'`).length, 0, 'seen before it commits')
  })
  await until(() => ran.length > 0)
  await pause(700)
  assert.deepEqual(ran, [2])
})

test('a job that fails is tried again, and its error reaches the log but not the table', async (t) => {
  const jobs = createJobs({ address, log, pollSeconds: 0.5 })
  t.after(() => jobs.stop())
  let runs = 0
  jobs.define('test.failing', { purpose: 'service', retries: 3, firstPauseSeconds: 1 }, async () => {
    runs += 1
    if (runs < 2) throw new Error('no mailbox maija@example.fi')
  })
  await jobs.start()
  await jobs.send(undefined, 'test.failing', { id })
  await until(() => runs === 2)
  const [row] = await admin`select output::text from jobs.job where name = 'test.failing'`
  assert.doesNotMatch(String(row?.output), /maija|mailbox/)
  const line = lines.find((text) => text.includes('test.failing'))
  assert.match(line ?? '', /no mailbox/)
  assert.doesNotMatch(line ?? '', /maija/)
})

test('a job by the clock is planned once, however often the program starts', async () => {
  for (let round = 0; round < 2; round += 1) {
    const jobs = createJobs({ address, log })
    jobs.define('test.nightly', { purpose: 'service', cron: '15 3 * * *' }, async () => undefined)
    await jobs.start()
    await jobs.stop()
  }
  const planned = await admin`select name, cron, timezone from jobs.schedule where name = 'test.nightly'`
  assert.deepEqual([...planned], [{ name: 'test.nightly', cron: '15 3 * * *', timezone: 'UTC' }])
})

test('a job refuses anything that may tell about a person', async () => {
  const jobs = createJobs({ address, log })
  jobs.define('test.refusing', { purpose: 'service' }, async () => undefined)
  for (const value of ['maija@example.fi', 'Maija Meikäläinen', '192.0.2.7', 'x'.repeat(100), Number.NaN])
    await assert.rejects(jobs.send(undefined, 'test.refusing', { value }), { code: 'platform.not_an_id' })
})
