import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newId } from '#base/ids'
import { createDatabase, type Database } from '#server/database'
import { bucketOf } from '#server/keys/scopes'
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
async function another(options: { trustMilliseconds?: number; mostBytes?: number } = {}) {
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
