import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { z } from 'zod'
import { createTestClock } from '#base/clock'
import { AppError } from '#base/errors'
import { newId } from '#base/ids'
import { emptyRoot } from '#base/merkle'
import { appendBody } from '#privacy/transparency/api'
import { createMessages } from '#server/messages'
import { createRights } from '#server/rights'
import { createTestDatabase } from '#tests/database'
import { createTestExpiry } from '#tests/expiry'
import { createTestLog } from '#tests/log'
import { createTestSealing } from '#tests/sealed'
import { until } from '#tests/until'
import { createAudit } from './index.ts'

const { database, admin } = await createTestDatabase('portal')
const { sealed } = await createTestSealing('portal', database)
const clock = createTestClock(new Date('2026-11-21T12:00:00.000Z'))
const { log } = createTestLog()
const messages = createMessages({ database, log, everyMilliseconds: 50 })
const taken = new Map<string, z.output<typeof appendBody>['entry']>()
let times = 0
let isDown = false
const audit = createAudit({
  database,
  sealed,
  clock,
  rights: createRights({ program: 'portal', database, clock, sealed, log, descriptions: [] }),
  log,
  jobs: { define: () => undefined },
  messages,
  calls: {
    async call(program, path, body, answer) {
      assert.deepEqual([program, path], ['privacy', '/calls/transparency/append'])
      times += 1
      if (isDown) throw new AppError('calls.unavailable', 503, 'it is down')
      const { entryId, entry } = appendBody.parse(body)
      taken.set(entryId, entry)
      // Taken, and the answer is lost on its way: the sender cannot know.
      if (times === 1) throw new AppError('calls.unavailable', 503, 'the answer was lost')
      return answer.parse({ entryId })
    },
  },
})
await messages.start()
test.after(() => messages.stop())
await (await createTestExpiry({ database, admin, clock })).run()

const write = (organizationId: string) =>
  database.inOrganization(organizationId, async (tx) => {
    const personId = newId()
    await audit.record(tx, {
      organizationId,
      actor: { kind: 'person', id: personId },
      action: 'people.roles_changed',
      target: { kind: 'person', id: personId },
      from: { ip: '192.0.2.7', userAgent: 'Firefox – "ä"' },
      details: { roles: ['viewer'] },
    })
    await audit.note(tx, { organizationId, what: 'person_created', target: { kind: 'person', id: personId } })
  })

const waiting = async () => (await messages.countWaiting()) === 0

test('nothing is sealed before there was a row, nor a day before it has ended and half an hour more', async () => {
  await audit.sealDays()
  await write(newId())
  await write(newId())
  await audit.sealDays()
  clock.set(new Date('2026-11-22T00:29:00.000Z'))
  await audit.sealDays()
  const [row] = await admin<{ count: number }[]>`select count(*)::int as count from audit.sealed_day`
  assert.equal(row?.count, 0)
})

test('a day that has ended is handed to the log, again when the answer was lost, and the log has it once', async () => {
  clock.set(new Date('2026-11-22T00:37:00.000Z'))
  await Promise.all([audit.sealDays(), audit.sealDays()])
  await until(waiting)
  assert.equal(times, 3, 'one of the two was sent twice')
  const entries = [...taken.values()]
  assert.deepEqual(entries.map((entry) => entry.kind === 'day-sealed' && [entry.log, entry.day, entry.count]).sort(), [
    ['audit.activity', '2026-11-21', 2],
    ['audit.record', '2026-11-21', 2],
  ])
  assert.deepEqual(
    await Promise.all((['record', 'activity'] as const).map((one) => audit.compareDay(one, '2026-11-21'))),
    ['same', 'same'],
  )
})

