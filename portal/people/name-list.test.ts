import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newId } from '#base/ids'
import { createDatabase, type Database } from '#server/database'
import { bucketOf } from '#server/keys/scopes'
import { within } from '#server/purpose'
import { createSealing } from '#server/sealed'

import { createTestLog } from '#tests/log'
import { createTestPortal } from '#tests/portal'
import { until } from '#tests/until'
import { createSealed } from './sealed.ts'

const portal = await createTestPortal()
const { admin, sealed, keys } = portal
const providerId = await portal.createProvider()
const { log } = createTestLog()
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
let count = 0
const company = () => {
  count += 1
  return portal.createBeneath(providerId, `Yritys ${count}`, 'company')
}

/** Many at once, as they would have come one by one. */
async function fill(organizationId: string, names: readonly string[]): Promise<string[]> {
  const sealer = sealed.tables.get('people.person')!
  const ids = names.map(() => newId())
  const values = await sealer.seal(
    ids.map((id, at) => ({
      row: { person_id: id },
      values: { name: names[at]!, email: `p${at}@example.fi`, phone: null },
    })),
  )
  await admin`
    insert into people.person (person_id, subject, sealed, email_token, language, created_at)
    select t.id, t.id::text, t.sealed::bytea, 1, 'fi', now()
    from unnest(${ids}::uuid[], ${values.map((value) => `\\x${value.toString('hex')}`)}::text[]) as t (id, sealed)`
  await admin`
    insert into people.membership (organization_id, person_id, roles, joined_at)
    select ${organizationId}, t.id, '{viewer}', timestamptz '2026-11-21T00:00:00Z' + t.place * interval '1 second'
    from unnest(${ids}::uuid[]) with ordinality as t (id, place)`
  return ids
}

/** The same program in another process: its own connections, key store and memory. */
async function another(options: { trustMilliseconds?: number; mostBytes?: number; idleMilliseconds?: number } = {}) {
  const { socketFolder, name } = portal
  const other: Database = createDatabase(
    { host: socketFolder, port: 5432, database: name, user: 'portal' },
    portal.descriptions,
    2,
  )
  const otherKeys = portal.anotherKeys()
  await otherKeys.start()
  const { clock, descriptions } = portal
  const sealing = createSealing({ database: other, keys: otherKeys, log, clock, descriptions, ...options })
  const { names } = createSealed(other, sealing)
  await sealing.names.start()
  after(async () => {
    await sealing.stop()
    await other.close()
  })
  return { names, sealing }
}

test('a long list of names is not waited for: people stand as they joined until it is there', async () => {
  const organizationId = await company()
  const names = Array.from({ length: 1_200 }, (_, at) => `Henkilö ${String(1_199 - at).padStart(4, '0')}`)
  const ids = await fill(organizationId, names)
  const first = await portal.people.list(organizationId, {})
  assert.equal(first.order, 'joined')
  assert.deepEqual(
    first.people.map(({ personId }) => personId),
    ids.slice(0, 50),
  )
  // Whoever has begun in one order goes on in it.
  const second = await portal.people.list(organizationId, { cursor: first.next! })
  assert.deepEqual(
    second.people.map(({ name }) => name),
    names.slice(50, 100),
  )
  await until(async () => (await portal.people.list(organizationId, {})).order === 'name')
  const sorted = [...names].sort()
  const byName = await portal.people.list(organizationId, {})
  assert.deepEqual(
    byName.people.map(({ name }) => name),
    sorted.slice(0, 50),
  )
  const next = await portal.people.list(organizationId, { cursor: byName.next! })
  assert.deepEqual(
    next.people.map(({ name }) => name),
    sorted.slice(50, 100),
  )
  // A search waits, also for a list that nobody has opened yet.
  const cold = await company()
  await fill(cold, names)
  const found = await portal.people.list(cold, { search: '0777' })
  assert.deepEqual(
    found.people.map(({ name }) => name),
    ['Henkilö 0777'],
  )
})

test('DI-15 a person who is erased while the names are being opened is in no list', async () => {
  const organizationId = await company()
  const ids = await fill(
    organizationId,
    Array.from({ length: 1_200 }, (_, at) => `Henkilö ${at}`),
  )
  assert.equal((await portal.people.list(organizationId, {})).order, 'joined')
  await keys.erase(bucketOf(ids[1_100]!), [ids[1_100]!])
  await until(async () => (await portal.people.list(organizationId, {})).order === 'name')
  const found = await portal.people.list(organizationId, { search: 'Henkilö 1100' })
  assert.deepEqual(found.people, [])
})

test('who joins, is renamed, leaves or is erased is so in every process', async () => {
  const other = await another()
  const organizationId = await company()
  const aino = await portal.person('Aino', { [organizationId]: ['administrator'] })
  const eino = await portal.person('Eino', { [organizationId]: ['viewer'] })
  const here = async () => (await portal.people.list(organizationId, {})).people.map(({ name }) => name)
  const there = async () => {
    const page = await other.names.page(organizationId, { limit: 50 }, 5_000)
    return page && page !== 'gone' ? page.ids : []
  }
  assert.deepEqual(await here(), ['Aino', 'Eino'])
  assert.deepEqual(await there(), [aino.personId, eino.personId])
  const otso = await portal.person('Åke', { [organizationId]: ['viewer'] })
  assert.deepEqual(await here(), ['Aino', 'Eino', 'Åke'])
  await until(async () => (await there()).length === 3)
  await portal.people.changeOwn(aino.personId, { name: 'Öllölä' }, by)
  assert.deepEqual(await here(), ['Eino', 'Åke', 'Öllölä'])
  await until(async () => (await there())[2] === aino.personId)
  await portal.people.remove(organizationId, otso.personId, by)
  assert.deepEqual(await here(), ['Eino', 'Öllölä'])
  await until(async () => (await there()).length === 2)
  await keys.erase(bucketOf(eino.personId), [eino.personId])
  assert.deepEqual(await here(), ['Öllölä'])
  await until(async () => (await there()).length === 1)
})

