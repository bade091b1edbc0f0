import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Activity } from '#portal/organizations/api'
import { createTestDevice } from '#tests/device'
import { createTestPortal } from '#tests/portal'
import type { StandardDetail } from './api.ts'

const portal = await createTestPortal({ pollSeconds: 3_600 })
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
const providerId = await portal.createProvider()
const partnerId = await portal.createBeneath(providerId, 'Kumppani', 'partner')
const otherId = await portal.createBeneath(providerId, 'Toinen kumppani', 'partner')
const helper = await portal.person('Auttaja', { [partnerId]: ['administrator'] })
const other = await portal.person('Toinen', { [otherId]: ['administrator'] })
const viewer = await portal.person('Katsoja', { [partnerId]: ['viewer'] })
const url = (organizationId: string, path: string) => `/api/organizations/${organizationId}${path}`
const agree = (companyId: string, some: readonly Activity[]) =>
  portal.organizations.beginAsCompany(companyId, partnerId, [...some], by)
/** More than are done at once when a push is begun: the last of them wait for the job. */
const companies: string[] = []
for (let n = 1; n <= 8; n += 1) {
  const companyId = await portal.createBeneath(partnerId, `Yritys ${n}`, 'company')
  await agree(companyId, n % 2 === 0 ? ['it-management'] : ['policy-management'])
  companies.push(companyId)
}
const [first = '', second = '', third = '', , , , seventh = '', eighth = ''] = companies
const lookedAt = await portal.createBeneath(partnerId, 'Vain katsottu', 'company')
await agree(lookedAt, ['look', 'service-support'])
const alone = await portal.createBeneath(partnerId, 'Ei ulkoistettu', 'company')
const boss = await portal.person('Pomo', { [first]: ['administrator'], [seventh]: ['administrator'] })

// It looks once when it is started; from then on the test does what the job would.
await portal.jobs.start()
after(() => portal.jobs.stop())
const asHelper = { cookie: helper.cookie }
const ask = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object, who = asHelper) =>
  portal.ask(method, url(partnerId, path), { ...who, body })
const strict = { own: { profile: 'strict', reportOnly: false }, locked: ['profile'] } as const
const words = { name: 'Perustaso', description: null }
const standardId: string = (await ask('POST', '/standards', { ...words, ...strict })).body.standardId
const detail = async (): Promise<StandardDetail> => (await ask('GET', `/standards/${standardId}`)).body
const has = async (companyId: string) => {
  const found = (await detail()).companies.find(({ organizationId }) => organizationId === companyId)
  return found && [found.version, found.departs]
}
const push = async (ids: readonly string[], version = 1) => {
  const begun = await ask('POST', `/standards/${standardId}/pushes`, { version, companies: ids, note: 'Sovittu' })
  assert.equal(begun.status, 200, JSON.stringify(portal.lines.at(-1)))
  return { organizationId: partnerId, pushId: begun.body.pushId as string }
}
const latest = async () => (await ask('GET', '/standard-pushes')).body.pushes[0]
const policyOf = async (companyId: string) => {
  const { own, locked, version } = await portal.policies.readLevel(companyId, companyId, { isOwn: true })
  return { own, locked, version }
}

test('a standard has a name that no other has, versions that are made by changing what it says, and a history', async () => {
  assert.equal(
    (await ask('POST', '/standards', { ...words, ...strict, name: 'PERUSTASO' })).code,
    'standards.name_taken',
  )
  const nothing = await ask('POST', '/standards', { name: 'Tyhjä', description: null, own: {}, locked: [] })
  const locksMore = await ask('POST', '/standards', {
    ...words,
    name: 'Lukko',
    own: { cloud: true },
    locked: ['clamd'],
  })
  assert.deepEqual([nothing.status, locksMore.status], [400, 400])
  const { body } = await ask('POST', '/standards', {
    ...words,
    name: 'Väliaikainen',
    own: { cloud: false },
    locked: [],
  })
  const at = `/standards/${body.standardId}`
  const change = (version: number, more: object) =>
    ask('PUT', at, { ...words, name: 'Väliaikainen', own: { cloud: false }, locked: [], version, ...more })
  assert.deepEqual((await change(1, { description: 'Vain nimi muuttuu' })).body, { version: 1 })
  assert.deepEqual((await change(1, { own: { cloud: true }, note: 'Sovittu' })).body, { version: 2 })
  assert.equal((await change(1, {})).code, 'standards.changed_meanwhile')
  const { history } = (await ask('GET', at)).body as StandardDetail
  assert.deepEqual(
    history.map(({ version, own, note, by: who }) => [version, own, note, who?.name]),
    [
      [2, { cloud: true }, 'Sovittu', 'Auttaja'],
      [1, { cloud: false }, null, 'Auttaja'],
    ],
  )
  assert.equal((await ask('DELETE', at)).status, 204)
  assert.equal((await ask('GET', at)).code, 'standards.not_found')
  const { records } = await portal.audit.list(partnerId, {})
  assert.deepEqual(
    records.slice(0, 4).map(({ action }) => action),
    ['standards.removed', 'standards.changed', 'standards.changed', 'standards.made'],
  )
})

