import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { createTestDevice, detected, home } from '#tests/device'
import { createTestPortal } from '#tests/portal'

const portal = await createTestPortal()
const { clock } = portal
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
const providerId = await portal.createProvider()
const partnerId = await portal.createBeneath(providerId, 'Kumppani', 'partner')
const otherId = await portal.createBeneath(providerId, 'Toinen', 'partner')
const companyId = await portal.createBeneath(partnerId, 'Yritys', 'company')
const boss = await portal.person('Pomo', { [companyId]: ['administrator'] })
const viewer = await portal.person('Katsoja', { [companyId]: ['viewer'] })
const seller = await portal.person('Myyjä', { [partnerId]: ['administrator'] })
const other = await portal.person('Toinen myyjä', { [otherId]: ['administrator'] })
const provider = await portal.person('Tarjoaja', { [providerId]: ['administrator'] })

const url = (organizationId: string, path: string) => `/api/organizations/${organizationId}${path}`
const day = 86_400_000
const at = (days: number) => new Date(clock.now().getTime() + days * day).toISOString()
const again = (one: { personId: string }) => portal.signInAgain(one.personId)
const sell = async (body: object, who = seller, sellerId = partnerId) =>
  portal.ask('PUT', url(sellerId, `/organizations/${companyId}/subscriptions/endpoint-protection`), {
    cookie: await again(who),
    body,
  })
const read = async (who = boss) =>
  (await portal.ask('GET', url(companyId, '/subscriptions'), { cookie: await again(who) })).body
const enrol = async (name: string) => {
  const device = createTestDevice(portal, { name })
  const { code } = await portal.devices.makeCode(companyId, { uses: 1, hours: 1 }, by)
  return { device, answer: await device.enrol(code) }
}
const invoicing = async (who: { personId: string }, organizationId: string, query = '') =>
  (await portal.ask('GET', url(organizationId, `/invoicing${query}`), { cookie: await again(who) })).body

const { device } = await enrol('Ensimmäinen')

test('who has ordered nothing is limited by nothing, and is told so', async () => {
  assert.deepEqual(await read(), {
    modules: [{ module: 'endpoint-protection', state: 'open', isCollected: true, subscription: null }],
    months: [],
  })
})

test('EP-16 PT-06 whoever added a company sells to it; it sees seats, times and the number, and both logs tell', async () => {
  assert.equal((await sell({ seats: 2, endsAt: at(30) })).status, 204)
  const { modules } = await read()
  assert.equal(modules[0].state, 'running')
  assert.match(modules[0].subscription.subscriptionKey, /^[0-9a-f-]{36}$/)
  assert.deepEqual(
    [modules[0].subscription.soldBy, modules[0].subscription.seats, modules[0].subscription.endsAt],
    ['Kumppani', 2, at(30)],
  )
  for (const organizationId of [companyId, partnerId]) {
    const { records } = await portal.audit.list(organizationId, { action: 'subscriptions.set' })
    assert.deepEqual(
      records.map(({ details }) => details),
      [{ module: 'endpoint-protection', seats: 2, hasEnd: true }],
    )
  }
  const { activities } = (await portal.ask('GET', url(companyId, '/activity'), { cookie: await again(boss) })).body
  assert.ok(activities.some(({ what }: { what: string }) => what === 'subscription_changed'))
  // Renewing keeps what is not said, and the number.
  const before = modules[0].subscription.subscriptionKey
  assert.equal((await sell({ seats: 3 })).status, 204)
  const renewed = (await read()).modules[0].subscription
  assert.deepEqual([renewed.subscriptionKey, renewed.seats, renewed.endsAt], [before, 3, at(30)])
})

test('PT-09 nobody else sells to it: not another partner, not the company itself', async () => {
  assert.equal((await sell({}, other, otherId)).code, 'subscriptions.not_seller')
  assert.equal((await sell({}, boss, companyId)).code, 'subscriptions.not_seller')
  assert.equal((await sell({ beginsAt: at(3), endsAt: at(2) })).code, 'subscriptions.ends_before_it_begins')
  assert.equal((await sell({ seats: 2 }, provider, providerId)).status, 204)
})

