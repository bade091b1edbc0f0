import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createTestDevice, detected, home } from '#tests/device'
import { createTestPortal } from '#tests/portal'
import { coversOf } from './read.ts'

const portal = await createTestPortal()
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Yritys', 'company')
const otherId = await portal.createBeneath(providerId, 'Toinen', 'company')
const boss = await portal.person('Pomo', { [companyId]: ['administrator'], [otherId]: ['administrator'] })
const second = await portal.person('Kakkonen', { [companyId]: ['administrator'] })
const viewer = await portal.person('Lukija', { [companyId]: ['viewer', 'privacy_officer'] })
const helper = await portal.person('Auttaja', { [providerId]: ['administrator'] })
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
before(() => portal.messages.start())
after(() => portal.messages.stop())

const ask = (method: 'GET' | 'POST', path: string, body?: object, cookie = boss.cookie, organizationId = companyId) => {
  portal.clock.advance(1)
  return portal.ask(method, `/api/organizations/${organizationId}${path}`, { cookie, ...(body ? { body } : {}) })
}
const device = createTestDevice(portal, { name: 'Kone' })
await device.enrol((await portal.devices.makeCode(companyId, { uses: 1, hours: 1 }, by)).code)
async function found(more: Record<string, unknown> = {}): Promise<string> {
  const one = detected(more)
  portal.clock.advance(1)
  assert.equal((await device.send(randomUUID(), 1, [one])).status, 200)
  return one.id
}
const read = async (id: string) => (await ask('GET', `/detections/${id}`)).body
const list = async (query: string) => (await ask('GET', `/detections?${query}`)).body
const idsOf = async (query: string) =>
  (await list(query)).detections.map(({ detectionId }: { detectionId: string }) => detectionId)
const until = (days: number) => new Date(portal.clock.now().getTime() + days * 86_400_000).toISOString()

test('a detection goes from new to investigating to resolved, and back, with who, when and why', async () => {
  const id = await found()
  const first = await read(id)
  assert.deepEqual([first.state, first.version, first.assignee, first.history], ['new', 1, null, []])
  assert.equal((await ask('POST', `/detections/${id}/state`, { version: 1, state: 'investigating' })).status, 200)
  const why = 'Tarkistettu käyttäjältä:\noma asennuspaketti'
  const changed = await ask('POST', `/detections/${id}/state`, { version: 2, state: 'resolved', why }, second.cookie)
  assert.deepEqual(changed.body, { version: 3 })
  const { state, resolution, history } = await read(id)
  assert.deepEqual([state, resolution], ['resolved', 'handled'])
  assert.deepEqual(
    history.map((one: { by: { name: string }; state: string; text: string | null }) => [
      one.by.name,
      one.state,
      one.text,
    ]),
    [
      ['Kakkonen', 'resolved', why],
      ['Pomo', 'investigating', null],
    ],
  )
  assert.equal((await ask('POST', `/detections/${id}/state`, { version: 3, state: 'new' })).status, 200)
  assert.deepEqual([(await read(id)).state, (await read(id)).resolution], ['new', null])
  const [row] = await portal.admin<{ text: string }[]>`select string_agg(c::text, '') as text from detections.change c`
  assert.doesNotMatch(row?.text ?? '', /asennuspaketti/)
  const { records } = (await ask('GET', '/audit?action=detections.state_set')).body
  assert.deepEqual([records.length, records[0].details], [3, { state: 'new' }])
})

test('of two who change it at once the second is told and nothing is lost; what is written is in nobody’s way', async () => {
  const id = await found()
  const answers = await Promise.all(
    [boss, second].map(({ cookie }, at) =>
      ask('POST', `/detections/${id}/state`, { version: 1, state: 'investigating', why: `Minä ${at}` }, cookie),
    ),
  )
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409])
  assert.equal(answers.find(({ status }) => status === 409)?.code, 'detections.changed_meanwhile')
  await Promise.all(
    [boss, second].map(({ cookie }, at) => ask('POST', `/detections/${id}/notes`, { text: `Huomio ${at}` }, cookie)),
  )
  const { history, version } = await read(id)
  assert.equal(version, 2)
  assert.deepEqual(history.filter(({ what }: { what: string }) => what === 'note').length, 2)
  assert.equal((await ask('POST', `/detections/${id}/notes`, { text: ' ' })).status, 400)
  assert.equal(
    (await ask('POST', `/detections/${id}/state`, { version: 2, state: 'resolved' }, viewer.cookie)).status,
    403,
  )
})

