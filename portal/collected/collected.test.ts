import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestPortal } from '#tests/portal'
import type { Collected } from './api.ts'

const portal = await createTestPortal()
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
const providerId = await portal.createProvider()
const partnerId = await portal.createBeneath(providerId, 'Kumppani', 'partner')
const companyId = await portal.createBeneath(partnerId, 'Yritys', 'company')
const boss = await portal.person('Pomo', { [companyId]: ['administrator'] })
const employee = await portal.person('Työntekijä', { [companyId]: ['viewer'] })
const helper = await portal.person('Auttaja', { [partnerId]: ['administrator'] })
const at = (organizationId: string, path: string) => `/api/organizations/${organizationId}${path}`
const read = async (cookie = employee.cookie): Promise<Collected> =>
  (await portal.ask('GET', at(companyId, '/collected'), { cookie })).body
const say = (organizationId: string, cookie: string, body: object) =>
  portal.ask('PUT', at(organizationId, '/responsibility'), { cookie, body })

test('EP-14 EP-15 RT-01 an employee reads what is collected of devices and of people, why, how long, and who sees it', async () => {
  const { tables, isDeviceCollected } = await read()
  assert.equal(isDeviceCollected, true)
  const device = tables.filter(({ about }) => about === 'device')
  assert.ok(device.some(({ title }) => title.en === 'protected devices'))
  assert.ok(tables.some(({ about }) => about === 'portal'))
  for (const { title, what, purposes, basis, seenBy, keep } of tables) {
    for (const words of [[title], what, purposes, basis, seenBy, [keep]]) {
      assert.ok(words.length > 0, title.en)
      for (const word of words) assert.ok(word.en && word.fi, title.en)
    }
    assert.notEqual(title.en, title.fi)
  }
  const whatOfDevices = device.flatMap(({ what }) => what.map(({ en }) => en)).join(' ')
  assert.doesNotMatch(whatOfDevices, /location|picture/i)
})

test('PT-10 each partner and company stands as responsible for its own processing, under its own policy', async () => {
  const before = await read()
  assert.equal(before.own.name, 'Yritys')
  assert.equal(before.own.since, portal.clock.now().toISOString())
  assert.deepEqual([before.own.policyUrl, before.own.grounds, before.managers], [null, null, []])
  const own = { policyUrl: 'https://yritys.example/seloste', grounds: 'Oikeutettu etu suojata laitteet.' }
  assert.equal((await say(companyId, boss.cookie, own)).status, 204)
  const theirs = { policyUrl: 'https://kumppani.example/seloste', grounds: null }
  assert.equal((await say(partnerId, helper.cookie, theirs)).status, 204)
  await portal.organizations.beginAsCompany(companyId, partnerId, ['look'], by)
  const after = await read()
  assert.deepEqual([after.own.policyUrl, after.own.grounds], [own.policyUrl, own.grounds])
  assert.deepEqual(
    after.managers.map(({ name, policyUrl, activities, partnerKind }) => [name, policyUrl, activities, partnerKind]),
    [['Kumppani', theirs.policyUrl, ['look'], 'reseller']],
  )
  assert.equal(after.provider?.name, 'Turva')
  // Both sides are shown the same.
  assert.deepEqual((await read(helper.cookie)).managers, after.managers)
  const { records } = await portal.audit.list(companyId, { action: 'organizations.responsibility_set' })
  assert.deepEqual(records[0]?.details, { hasPolicy: true, hasGrounds: true })
})

