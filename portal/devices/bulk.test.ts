import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestDevice, type TestDevice } from '#tests/device'
import { createTestPortal } from '#tests/portal'

const portal = await createTestPortal()
await portal.jobs.start()
after(() => portal.jobs.stop())
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Monta', 'company')
const otherId = await portal.createBeneath(providerId, 'Muu', 'company')
const boss = await portal.person('Pomo', { [companyId]: ['administrator'], [otherId]: ['administrator'] })
const { cookie } = boss
const ask = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object, organizationId = companyId) =>
  portal.ask(method, `/api/organizations/${organizationId}${path}`, { cookie, ...(body ? { body } : {}) })

const { body: code } = await ask('POST', '/device-codes', { uses: 100 })
const devices: TestDevice[] = []
for (let at = 0; at < 8; at += 1) {
  const device = createTestDevice(portal, { name: `${at < 5 ? 'kone' : 'palvelin'}-${at}` })
  await device.enrol(code.code)
  await device.checkIn({ agentVersion: at % 2 === 0 ? '0.1.0' : '0.2.0' })
  devices.push(device)
}
const everybody = { filter: {} }
async function begin(act: object, chosen: object = everybody) {
  portal.clock.advance(1)
  const answer = await ask('POST', '/device-bulk', { act, chosen })
  if (answer.status === 500) console.log(portal.lines.at(-1))
  return answer
}
const latest = async () => (await ask('GET', '/device-bulk')).body.bulks[0]
const run = (bulkId: string) => portal.devices.runBulk({ organizationId: companyId, bulkId })
const count = async (query: string) => (await ask('GET', `/devices?${query}`)).body.matching.count
const make = async (kind: 'group' | 'tag', name: string) =>
  (await ask('POST', `/device-${kind}s`, { name })).body[`${kind}Id`]

test('EP-31 a tag is put on all that fit a filter or search, what had it already is left, and undoing leaves what was there', async () => {
  const tagId = await make('tag', 'Kassa')
  const first = await begin({ kind: 'tag', tagId }, { ids: [devices[0]?.deviceId, devices[1]?.deviceId] })
  assert.equal(first.body.total, 2)
  const { body } = await begin({ kind: 'tag', tagId }, { filter: { agentVersion: '0.1.0' }, search: 'kone' })
  assert.equal(body.total, 3)
  await run(body.bulkId)
  const ended = await latest()
  assert.deepEqual(
    [ended.kind, ended.label, ended.state, ended.total, ended.done, ended.skipped, ended.canUndo],
    ['tag', 'Kassa', 'done', 3, 2, 1, true],
  )
  assert.equal(await count(`tagId=${tagId}`), 4)
  assert.equal((await ask('POST', `/device-bulk/${body.bulkId}/undo`)).status, 204)
  await run(body.bulkId)
  assert.deepEqual([(await latest()).state, (await latest()).undone], ['undone', 2])
  assert.equal(await count(`tagId=${tagId}`), 2)
  assert.equal((await ask('POST', `/device-bulk/${body.bulkId}/undo`)).code, 'devices.bulk_not_so')
})

test('a group is given to all, stopped half-way, and undone only where nobody has changed it since', async () => {
  const [sales, stores] = [await make('group', 'Myynti'), await make('group', 'Varasto')]
  const label = (at: number, groupId: string | null) =>
    ask('PUT', `/devices/${devices[at]?.deviceId}/labels`, { groupId, tagIds: [] })
  await label(0, stores)
  const { body } = await begin({ kind: 'group', groupId: sales })
  await run(body.bulkId)
  assert.equal(await count(`groupId=${sales}`), 8)
  await label(1, stores)
  await ask('POST', `/device-bulk/${body.bulkId}/undo`)
  await run(body.bulkId)
  assert.deepEqual([await count(`groupId=${stores}`), await count('groupId=none')], [2, 6])
  assert.deepEqual([(await latest()).undone, (await latest()).done], [7, 8])
  // One that is stopped before the job has come to it.
  const [row] = await portal.admin<{ bulk_id: string }[]>`
    insert into devices.bulk (organization_id, bulk_id, kind, state, total, sealed, created_at)
    values (${companyId}, gen_random_uuid(), 'group', 'running', 1, '', now()) returning bulk_id`
  assert.equal((await ask('POST', `/device-bulk/${row?.bulk_id}/stop`)).status, 204)
  await run(row?.bulk_id ?? '')
  const [stopped] = await portal.admin<
    { state: string }[]
  >`select state from devices.bulk where bulk_id = ${row?.bulk_id ?? ''}`
  assert.equal(stopped?.state, 'stopped')
  await portal.admin`delete from devices.bulk where bulk_id = ${row?.bulk_id ?? ''}`
})

test('what devices are asked they hear at their check-in, once, and it cannot be undone', async () => {
  const { body } = await begin({ kind: 'isolate', reason: 'Kiristysohjelma' }, { filter: {}, search: 'palvelin' })
  assert.equal(body.total, 3)
  assert.equal((await begin({ kind: 'isolate', reason: 'Toinen' })).body.total, 8)
  assert.deepEqual([(await latest()).done, (await latest()).skipped, (await latest()).canUndo], [5, 3, false])
  const told = (await devices[7]?.checkIn())?.body.actions
  assert.deepEqual(
    told.map(({ kind, reason }: Record<string, string>) => [kind, reason]),
    [['isolate', 'Kiristysohjelma']],
  )
  assert.equal((await ask('POST', `/device-bulk/${body.bulkId}/undo`)).code, 'devices.bulk_not_so')
})

test('RT-03 what is done to many is recorded once with its count, and chosen devices are of this organisation only', async () => {
  const { records } = (await ask('GET', '/audit?action=devices.bulk_begun')).body
  assert.equal(records.length, 5)
  assert.deepEqual(Object.keys(records[0].details).toSorted(), ['bulk', 'count', 'kind'])
  const tagId = await make('tag', 'Vain täällä')
  const chosen = { ids: [devices[0]?.deviceId] }
  const elsewhere = (act: object) => ask('POST', '/device-bulk', { act, chosen }, otherId)
  assert.equal((await elsewhere({ kind: 'scan' })).code, 'devices.nothing_chosen')
  assert.equal((await elsewhere({ kind: 'tag', tagId })).code, 'devices.label_not_found')
  assert.equal((await ask('GET', '/device-bulk', undefined, otherId)).body.bulks.length, 0)
})

test('RT-22 removing many asks how many, has no way back, and destroys the key of each', async () => {
  const chosen = { filter: { agentVersion: '0.2.0' } }
  assert.equal((await begin({ kind: 'remove', count: 2 }, chosen)).code, 'devices.other_count')
  const { body } = await begin({ kind: 'remove', count: 3 }, chosen)
  await run(body.bulkId)
  assert.deepEqual([(await latest()).done, (await latest()).state, (await latest()).canUndo], [3, 'done', false])
  assert.equal((await ask('GET', '/device-counts')).body.all, 5)
  assert.equal((await devices[1]?.checkIn())?.code, 'devices.not_enrolled')
  await portal.sealed.erasing.run()
  assert.equal((await portal.keys.find(companyId, [devices[1]?.deviceId ?? ''])).size, 0)
})