test('it is given to who may handle it: somebody here, or of whoever looks after it, as long as that is agreed', async () => {
  const id = await found()
  const give = (personId: string | null, version: number) =>
    ask('POST', `/detections/${id}/assignee`, { version, personId })
  const names = async () =>
    (await ask('GET', '/detection-assignees')).body.people.map(({ name, isOwn }: { name: string; isOwn: boolean }) => [
      name,
      isOwn,
    ])
  assert.deepEqual(await names(), [
    ['Kakkonen', true],
    ['Pomo', true],
  ])
  assert.equal((await give(helper.personId, 1)).code, 'detections.cannot_handle')
  assert.equal((await give(viewer.personId, 1)).code, 'detections.cannot_handle')
  await portal.organizations.beginAsCompany(companyId, providerId, ['invoicing'], by)
  assert.equal((await give(helper.personId, 1)).code, 'detections.cannot_handle')
  await portal.organizations.endAsCompany(companyId, providerId, by)
  portal.clock.advance(1)
  await portal.organizations.beginAsCompany(companyId, providerId, ['incident-resolution'], by)
  assert.deepEqual(await names(), [
    ['Auttaja', false],
    ['Kakkonen', true],
    ['Pomo', true],
  ])
  assert.equal((await give(helper.personId, 1)).status, 200)
  assert.deepEqual((await read(id)).assignee, { personId: helper.personId, name: 'Auttaja', mayHandle: true })
  const seen = await ask('GET', `/detections?assignee=${helper.personId}&state=unresolved`, undefined, helper.cookie)
  assert.deepEqual(
    seen.body.detections.map(({ detectionId }: { detectionId: string }) => detectionId),
    [id],
  )
  assert.equal(seen.body.matching.count, 1)
  await portal.organizations.endAsCompany(companyId, providerId, by)
  assert.deepEqual((await read(id)).assignee, { personId: helper.personId, name: 'Auttaja', mayHandle: false })
  assert.equal((await give(null, 2)).status, 200)
  assert.deepEqual([(await read(id)).assignee, (await read(id)).history.length], [null, 2])
})

test('a false positive is let through until a set time, with a reason, and is resolved; the policy shows it', async () => {
  const id = await found({ done: 'reported', quarantineId: undefined })
  const overview = async () => (await ask('GET', '/overview')).body.needs.map(({ code }: { code: string }) => code)
  assert.ok((await overview()).includes('overview.detections_open'))
  const { covers, version } = await read(id)
  assert.deepEqual(
    covers.map(({ kind }: { kind: string }) => kind),
    ['sha256', 'path', 'rule'],
  )
  const mark = (more: object = {}) =>
    ask('POST', `/detections/${id}/false-positive`, {
      version,
      cover: 'sha256',
      until: until(7),
      reason: 'Oma työkalu',
      ...more,
    })
  assert.equal((await mark({ until: undefined })).status, 400)
  assert.equal((await mark({ reason: '' })).status, 400)
  assert.equal((await mark({ until: until(91) })).code, 'policies.bad_until')
  assert.equal((await mark({ version: 9 })).code, 'detections.changed_meanwhile')
  assert.equal((await ask('GET', '/policy')).body.exclusions.length, 0)
  const answers = await Promise.all([mark(), mark()])
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409])
  const { exclusions } = (await ask('GET', '/policy')).body
  assert.deepEqual(
    exclusions.map(({ kind, value, reason }: Record<string, string>) => [kind, value, reason]),
    [['sha256', covers[0].value, 'Oma työkalu']],
  )
  const { state, resolution, history } = await read(id)
  assert.deepEqual([state, resolution, history[0].text], ['resolved', 'false-positive', 'Oma työkalu'])
  assert.deepEqual(history[0].excluded, { kind: 'sha256', until: exclusions[0].until })
  assert.ok(!(await overview()).includes('overview.detections_open'))
})