test('EP-14 as many devices are taken as were ordered, and the same device again', async () => {
  assert.equal((await enrol('Toinen')).answer.status, 200)
  assert.equal((await enrol('Kolmas')).answer.code, 'subscriptions.seats_full')
  const { code } = await portal.devices.makeCode(companyId, { uses: 1, hours: 1 }, by)
  assert.equal((await device.enrol(code)).status, 200)
  assert.equal((await sell({ seats: null })).status, 204)
  assert.equal((await enrol('Kolmas')).answer.status, 200)
})

test('EP-14 what is not subscribed to is not collected: nothing of a check-in, an event or an answer is kept', async () => {
  assert.equal((await device.checkIn({ user: 'aino' })).status, 200)
  assert.equal((await device.send(randomUUID(), 1, [detected({ path: `${home}/ennen` })])).body.upTo, 1)
  const shown = async () => ({
    device: await portal.devices.read(companyId, device.deviceId, { isOwn: true }),
    detections: await portal.countRows('detections.detection'),
    collected: await portal.countRows('devices.collected'),
    spools: await portal.countRows('detections.spool'),
  })
  const actionId = await portal.devices.request(
    { organizationId: companyId, deviceId: device.deviceId },
    { kind: 'collect-file', path: '/etc/hosts' } as never,
    by,
  )
  // The same told again, as most check-ins are: those are heard together, and write only when the device was seen.
  const collects = [await device.checkIn({ user: 'aino' }), await device.checkIn({ user: 'aino' })]
  assert.deepEqual(
    collects.map(({ body }) => body.collects),
    [true, true],
  )
  const before = await shown()
  const languages = await portal.devices.countLanguages(providerId)
  assert.equal((await sell({ endsAt: clock.now().toISOString() })).status, 204)
  assert.deepEqual((await read()).modules[0].isCollected, false)
  clock.advance(60_000)
  assert.equal((await device.checkIn({ user: 'aino' })).status, 200)
  const checkedIn = await device.checkIn({ user: 'salainen', name: 'Salainen' })
  assert.equal(checkedIn.status, 200)
  assert.deepEqual([checkedIn.body.actions, checkedIn.body.collects], [[], false])
  const spool = randomUUID()
  const taken = await device.send(spool, 1, [detected({ path: `${home}/jälkeen` })], 4)
  // It need not keep them for later either.
  assert.deepEqual([taken.status, taken.body], [200, { upTo: 1, unread: 0 }])
  const content = Buffer.from('salainen').toString('base64')
  const ended = await device.post(`/api/device/actions/${actionId}`, { state: 'done', result: { bytes: 8, content } })
  assert.ok(ended.status < 300, ended.code)
  const after = await shown()
  assert.deepEqual([after.detections, after.collected, after.spools], [before.detections, 0, before.spools])
  const { actions: _, ...told } = after.device as { actions?: unknown }
  const { actions: _before, ...toldBefore } = before.device as { actions?: unknown }
  assert.deepEqual(JSON.parse(JSON.stringify(told)), JSON.parse(JSON.stringify(toldBefore)))
  assert.equal((await enrol('Myöhemmin')).answer.code, 'subscriptions.not_subscribed')
  // Nor of a device that is known and enrols anew; its key stays the one it had.
  const { code, tokenId } = await portal.devices.makeCode(companyId, { uses: 1, hours: 1 }, by)
  const renamed = { name: 'Salainen', user: 'salainen', serial: 'SN-2', addresses: ['192.0.2.99'], language: 'en' }
  assert.equal((await device.enrol(code, renamed)).code, 'subscriptions.not_subscribed')
  const { actions: _now, ...toldNow } = (await shown()).device as { actions?: unknown }
  assert.deepEqual(JSON.parse(JSON.stringify(toldNow)), JSON.parse(JSON.stringify(toldBefore)))
  assert.deepEqual(await portal.devices.countLanguages(providerId), languages)
  assert.equal((await device.checkIn()).status, 200)
  const { tokens } = (await portal.ask('GET', url(companyId, '/device-codes'), { cookie: await again(boss) })).body
  assert.equal(tokens.find((one: { tokenId: string }) => one.tokenId === tokenId)?.used, 0)
  // Ordered again, it is collected from then on.
  assert.equal((await sell({ endsAt: null })).status, 204)
  assert.equal((await device.send(spool, 2, [detected()])).status, 200)
  assert.equal((await shown()).detections, before.detections + 1)
})

