import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { createTestDevice, type TestDevice } from '#tests/device'
import { createTestPortal } from '#tests/portal'
import { until } from '#tests/until'

const portal = await createTestPortal()
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Yritys', 'company')
const otherId = await portal.createBeneath(providerId, 'Toinen', 'company')
const boss = await portal.person('Pomo', { [companyId]: ['administrator'], [otherId]: ['administrator'] })
const at = (path: string, organizationId = companyId) => `/api/organizations/${organizationId}${path}`
const { cookie } = boss

async function makeCode(body: { uses?: number; hours?: number } = {}, organizationId = companyId): Promise<string> {
  const answer = await portal.ask('POST', at('/device-codes', organizationId), { cookie, body })
  assert.equal(answer.status, 200)
  return answer.body.code
}
async function enrolled(name: string, organizationId = companyId): Promise<TestDevice> {
  const device = createTestDevice(portal, { name })
  assert.equal((await device.enrol(await makeCode({}, organizationId))).status, 200)
  return device
}
const read = async (deviceId: string) => (await portal.ask('GET', at(`/devices/${deviceId}`), { cookie })).body

test('a code enrols as many devices as it was made for, until its time, and none once it is revoked', async () => {
  const code = await makeCode({ uses: 2, hours: 2 })
  const [one, two, three] = [1, 2, 3].map(() => createTestDevice(portal)) as [TestDevice, TestDevice, TestDevice]
  const first = await one.enrol(code)
  assert.equal(first.status, 200)
  assert.equal(first.body.organizationName, 'Yritys')
  assert.equal(first.body.policy.settings.profile, 'default')
  assert.match(first.body.portalKey, /^[\w-]{43}$/)
  assert.equal((await two.enrol(code)).status, 200)
  assert.deepEqual((await three.enrol(code)).code, 'devices.code_used')
  const late = await makeCode({ hours: 1 })
  portal.clock.advance(3_600_001)
  assert.equal((await three.enrol(late)).code, 'devices.code_expired')
  const revoked = await makeCode()
  const { body } = await portal.ask('GET', at('/device-codes'), { cookie: await portal.signInAgain(boss.personId) })
  assert.equal(body.tokens.length, 1)
  const cookieNow = await portal.signInAgain(boss.personId)
  await portal.ask('DELETE', at(`/device-codes/${body.tokens[0].tokenId}`), { cookie: cookieNow })
  assert.equal((await three.enrol(revoked)).code, 'devices.code_wrong')
  assert.equal((await three.enrol(`VARTIO-${'x'.repeat(43)}.${'y'.repeat(22)}`)).code, 'devices.code_wrong')
})

test('of two that use the last of a code at once, one is enrolled', async () => {
  const code = await makeCode()
  const answers = await Promise.all([1, 2, 3, 4].map(() => createTestDevice(portal).enrol(code)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409])
})

test('the same hardware is the same device: an answer that was lost costs no second use, a new key needs a new code and replaces the old', async () => {
  const code = await makeCode()
  const device = createTestDevice(portal, { hardware: 'same' })
  const one = await device.enrol(code)
  const again = await device.enrol(code)
  assert.deepEqual([again.status, again.body.deviceId], [200, one.body.deviceId])
  device.newKey()
  assert.equal((await device.enrol(code)).code, 'devices.code_used')
  assert.equal((await device.checkIn({}, { keyid: one.body.deviceId })).code, 'devices.not_signed')
  const anew = await device.enrol(await makeCode())
  assert.equal(anew.body.deviceId, one.body.deviceId)
  assert.equal((await device.checkIn()).status, 200)
  // In another organisation it is another device, and nobody can tell that it is the same.
  const elsewhere = createTestDevice(portal, { hardware: 'same' })
  const other = await elsewhere.enrol(await makeCode({}, otherId))
  assert.notEqual(other.body.deviceId, one.body.deviceId)
  const tokens = await portal.admin<{ hardware_token: string }[]>`select hardware_token::text from devices.device`
  assert.equal(new Set(tokens.map((row) => row.hardware_token)).size, tokens.length)
})