test('PT-02 a false positive needs both rights: that of detections, which it resolves, and that of the policy, which it changes', async () => {
  const id = await found({ done: 'reported', quarantineId: undefined })
  const mark = (who: { cookie?: string; headers?: Record<string, string> }) =>
    portal.ask('POST', `/api/organizations/${companyId}/detections/${id}/false-positive`, {
      ...who,
      body: { version: 1, cover: 'sha256', until: until(7), reason: 'Oma työkalu' },
    })
  for (const [activity, code] of [
    ['policy-management', 'sessions.not_allowed'],
    ['incident-resolution', 'detections.may_not_exclude'],
  ] as const) {
    await portal.organizations.beginAsCompany(companyId, providerId, [activity], by)
    const { status, code: said } = await mark({ cookie: helper.cookie })
    assert.deepEqual([status, said], [403, code])
    await portal.organizations.endAsCompany(companyId, providerId, by)
    portal.clock.advance(1)
  }
  for (const [permission, code] of [
    ['policies.manage', 'api_keys.not_allowed'],
    ['detections.manage', 'detections.may_not_exclude'],
  ] as const) {
    const cookie = await portal.signInAgain(boss.personId)
    const given = { title: permission, permissions: [permission], expiresAt: until(7) }
    const made = await ask('POST', '/api-keys', given, cookie)
    assert.equal(made.status, 200)
    const { status, code: said } = await mark({ headers: { authorization: `Bearer ${made.body.key}` } })
    assert.deepEqual([status, said], [403, code])
  }
  assert.equal((await read(id)).state, 'new')
  assert.equal((await ask('GET', '/policy')).body.exclusions.length, 1)
})

test('an exclusion is of what was found, and of no pattern that whoever named the file has written', () => {
  const sha256 = Buffer.alloc(32, 1)
  const kinds = (path: string | null, rule = 'eicar') =>
    coversOf({ kind: 'detection', rule, sha256 }, { path, process: null }).map(({ kind }) => kind)
  assert.deepEqual(kinds('/srv/a'), ['sha256', 'path', 'rule'])
  for (const path of ['/srv/*', '/srv/a?', '/srv/../etc', 'a', '/srv/a\u202e', null])
    assert.deepEqual(kinds(path), ['sha256', 'rule'])
  assert.deepEqual(kinds('/srv/a', 'two words'), ['sha256', 'path'])
  const process = JSON.stringify({ pid: 1, path: '/opt/x', sha256: 'ab'.repeat(32) })
  const encryptor = coversOf({ kind: 'encryptor', rule: 'canary', sha256: null }, { path: `${home}/x`, process })
  assert.deepEqual(encryptor, [
    { kind: 'sha256', value: 'ab'.repeat(32) },
    { kind: 'path', value: '/opt/x' },
  ])
})

test('several are changed at once, and undone where nobody has changed them since', async () => {
  const ids = [await found(), await found(), await found()]
  const done = await ask('POST', '/detection-bulk', {
    act: { kind: 'state', state: 'resolved', why: 'Sama asennus' },
    chosen: { ids },
  })
  assert.deepEqual([done.body.count, done.body.isMore], [3, false])
  const one = await read(ids[0] ?? '')
  assert.deepEqual([one.state, one.history[0].text, one.history[0].isOfMany], ['resolved', 'Sama asennus', true])
  assert.equal((await ask('POST', `/detections/${ids[1]}/state`, { version: 2, state: 'investigating' })).status, 200)
  const undo = () => ask('POST', `/detection-bulk/${done.body.bulkId}/undo`)
  assert.deepEqual((await undo()).body, { count: 2 })
  assert.deepEqual(await Promise.all(ids.map(async (id) => (await read(id)).state)), ['new', 'investigating', 'new'])
  assert.equal((await undo()).code, 'detections.nothing_to_undo')
  const filter = { state: 'investigating' }
  const given = await ask('POST', '/detection-bulk', {
    act: { kind: 'assignee', personId: second.personId },
    chosen: { filter },
  })
  assert.equal(given.body.count, await list('state=investigating').then(({ matching }) => matching.count))
  assert.ok((await idsOf(`assignee=${second.personId}`)).includes(ids[1]))
  assert.equal(
    (await ask('POST', '/detection-bulk', { act: { kind: 'assignee', personId: second.personId }, chosen: { filter } }))
      .code,
    'detections.nothing_chosen',
  )
  assert.equal((await ask('POST', `/detection-bulk/${given.body.bulkId}/undo`)).body.count, given.body.count)
  assert.deepEqual(await idsOf(`assignee=${second.personId}`), [])
  // Nothing of another organisation is changed, whoever names it.
  const elsewhere = await ask(
    'POST',
    '/detection-bulk',
    { act: { kind: 'state', state: 'resolved' }, chosen: { ids } },
    boss.cookie,
    otherId,
  )
  assert.equal(elsewhere.code, 'detections.nothing_chosen')
  assert.equal((await ask('POST', `/detections/${ids[0]}/notes`, { text: 'x' }, boss.cookie, otherId)).status, 404)
})

