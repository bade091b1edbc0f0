import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestDevice, type TestDevice } from '#tests/device'
import { createTestPortal } from '#tests/portal'

const portal = await createTestPortal()
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Laivasto', 'company')
const boss = await portal.person('Pomo', { [companyId]: ['administrator'] })
const { cookie } = boss
const at = (path: string) => `/api/organizations/${companyId}${path}`
const ask = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object, as = cookie) =>
  portal.ask(method, at(path), { cookie: as, ...(body ? { body } : {}) })

const { body: code } = await ask('POST', '/device-codes', { uses: 100 })
const since = '2026-11-21T10:00:00.000Z'
/** A dozen devices of every kind, seen one after another. */
const told = [
  ['kone-01', '12', '0.1.0', 'on'],
  ['kone-02', '13', '0.2.0', 'failed'],
  ['kone-03', '12', '0.2.0', 'watching'],
  ['kone-04', '12', '0.1.0', 'off'],
  ['Äänekoski', '13', '0.1.0', 'on'],
  ['palvelin-1', '13', '0.3.0', 'on'],
  ['palvelin-2', '13', '0.3.0', 'on'],
  ['palvelin-3', '12', '0.3.0', 'watching'],
  ['=kaava', '12', '0.3.0', 'on'],
  ['öljy', '12', '0.1.0', 'on'],
] as const
const devices = new Map<string, TestDevice>()
for (const [name, version, agentVersion, state] of told) {
  const device = createTestDevice(portal, { name })
  assert.equal((await device.enrol(code.code, { user: `k-${name}` })).status, 200)
  portal.clock.advance(1_000)
  await device.checkIn({
    agentVersion,
    os: { name: 'Debian GNU/Linux', version, architecture: 'x64' },
    protections: [{ name: 'real-time', state, since }],
    rules: { sets: ['a'], updatedAt: null, testOnly: name === 'kone-03' },
    spool: { waiting: 0, lost: name === 'kone-04' ? 7 : 0 },
  })
  devices.set(name, device)
}
const numberOf = (name: string) => devices.get(name)?.deviceId ?? ''

type Listed = { deviceId: string; name: string; state: string }
/** Every page of a list, three at a time. */
async function all(query: Record<string, string>, search?: string): Promise<string[]> {
  const found: string[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < 10; pages += 1) {
    const asked = { ...query, limit: '3', ...(cursor ? { cursor } : {}) }
    const answer = search
      ? await ask('POST', '/device-search', { ...asked, search })
      : await ask('GET', `/devices?${new URLSearchParams(asked)}`)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    assert.ok(answer.body.devices.length <= 3)
    if (!cursor && (search || Object.keys(query).some((name) => name !== 'sort' && name !== 'direction')))
      found.unshift(String(answer.body.matching.count))
    found.push(...answer.body.devices.map(({ name }: Listed) => name))
    cursor = answer.body.next
    if (!cursor) break
  }
  return found
}

const byName = [
  '=kaava',
  'kone-01',
  'kone-02',
  'kone-03',
  'kone-04',
  'palvelin-1',
  'palvelin-2',
  'palvelin-3',
  'Äänekoski',
  'öljy',
]
const bySeen = told.map(([name]) => name)

test('EP-31 each order of the list is whole from either end, page by page', async () => {
  assert.deepEqual(await all({ sort: 'name' }), byName)
  assert.deepEqual(await all({ sort: 'name', direction: 'down' }), byName.toReversed())
  assert.deepEqual(await all({ sort: 'seen' }), bySeen.toReversed())
  assert.deepEqual(await all({ sort: 'seen', direction: 'up' }), bySeen)
  assert.deepEqual(await all({ sort: 'enrolled', direction: 'up' }), bySeen)
  const agents = await all({ sort: 'agent', direction: 'down' })
  assert.deepEqual(agents.slice(0, 4).toSorted(), ['=kaava', 'palvelin-1', 'palvelin-2', 'palvelin-3'])
  assert.equal(new Set(agents).size, told.length)
  const systems = await all({ sort: 'system' })
  assert.deepEqual(systems.slice(6).toSorted(), ['kone-02', 'palvelin-1', 'palvelin-2', 'Äänekoski'])
  // Worst first, and of one state the one seen last.
  const states = ['kone-02', 'kone-04', 'palvelin-3', 'kone-03']
  assert.deepEqual((await all({ sort: 'state' })).slice(0, 4), states)
  assert.equal(new Set(await all({ sort: 'state', direction: 'down' })).size, told.length)
})

