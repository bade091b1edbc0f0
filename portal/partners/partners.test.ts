import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { newId } from '#base/ids'
import { type Activity, activities, activitiesOfPartner } from '#portal/organizations/api'
import { createTestDevice, detected } from '#tests/device'
import { createTestPortal } from '#tests/portal'
import { until } from '#tests/until'
import type { CompanyList, ListedCompany } from './api.ts'

const portal = await createTestPortal()
const { clock } = portal
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
const providerId = await portal.createProvider()
const partnerId = await portal.createBeneath(providerId, 'Kumppani', 'partner')
const otherId = await portal.createBeneath(providerId, 'Toinen kumppani', 'partner')
const company = async (name: string, parent = partnerId) => {
  const organizationId = await portal.createBeneath(parent, name, 'company')
  const boss = await portal.person(`${name} päättää`, { [organizationId]: ['administrator'] })
  return { organizationId, boss }
}
const [aalto, ahjo, ylva] = [await company('Aalto'), await company('Ahjo'), await company('Ylvä')]
const helper = await portal.person('Auttaja', { [partnerId]: ['administrator'] })
const viewer = await portal.person('Katsoja', { [partnerId]: ['viewer'] })
const other = await portal.person('Toinen', { [otherId]: ['administrator'] })

const url = (organizationId: string, path: string) => `/api/organizations/${organizationId}${path}`
const agree = (companyId: string, some: readonly Activity[], managingId = partnerId) =>
  portal.organizations.beginAsCompany(companyId, managingId, [...some], by)
const ask = async (query = '', cookie = helper.cookie, managingId = partnerId): Promise<CompanyList> => {
  const answer = await portal.ask('GET', url(managingId, `/companies${query}`), { cookie })
  assert.equal(answer.status, 200, answer.code)
  return answer.body
}
/** Once everything that it lists has been worked out. */
const settled = (query = '') =>
  until(async () => {
    const answer = await ask(query)
    return answer.isCounting ? undefined : answer
  })
const names = ({ companies }: CompanyList) => companies.map(({ name }) => name)
const enter = (organizationId: string, cookie = helper.cookie) =>
  portal.ask('GET', `/api/session?organization=${organizationId}`, { cookie })

test('PT-02 a partner lists only companies that have outsourced to it, and nobody else’s', async () => {
  assert.deepEqual(names(await ask()), [])
  await agree(aalto.organizationId, ['look'])
  await agree(ahjo.organizationId, ['it-management'])
  assert.deepEqual(names(await settled('?sort=name')), ['Aalto', 'Ahjo'])
  assert.deepEqual(names(await ask('', other.cookie, otherId)), [])
  assert.equal(
    (await portal.ask('GET', url(partnerId, '/companies'), { cookie: other.cookie })).code,
    'organizations.organization_not_found',
  )
  // Nor does the tree tell a partner of companies that decide for themselves and have not.
  const tree = await portal.ask('GET', url(partnerId, '/organizations'), { cookie: helper.cookie })
  assert.deepEqual(
    tree.body.root.children.map(({ name }: { name: string }) => name),
    ['Aalto', 'Ahjo'],
  )
})

test('PT-02 each company stands in the list as its own overview says, worst first', async () => {
  const device = createTestDevice(portal)
  await device.enrol((await portal.devices.makeCode(ahjo.organizationId, { uses: 1, hours: 1 }, by)).code)
  await device.checkIn()
  await device.send(randomUUID(), 1, [detected({ done: 'failed' })])
  clock.advance(61_000)
  await ask()
  const list = await settled()
  assert.deepEqual(names(list), ['Ahjo', 'Aalto'])
  for (const { organizationId, state, standing } of list.companies) {
    const own = await portal.ask('GET', url(organizationId, '/overview'), {
      cookie: organizationId === ahjo.organizationId ? ahjo.boss.cookie : aalto.boss.cookie,
    })
    assert.deepEqual(
      [state?.needs, state?.worst, state?.devices, state?.detections, standing],
      [
        own.body.needs.length,
        own.body.needs[0],
        own.body.devices,
        own.body.detections,
        own.body.needs[0]?.severity ?? 'fine',
      ],
    )
  }
  assert.equal(list.companies[0]?.state?.worst?.code, 'overview.detections_open')
  assert.deepEqual(list.counts, { danger: 1, warning: 1, notice: 0, fine: 0, unknown: 0 })
})