test('PT-09 only companies that have outsourced their policies are offered, and only to who may change them', async () => {
  const offered = (await detail()).companies.map(({ organizationId }) => organizationId)
  assert.deepEqual(offered, companies)
  for (const stranger of [lookedAt, alone, partnerId]) {
    const refused = await ask('POST', `/standards/${standardId}/pushes`, { version: 1, companies: [first, stranger] })
    assert.equal(refused.code, 'standards.no_such_company')
    const looked = await ask('POST', `/standards/${standardId}/preview`, { companies: [stranger] })
    assert.equal(looked.code, 'standards.no_such_company')
  }
  assert.equal((await ask('GET', '/standards', undefined, { cookie: viewer.cookie })).code, 'sessions.not_allowed')
  const theirs = await portal.ask('GET', url(otherId, '/standards'), { cookie: other.cookie })
  assert.deepEqual(theirs.body, { standards: [], companies: 0 })
  const taken = await portal.ask('GET', url(otherId, `/standards/${standardId}`), { cookie: other.cookie })
  assert.equal(taken.code, 'standards.not_found')
})

test('what is told before is what a push then does, on devices too; the company sees where it comes from and may depart', async () => {
  const device = createTestDevice(portal)
  await device.enrol((await portal.devices.makeCode(first, { uses: 1, hours: 1 }, by)).code)
  await portal.policies.changeLevel(second, second, { version: 1, own: { clamd: false }, locked: ['clamd'] }, by)
  const { body } = await ask('POST', `/standards/${standardId}/preview`, { companies: [first, second] })
  assert.deepEqual(
    body.companies.map((one: { of: number; devices: number; settings: unknown[] }) => [
      one.of,
      one.devices,
      one.settings,
    ]),
    [
      [1, 1, [{ setting: 'profile', before: 'default', after: 'strict', devices: 1 }]],
      [0, 0, []],
    ],
  )
  await push([first, second])
  const { state, done, skipped } = await latest()
  assert.deepEqual([state, done, skipped], ['done', 2, 0])
  assert.equal((await device.checkIn()).body.policy.settings.profile, 'strict')
  assert.deepEqual(await policyOf(second), {
    own: { clamd: false, profile: 'strict', reportOnly: false },
    locked: ['clamd', 'profile'],
    version: 3,
  })
  const shown = await portal.ask('GET', url(first, '/policy/standards'), { cookie: boss.cookie })
  const [applied] = shown.body.applied
  assert.deepEqual(
    [applied.name, applied.managingName, applied.version, applied.own, applied.departs],
    ['Perustaso', 'Kumppani', 1, strict.own, []],
  )
  const { own, version } = await policyOf(first)
  await portal.policies.changeLevel(first, first, { version, own: { ...own, reportOnly: true }, locked: [] }, by)
  assert.deepEqual(await has(first), [1, ['profile', 'reportOnly']])
  assert.deepEqual(await has(second), [1, []])
  const [listed] = (await ask('GET', '/standards')).body.standards
  assert.deepEqual([listed.versions, listed.departing], [[{ version: 1, companies: 2 }], 1])
  const next = (await ask('POST', `/standards/${standardId}/preview`, { companies: [first] })).body.companies[0]
  assert.deepEqual(next.overwrites, ['profile', 'reportOnly'])
})

