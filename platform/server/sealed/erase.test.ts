import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#base/ids'
import { createHolds } from '#server/holds'
import { bucketOf, programScope } from '#server/keys/scopes'
import { createTestPortal } from '#tests/portal'
import { lastDayGone } from './erase.ts'
import { ownerOfDay } from './places.ts'

const portal = await createTestPortal()
const { clock, keys, sealed, expiry, database } = portal
const providerId = await portal.createProvider()
const day = 86_400_000
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
const has = async (scope: string, owner: string) => (await keys.find(scope, [owner])).size === 1

test('DI-15 whatever deletes a row, its owner’s key goes with it', async () => {
  const organizationId = await portal.createBeneath(providerId, 'Yritys', 'company')
  const boss = await portal.person('Pomo', { [organizationId]: ['administrator'] })
  const visitor = await portal.person('Kävijä')
  const { body } = await portal.ask('POST', `/api/organizations/${organizationId}/invitations`, {
    cookie: boss.cookie,
    body: { email: 'kutsu@example.fi', roles: ['viewer'], language: 'fi' },
  })
  assert.ok(await has(bucketOf(visitor.personId), visitor.personId))
  assert.ok(await has(organizationId, body.invitationId))
  clock.advance(38 * day)
  await expiry.run()
  assert.ok((await sealed.erasing.run()) >= 2)
  assert.ok(!(await has(bucketOf(visitor.personId), visitor.personId)))
  assert.ok(!(await has(organizationId, body.invitationId)))
  assert.ok(await has(bucketOf(boss.personId), boss.personId))
  assert.equal(await sealed.erasing.run(), 0)
})

test('the key of a day goes when the day is dropped, and not before', async () => {
  const organizationId = await portal.createBeneath(providerId, 'Toinen', 'company')
  const from = clock.now()
  const write = () =>
    database.inOrganization(organizationId, (tx) =>
      portal.audit.record(tx, { organizationId, action: 'people.joined', target: { kind: 'person', id: null }, ...by }),
    )
  await write()
  const owner = ownerOfDay('audit.record', from)
  const origin = async () => (await portal.audit.list(organizationId, { action: 'people.joined' })).records[0]?.from.ip
  assert.equal(await origin(), '192.0.2.1')
  const atLast = new Date(from)
  atLast.setUTCFullYear(from.getUTCFullYear() + 3)
  clock.set(new Date(Math.floor(atLast.getTime() / day) * day - day - 1))
  await expiry.run()
  await sealed.erasing.run()
  assert.ok(await has(programScope, owner))
  assert.equal(await origin(), '192.0.2.1')
  clock.advance(2)
  await expiry.run()
  clock.advance(11 * 60_000)
  await sealed.erasing.run()
  assert.equal(await origin(), undefined)
  assert.ok(!(await has(programScope, owner)))
})

test('what is held keeps its key until the hold has ended', async () => {
  const organizationId = await portal.createBeneath(providerId, 'Kolmas', 'company')
  const personId = newId()
  const from = clock.now()
  await database.inOrganization(organizationId, (tx) =>
    portal.audit.record(tx, {
      organizationId,
      action: 'people.joined',
      target: { kind: 'person', id: personId },
      actor: { kind: 'person', id: personId },
      from: { ip: '192.0.2.99', userAgent: 'held' },
    }),
  )
  const holds = createHolds({ database, clock })
  const holdId = newId()
  const endsAt = new Date(from.getTime() + 5 * 366 * day)
  const placed = await holds.place({ holdId, ground: 'authority', table: 'audit.record', from, to: endsAt, endsAt })
  assert.equal(placed, 'placed')
  clock.set(new Date(from.getTime() + 3 * 366 * day))
  await expiry.run()
  await sealed.erasing.run()
  const owner = ownerOfDay('audit.record', from)
  assert.ok(await has(programScope, owner))
  await holds.end(holdId)
  clock.advance(11 * 60_000)
  await sealed.erasing.run()
  assert.ok(!(await has(programScope, owner)))
})

test('a key whose row was never written is swept, seen twice and no younger than a day; every other stays', async () => {
  const orphan = newId(clock.now().getTime())
  await keys.make(bucketOf(orphan), [orphan])
  await keys.make(providerId, [orphan])
  const person = await portal.person('Aino', { [providerId]: ['administrator'] })
  const { body } = await portal.ask('POST', `/api/organizations/${providerId}/invitations`, {
    cookie: person.cookie,
    body: { email: 'toinen@example.fi', roles: ['viewer'], language: 'fi' },
  })
  assert.equal(await sealed.sweep.run(), 0)
  clock.advance(2 * day)
  const before = await sealed.sweep.run()
  assert.equal(before, 0, 'seen once')
  assert.ok(await has(providerId, orphan))
  clock.advance(3_600_000)
  assert.equal(await sealed.sweep.run(), 2)
  for (const scope of [bucketOf(orphan), providerId]) assert.ok(!(await has(scope, orphan)))
  assert.ok(await has(bucketOf(person.personId), person.personId))
  assert.ok(await has(providerId, body.invitationId))
  assert.ok(await has(providerId, providerId), 'the controller’s contact')
  clock.advance(3_600_000)
  assert.equal(await sealed.sweep.run(), 0)
  // Whose row another program or nobody describes is not taken for nobody's.
  await assert.rejects(
    database.sql`select sealing.absent('{}', ${providerId}, array['jobs.job'], array['id'], array[null]::text[])`,
    /has no sealed rows/,
  )
})

test('the last day that is gone is counted by the calendar', () => {
  const last = (now: string, period: 'P3Y' | 'P7D' | 'P30D', how: 'row' | 'day') =>
    lastDayGone(new Date(now), { period, from: 'at', by: how })?.toISOString().slice(0, 10)
  assert.equal(last('2026-11-22T10:00:00Z', 'P3Y', 'day'), '2023-11-23')
  assert.equal(last('2028-02-28T00:00:00Z', 'P3Y', 'day'), '2025-02-28')
  assert.equal(last('2026-11-22T10:00:00Z', 'P7D', 'row'), '2026-11-14')
  assert.equal(lastDayGone(new Date(), { with: 'account' }), undefined)
})
