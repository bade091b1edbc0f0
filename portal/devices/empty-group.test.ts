import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newId } from '#base/ids'
import { createTestPortal } from '#tests/portal'
import { until } from '#tests/until'

const portal = await createTestPortal({ pollSeconds: 1 })
await portal.jobs.start()
after(() => portal.jobs.stop())
const { admin } = portal
const companyId = await portal.createBeneath(await portal.createProvider(), 'Monta', 'company')
const { cookie } = await portal.person('Pomo', { [companyId]: ['administrator'] })
const ask = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) =>
  portal.ask(method, `/api/organizations/${companyId}${path}`, { cookie, ...(body ? { body } : {}) })
const make = async (name: string) => (await ask('POST', '/device-groups', { name })).body.groupId as string
const groups = async () =>
  (await ask('GET', '/device-choices')).body.groups.map(({ name }: { name: string }) => name) as string[]

/** So many in a group, laid past the portal. */
async function fill(groupId: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId())
  await admin`
    insert into devices.device (organization_id, device_id, public_key, hardware_token, code_id, sealed, os, agent_version, state, enrolled_at,
      updated_at, last_seen_at, group_id)
    select ${companyId}, id, decode(repeat('00', 32), 'hex'), ('x' || right(replace(id::text, '-', ''), 16))::bit(64)::bigint, ${companyId}, '\\x00',
      '{"name": "Debian"}', '0.1.0', 'protected', now(), now(), now(), ${groupId}
    from unnest(${ids}::uuid[]) as t (id)`
  return ids
}
const inGroup = async (groupId: string) =>
  (await admin<[{ count: number }]>`select count(*)::int as count from devices.device where group_id = ${groupId}`)[0]
    .count
const rows = async (groupId: string) =>
  (await admin`select 1 from devices.device_group where group_id = ${groupId}`).length

test('a large group that is removed is gone for everybody at once, and its devices are let out behind that', async () => {
  const [large, other] = [await make('Suuri'), await make('Toinen')]
  const [first] = await fill(large, 1_100)
  await fill(other, 2)
  assert.equal((await ask('DELETE', `/device-groups/${large}`)).status, 204)
  assert.deepEqual(await groups(), ['Toinen'])
  assert.equal((await ask('DELETE', `/device-groups/${large}`)).code, 'devices.label_not_found')
  assert.equal((await ask('PUT', `/device-groups/${large}`, { name: 'Taas' })).code, 'devices.label_not_found')
  const put = { groupId: large, tagIds: [] }
  assert.equal((await ask('PUT', `/devices/${first}/labels`, put)).code, 'devices.label_not_found')
  const many = { act: { kind: 'group', groupId: large }, chosen: { filter: {} } }
  assert.equal((await ask('POST', '/device-bulk', many)).code, 'devices.label_not_found')
  // The name is free again before the devices are out.
  await make('Suuri')
  await until(async () => (await rows(large)) === 0)
  assert.equal(await inGroup(large), 0)
  assert.equal(await inGroup(other), 2)
})

test('a small one goes at once with its row', async () => {
  const small = await make('Pieni')
  await fill(small, 3)
  assert.equal((await ask('DELETE', `/device-groups/${small}`)).status, 204)
  assert.deepEqual([await rows(small), await inGroup(small)], [0, 0])
})