test('filters leave what fits, alone, together, with a search and in any order, and tell how many', async () => {
  assert.deepEqual(await all({ state: 'failing' }), ['2', 'kone-02', 'kone-04'])
  assert.deepEqual(await all({ state: 'watching', agentVersion: '0.3.0' }), ['1', 'palvelin-3'])
  assert.deepEqual(await all({ system: 'Debian GNU/Linux', systemVersion: '13', sort: 'seen' }), [
    '4',
    'palvelin-2',
    'palvelin-1',
    'Äänekoski',
    'kone-02',
  ])
  assert.deepEqual(await all({ only: 'test-rules' }), ['1', 'kone-03'])
  assert.deepEqual(await all({ only: 'lost-events' }), ['1', 'kone-04'])
  assert.deepEqual(await all({ unseenDays: '1' }), ['0'])
  assert.deepEqual(await all({}, 'PALVELIN'), ['3', 'palvelin-1', 'palvelin-2', 'palvelin-3'])
  assert.deepEqual(await all({ sort: 'seen' }, 'palvelin'), ['3', 'palvelin-3', 'palvelin-2', 'palvelin-1'])
  assert.deepEqual(await all({ sort: 'state' }, 'kone'), ['4', 'kone-02', 'kone-04', 'kone-03', 'kone-01'])
  assert.deepEqual(await all({ systemVersion: '13' }, 'k-palvelin'), ['2', 'palvelin-1', 'palvelin-2'])
  assert.deepEqual(await all({ systemVersion: '14' }, 'palvelin'), ['0'])
  assert.equal((await ask('GET', '/devices?cursor=bm90aGluZw')).code, 'devices.bad_cursor')
  // What somebody searches for is personal: it has no place in an address.
  assert.deepEqual((await ask('GET', '/devices?search=palvelin')).body.devices?.length ?? 0, told.length)
})

test('who is not heard of is silent: in the list, the order, the filter and the counts alike', async () => {
  portal.clock.advance(16 * 60_000)
  await devices.get('kone-01')?.checkIn({ protections: [{ name: 'real-time', state: 'on', since }] })
  const fresh = await portal.signInAgain(boss.personId)
  const { body } = await ask('GET', '/devices?state=silent&sort=seen', undefined, fresh)
  assert.equal(body.matching.count, 7)
  assert.ok(body.devices.every(({ state }: Listed) => state === 'silent'))
  const counts = (await ask('GET', '/device-counts', undefined, fresh)).body
  assert.deepEqual([counts.all, counts.protected, counts.silent, counts.failing], [10, 1, 7, 2])
  const sorted = (await ask('GET', '/devices?sort=state', undefined, fresh)).body.devices
  assert.deepEqual(
    sorted.map(({ state }: Listed) => state),
    ['failed', 'off', ...Array(7).fill('silent'), 'protected'],
  )
  // They are back.
  for (const [name, version, agentVersion, state] of told)
    await devices.get(name)?.checkIn({
      agentVersion,
      os: { name: 'Debian GNU/Linux', version, architecture: 'x64' },
      protections: [{ name: 'real-time', state, since }],
    })
})

test('groups and tags order devices, are told in the audit log by number, and their names lie nowhere in the clear', async () => {
  const group = (await ask('POST', '/device-groups', { name: 'Myyntiryhmä-471' })).body.groupId
  const [one, other] = [
    (await ask('POST', '/device-tags', { name: 'Kassa-471' })).body.tagId,
    (await ask('POST', '/device-tags', { name: 'Vanha' })).body.tagId,
  ]
  assert.equal((await ask('POST', '/device-tags', { name: 'kassa-471' })).code, 'devices.label_taken')
  const label = (name: string, labels: object) => ask('PUT', `/devices/${numberOf(name)}/labels`, labels)
  assert.equal((await label('kone-01', { groupId: group, tagIds: [one, other] })).status, 204)
  assert.equal((await label('kone-02', { groupId: group, tagIds: [one] })).status, 204)
  assert.equal((await label('kone-03', { groupId: one, tagIds: [] })).code, 'devices.label_not_found')
  assert.equal((await label('kone-03', { groupId: null, tagIds: [group] })).code, 'devices.label_not_found')
  assert.deepEqual(await all({ groupId: group }), ['2', 'kone-01', 'kone-02'])
  assert.deepEqual(await all({ tagId: other }), ['1', 'kone-01'])
  assert.deepEqual(await all({ groupId: 'none', state: 'failing' }), ['1', 'kone-04'])
  assert.deepEqual(await all({ tagId: one, sort: 'state' }), ['2', 'kone-02', 'kone-01'])
  const { body } = await ask('GET', '/device-choices')
  assert.deepEqual(body.agentVersions, ['0.1.0', '0.2.0', '0.3.0'])
  assert.deepEqual(
    body.tags.map(({ name }: Listed) => name),
    ['Kassa-471', 'Vanha'],
  )
  assert.equal((await ask('PUT', `/device-tags/${other}`, { name: 'Vanhentunut' })).status, 204)
  assert.equal((await ask('DELETE', `/device-groups/${group}`)).status, 204)
  assert.deepEqual(await all({ groupId: 'none', tagId: one }), ['2', 'kone-01', 'kone-02'])
  assert.equal((await ask('DELETE', `/device-tags/${one}`)).status, 204)
  assert.equal((await ask('DELETE', `/device-tags/${one}`)).code, 'devices.label_not_found')
  const { records } = (await ask('GET', '/audit?action=devices.labelled')).body
  assert.equal(records.length, 2)
  const rows = await portal.admin<{ row: string }[]>`
    select t::text as row from devices.tag t union all select g::text from devices.device_group g`
  const kept = rows.map(({ row }) => row).join('\n') + JSON.stringify(records) + portal.lines.join('\n')
  assert.doesNotMatch(kept, /Kassa|Myynti/i)
})