test('a list is narrowed by state, severity, device, assignee and time, page by page, whatever the filter leaves', async () => {
  const failed = await found({ done: 'failed' })
  portal.clock.advance(1)
  const before = portal.clock.now().toISOString()
  const stopped = await found({ findings: [{ rule: 'R', ruleSet: 'base', source: 'rules', place: [] }] })
  assert.ok((await idsOf('severity=critical')).includes(failed))
  assert.equal((await read(stopped)).severity, 'medium')
  assert.deepEqual(await idsOf(`from=${encodeURIComponent(before)}`), [stopped])
  assert.deepEqual(
    await idsOf(`severity=medium&state=new&deviceId=${device.deviceId}&assignee=nobody&done=quarantined`),
    [stopped],
  )
  assert.deepEqual(await idsOf(`deviceId=${randomUUID()}`), [])
  for (let at = 0; at < 3; at += 1)
    await device.send(
      randomUUID(),
      1,
      Array.from({ length: 40 }, () => detected()),
    )
  const every = new Set<string>()
  let cursor: string | null = ''
  for (let page = 0; page < 9 && cursor !== null; page += 1) {
    const body = await list(`state=new&severity=low${cursor ? `&cursor=${cursor}` : ''}`)
    for (const { detectionId } of body.detections) every.add(detectionId)
    cursor = body.next
  }
  assert.equal(every.size, (await list('state=new&severity=low')).matching.count)
  const { counts, days } = await list('')
  const [row] = await portal.admin<{ count: number }[]>`select count(*)::int as count from detections.detection`
  assert.deepEqual([counts.all, days.at(-1).count], [row?.count, row?.count])
})

test('RT-22 whoever is forgotten leaves no word, and what they did stays by nobody', async () => {
  const id = await found()
  assert.equal((await ask('POST', `/detections/${id}/assignee`, { version: 1, personId: second.personId })).status, 200)
  await ask('POST', `/detections/${id}/notes`, { text: 'Salaisuus' }, second.cookie)
  await ask(
    'POST',
    `/detections/${id}/state`,
    { version: 2, state: 'resolved', why: 'Toinen salaisuus' },
    second.cookie,
  )
  const handle = await portal.database.forPerson(second.personId, (tx) => portal.people.subjectOf(tx, second.personId))
  const described = await portal.rights.describe(handle ?? '')
  assert.ok(described.tables.some(({ table }) => table === 'detections.change'))
  const answer = await portal.rights.forget(randomUUID(), handle ?? '')
  assert.equal(answer.outcome, 'done')
  const { assignee, history, state } = await read(id)
  assert.deepEqual([assignee, state], [null, 'resolved'])
  assert.deepEqual(
    history.map((one: { what: string; by: unknown; text: unknown }) => [one.what, one.by === null, one.text]),
    [
      ['state', true, null],
      ['assignee', false, null],
    ],
  )
  assert.equal((await portal.admin`select 1 from detections.change where author_id = ${second.personId}`).length, 0)
})