test('two enrolments of the same hardware at one moment are one device', async () => {
  const [one, two] = [await makeCode(), await makeCode()]
  const answers = await Promise.all(
    [one, two].map((code) => createTestDevice(portal, { hardware: 'twice' }).enrol(code)),
  )
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200],
  )
  assert.equal(answers[0]?.body.deviceId, answers[1]?.body.deviceId)
})

test('a request that is not signed as it must be is refused, and one that was taken is not taken again', async () => {
  const [device, stranger] = [await enrolled('Oma'), await enrolled('Muu', otherId)]
  assert.equal((await device.checkIn()).status, 200)
  for (const [forged, code] of [
    [{ keyid: stranger.deviceId }, 'devices.not_signed'],
    [{ keyid: randomUUID() }, 'devices.not_enrolled'],
    [{ keyid: 'portal' }, 'devices.not_enrolled'],
    [{ created: -400 }, 'devices.not_signed'],
    [{ created: 400 }, 'devices.not_signed'],
    [{ lifetime: 301 }, 'devices.not_signed'],
    [{ nonce: 'short' }, 'devices.not_signed'],
    [{ authority: 'portal.example' }, 'devices.not_signed'],
    [{ path: '/api/device/events' }, 'devices.not_signed'],
    [{ signedBody: '{}' }, 'devices.not_signed'],
    [{ components: ['@method', '@path', 'content-digest'] }, 'devices.not_signed'],
  ] as const)
    assert.equal((await device.checkIn({}, forged)).code, code, JSON.stringify(forged))
  const nonce = 'this-nonce-is-used-once'
  assert.equal((await device.checkIn({}, { nonce })).status, 200)
  assert.equal((await device.checkIn({}, { nonce })).code, 'devices.not_signed')
  // Another device may have drawn the same.
  assert.equal((await stranger.checkIn({}, { nonce })).status, 200)
})

test('EP-16 EP-20 EP-21 EP-35 a check-in tells versions, system, language, and the state of each protection with its reason and age', async () => {
  const device = await enrolled('Työasema')
  const since = '2026-11-21T10:00:00.000Z'
  const told = await device.checkIn({
    name: 'Työasema 2',
    language: 'en',
    agentVersion: '0.2.0',
    protections: [
      { name: 'real-time', state: 'watching', why: 'not-root', since },
      { name: 'cloud', state: 'on', since },
    ],
    spool: { waiting: 3, lost: 2 },
    asRoot: false,
  })
  assert.equal(told.status, 200)
  assert.ok(told.body.policy.version > 0)
  assert.deepEqual(told.body.actions, [])
  const shown = await read(device.deviceId)
  assert.equal(shown.name, 'Työasema 2')
  assert.deepEqual([shown.state, shown.because], ['watching', { protection: 'real-time', why: 'not-root', since }])
  assert.deepEqual(
    [shown.os.name, shown.os.version, shown.agentVersion, shown.language],
    ['Debian GNU/Linux', '12', '0.2.0', undefined],
  )
  assert.deepEqual([shown.serial, shown.addresses, shown.user], ['SN-1', ['192.0.2.7'], 'aino'])
  assert.deepEqual([shown.spool, shown.testRulesOnly, shown.asRoot], [{ waiting: 3, lost: 2 }, true, false])
  assert.equal((await device.checkIn({ policyVersion: told.body.policy.version })).body.policy, null)
  // A counter that was set back on the device hides nothing.
  assert.equal((await read(device.deviceId)).spool.lost, 2)
  portal.clock.advance(16 * 60_000)
  const later = await portal.ask('GET', at(`/devices/${device.deviceId}`), {
    cookie: await portal.signInAgain(boss.personId),
  })
  assert.equal(later.body.state, 'silent')
})