test('EP-41 an employer records its own legal grounds, which its people read beside the provider’s and apart from them', async () => {
  const [firmId, neighbourId] = [
    await portal.createBeneath(partnerId, 'Paja', 'company'),
    await portal.createBeneath(partnerId, 'Naapuri', 'company'),
  ]
  const [manager, worker, other] = [
    await portal.person('Johtaja', { [firmId]: ['administrator'] }),
    await portal.person('Sorvaaja', { [firmId]: ['viewer'] }),
    await portal.person('Naapurin väki', { [neighbourId]: ['administrator'] }),
  ]
  const readOf = async (organizationId: string, cookie: string): Promise<Collected> =>
    (await portal.ask('GET', at(organizationId, '/collected'), { cookie })).body
  const before = await readOf(firmId, worker.cookie)
  assert.equal(before.own.grounds, null)
  const grounds = 'Työsopimus, kohta 7.\nYt-neuvottelussa 3.11.2026 sovittu.'
  assert.equal((await say(firmId, manager.cookie, { policyUrl: null, grounds })).status, 204)
  const after = await readOf(firmId, worker.cookie)
  assert.equal(after.own.grounds, grounds)
  // What the provider says of its own processing, and on which ground, is what it was.
  assert.deepEqual(after.provider, before.provider)
  assert.deepEqual(after.tables, before.tables)
  assert.ok(after.tables.every(({ basis }) => basis.every(({ fi }) => !fi.includes('Työsopimus'))))
  // Nobody else's people read them, and nobody else records them: neither its partner nor the provider.
  assert.equal((await readOf(neighbourId, other.cookie)).own.grounds, null)
  const staff = await portal.person('Tarjoajan väki', { [providerId]: ['administrator'] })
  for (const { cookie } of [worker, helper, staff, other])
    assert.ok((await say(firmId, cookie, { policyUrl: null, grounds: 'Muu' })).status >= 400)
  assert.equal((await readOf(firmId, worker.cookie)).own.grounds, grounds)
  // They can be taken back; that they were said stands in the log, and what they said does not.
  assert.equal((await say(firmId, manager.cookie, { policyUrl: null, grounds: null })).status, 204)
  assert.equal((await readOf(firmId, worker.cookie)).own.grounds, null)
  const { records } = await portal.audit.list(firmId, { action: 'organizations.responsibility_set' })
  assert.deepEqual(
    records.map(({ details }) => details),
    [
      { hasPolicy: false, hasGrounds: false },
      { hasPolicy: false, hasGrounds: true },
    ],
  )
})

test('only an address of the web that is read in private is a policy, and only administrators say so', async () => {
  for (const policyUrl of ['http://yritys.example/', 'javascript:alert(1)', 'https://', 'seloste'])
    assert.equal((await say(companyId, boss.cookie, { policyUrl, grounds: null })).status, 400, policyUrl)
  const body = { policyUrl: null, grounds: null }
  assert.equal((await say(companyId, employee.cookie, body)).code, 'sessions.not_allowed')
  assert.equal((await say(companyId, helper.cookie, body)).code, 'sessions.not_allowed')
})

test('PT-03 a company whose last administrator goes shows at its partner and at the provider, who invite the next one', async () => {
  const seen = async (organizationId: string, cookie: string) => {
    const { body } = await portal.ask('GET', at(organizationId, '/overview'), { cookie })
    return body.needs.find(({ code }: { code: string }) => code === 'overview.companies_alone')?.params.count ?? 0
  }
  const staff = await portal.person('Tarjoaja', { [providerId]: ['administrator'] })
  const before = [await seen(partnerId, helper.cookie), await seen(providerId, staff.cookie)]
  assert.deepEqual(before, [0, 0])
  await portal.database.inOrganization(companyId, (tx) =>
    portal.organizations.setHasAdministrator(tx, companyId, false),
  )
  assert.deepEqual([await seen(partnerId, helper.cookie), await seen(providerId, staff.cookie)], [1, 1])
  const invite = (organizationId: string, cookie: string) =>
    portal.ask('POST', at(organizationId, `/organizations/${companyId}/administrator`), {
      cookie,
      body: { email: 'uusi@example.fi', language: 'fi' },
    })
  assert.equal((await invite(partnerId, helper.cookie)).status, 200)
  assert.equal((await invite(providerId, staff.cookie)).status, 200)
  await portal.database.inOrganization(companyId, (tx) => portal.organizations.setHasAdministrator(tx, companyId, true))
  assert.equal((await invite(providerId, staff.cookie)).code, 'organizations.company_decides')
})
