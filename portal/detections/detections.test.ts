import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { createTestDevice, detected, home } from '#tests/device'
import { createTestPortal } from '#tests/portal'
import { until } from '#tests/until'
import { eventsTaken } from './api.ts'

const portal = await createTestPortal()
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Yritys', 'company')
const boss = await portal.person('Pomo', { [companyId]: ['administrator'] })
const { cookie } = boss
const at = (path: string, organizationId = companyId) => `/api/organizations/${organizationId}${path}`
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
before(() => portal.messages.start())
after(() => portal.messages.stop())

async function enrolled(name = 'Kone') {
  const device = createTestDevice(portal, { name })
  const made = await portal.ask('POST', at('/device-codes'), { cookie, body: {} })
  assert.equal((await device.enrol(made.body.code)).status, 200)
  return device
}
const list = async (query = '') => (await portal.ask('GET', at(`/detections${query}`), { cookie })).body
const read = async (id: string) => (await portal.ask('GET', at(`/detections/${id}`), { cookie })).body
const of = (deviceId: string) => list(`?deviceId=${deviceId}`)

test('EP-17 what was found stands in the portal: what, where, when, by whom, what was done', async () => {
  const device = await enrolled('Aino-kannettava')
  const found = detected({
    findings: [
      {
        rule: 'Trojan',
        ruleSet: 'base',
        author: 'A. N. Other',
        licence: 'CC-BY-4.0',
        source: 'rules',
        place: ['a.zip', 'b.exe'],
      },
    ],
  })
  assert.deepEqual((await device.send(randomUUID(), 1, [found])).body, { upTo: 1, unread: 0 })
  const [shown] = (await of(device.deviceId)).detections
  assert.deepEqual(
    [shown.device.name, shown.rule, shown.author, shown.path, shown.process, shown.user, shown.done, shown.happenedAt],
    ['Aino-kannettava', 'Trojan', 'A. N. Other', found.path, '/usr/bin/curl', 'aino', 'quarantined', found.at],
  )
  const detail = await read(found.id)
  assert.deepEqual(
    [detail.licence, detail.findings[0].place, detail.sha256, detail.canRestore],
    ['CC-BY-4.0', ['a.zip', 'b.exe'], found.sha256, true],
  )
  const [row] = await portal.admin<
    { text: string }[]
  >`select string_agg(d::text, '') as text from detections.detection d`
  assert.doesNotMatch(row?.text ?? '', /aino|lasku|curl|b\.exe/i)
})

test('each event is kept once, whatever is sent again, at once, or after a gap; what cannot be read holds nothing back', async () => {
  const device = await enrolled()
  const spool = randomUUID()
  const all = Array.from({ length: 6 }, (_, place) => detected({ path: `/tmp/${place}` }))
  assert.equal((await device.send(spool, 1, all.slice(0, 3))).body.upTo, 3)
  assert.equal((await device.send(spool, 1, all.slice(0, 3))).body.upTo, 3)
  assert.equal((await device.send(spool, 2, all.slice(1, 5))).body.upTo, 5)
  // Sent twice at one moment.
  const answers = await Promise.all([1, 2, 3].map(() => device.send(spool, 6, all.slice(5))))
  assert.deepEqual(
    answers.map(({ body }) => body.upTo),
    [6, 6, 6],
  )
  assert.equal((await of(device.deviceId)).detections.length, 6)
  const odd = await device.send(
    spool,
    9,
    [{ kind: 'of-a-later-version' }, detected({ path: '\0' }), detected({ path: '/tmp/late' })],
    2,
  )
  assert.deepEqual(odd.body, { upTo: 11, unread: 2 })
  assert.equal((await of(device.deviceId)).detections.length, 7)
  // The same again under another spool, as after the spool of the agent was lost.
  await device.send(randomUUID(), 1, all)
  assert.equal((await of(device.deviceId)).detections.length, 7)
})

test('one device cannot write or change what another has found, nor one of another organisation', async () => {
  const [one, two] = [await enrolled('Yksi'), await enrolled('Kaksi')]
  const found = detected()
  await one.send(randomUUID(), 1, [found])
  await two.send(randomUUID(), 1, [detected({ id: found.id, path: '/väärä' })])
  const detail = await read(found.id)
  assert.deepEqual([detail.device.name, detail.path], ['Yksi', found.path])
  assert.equal((await of(two.deviceId)).detections.length, 0)
})