test('PT-05 a push stands in the audit log of the partner and of each company, by whom and from which standard', async () => {
  const [begun] = (await portal.audit.list(partnerId, { action: 'standards.push_begun' })).records
  assert.deepEqual([begun?.actor.name, begun?.details.standard, begun?.details.count], ['Auttaja', standardId, 2])
  const [pushed] = (await portal.audit.list(second, { action: 'policies.pushed' })).records
  assert.deepEqual([pushed?.actor.name, pushed?.details.standard], ['Auttaja', standardId])
  const [change] = (await portal.policies.history(second, second, { isOwn: true })).changes
  assert.deepEqual([change?.what, change?.note, change?.by?.name], ['pushed', 'Sovittu', 'Auttaja'])
})

test('PT-03 a company that ends its outsourcing in the middle of a push is left out with the reason, and nothing changes there', async () => {
  const underWay = await push(companies)
  assert.equal((await latest()).state, 'running')
  const again = await ask('POST', `/standards/${standardId}/pushes`, { version: 1, companies: [third] })
  assert.equal(again.code, 'standards.push_under_way')
  await portal.organizations.endAsCompany(seventh, partnerId, by)
  const before = await policyOf(seventh)
  await portal.standards.runPush(underWay)
  const { state, done, left } = await latest()
  assert.deepEqual([state, done, left], ['done', 7, [{ name: 'Yritys 7', why: 'ended' }]])
  assert.deepEqual(await policyOf(seventh), before)
  assert.deepEqual(await has(eighth), [1, []])
  assert.equal(await has(seventh), undefined)
  const shown = await portal.ask('GET', url(seventh, '/policy/standards'), { cookie: boss.cookie })
  assert.deepEqual(shown.body, { applied: [] })
})

test('a push is undone where nobody has decided since; there it is as before, also who it came from', async () => {
  const { version, own, locked } = await policyOf(third)
  await portal.policies.changeLevel(third, third, { version, own: { ...own, cloud: false }, locked }, by)
  const { pushId } = await latest()
  assert.equal((await ask('POST', `/standard-pushes/${pushId}/undo`)).status, 204)
  await portal.standards.runPush({ organizationId: partnerId, pushId })
  const { state, undone, left } = await latest()
  assert.deepEqual(
    [state, undone, left.map((one: { name: string; why: string }) => [one.name, one.why])],
    ['undone', 6, [['Yritys 3', 'changed'], ['Yritys 7', 'ended']]], // biome-ignore format: one line
  )
  assert.deepEqual(await policyOf(third), { own: { ...own, cloud: false }, locked, version: version + 1 })
  // The first had departed before: it is as it had decided, and has the standard from before.
  assert.deepEqual((await policyOf(first)).own, { profile: 'strict', reportOnly: true })
  assert.deepEqual(await has(first), [1, ['profile', 'reportOnly']])
  assert.deepEqual(await has(eighth), [null, []])
  assert.deepEqual((await policyOf(eighth)).own, {})
  assert.equal((await ask('POST', `/standard-pushes/${pushId}/undo`)).code, 'standards.push_not_so')
})

test('a push can be stopped: who has it keeps it, who waits is left alone; and it ends when whoever asked may no longer', async () => {
  await agree(seventh, ['policy-management'])
  const stopped = await push(companies)
  assert.equal((await ask('POST', `/standard-pushes/${stopped.pushId}/stop`)).status, 204)
  await portal.standards.runPush(stopped)
  assert.deepEqual(await has(eighth), [null, []])
  assert.equal((await latest()).state, 'stopped')
  const left = await push(companies)
  const heir = await portal.person('Perijä', { [partnerId]: ['administrator'] })
  await portal.people.changeRoles(partnerId, helper.personId, { roles: ['viewer'] }, by)
  await portal.standards.runPush(left)
  const { body } = await ask('GET', '/standard-pushes', undefined, { cookie: heir.cookie })
  assert.deepEqual(
    [body.pushes[0].done, body.pushes[0].left],
    [6, [{ name: 'Yritys 7', why: 'not-allowed' }, { name: 'Yritys 8', why: 'not-allowed' }]], // biome-ignore format: one line
  )
  assert.deepEqual((await policyOf(eighth)).own, {})
})