test('views and columns are kept for the person alone, and a name they are given is sealed', async () => {
  const shown = { columns: ['state', 'seen'], filter: { state: 'failing' }, sort: 'seen' }
  assert.deepEqual((await ask('GET', '/device-views')).body, { current: null, views: [] })
  assert.equal((await ask('PUT', '/device-view', { columns: ['user'], filter: {} })).status, 204)
  assert.equal((await ask('PUT', '/device-view', shown)).status, 204)
  const { viewId } = (await ask('POST', '/device-views', { name: 'Aamun-lista-471', shown })).body
  assert.deepEqual((await ask('GET', '/device-views')).body, {
    current: shown,
    views: [{ viewId, name: 'Aamun-lista-471', shown }],
  })
  // A search is no part of a view.
  const searched = { ...shown, search: 'aino' }
  await ask('PUT', '/device-view', searched)
  const [row] = await portal.admin<{ rows: string }[]>`select string_agg(v::text, '') as rows from devices.view v`
  // No letters of a hash.
  assert.doesNotMatch(row?.rows ?? '', /aino|lista/i)
  const other = await portal.person('Toinen', { [companyId]: ['administrator'] })
  assert.deepEqual((await ask('GET', '/device-views', undefined, other.cookie)).body.views, [])
  assert.equal((await ask('DELETE', `/device-views/${viewId}`, undefined, other.cookie)).code, 'devices.view_not_found')
  assert.equal((await ask('DELETE', `/device-views/${viewId}`)).status, 204)
})

test('an export is what the list shows, as CSV that no spreadsheet takes for formulas, and is recorded with its count', async () => {
  const read = async (body: object) => {
    const answer = await portal.http.app.inject({
      method: 'POST',
      url: at('/device-export'),
      headers: { host: portal.urls.portal.host, cookie, origin: portal.urls.portal.origin },
      payload: body,
    })
    assert.equal(answer.statusCode, 200, answer.body)
    portal.clock.advance(1)
    assert.match(String(answer.headers['content-disposition']), /^attachment; filename="devices-\d{4}-\d\d-\d\d\.csv"$/)
    return answer.body.replace('\ufeff', '').trimEnd().split('\r\n')
  }
  const whole = await read({})
  assert.equal(whole.length, told.length + 1)
  assert.ok(whole.some((row) => row.startsWith(`"'=kaava"`)))
  const some = await read({ search: 'palvelin', systemVersion: '12' })
  assert.deepEqual(
    some.slice(1).map((row) => row.split(',').slice(0, 3)),
    [['palvelin-3', 'k-palvelin-3', 'watching']],
  )
  assert.deepEqual(
    (await read({ search: 'kone', state: 'failing' })).slice(1).map((row) => row.split(',')[0]),
    ['kone-02', 'kone-04'],
  )
  const { records } = (await ask('GET', '/audit?action=devices.exported')).body
  assert.deepEqual(
    records.map(({ details }: { details: object }) => details),
    [
      { count: 2, by_name: true, filters: ['state'] },
      { count: 1, by_name: true, filters: ['system_version'] },
      { count: 10, by_name: false, filters: [] },
    ],
  )
})