test('DI-15 EP-28 what a list has opened is told of that row, to that purpose, and while its owner has a key', async () => {
  const other = await another()
  const organizationId = await company()
  const ids = await fill(organizationId, ['Aino', 'Eino'])
  const [aino = '', eino = ''] = ids
  await other.names.page(organizationId, { limit: 50 }, 5_000)
  const read = async (id: string) => {
    const [row] = await admin<{ person_id: string; sealed: Buffer }[]>`
      select person_id, sealed from people.person where person_id = ${id}`
    return row!
  }
  const open = async (row: { person_id: string; sealed: Buffer }) =>
    (await other.names.open(organizationId, [row], ['name', 'phone']))[0]
  const row = await read(aino)
  assert.deepEqual(await open(row), { name: 'Aino', phone: null })
  // It comes from the list: what is sealed there does not open any more. What the tamperer wrote is never told.
  const tampered = Buffer.from(row.sealed)
  tampered[40]! ^= 1
  assert.deepEqual(await open({ ...row, sealed: tampered }), { name: 'Aino', phone: null })
  const damaged = { code: 'sealed.damaged' }
  for (const at of [0, 11, 12, 27]) {
    const changed = Buffer.from(row.sealed)
    changed[at]! ^= 1
    await assert.rejects(open({ ...row, sealed: changed }), damaged)
  }
  await assert.rejects(open({ ...row, sealed: Buffer.alloc(0) }), damaged)
  await assert.rejects(open({ person_id: eino, sealed: row.sealed }), damaged)
  const refused = { code: 'purpose.not_allowed' }
  await assert.rejects(
    within('audit', () => open(row)),
    refused,
  )
  await assert.rejects(
    within(undefined as never, () => open(row)),
    refused,
  )
  // What was sealed anew is opened anew, though nobody has told the list.
  await admin`update people.person set sealed = ${await sealed.tables.get('people.person')!.change(row, { phone: '1' })}
    where person_id = ${aino}`
  assert.deepEqual(await open(await read(aino)), { name: 'Aino', phone: '1' })
  // Erased elsewhere: gone within a second or two, whichever value is shown of it.
  const rows = await Promise.all(ids.map(read))
  await keys.erase(bucketOf(aino), [aino])
  const gone = { name: undefined, phone: undefined }
  await until(async () => (await open(rows[0]!))?.name === undefined)
  assert.deepEqual(await open(rows[0]!), gone)
  assert.deepEqual(await open(row), gone)
  assert.equal((await open(rows[1]!))?.name, 'Eino')
  // And here, where the list hears of it at once.
  assert.deepEqual((await portal.people.list(organizationId, {})).people.at(-1)?.name, 'Eino')
  await keys.erase(bucketOf(eino), [eino])
  assert.deepEqual((await portal.people.list(organizationId, {})).people, [])
})

test('a change that nobody was told of is found by the slow look', async () => {
  const other = await another({ trustMilliseconds: 50 })
  const organizationId = await company()
  await fill(organizationId, ['Aino'])
  const size = async () => {
    const page = await other.names.page(organizationId, { limit: 50 }, 5_000)
    return page && page !== 'gone' ? page.ids.length : 0
  }
  assert.equal(await size(), 1)
  await fill(organizationId, ['Eino'])
  await until(async () => (await size()) === 2)
  await admin`delete from people.membership where organization_id = ${organizationId}`
  await until(async () => (await size()) === 0)
})

test('lists take no more memory than they may: the least recently used goes', async () => {
  const other = await another({ mostBytes: 20_000 })
  const organizations = [await company(), await company(), await company()]
  for (const organizationId of organizations) {
    await fill(
      organizationId,
      Array.from({ length: 30 }, (_, at) => `Henkilö ${at}`),
    )
    await other.names.page(organizationId, { limit: 1 }, 5_000)
  }
  assert.ok(other.sealing.names.bytes > 0)
  assert.ok(other.sealing.names.bytes <= 20_000)
})

test('a list that nobody has asked for lately is let go, and is made again for whoever asks', async () => {
  const other = await another({ idleMilliseconds: 200 })
  const organizationId = await company()
  const ids = await fill(organizationId, ['Aino'])
  const page = () => other.names.page(organizationId, { limit: 1 }, 5_000)
  assert.deepEqual(await page(), { ids, hasMore: false })
  await until(async () => other.sealing.names.bytes === 0)
  assert.deepEqual(await page(), { ids, hasMore: false })
})

test('a place in a list whose person is gone is told, and any other cursor is refused', async () => {
  const organizationId = await company()
  const person = await portal.person('Aino', { [organizationId]: ['viewer'] })
  const cursor = Buffer.from(`name ${newId()}`).toString('base64url')
  await assert.rejects(portal.people.list(organizationId, { cursor }), { code: 'people.bad_cursor' })
  for (const wrong of ['name', `age ${person.personId}`, JSON.stringify(['Aino', person.personId])])
    await assert.rejects(portal.people.list(organizationId, { cursor: Buffer.from(wrong).toString('base64url') }), {
      code: 'people.bad_cursor',
    })
})
