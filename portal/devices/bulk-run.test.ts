import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type postgres from 'postgres'
import { newId } from '#base/ids'
import { createTestPortal } from '#tests/portal'
import { until } from '#tests/until'

// More devices than one handful, each handful carried out when the test says so.

const portal = await createTestPortal({ pollSeconds: 3_600 })
await portal.jobs.start()
after(() => portal.jobs.stop())
const admin = portal.admin as postgres.Sql
const companyId = await portal.createBeneath(await portal.createProvider(), 'Monta', 'company')
const { cookie } = await portal.person('Pomo', { [companyId]: ['administrator'] })
const ask = (method: 'GET' | 'POST', path: string, body?: object) =>
  portal.ask(method, `/api/organizations/${companyId}${path}`, { cookie, ...(body ? { body } : {}) })

/** In the order of their numbers, as they are carried out. */
async function lay(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId()).toSorted()
  await admin`
    insert into devices.device (organization_id, device_id, public_key, hardware_token, code_id, sealed, os, agent_version, state, enrolled_at,
      updated_at, last_seen_at)
    select ${companyId}, id, decode(repeat('00', 32), 'hex'), ('x' || right(replace(id::text, '-', ''), 16))::bit(64)::bigint, ${companyId}, '\\x00',
      '{"name": "Debian"}', '0.1.0', 'protected', now(), now(), now()
    from unnest(${ids}::uuid[]) as t (id)`
  return ids
}
const devices = await lay(1_200)
const everybody = { filter: {} }
const run = (bulkId: string, signal?: AbortSignal) =>
  portal.devices.runBulk({ organizationId: companyId, bulkId }, signal)
/** One handful of it. */
const step = (bulkId: string) => run(bulkId, AbortSignal.abort()).catch(() => undefined)
const latest = async () => (await ask('GET', '/device-bulk')).body.bulks[0]
const figures = async () => {
  const { state, total, done, skipped, undone } = await latest()
  return { state, total, done, skipped, undone }
}
const waiting = async (bulkId: string) =>
  (await admin`select part, devices from devices.bulk_waiting where bulk_id = ${bulkId} order by part`).map(
    (row) => row.devices.length,
  )
async function makeTag(name: string): Promise<string> {
  return (await ask('POST', '/device-tags', { name })).body.tagId
}
async function begin(act: object, chosen: object = everybody) {
  portal.clock.advance(1)
  return ask('POST', '/device-bulk', { act, chosen })
}
/** Who has the tag, and how often that was written. */
const tagged = async (tagId: string) =>
  (await admin`select device_id from devices.tagged where tag_id = ${tagId} order by device_id`).map(
    (row) => row.device_id,
  )

test('EP-31 who is chosen is settled at once, in a few rows, and waits for no device; who comes later is not among them', async () => {
  const tagId = await makeTag('Kaikki')
  let bulkId = ''
  // A device that somebody is at, behind the first handful: it is carried out later, and nobody waits for it now.
  await admin.begin(async (tx) => {
    await tx`select 1 from devices.device where device_id = ${devices.at(-1) ?? ''} for update`
    const { body } = await begin({ kind: 'tag', tagId })
    assert.equal(body.total, 1_200)
    bulkId = body.bulkId
    assert.deepEqual(await waiting(bulkId), [500, 200])
    assert.deepEqual(await figures(), { state: 'running', total: 1_200, done: 500, skipped: 0, undone: 0 })
  })
  const [later] = await lay(1)
  const gone = devices[700] ?? ''
  await admin`delete from devices.device where device_id = ${gone}`
  await step(bulkId)
  assert.deepEqual(await waiting(bulkId), [200])
  await run(bulkId)
  assert.deepEqual(await figures(), { state: 'done', total: 1_200, done: 1_199, skipped: 1, undone: 0 })
  assert.deepEqual(
    await tagged(tagId),
    devices.filter((id) => id !== gone),
  )
  assert.deepEqual(await waiting(bulkId), [])
  await ask('POST', `/device-bulk/${bulkId}/undo`)
  await run(bulkId)
  assert.deepEqual(await figures(), { state: 'undone', total: 1_200, done: 1_199, skipped: 1, undone: 1_199 })
  assert.deepEqual(await tagged(tagId), [])
  assert.equal((await admin`select 1 from devices.bulk_item where bulk_id = ${bulkId}`).length, 0)
  await admin`delete from devices.device where device_id in (${later ?? ''}, ${gone})`
  devices.splice(700, 1)
})

test('what is broken off in the middle of a handful goes on with the same devices, none of them twice and none left out', async () => {
  const tagId = await makeTag('Kesken')
  const { body } = await begin({ kind: 'tag', tagId })
  const broken = admin.begin(async (tx) => {
    await tx`select 1 from devices.device where device_id = ${devices[600] ?? ''} for update`
    // The handful has taken its row and waits for that device: its connection ends there.
    const running = run(body.bulkId)
    const [held] = await until(async () => {
      const rows = await admin<{ pid: number }[]>`
        select a.pid from pg_catalog.pg_stat_activity a
        where a.datname = pg_catalog.current_database() and a.usename = 'portal' and a.wait_event_type = 'Lock'`
      return rows.length > 0 ? rows : undefined
    })
    await admin`select pg_catalog.pg_terminate_backend(${held?.pid ?? 0})`
    await assert.rejects(running)
  })
  await broken
  assert.deepEqual(await waiting(body.bulkId), [500, 199])
  assert.deepEqual(await figures(), { state: 'running', total: 1_199, done: 500, skipped: 0, undone: 0 })
  await run(body.bulkId)
  assert.deepEqual(await figures(), { state: 'done', total: 1_199, done: 1_199, skipped: 0, undone: 0 })
  assert.deepEqual(await tagged(tagId), devices)
})

test('what is stopped is left alone: nobody waits any more, and only what was done is undone', async () => {
  const tagId = await makeTag('Osa')
  const { body } = await begin({ kind: 'tag', tagId })
  assert.equal((await ask('POST', `/device-bulk/${body.bulkId}/stop`)).status, 204)
  assert.deepEqual(await waiting(body.bulkId), [])
  await run(body.bulkId)
  assert.deepEqual(await tagged(tagId), devices.slice(0, 500))
  assert.deepEqual(await figures(), { state: 'stopped', total: 1_199, done: 500, skipped: 0, undone: 0 })
  await ask('POST', `/device-bulk/${body.bulkId}/undo`)
  await run(body.bulkId)
  assert.deepEqual(await tagged(tagId), [])
  assert.equal((await figures()).undone, 500)
})

test('what has no way back keeps no devices, and of nobody nothing is begun', async () => {
  const none = await begin({ kind: 'scan' }, { filter: { agentVersion: '9.9.9' } })
  assert.equal(none.code, 'devices.nothing_chosen')
  assert.equal((await begin({ kind: 'remove', count: 3 })).code, 'devices.other_count')
  const [left] = await admin`select count(*)::int as count from devices.bulk_waiting`
  assert.equal(left?.count, 0)
  const some = devices.slice(0, 3)
  const { body } = await begin({ kind: 'remove', count: 3 }, { ids: [...some, ...some] })
  assert.deepEqual(await figures(), { state: 'done', total: 3, done: 3, skipped: 0, undone: 0 })
  assert.equal((await admin`select 1 from devices.bulk_item where bulk_id = ${body.bulkId}`).length, 0)
})