test('a subscription that has not begun collects nothing yet', async () => {
  assert.equal((await sell({ beginsAt: at(1) })).status, 204)
  assert.equal((await read()).modules[0].state, 'not-begun')
  const { detections } = { detections: await portal.countRows('detections.detection') }
  await device.send(randomUUID(), 1, [detected()])
  assert.equal(await portal.countRows('detections.detection'), detections)
  assert.equal((await sell({ beginsAt: at(-1) })).status, 204)
})

test('PT-09 invoices count devices by month, for those who agreed to invoicing and for whoever runs this Vartio; nobody is in them', async () => {
  await portal.devices.countMonths()
  assert.deepEqual((await read()).months, [{ month: '2026-11', module: 'endpoint-protection', devices: 3 }])
  assert.deepEqual((await invoicing(seller, partnerId)).lines, [])
  await portal.organizations.beginAsCompany(companyId, partnerId, ['invoicing'], by)
  const mine = await invoicing(seller, partnerId)
  assert.deepEqual(mine.totals, { companies: 1, devices: 3, seats: 0 })
  assert.deepEqual(
    mine.lines.map(({ name, devices, state }: Record<string, unknown>) => [name, devices, state]),
    [['Yritys', 3, 'running']],
  )
  assert.equal((await invoicing(seller, partnerId, '?month=2026-10')).totals.devices, 0)
  assert.deepEqual((await invoicing(other, otherId)).lines, [])
  assert.deepEqual((await invoicing(provider, providerId)).totals.devices, 3)
  for (const word of ['Pomo', 'Ensimmäinen', boss.email]) assert.ok(!JSON.stringify(mine).includes(word), word)
  // Fewer later in the month change nothing of what there was.
  await portal.devices.remove(companyId, device.deviceId, by)
  await portal.devices.countMonths()
  assert.equal((await invoicing(seller, partnerId)).totals.devices, 3)
  // Invoicing opens the subscription, and nothing besides.
  const cookie = await again(seller)
  assert.equal((await portal.ask('GET', url(companyId, '/subscriptions'), { cookie })).status, 200)
  for (const path of ['/overview', '/people', '/sharers', '/devices'])
    assert.equal((await portal.ask('GET', url(companyId, path), { cookie })).code, 'sessions.not_allowed', path)
})

test('VM-10 VM-11 all who share a subscription see each other’s names and addresses, and no more', async () => {
  const { body } = await portal.ask('GET', url(companyId, '/sharers'), { cookie: await again(viewer) })
  assert.deepEqual(
    body.people.map((one: object) => Object.keys(one).sort()),
    [
      ['email', 'name', 'personId'],
      ['email', 'name', 'personId'],
    ],
  )
  assert.deepEqual(body.people.map(({ name }: { name: string }) => name).sort(), ['Katsoja', 'Pomo'])
  assert.ok(body.people.some(({ email }: { email: string }) => email === boss.email))
  const list = await portal.ask('GET', url(companyId, '/people'), { cookie: await again(viewer) })
  assert.equal(list.code, 'sessions.not_allowed')
})

test('EP-12 VM-12 a phone number may be left out, and only administrators of the company itself see it', async () => {
  const phone = '+358 40 123 4567'
  await portal.ask('PUT', '/api/own', { cookie: await again(viewer), body: { phone } })
  const officer = await portal.person('Vastaava', { [companyId]: ['privacy_officer'] })
  await portal.organizations.beginAsCompany(companyId, partnerId, ['it-management', 'customer-management'], by)
  const seen = async (who: { personId: string }) => {
    const { body } = await portal.ask('GET', url(companyId, '/people'), { cookie: await again(who) })
    return body.people.map((one: { phone: string | null }) => one.phone).filter(Boolean)
  }
  assert.deepEqual(await seen(boss), [phone])
  assert.deepEqual(await seen(officer), [])
  assert.deepEqual(await seen(seller), [])
  await portal.ask('PUT', '/api/own', { cookie: await again(viewer), body: { phone: null } })
  assert.deepEqual(await seen(boss), [])
})