test('what was found late, reported only or failed says so, and a process that encrypts is told as such', async () => {
  const device = await enrolled()
  const encryptor = {
    kind: 'encryptor',
    id: randomUUID(),
    at: '2026-11-21T11:00:00Z',
    process: { pid: 9, path: '/tmp/x' },
    files: 7,
    paths: [`${home}/kuva.jpg`],
    canary: true,
    done: 'stopped',
  }
  await device.send(randomUUID(), 1, [
    detected({ seenLate: true, done: 'reported', quarantineId: undefined }),
    encryptor,
  ])
  const { detections, counts } = await of(device.deviceId)
  assert.deepEqual(new Set(detections.map((one: { seenLate: boolean }) => one.seenLate)), new Set([true, false]))
  assert.equal(counts.open, 1)
  const detail = await read(encryptor.id)
  assert.deepEqual(
    [detail.rule, detail.files, detail.paths, detail.canRestore],
    ['canary', 7, [`${home}/kuva.jpg`], false],
  )
})

test('something is put back with a reason, by the device, and each step is recorded', async () => {
  const device = await enrolled()
  const found = detected()
  await device.send(randomUUID(), 1, [found])
  const restore = (body: unknown) => portal.ask('POST', at(`/detections/${found.id}/restore`), { cookie, body })
  assert.equal((await restore({})).status, 400)
  assert.equal((await restore({ reason: 'Oma työkalumme' })).status, 204)
  assert.equal((await restore({ reason: 'Vielä kerran' })).code, 'detections.under_way')
  const { actions } = (await device.checkIn()).body
  assert.deepEqual(
    actions.map(({ kind, quarantineId, reason }: Record<string, string>) => [kind, quarantineId, reason]),
    [['restore', 'q1', 'Oma työkalumme']],
  )
  await device.post(`/api/device/actions/${actions[0].actionId}`, { state: 'done' })
  await until(async () => (await read(found.id)).fate === 'restored')
  const detail = await read(found.id)
  assert.deepEqual(
    [detail.canRestore, detail.steps[0].reason, detail.steps[0].state],
    [false, 'Oma työkalumme', 'done'],
  )
  const { records } = (await portal.ask('GET', at('/audit'), { cookie })).body
  const told = records.map(({ action }: { action: string }) => action)
  for (const action of [
    'detections.restore_requested',
    'devices.action_requested',
    'devices.action_ended',
    'detections.restored',
  ])
    assert.ok(told.includes(action), action)
  assert.doesNotMatch(JSON.stringify(records), /työkalumme/)
  assert.equal((await restore({ reason: 'Myöhässä' })).code, 'detections.not_in_quarantine')
})

test('what could not be put back may be tried again, or deleted', async () => {
  const device = await enrolled()
  const found = detected()
  await device.send(randomUUID(), 1, [found])
  await portal.ask('POST', at(`/detections/${found.id}/restore`), { cookie, body: { reason: 'x' } })
  const [first] = (await device.checkIn()).body.actions
  await device.post(`/api/device/actions/${first.actionId}`, { state: 'failed', why: 'path-exists' })
  await until(async () => (await read(found.id)).fate === 'failed')
  assert.equal((await read(found.id)).steps[0].why, 'path-exists')
  assert.equal((await portal.ask('DELETE', at(`/detections/${found.id}/quarantined`), { cookie })).status, 204)
  const [second] = (await device.checkIn()).body.actions
  assert.equal(second.kind, 'delete')
  await device.post(`/api/device/actions/${second.actionId}`, { state: 'done' })
  await until(async () => (await read(found.id)).fate === 'deleted')
})

test('a page that is looked at hears that something came, and that something was done with it', async () => {
  const device = await enrolled()
  const mark = async () => (await portal.ask('GET', at('/detections-latest'), { cookie })).body.mark
  const first = await mark()
  portal.clock.advance(10)
  const found = detected()
  await device.send(randomUUID(), 1, [found])
  const second = await mark()
  assert.notEqual(second, first)
  portal.clock.advance(10)
  await portal.ask('DELETE', at(`/detections/${found.id}/quarantined`), { cookie })
  assert.notEqual(await mark(), second)
})

