import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type postgres from 'postgres'
import { createTestClock } from '#base/clock'
import { newId } from '#base/ids'
import { createLog } from '#base/log'
import { createMessages } from '#server/messages'
import { createRights } from '#server/rights'
import { createTestDatabase } from '#tests/database'
import { createTestExpiry } from '#tests/expiry'
import { createTestSealing } from '#tests/sealed'
import { createAudit } from './index.ts'
import { readCursor, writeCursor } from './list.ts'
import { checkDetails } from './record.ts'

const { database, admin } = await createTestDatabase('portal')
const { sealed } = await createTestSealing('portal', database)
const clock = createTestClock(new Date('2026-11-21T12:00:00.000Z'))
const expiry = await createTestExpiry({ database, admin, clock })
const audit = createAudit({
  database,
  sealed,
  clock,
  rights: createRights({
    program: 'portal',
    database,
    clock,
    sealed,
    log: createLog('test', 'error'),
    descriptions: [],
  }),
  log: createLog('test', 'error'),
  jobs: { define: () => undefined },
  messages: createMessages({ database, log: createLog('test', 'error') }),
  calls: {
    call: async () => {
      throw new Error('nothing is called here')
    },
  },
})
const erased = newId()
audit.nameTargets('person', async (_tx, ids) => new Map(ids.filter((id) => id !== erased).map((id) => [id, 'Aino'])))

function entry(organizationId: string, personId: string) {
  return {
    organizationId,
    actor: { kind: 'person', id: personId },
    action: 'people.roles_changed',
    target: { kind: 'person', id: personId },
    from: { ip: '192.0.2.7', userAgent: 'Firefox' },
    details: { roles: ['viewer'] },
  } as const
}

const write = (organizationId: string, personId: string) =>
  database.inOrganization(organizationId, (tx) => audit.record(tx, entry(organizationId, personId)))

test('PT-05 a record says who did what, when, from where and to what, and names are added when it is read', async () => {
  await expiry.run()
  const [organizationId, personId] = [newId(), newId()]
  await write(organizationId, personId)
  const { records, next } = await audit.list(organizationId, {})
  assert.equal(next, null)
  assert.equal(records.length, 1)
  assert.deepEqual(
    { ...records[0], auditId: undefined, organization: undefined },
    {
      auditId: undefined,
      organization: undefined,
      at: new Date('2026-11-21T12:00:00.000Z'),
      actor: { kind: 'person', id: personId, name: 'Aino' },
      action: 'people.roles_changed',
      target: { kind: 'person', id: personId, name: 'Aino' },
      from: { ip: '192.0.2.7', userAgent: 'Firefox' },
      outcome: 'done',
      details: { roles: ['viewer'] },
    },
  )
  const [stored] = await admin`select * from audit.record where organization_id = ${organizationId}`
  assert.doesNotMatch(JSON.stringify(stored), /Aino/)
})

test('who has been erased has no name in the log any more, and the record stays', async () => {
  const organizationId = newId()
  await write(organizationId, erased)
  const { records } = await audit.list(organizationId, {})
  assert.equal(records[0]?.actor.name, null)
  assert.equal(records[0]?.actor.id, erased)
})

test('a record exists exactly if what it tells of has happened', async () => {
  const [organizationId, personId] = [newId(), newId()]
  await assert.rejects(
    database.inOrganization(organizationId, async (tx) => {
      await audit.record(tx, entry(organizationId, personId))
      throw new Error('what was to be done failed')
    }),
    /what was to be done failed/,
  )
  assert.equal((await audit.list(organizationId, {})).records.length, 0)
})

test('the running program can change, delete or empty no record, neither in the table nor in a partition', async () => {
  const organizationId = newId()
  await write(organizationId, newId())
  for (const table of ['audit.record', 'audit.activity', 'audit.record_rest', 'audit.record_20261121'])
    for (const statement of [
      `update ${table} set at = at`,
      `delete from ${table}`,
      `truncate ${table}`,
      `drop table ${table}`,
    ])
      await assert.rejects(
        database.inOrganization(organizationId, (tx) => tx.unsafe(statement)),
        { code: '42501' },
        statement,
      )
  // Around the policy: a partition carries none of its own.
  await assert.rejects(database.sql.unsafe('select * from audit.record_20261121'), { code: '42501' })
  await assert.rejects(database.sql.unsafe(`insert into audit.record_20261121 select * from audit.record`), {
    code: '42501',
  })
})

test('one organisation neither reads nor writes the log of another', async () => {
  const [mine, other] = [newId(), newId()]
  await write(other, newId())
  assert.equal((await audit.list(mine, {})).records.length, 0)
  const found = await database.inOrganization(mine, (tx) => tx`select * from audit.record`)
  assert.equal(found.length, 0)
  await assert.rejects(
    database.inOrganization(mine, (tx) => audit.record(tx, entry(other, newId()))),
    { code: '42501' },
  )
})