test('devices are listed by name in Finnish order, found by name and user, and counted by how they are protected', async () => {
  const session = await portal.signInAgain(boss.personId)
  const organizationId = await portal.createBeneath(providerId, 'Lista', 'company')
  const manager = await portal.person('Listaaja', { [organizationId]: ['administrator'] })
  for (const name of ['Öljy', 'Äiti', 'Auto', 'Zorro']) {
    const device = createTestDevice(portal, { name })
    const made = await portal.ask('POST', at('/device-codes', organizationId), { cookie: manager.cookie, body: {} })
    await device.enrol(made.body.code, { user: name === 'Auto' ? 'kalle' : 'ville' })
    if (name !== 'Zorro') await device.checkIn()
  }
  const list = (query: string) => portal.ask('GET', at(`/devices${query}`, organizationId), { cookie: manager.cookie })
  const search = (body: object) =>
    portal.ask('POST', at('/device-search', organizationId), { cookie: manager.cookie, body })
  const names = (answer: Awaited<ReturnType<typeof list>>) =>
    answer.body.devices.map(({ name }: { name: string }) => name)
  assert.deepEqual(names(await list('')), ['Auto', 'Zorro', 'Äiti', 'Öljy'])
  assert.deepEqual(names(await search({ search: 'kalle' })), ['Auto'])
  assert.deepEqual(names(await search({ search: 'ä' })), ['Äiti'])
  assert.deepEqual(names(await list('?state=off')), ['Zorro'])
  const counts = await portal.ask('GET', at('/device-counts', organizationId), { cookie: manager.cookie })
  assert.deepEqual(counts.body, {
    all: 4,
    protected: 3,
    reporting: 0,
    watching: 0,
    silent: 0,
    failing: 1,
    isolated: 0,
    testRulesOnly: 3,
    lostEvents: 0,
  })
  assert.equal((await portal.ask('GET', at('/devices', organizationId), { cookie: session })).status, 404)
})

test('what is asked of a device is told at its check-in until it says how it ended, once', async () => {
  const manager = await portal.signInAgain(boss.personId)
  const device = await enrolledNow('Tehtävä')
  const ask = (body: unknown) =>
    portal.ask('POST', at(`/devices/${device.deviceId}/actions`), { cookie: manager, body })
  const scan = await ask({ kind: 'scan', path: '/srv' })
  portal.clock.advance(1)
  await ask({ kind: 'isolate', reason: 'Kiristysohjelma' })
  assert.equal((await ask({ kind: 'restore', quarantineId: 'q', reason: 'x' })).status, 400)
  assert.equal((await ask({ kind: 'scan', path: '../etc' })).status, 400)
  const told = await device.checkIn()
  assert.deepEqual(
    told.body.actions.map((one: { actionId: string }) => ({ ...one, actionId: '' })),
    [
      { actionId: '', kind: 'scan', path: '/srv' },
      { actionId: '', kind: 'isolate', reason: 'Kiristysohjelma' },
    ],
  )
  assert.equal(told.body.next, 2)
  const answer = (state: string) =>
    device.post(`/api/device/actions/${scan.body.actionId}`, { state, result: { files: 10, found: 0 } })
  assert.equal((await answer('done')).status, 204)
  assert.equal((await answer('failed')).status, 204)
  assert.equal((await device.checkIn()).body.actions.length, 1)
  const { actions } = (await portal.ask('GET', at(`/devices/${device.deviceId}`), { cookie: manager })).body
  assert.deepEqual(
    actions.map(({ kind, state, reason }: Record<string, string>) => [kind, state, reason]),
    [
      ['isolate', 'sent', 'Kiristysohjelma'],
      ['scan', 'done', null],
    ],
  )
  const stranger = await enrolledNow('Vieras')
  assert.equal(
    (await stranger.post(`/api/device/actions/${actions[0].actionId}`, { state: 'done' })).code,
    'devices.action_not_found',
  )
})