test('names are found by a part of them, filtered by state and activity, and in the order of the language', async () => {
  await agree(ylva.organizationId, ['customer-management'])
  assert.deepEqual(names(await settled('?sort=name')), ['Aalto', 'Ahjo', 'Ylvä'])
  assert.deepEqual(names(await ask('?search=YLV%C3%84')), ['Ylvä'])
  assert.deepEqual(names(await ask('?standing=danger')), ['Ahjo'])
  assert.deepEqual(names(await ask('?activity=customer-management')), ['Ylvä'])
  assert.deepEqual(names(await ask('?sort=devices')), ['Ahjo', 'Aalto', 'Ylvä'])
  assert.deepEqual(names(await ask('?alone=yes')), [])
  const wrong = await portal.ask('GET', url(partnerId, '/companies?sort=wrong'), { cookie: helper.cookie })
  assert.equal(wrong.status, 400)
})

test('PT-09 what was agreed opens its own fields only: no state without an activity that opens the overview', async () => {
  const { companies } = await settled()
  const of = (name: string) => companies.find((one) => one.name === name) as ListedCompany
  assert.equal(of('Ylvä').state, null)
  assert.equal(of('Ylvä').standing, 'unknown')
  assert.notEqual(of('Aalto').state, null)
  assert.deepEqual(of('Aalto').permissions, ['overview.read'])
  assert.equal(of('Aalto').permissions.includes('detections.read'), false)
})

test('PT-02 somebody of the partner goes into a company and may there what both the activity and the role allow', async () => {
  const { body } = await enter(ahjo.organizationId)
  const inside = body.organizations.at(-1)
  assert.equal(inside.name, 'Ahjo')
  assert.deepEqual(inside.roles, [])
  assert.deepEqual(inside.through, [{ managingId: partnerId, managingName: 'Kumppani', activities: ['it-management'] }])
  assert.ok(inside.permissions.includes('devices.manage'))
  assert.ok(!inside.permissions.includes('people.manage'))
  assert.equal(body.ended, null)
  const watching = (await enter(ahjo.organizationId, viewer.cookie)).body.organizations.at(-1)
  assert.deepEqual(watching.permissions, ['overview.read'])
  // Whom nobody has let in is told nothing, not even that it is there.
  for (const [id, cookie] of [
    [ahjo.organizationId, other.cookie],
    [newId(), helper.cookie],
  ] as const) {
    const told = (await enter(id, cookie)).body
    assert.equal(told.organizations.length, 1)
    assert.equal(told.ended, null)
  }
})

test('PT-08 a web store is given no more than a web store does, and an operator what a reseller is', async () => {
  const of = async (partnerKind: 'operator' | 'web-store') => {
    const parent = await portal.organizations.createBeneath(
      providerId,
      { name: partnerKind, kind: 'partner', partnerKind },
      by,
    )
    return { parent, ...(await company(`Ostaja ${partnerKind}`, parent)) }
  }
  const shop = await of('web-store')
  for (const activity of activities) {
    const body = { activities: [activity] }
    const { status, code } = await portal.ask('POST', url(shop.organizationId, `/outsourcing/${shop.parent}`), {
      cookie: shop.boss.cookie,
      body,
    })
    const isFor = activitiesOfPartner['web-store'].includes(activity)
    assert.deepEqual([status, code], isFor ? [204, undefined] : [409, 'organizations.not_for_this_partner'], activity)
  }
  const operator = await of('operator')
  await agree(operator.organizationId, activities, operator.parent)
  const { body } = await portal.ask('GET', url(operator.organizationId, '/outsourcing'), {
    cookie: operator.boss.cookie,
  })
  assert.deepEqual(
    body.candidates.map((one: { name: string; partnerKind: string | null }) => [one.name, one.partnerKind]),
    [
      ['operator', 'operator'],
      ['Turva', null],
    ],
  )
})

