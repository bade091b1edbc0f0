import assert from 'node:assert/strict'
import { test } from 'node:test'
import type postgres from 'postgres'
import { createTestClock } from '#base/clock'
import { newId } from '#base/ids'
import { createTestDatabase } from '#tests/database'
import { createTestArea, createTestExpiry } from '#tests/expiry'
import { expireAll } from './expiry.ts'
import { type Ground, grounds } from './grounds.ts'
import { createHolds, type Hold } from './holds.ts'

const { database, admin } = await createTestDatabase('privacy')
const clock = createTestClock(new Date('2030-01-01T00:00:00.000Z'))
await createTestArea(
  { database, admin },
  `create table hall.visit (organization_id uuid, visit_id uuid, person_id uuid, at timestamptz(3) not null, sealed bytea, books_until timestamptz,
     primary key (organization_id, visit_id));
   create table hall.log (organization_id uuid, at timestamptz(3), log_id uuid, actor_id uuid, what text, primary key (organization_id, at, log_id))
     partition by range (at);
   create table hall.log_rest partition of hall.log default;
   create table hall.technical (at timestamptz(3), technical_id uuid, person_id uuid, primary key (at, technical_id)) partition by range (at);
   create table hall.technical_rest partition of hall.technical default;
   create table hall.badge (badge_id uuid primary key, person_id uuid)`,
  {
    visit: {
      keep: { period: 'P1M', from: 'at', by: 'row' },
      owner: { column: 'person_id', kind: 'person' },
      stands: [{ ground: 'law', until: 'books_until', why: 'a voucher' }],
    },
    log: {
      keep: { period: 'P1Y', from: 'at', by: 'day' },
      subjects: { actor_id: { whose: 'administrator', by: 'person' } },
    },
    technical: {
      keep: { period: 'P1Y', from: 'at', by: 'day' },
      owner: { column: 'person_id', kind: 'person' },
      heldOnlyFor: ['authority', 'crime'],
    },
    badge: { keep: { forever: 'a test' }, owner: { column: 'person_id', kind: 'person' } },
  },
)
const expiry = await createTestExpiry({ database, admin, clock })
const holds = createHolds({ database, clock })

const years = (count: number) => new Date(Date.UTC(2030 + count, 0, 1))
const [mine, other] = [newId(), newId()]
const hold = (scope: Partial<Hold>): Hold => ({ holdId: newId(), ground: 'remedy', endsAt: years(50), ...scope })
const enterLog = async (at: string, actor = newId(), organization = mine) =>
  admin`insert into hall.log values (${organization}, ${new Date(at)}, ${newId()}, ${actor}, 'opened "a door"')`
const enterVisit = async (at: string, person = newId(), organization = mine, books: Date | null = null) =>
  admin`insert into hall.visit values (${organization}, ${newId()}, ${person}, ${new Date(at)}, ${Buffer.from([0, 1, 255])}, ${books})`
const count = async (table: string) =>
  (await admin<{ count: number }[]>`select count(*)::int as count from ${admin(table)}`)[0]?.count
const heldFor = async (holdId: string) =>
  (
    await admin<{ content: Record<string, unknown> }[]>`
    select content from expiry.held where hold_id = ${holdId} order by held_id`
  ).map(({ content }) => content)
const clear = async () => {
  await admin.unsafe('truncate hall.visit, hall.log, hall.technical, hall.badge, expiry.held, expiry.hold')
}
const goTo = async (time: string) => {
  clock.set(new Date(time))
  return expiry.run()
}

test('RT-26 rows of one organisation in one log are copied out before their day is dropped, as they were, and the others go', async () => {
  await goTo('2030-03-01T00:00:00.000Z')
  const actor = newId()
  await enterLog('2030-03-01T10:00:00.123Z', actor)
  await enterLog('2030-03-01T11:00:00.000Z', actor, other)
  await enterLog('2030-03-02T10:00:00.000Z', actor)
  const before = await admin<{ row: unknown }[]>`
    select to_jsonb(l) as row from hall.log l where organization_id = ${mine} and at < '2030-03-02'`
  const one = hold({ organizationId: mine, table: 'hall.log', to: new Date('2030-03-02T00:00:00.000Z') })
  assert.equal(await holds.place(one), 'placed')
  await goTo('2031-03-05T00:00:00.000Z')
  assert.equal(await count('hall.log'), 0)
  assert.deepEqual(
    (await heldFor(one.holdId)).map((row) => ({ ...row, at: new Date(row.at as string).toISOString() })),
    before.map(({ row }) => ({ ...(row as object), at: '2030-03-01T10:00:00.123Z' })),
  )
  // Past its deadline is only what lies in the log itself.
  assert.equal(await expiry.countPastDeadline(), 0)
  await clear()
})