test('a collected file comes back whole, once it was asked for, and whoever fetches it is recorded', async () => {
  const manager = await portal.signInAgain(boss.personId)
  const device = await enrolledNow('Keruu')
  const { actionId } = (
    await portal.ask('POST', at(`/devices/${device.deviceId}/actions`), {
      cookie: manager,
      body: { kind: 'collect-file', path: '/tmp/outo', reason: 'Tutkitaan' },
    })
  ).body
  const content = Buffer.alloc(300_000, 'outo sisältö')
  const sent = await device.post(`/api/device/actions/${actionId}`, {
    state: 'done',
    result: { bytes: content.length, content: content.toString('base64') },
  })
  assert.equal(sent.status, 204)
  const answer = await portal.http.app.inject({
    url: at(`/devices/${device.deviceId}/actions/${actionId}/content`),
    headers: { host: portal.urls.portal.host, cookie: manager },
  })
  assert.ok(answer.rawPayload.equals(content))
  assert.match(String(answer.headers['content-disposition']), /^attachment/)
  const { records } = (await portal.ask('GET', at('/audit?action=devices.file_fetched'), { cookie: manager })).body
  assert.equal(records.length, 1)
  // Nothing of it lies in the clear.
  const [row] = await portal.admin<{ found: boolean }[]>`
    select bool_or(position('outo'::bytea in sealed) > 0) as found from devices.collected`
  assert.equal(row?.found, false)
})

test('RT-22 a device that is removed may ask nothing any more, and its key is destroyed', async () => {
  const manager = await portal.signInAgain(boss.personId)
  const device = await enrolledNow('Poistuva')
  assert.equal((await portal.keys.find(companyId, [device.deviceId])).size, 1)
  assert.equal((await portal.ask('DELETE', at(`/devices/${device.deviceId}`), { cookie: manager })).status, 204)
  assert.equal((await device.checkIn()).code, 'devices.not_enrolled')
  await portal.sealed.erasing.run()
  await until(async () => (await portal.keys.find(companyId, [device.deviceId])).size === 0)
  const { records } = (await portal.ask('GET', at('/audit?action=devices.removed'), { cookie: manager })).body
  assert.deepEqual([records[0].target.kind, records[0].target.name], ['device', null])
})

test('EP-15 a device shows who uses it: the one who does now, whoever did before is forgotten, and an older agent changes nothing', async () => {
  const device = await enrolled('Vaihtuva')
  const users = async () => (await read(device.deviceId)).user
  await device.checkIn({ user: 'kanarialintu', addresses: ['192.0.2.8'] })
  assert.equal(await users(), 'kanarialintu')
  await device.checkIn({})
  assert.equal(await users(), 'kanarialintu')
  await device.checkIn({ user: 'peippo' })
  assert.equal(await users(), 'peippo')
  await device.checkIn({ user: null, addresses: [] })
  const shown = await read(device.deviceId)
  assert.deepEqual([shown.user, shown.addresses], [null, []])
})

test('EP-02 EP-15 nothing that names a device or its user lies in the database in the clear, nor in the log', async () => {
  const device = await enrolledNow('Salainen-kone-471')
  await device.checkIn({ user: 'salainen-nimi-471', serial: 'SALAINEN-SARJA-471', addresses: ['198.51.100.171'] })
  const tables = await portal.admin<{ row: string }[]>`
    select d::text as row from devices.device d union all select a::text from devices.action a`
  assert.ok(tables.length > 10)
  const all = tables.map(({ row }) => row).join('\n') + portal.lines.join('\n')
  assert.doesNotMatch(all, /salainen|198\.51\.100\.171/i)
})

async function enrolledNow(name: string): Promise<TestDevice> {
  const device = createTestDevice(portal, { name })
  const made = await portal.ask('POST', at('/device-codes'), {
    cookie: await portal.signInAgain(boss.personId),
    body: {},
  })
  assert.equal((await device.enrol(made.body.code)).status, 200)
  return device
}
