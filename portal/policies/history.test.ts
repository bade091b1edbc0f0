import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#base/ids'
import { createTestPortal } from '#tests/portal'
import { firstSettings } from './api.ts'

const portal = await createTestPortal()
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Yritys', 'company')
const boss = await portal.person('Pomo', { [providerId]: ['administrator'], [companyId]: ['administrator'] })
const by = { actor: { kind: 'person', id: boss.personId }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
const cookie = await portal.signInAgain(boss.personId)
const at = (organizationId: string, more = '', scopeId = organizationId) =>
  `/api/organizations/${organizationId}/policy/levels/${scopeId}${more}`
const read = async (organizationId: string, more = '', scopeId = organizationId) =>
  (await portal.ask('GET', at(organizationId, more, scopeId), { cookie })).body
const { policies, devices, clock, database } = portal
const save = (version: number, own: object, more: object = {}, scopeId = providerId) =>
  portal.ask('PUT', at(providerId, '', scopeId), { cookie, body: { version, own, locked: [], ...more } })

test('the history tells who changed what, when and why; one goes back by a new change equal to the older state', async () => {
  await save(1, { reportOnly: true }, { note: 'Kokeilu ennen käyttöönottoa', locked: ['reportOnly'] })
  clock.advance(60_000)
  await save(2, { profile: 'strict', schedule: { every: 'day', at: '03:30' } })
  const { changes, next } = await read(providerId, '/history')
  assert.equal(next, null)
  const [second, first] = changes
  assert.deepEqual(first.by, { kind: 'person', name: 'Pomo' })
  assert.deepEqual([first.note, first.locked], ['Kokeilu ennen käyttöönottoa', ['reportOnly']])
  assert.deepEqual(first.differences, [{ setting: 'reportOnly', after: true }])
  assert.deepEqual([second.note, second.unlocked], [null, ['reportOnly']])
  assert.deepEqual(second.differences, [
    { setting: 'profile', after: 'strict' },
    { setting: 'reportOnly', before: true },
    { setting: 'schedule', after: { every: 'day', at: '03:30' } },
  ])
  assert.ok(second.at > first.at)
  const [row] = await portal.admin<{ text: string }[]>`select string_agg(c::text, '') as text from policies.change c`
  assert.doesNotMatch(row?.text ?? '', /Kokeilu|Pomo/)

  const restore = (body: object) => portal.ask('POST', at(providerId, '/restore'), { cookie, body })
  assert.equal((await restore({ version: 2, to: 2 })).code, 'policies.changed_meanwhile')
  assert.equal((await restore({ version: 3, to: 9 })).code, 'policies.state_not_found')
  assert.deepEqual((await restore({ version: 3, to: 2, note: 'Liian hidas' })).body, { version: 4, overruled: [] })
  const level = await read(providerId)
  assert.deepEqual([level.own, level.locked], [{ reportOnly: true }, ['reportOnly']])
  const [latest] = (await read(providerId, '/history')).changes
  assert.deepEqual([latest.what, latest.restored, latest.note, latest.version], ['restored', 2, 'Liian hidas', 4])
  clock.advance(1_000)
  // To how it was before anybody had changed anything; the same again changes nothing.
  assert.equal((await restore({ version: 4, to: 1 })).body.version, 5)
  assert.equal((await restore({ version: 5, to: 1 })).body.version, 5)
  const { records } = (
    await portal.ask('GET', `/api/organizations/${providerId}/audit?action=policies.restored`, { cookie })
  ).body
  assert.deepEqual(
    records.map(({ details }: { details: { restored: number } }) => details.restored),
    [1, 2],
  )
})

test('one goes back also to before anything was decided, whatever has been since', async () => {
  const { version: before } = await read(providerId)
  await save(before, { profile: 'strict' }, { locked: ['profile'] })
  const version = before + 1
  const answer = await portal.ask('POST', at(providerId, '/restore'), { cookie, body: { version, to: 0 } })
  assert.deepEqual(answer.body, { version: version + 1, overruled: [] })
  const { own, locked, settings } = await read(providerId)
  assert.deepEqual([own, locked, settings], [{}, [], firstSettings])
  assert.equal((await read(providerId, '/history')).changes[0].restored, 0)
})

test('what a lock has overruled since comes back without effect, and that is told', async () => {
  const groupId = await devices.makeLabel(providerId, 'group', 'Myymälät', by)
  await save(1, { clamd: false, cloud: false }, {}, groupId)
  await save(2, {}, {}, groupId)
  await save((await read(providerId)).version, {}, { locked: ['clamd'] })
  const answer = await portal.ask('POST', at(providerId, '/restore', groupId), { cookie, body: { version: 3, to: 2 } })
  assert.deepEqual(answer.body, { version: 4, overruled: ['clamd'] })
  const { settings, own } = await read(providerId, '', groupId)
  assert.deepEqual([settings.clamd, settings.cloud, own], [true, false, { clamd: false, cloud: false }])
})

test('a standard sets what it names at the level of the company, which sees by whom and may change it', async () => {
  await policies.changeLevel(companyId, companyId, { version: 1, own: { clamd: false, profile: 'default' }, locked: ['clamd'] }, by) // biome-ignore format: one line
  const standardId = newId()
  const standard = {
    standardId,
    own: { profile: 'strict', reportOnly: false },
    locked: ['profile'],
    note: 'Vakio 2026',
  } as const
  const push = (pushed: Parameters<typeof policies.pushStandard>[2]) =>
    database.inOrganization(companyId, (tx) => policies.pushStandard(tx, companyId, pushed, by))
  assert.deepEqual(await push(standard), { version: 3, before: 2 })
  const { own, locked } = await read(companyId)
  assert.deepEqual([own, locked], [{ profile: 'strict', reportOnly: false, clamd: false }, ['clamd', 'profile']])
  assert.deepEqual(await push(standard), { version: 3, before: 3 })
  const [latest] = (await read(companyId, '/history')).changes
  assert.deepEqual([latest.what, latest.note, latest.by.name], ['pushed', 'Vakio 2026', 'Pomo'])
  // What its next version no longer says goes back, but for what the company has decided otherwise since.
  await policies.changeLevel(companyId, companyId, { version: 3, own: { ...own, reportOnly: true }, locked }, by)
  await push({ standardId, own: { cloud: false }, locked: [], before: standard })
  const then = await read(companyId)
  assert.deepEqual([then.own, then.locked], [{ reportOnly: true, clamd: false, cloud: false }, ['clamd']])
})

test('exclusions stand in the history, by their value only while they last; of a long history each page is told whole', async () => {
  const until = new Date(clock.now().getTime() + 86_400_000).toISOString()
  const exclusionId = await policies.exclude(
    providerId,
    { kind: 'rule', value: 'Oma', reason: 'Oma ohjelma', until },
    by,
  )
  const newest = async () => (await read(providerId, '/history')).changes[0]
  assert.deepEqual((await newest()).exclusion, { kind: 'rule', value: 'Oma' })
  await policies.includeAgain(providerId, exclusionId, by)
  const ended = await newest()
  assert.deepEqual([ended.what, ended.exclusion, ended.differences], ['exclusion-ended', null, []])
  for (let version = ended.version; version < ended.version + 20; version += 1)
    assert.equal((await save(version, { reportOnly: version % 2 === 0 }, { locked: ['clamd'] })).status, 200)
  const page = await read(providerId, '/history')
  assert.equal(page.changes.length, 20)
  assert.deepEqual(page.changes.at(-1).differences.length, 1)
  const rest = await read(providerId, `/history?before=${page.next}`)
  assert.equal(rest.changes[0].version, page.next - 1)
  assert.equal(rest.changes.at(-1).version, 2)
})

test('a state older than three years is no longer kept, nor its reason; how it is now stays', async () => {
  clock.advance(4 * 365 * 86_400_000)
  await portal.expiry.run()
  assert.equal(await portal.countRows('policies.change'), 0)
  const { locked } = await policies.readLevel(providerId, providerId, { isOwn: true })
  assert.deepEqual(locked, ['clamd'])
  const [row] = await portal.admin<{ count: number }[]>`select count(*)::int as count from policies.level`
  assert.equal(row?.count, 3)
})