test('RT-22 RT-23 what was held goes with its hold, when it is ended or when its end comes, whatever else is done', async () => {
  await goTo('2032-01-01T00:00:00.000Z')
  const [first, second] = [
    hold({ organizationId: mine, endsAt: new Date('2032-06-01T00:00:00.000Z') }),
    hold({ organizationId: mine, ground: 'fraud', endsAt: new Date('2033-06-01T00:00:00.000Z') }),
  ]
  await holds.place(first)
  await holds.place(second)
  await enterVisit('2032-01-01T00:00:00.000Z')
  await goTo('2032-02-02T00:00:00.000Z')
  assert.deepEqual([await count('hall.visit'), await count('expiry.held')], [0, 2])
  await goTo('2032-06-01T00:00:00.000Z')
  assert.deepEqual([(await heldFor(first.holdId)).length, (await heldFor(second.holdId)).length], [0, 1])
  await holds.end(second.holdId)
  assert.deepEqual([await count('expiry.held'), await count('expiry.hold')], [0, 0])
  // Ended twice, or never placed: nothing happens.
  await holds.end(second.holdId)
})

test('RT-24 RT-27 RT-28 RT-29 RT-30 on each ground of the list, and on no other, a row stays beyond its time until its hold ends', async () => {
  for (const [at, ground] of (Object.keys(grounds) as Ground[]).entries()) {
    const year = 2033 + at
    await goTo(`${year}-01-01T00:00:00.000Z`)
    const one = hold({ organizationId: mine, ground, endsAt: new Date(`${year}-06-01T00:00:00.000Z`) })
    assert.equal(await holds.place(one), 'placed', ground)
    await enterVisit(`${year}-01-01T00:00:00.000Z`)
    await enterVisit(`${year}-01-01T00:00:00.000Z`, newId(), other)
    await goTo(`${year}-02-02T00:00:00.000Z`)
    assert.deepEqual([await count('hall.visit'), (await heldFor(one.holdId)).length], [0, 1], ground)
    await goTo(`${year}-06-01T00:00:00.000Z`)
    assert.equal(await count('expiry.held'), 0, ground)
  }
  const none = hold({ organizationId: mine, ground: 'convenience' as Ground })
  assert.notEqual(await holds.place(none).catch(() => 'refused'), 'placed')
  await clear()
})

test('a hold on a person reaches their rows in every table that says whose they are, and nobody else’s', async () => {
  await goTo('2033-01-01T00:00:00.000Z')
  const [person, stranger] = [newId(), newId()]
  const one = hold({ personId: person })
  await holds.place(one)
  for (const who of [person, stranger]) {
    await enterVisit('2033-01-01T00:00:00.000Z', who, other)
    await enterLog('2033-01-01T00:00:00.000Z', who)
  }
  await admin`insert into hall.badge values (${newId()}, ${person})`
  assert.deepEqual(await holds.groundsOn(database.sql, 'hall.badge', person), ['remedy'])
  assert.deepEqual(await holds.groundsOn(database.sql, 'hall.visit', stranger), [])
  await goTo('2034-02-01T00:00:00.000Z')
  const held = await holds.listHeld(database.sql, person, 0, 10)
  assert.deepEqual(held.map(({ table, ground }) => `${table} ${ground}`).sort(), [
    'hall.log remedy',
    'hall.visit remedy',
  ])
  assert.deepEqual(await holds.listHeld(database.sql, stranger, 0, 10), [])
  // Copied out and no longer where it was: their key must stay, or nobody could read it.
  assert.deepEqual(await holds.groundsOn(database.sql, 'expiry.held', person), ['remedy'])
  assert.deepEqual(await holds.groundsOn(database.sql, 'expiry.held', stranger), [])
  const visit = held.find(({ table }) => table === 'hall.visit')?.content as { sealed: string } | undefined
  assert.equal(visit?.sealed, '\\x0001ff')
  await clear()
})

test('ID-78 ID-79 a technical log goes after a year, and stays longer only for an authority or a crime', async () => {
  await goTo('2035-01-01T00:00:00.000Z')
  for (const ground of Object.keys(grounds) as Ground[]) {
    const outcome = await holds.place(hold({ ground, table: 'hall.technical' }))
    assert.equal(outcome, ground === 'authority' || ground === 'crime' ? 'placed' : 'not_on_this_ground', ground)
  }
  await clear()
  const person = newId()
  const [dispute, inquiry] = [hold({ personId: person }), hold({ personId: person, ground: 'authority' })]
  await holds.place(dispute)
  await holds.place(inquiry)
  for (const who of [person, newId()])
    await admin`insert into hall.technical values (${new Date('2035-01-01T10:00:00.000Z')}, ${newId()}, ${who})`
  await goTo('2035-12-31T00:00:00.000Z')
  assert.equal(await count('hall.technical'), 0)
  assert.deepEqual([(await heldFor(dispute.holdId)).length, (await heldFor(inquiry.holdId)).length], [0, 1])
  await clear()
})

test('ID-77 RT-25 a row with a standing hold stays until that ends, and no longer', async () => {
  await goTo('2037-01-01T00:00:00.000Z')
  const person = newId()
  await enterVisit('2037-01-01T00:00:00.000Z', person, mine, new Date('2043-12-31T00:00:00.000Z'))
  await enterVisit('2037-01-01T00:00:00.000Z', person)
  assert.deepEqual(await holds.groundsOn(database.sql, 'hall.visit', person), ['law'])
  await goTo('2043-12-30T23:59:59.000Z')
  assert.equal(await count('hall.visit'), 1)
  assert.equal(await expiry.countPastDeadline(), 0)
  await goTo('2043-12-31T00:00:00.000Z')
  assert.equal(await count('hall.visit'), 0)
  await clear()
})