test('days in which nothing happened are sealed too, and in order, so that none can be left out unseen', async () => {
  isDown = true
  clock.set(new Date('2026-11-24T01:00:00.000Z'))
  await audit.sealDays()
  await until(async () => times > 4)
  isDown = false
  await until(waiting)
  const days = [...taken.values()].flatMap((entry) =>
    entry.kind === 'day-sealed' && entry.log === 'audit.record' ? [[entry.day, entry.count, entry.root]] : [],
  )
  assert.deepEqual(days.slice(1), [
    ['2026-11-22', 0, emptyRoot.toString('hex')],
    ['2026-11-23', 0, emptyRoot.toString('hex')],
  ])
})

test('a row that is changed, removed or put in later is found; a day at its limit is gone and not a fault', async () => {
  const partition = 'audit.record_20261121'
  const look = () => audit.compareDay('record', '2026-11-21')
  await admin.unsafe(`create table public.kept as select * from ${partition}`)
  const putBack = () => admin.unsafe(`delete from ${partition}; insert into ${partition} select * from public.kept`)
  for (const change of [
    `update ${partition} set outcome = 'refused' where audit_id = (select min(audit_id::text)::uuid from ${partition})`,
    `update ${partition} set sealed = decode('00', 'hex')`,
    `update ${partition} set details = '{}'`,
    `update ${partition} set actor_id = null, actor_kind = 'command', actor_name = 'x'`,
    `delete from ${partition} where audit_id = (select min(audit_id::text)::uuid from ${partition})`,
    `insert into ${partition} select gen_random_uuid(), at, gen_random_uuid(), 'command', null, 'x', action, target_kind, null, outcome, details, null from public.kept limit 1`,
  ]) {
    await admin.unsafe(change)
    assert.equal(await look(), 'changed', change)
    await putBack()
    assert.equal(await look(), 'same')
  }
  await admin.unsafe(`delete from ${partition}`)
  assert.equal(await look(), 'changed', 'a whole day that went before its limit')
  const now = clock.now()
  clock.set(new Date('2029-11-20T00:00:00.000Z'))
  assert.equal(await look(), 'gone')
  clock.set(now)
  await admin.unsafe('drop table public.kept')
  await assert.rejects(audit.compareDay('record', '2030-01-01'), { code: 'audit.day_not_sealed' })
})

test('the running program can change no root, and learns hashes only of other organisations', async () => {
  for (const statement of [
    'update audit.sealed_day set row_count = 0',
    'delete from audit.sealed_day',
    'truncate audit.sealed_day',
  ])
    await assert.rejects(database.sql.unsafe(statement), { code: '42501' }, statement)
  const rows = await database.sql<{ hash: Buffer }[]>`select hash from audit.hash_day('record', '2026-11-21') as hash`
  assert.ok(rows.every(({ hash }) => hash.length === 32))
})

test('a root is that of the rows as the README describes them', async () => {
  const { leafHash, createTree } = await import('#base/merkle')
  await database.inOrganization(newId(), async () => undefined)
  clock.set(new Date('2026-11-25T12:00:00.000Z'))
  const organizationId = newId()
  await write(organizationId)
  const [row] = await admin<{ activity_id: string; target_id: string }[]>`
    select activity_id, target_id from audit.activity where organization_id = ${organizationId}`
  const fields = [
    organizationId,
    '2026-11-25T12:00:00.000Z',
    row!.activity_id,
    'person_created',
    'person',
    row!.target_id,
  ]
  const bytes = Buffer.concat(
    fields.flatMap((field) => {
      const length = Buffer.alloc(4)
      length.writeInt32BE(Buffer.byteLength(field))
      return [length, Buffer.from(field)]
    }),
  )
  const tree = createTree()
  tree.add(leafHash(bytes))
  clock.set(new Date('2026-11-26T01:00:00.000Z'))
  await audit.sealDays()
  const [sealed] = await admin<
    { root: Buffer }[]
  >`select root from audit.sealed_day where log = 'activity' and day = '2026-11-25'`
  assert.deepEqual(sealed?.root, tree.root())
})