test('RT-01 RT-22 of a device that was removed stays what was found and when, without where and by whom', async () => {
  const device = await enrolled('Poistuva')
  const found = detected()
  await device.send(randomUUID(), 1, [found])
  await portal.ask('DELETE', at(`/devices/${device.deviceId}`), { cookie })
  await portal.sealed.erasing.run()
  const detail = await until(async () => {
    const shown = await read(found.id)
    return shown.path === null ? shown : undefined
  })
  assert.deepEqual([detail.rule, detail.device.name, detail.user, detail.canRestore], ['eicar', null, null, false])
  await until(async () => {
    const rows = await portal.admin`select 1 from detections.spool where device_id = ${device.deviceId}`
    return rows.length === 0
  })
})

test('A-37 whoever looks after the organisation for another sees no name of a home folder nor of a user', async () => {
  await portal.organizations.beginAsCompany(companyId, providerId, ['incident-resolution'], by)
  const helper = await portal.person('Auttaja', { [providerId]: ['administrator'] })
  const { detections } = (await portal.ask('GET', at('/detections'), { cookie: helper.cookie })).body
  assert.ok(detections.length > 5)
  assert.doesNotMatch(JSON.stringify(detections), /aino\//i)
  assert.ok(detections.every((one: { user: unknown }) => one.user === null))
  const shown = await Promise.all(
    detections.map(
      async ({ detectionId }: { detectionId: string }) =>
        (await portal.ask('GET', at(`/detections/${detectionId}`), { cookie: helper.cookie })).body,
    ),
  )
  assert.doesNotMatch(JSON.stringify(shown), /"user":"aino"|\/aino\//)
})

test('SC-12 SC-13 an administrator is shown a summary beside the device, and neither what was submitted nor how it was analysed', async () => {
  const device = await enrolled()
  const [sample, headers, analysis] = [
    'TVqQAAMAAAAEAAAA',
    'x-served-by: cache-hel-3',
    'behaviour: writes to the run key',
  ]
  const found = {
    ...detected({ findings: [{ rule: 'Made.Up', ruleSet: 'security-cloud', source: 'cloud', place: [] }] }),
    content: sample,
    headers: [headers],
    analysis: { text: analysis },
  }
  assert.deepEqual((await device.send(randomUUID(), 1, [found])).body, { upTo: 1, unread: 0 })
  const [shown] = (await of(device.deviceId)).detections
  assert.deepEqual([shown.device.deviceId, shown.source, shown.rule], [device.deviceId, 'cloud', 'Made.Up'])
  const said = JSON.stringify([await read(found.id), shown])
  const [row] = await portal.admin<
    { text: string }[]
  >`select string_agg(d::text, '') as text from detections.detection d`
  for (const secret of [sample, headers, analysis])
    for (const [where, text] of Object.entries({ said, row: row?.text ?? '' }))
      assert.ok(!text.includes(secret), `${secret} is in ${where}`)
  // No address of the portal hands out a sample either; a file that an administrator collects is another matter, of which the employee is told.
  assert.deepEqual(
    portal.http.routes.filter(({ path }) => /sample/.test(path)),
    [],
  )
})

test('any events are taken or refused, never a failure, and how far they came never goes back', async () => {
  const device = await enrolled()
  const spool = randomUUID()
  let highest = 0
  const event = fc.oneof(
    fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text)),
    fc
      .record({ path: fc.string({ unit: 'binary', maxLength: 50 }), bytes: fc.integer(), user: fc.string() })
      .map((more) => detected(more)),
  )
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 200 }), fc.array(event, { maxLength: 5 }), async (from, events) => {
      const { status, body } = await device.send(spool, from, events)
      assert.ok(status === 200 || status === 400, `${status}`)
      if (status !== 200) return
      assert.ok(body.upTo >= highest)
      highest = body.upTo
    }),
    { numRuns: 60 },
  )
  assert.equal(eventsTaken.safeParse({ spool, from: 0, events: [], lost: 0 }).success, false)
})