test('a list goes on where it ended although records arrive meanwhile, and its filters hold', async () => {
  const organizationId = newId()
  const [aino, eino] = [newId(), newId()]
  for (let count = 0; count < 120; count += 1) {
    if (count % 3 === 0) clock.advance(1_000)
    await write(organizationId, count % 2 ? aino : eino)
  }
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const answer = await audit.list(organizationId, cursor === undefined ? {} : { cursor })
    assert.ok(answer.records.length <= 50)
    seen.push(...answer.records.map(({ auditId }) => auditId))
    cursor = answer.next ?? undefined
    clock.advance(1)
    await write(organizationId, aino)
  } while (cursor)
  assert.equal(seen.length, 120)
  assert.equal(new Set(seen).size, 120)
  const onlyAino = await audit.list(organizationId, { personId: aino })
  assert.ok(onlyAino.records.every(({ actor }) => actor.id === aino))
  assert.equal((await audit.list(organizationId, { action: 'people.removed' })).records.length, 0)
  assert.equal((await audit.list(organizationId, { to: '2026-11-21T12:00:00.000Z' })).records.length, 0)
})

test('EP-13 a person sees what they did themselves in every organisation, and nothing of anybody else', async () => {
  const [me, somebody] = [newId(), newId()]
  const organizations = [newId(), newId()]
  for (const organizationId of organizations) {
    await write(organizationId, me)
    await write(organizationId, somebody)
  }
  const { records } = await audit.listOwn(me, undefined)
  assert.deepEqual(records.map(({ organization }) => organization.id).sort(), [...organizations].sort())
  assert.ok(records.every(({ actor }) => actor.id === me))
})

test('PT-06 the activity log tells what happened and not who did it', async () => {
  const [organizationId, personId] = [newId(), newId()]
  await database.inOrganization(organizationId, (tx) =>
    audit.note(tx, { organizationId, what: 'person_created', target: { kind: 'person', id: personId } }),
  )
  const { activities } = await audit.listActivities(organizationId, undefined)
  assert.equal(activities[0]?.what, 'person_created')
  assert.equal(activities[0]?.target.name, 'Aino')
  assert.deepEqual(Object.keys(activities[0] ?? {}).sort(), ['activityId', 'at', 'target', 'what'])
})

test('details take ids, numbers and words of ours: a name or an address is refused before it is written', () => {
  checkDetails({ id: newId(), roles: ['privacy_officer', 'viewer'], count: 3, isFirst: true })
  for (const text of ['Aino Virtanen', 'aino@example.fi', '192.0.2.7', 'Ä', 'a'.repeat(60)])
    assert.throws(() => checkDetails({ text }), { code: 'audit.not_an_id' }, text)
})

test('a day goes before its first record is 3 years old, from the activity log before it is one year old', async () => {
  const organizationId = newId()
  const personId = newId()
  clock.set(new Date('2021-12-01T00:00:05.000Z'))
  await expiry.run()
  await write(organizationId, personId)
  await database.inOrganization(organizationId, (tx) =>
    audit.note(tx, { organizationId, what: 'person_created', target: { kind: 'person', id: personId } }),
  )
  const left = async () => ({
    records: (await audit.list(organizationId, {})).records.length,
    activities: (await audit.listActivities(organizationId, undefined)).activities.length,
  })
  clock.set(new Date('2022-11-29T00:07:00.000Z'))
  await expiry.run()
  assert.deepEqual(await left(), { records: 1, activities: 1 })
  clock.set(new Date('2022-11-30T00:07:00.000Z'))
  await expiry.run()
  assert.deepEqual(await left(), { records: 1, activities: 0 })
  clock.set(new Date('2024-11-29T00:07:00.000Z'))
  await expiry.run()
  assert.deepEqual(await left(), { records: 1, activities: 0 })
  clock.set(new Date('2024-11-30T00:07:00.000Z'))
  await expiry.run()
  assert.deepEqual(await left(), { records: 0, activities: 0 })
  const [table] = await admin`select pg_catalog.to_regclass('audit.record_20211201') as found`
  assert.equal(table?.found, null)
})

test('a clock that jumps loses no record: a day without a partition is kept in the rest, and expires there too', async () => {
  const organizationId = newId()
  clock.set(new Date('2016-06-01T10:00:00.000Z'))
  await write(organizationId, newId())
  assert.equal((await audit.list(organizationId, {})).records.length, 1)
  await expiry.run()
  assert.equal((await audit.list(organizationId, {})).records.length, 1)
  clock.set(new Date('2019-05-31T10:00:00.000Z'))
  await expiry.run()
  assert.equal((await audit.list(organizationId, {})).records.length, 0)
})

test('a cursor of any content is a place in the list or a clear refusal', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 200 }), fc.base64String()), (text) => {
      try {
        const place = readCursor(text)
        if (place) assert.equal(Number.isNaN(place.at.getTime()), false)
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'audit.bad_cursor')
      }
    }),
  )
  const place = { at: new Date('2026-11-21T12:00:00.123Z'), id: newId() }
  assert.deepEqual(readCursor(writeCursor(place)), place)
})

test('a backup that reads the log keeps the program neither from starting nor from writing', async () => {
  clock.set(new Date('2035-02-01T10:00:00.000Z'))
  const organizationId = newId()
  await (admin as postgres.Sql).begin(async (backup) => {
    await backup`lock table audit.record in access share mode`
    await Promise.all([expiry.prepare(), write(organizationId, newId())])
  })
  assert.equal((await audit.list(organizationId, {})).records.length, 1)
  const [made] = await admin`select pg_catalog.to_regclass('audit.record_20350201') as found`
  assert.equal(made?.found, null)
})