test('PT-03 the very next request after the company ends it is refused, on every route that was open', async () => {
  const routes = portal.http.routes.filter(({ path }) => path.startsWith('/api/organizations/:organizationId/'))
  const opened: string[] = []
  /** Asked with an empty body: whoever may ask is told what is missing. Nothing is done, so every route can be asked. */
  const walk = async () => {
    const refused: [string, number, string | undefined][] = []
    for (const route of routes) {
      const address = route.path
        .replace(':organizationId', ahjo.organizationId)
        .replace(/:(number)/, '0')
        .replace(/:[a-zA-Z]+/g, () => newId())
      const { status, code } = await portal.ask(route.method, address, { cookie: helper.cookie })
      refused.push([`${route.method} ${route.path}`, status, code])
    }
    return refused
  }
  await agree(ahjo.organizationId, activities)
  for (const [name, , code] of await walk()) if (code !== 'sessions.not_allowed') opened.push(name)
  assert.ok(opened.length > 20, `open while it runs: ${opened.length}`)
  const cookie = ahjo.boss.cookie
  const { status } = await portal.ask('DELETE', url(ahjo.organizationId, `/outsourcing/${partnerId}`), { cookie })
  assert.equal(status, 204)
  for (const [name, refusal, code] of await walk())
    assert.deepEqual([name, refusal, code], [name, 403, 'organizations.outsourcing_ended'])
  const { body } = await enter(ahjo.organizationId)
  assert.equal(body.organizations.length, 1)
  assert.deepEqual(
    [body.ended.name, body.ended.managingName, body.ended.endedAt],
    ['Ahjo', 'Kumppani', body.ended.endedAt],
  )
  assert.equal(names(await ask()).includes('Ahjo'), false)
  assert.equal((await portal.ask('GET', url(ahjo.organizationId, '/overview'), { cookie })).status, 200)
})

test('EP-29 EP-32 EP-33 whoever IT management or support is outsourced to reads what the company itself reads, in the portal; where it is not, neither a partner nor the provider does', async () => {
  const { organizationId, boss } = await company('Tuettu')
  const { code } = await portal.devices.makeCode(organizationId, { uses: 1, hours: 1 }, by)
  const device = createTestDevice(portal, { name: 'Tuen tarpeessa' })
  assert.equal((await device.enrol(code)).status, 200)
  const failed = [{ name: 'real-time', state: 'failed', why: 'not-started', since: '2026-11-21T11:00:00.000Z' }]
  assert.equal((await device.checkIn({ protections: failed })).status, 200)
  assert.equal((await device.send(randomUUID(), 1, [detected()])).status, 200)
  const staff = await portal.person('Tarjoajan tuki', { [providerId]: ['administrator'] })
  const read = async (cookie: string, paths: readonly string[]) =>
    Promise.all(
      paths.map(async (path) => {
        const { status, code: refusal, body } = await portal.ask('GET', url(organizationId, path), { cookie })
        return status === 200 ? body : refusal
      }),
    )
  const ofDevices = ['/devices', `/devices/${device.deviceId}`, '/device-counts']
  const all = [...ofDevices, '/detections', '/people']
  const none = all.map(() => 'organizations.organization_not_found')
  assert.deepEqual(await read(helper.cookie, all), none)
  assert.deepEqual(await read(staff.cookie, all), none)

  // EP-32, EP-33: the same, to whoever manages it.
  const [list, detail, counts, found] = await read(boss.cookie, all)
  assert.equal(list.devices[0].name, 'Tuen tarpeessa')
  await agree(organizationId, ['it-management'])
  await agree(organizationId, ['it-management'], providerId)
  for (const { cookie } of [helper, staff]) {
    assert.deepEqual(await read(cookie, ofDevices), [list, detail, counts])
    const [, , , theirs] = await read(cookie, all)
    assert.deepEqual(
      theirs.detections.map(({ detectionId }: { detectionId: string }) => detectionId),
      [found.detections[0].detectionId],
    )
  }

  // EP-29: for support alone, what shows why a device fails; to be looked at and not to be changed.
  await agree(organizationId, ['service-support'])
  assert.deepEqual(await read(helper.cookie, ofDevices), [list, detail, counts])
  assert.deepEqual(await read(helper.cookie, ['/detections', '/audit']), [
    'sessions.not_allowed',
    'sessions.not_allowed',
  ])
  const scan = { cookie: helper.cookie, body: { kind: 'scan' } }
  const asked = await portal.ask('POST', url(organizationId, `/devices/${device.deviceId}/actions`), scan)
  assert.equal(asked.code, 'sessions.not_allowed')

  for (const managingId of [partnerId, providerId])
    await portal.organizations.endAsCompany(organizationId, managingId, by)
  for (const { cookie } of [helper, staff])
    assert.deepEqual(
      await read(cookie, all),
      all.map(() => 'organizations.outsourcing_ended'),
    )
})