test('DSR-12 while processing is restricted nothing of the person is lost to expiry, and it goes once that is over', async () => {
  await goTo('2044-01-01T00:00:00.000Z')
  const person = newId()
  await enterVisit('2044-01-01T00:00:00.000Z', person)
  await admin`insert into hall.technical values (${new Date('2044-01-01T10:00:00.000Z')}, ${newId()}, ${person})`
  await database.sql`insert into rights.restricted (subject, request_id, since) values (${person}, ${newId()}, ${clock.now()})`
  await goTo('2045-02-01T00:00:00.000Z')
  assert.deepEqual([await count('hall.visit'), await count('hall.technical')], [0, 0])
  assert.equal((await holds.listHeld(database.sql, person, 0, 10)).length, 2)
  // The person may still have it erased: only grounds of ours stand in the way.
  assert.deepEqual(await holds.groundsOn(database.sql, 'hall.visit', person), [])
  await database.sql`delete from rights.restricted where subject = ${person}`
  assert.equal(await count('expiry.held'), 0)
})

test('a hold that comes too late for part of what it asks for is refused; it is never half of one', async () => {
  await goTo('2046-01-01T00:00:00.000Z')
  const from = (day: string) => hold({ table: 'hall.log', from: new Date(`${day}T00:00:00.000Z`) })
  assert.equal(await holds.place(from('2045-01-01')), 'too_late')
  // Tomorrow's limit is today's drop.
  assert.equal(await holds.place(from('2045-01-02')), 'too_late')
  assert.equal(await holds.place(from('2045-01-03')), 'placed')
  assert.equal(await holds.place(hold({ table: 'hall.nowhere' })), 'no_such_table')
  assert.equal(await holds.place(hold({ table: 'hall.badge' })), 'no_such_table')
  await assert.rejects(holds.place(hold({})), { code: '23514' })
  await clear()
})

test('a hold placed while expiry runs waits for it, and is then whole or refused', async () => {
  await goTo('2047-01-01T00:00:00.000Z')
  const actor = newId()
  for (const day of ['2046-02-01', '2046-02-02', '2046-02-03']) await enterLog(`${day}T10:00:00.000Z`, actor)
  clock.set(new Date('2047-02-01T12:00:00.000Z'))
  const [whole, span] = [
    hold({ personId: actor }),
    hold({ table: 'hall.log', from: new Date('2046-02-01T00:00:00.000Z') }),
  ]
  const outcomes: Promise<string>[] = []
  await (admin as postgres.Sql).begin(async (tx) => {
    // A round in the middle: the rest of the day that is due is gone, and nobody sees it yet.
    await tx`select expiry.keep_days('hall.log', ${clock.now()}), expiry.expire_rows('hall.log', ${clock.now()}, 100)`
    outcomes.push(holds.place(whole), holds.place(span))
    const placedMeanwhile = await Promise.race([
      Promise.all(outcomes).then(() => true),
      new Promise((r) => setTimeout(r, 500, false)),
    ])
    assert.equal(placedMeanwhile, false)
  })
  assert.deepEqual(await Promise.all(outcomes), ['placed', 'too_late'])
  // What was there when it was placed stays, all of it.
  const present = await count('hall.log')
  await goTo('2047-03-01T00:00:00.000Z')
  assert.equal(await count('hall.log'), 0)
  assert.equal((await heldFor(whole.holdId)).length, present)
  assert.ok(present && present > 0)
  await clear()
})

test('many holds and many rounds at once: every row is held by each hold or gone before it, never lost', async () => {
  await goTo('2048-01-01T00:00:00.000Z')
  let held = 0
  for (let round = 0; round < 5; round += 1) {
    const person = newId()
    await admin`insert into hall.visit (organization_id, visit_id, person_id, at)
      select ${mine}, gen_random_uuid(), ${person}, '2047-11-01' from generate_series(1, 300)`
    const holdings = Array.from({ length: 3 }, () => hold({ personId: person }))
    await Promise.all([
      expireAll(database.sql, clock.now(), () => undefined),
      ...holdings.map((one) => holds.place(one)),
      expireAll(database.sql, clock.now(), () => undefined),
    ])
    await expiry.run()
    assert.equal(await count('hall.visit'), 0)
    for (const { holdId } of holdings) {
      const copies = (await heldFor(holdId)).length
      assert.ok(copies === 300 || copies === 0, `${copies} of 300`)
      held += copies
    }
  }
  assert.ok(held > 0, 'some of them came in time')
  await clear()
})

test('the running program reads no held row and changes no hold but through the calls', async () => {
  for (const statement of [
    'select * from expiry.held',
    'select * from expiry.hold',
    'delete from expiry.held',
    "update expiry.hold set ends_at = 'infinity'",
    'truncate expiry.held cascade',
  ])
    await assert.rejects(database.sql.unsafe(statement), { code: '42501' }, statement)
})
