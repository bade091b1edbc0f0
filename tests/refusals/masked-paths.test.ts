import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { newId } from '#base/ids'
import { enterPurpose } from '#server/purpose'
import type { Route } from '#server/routes'
import { createTestDevice, detected } from '#tests/device'
import { createTestPortal } from '#tests/portal'

// a path often holds the name of whoever uses a device. It is planted in every path there is, and everybody who looks after the company asks for everything.

// What this test asks itself, past routes.
enterPurpose('rights')

const canary = 'kanarialintu'
const home = ['', 'home', canary].join('/')
const portal = await createTestPortal()
const { clock } = portal
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
const providerId = await portal.createProvider()
const partnerId = await portal.createBeneath(providerId, 'Kumppani', 'partner')
const companyId = await portal.createBeneath(partnerId, 'Yritys', 'company')
await portal.organizations.beginAsCompany(
  companyId,
  partnerId,
  ['it-management', 'policy-management', 'incident-resolution', 'service-support', 'customer-management', 'invoicing'],
  by,
)
await portal.organizations.beginAsCompany(companyId, providerId, ['it-management'], by)
const boss = await portal.person('Pomo', { [companyId]: ['administrator'] })
const helper = await portal.person('Auttaja', { [partnerId]: ['administrator'] })
const staff = await portal.person('Tarjoaja', { [providerId]: ['administrator'] })

const at = (path: string) => `/api/organizations/${companyId}${path}`
async function as(who: { personId: string }, method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) {
  const cookie = await portal.signInAgain(who.personId)
  return portal.ask(method, at(path), { cookie, ...(body ? { body } : {}) })
}
async function done(method: 'GET' | 'POST', path: string, body?: unknown) {
  const answer = await as(boss, method, path, body)
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}

// Everything that has a path, of a device whose own name says nothing.
const device = createTestDevice(portal, { name: 'Kone' })
const { code } = await portal.devices.makeCode(companyId, { uses: 1, hours: 1 }, by)
assert.equal((await device.enrol(code, { user: 'aino' })).status, 200)
const process = { pid: 4_711, path: `${home}/ohjelma`, uid: 1_000, user: canary, startedAt: 12_345 }
const place = ['koti.tar', `home/${canary}/lasku.com`]
const found = detected({
  path: `${home}/Lataukset/koti.tar`,
  process,
  findings: [{ rule: 'eicar', ruleSet: 'vartio-test', source: 'rules', place }],
  notUnpacked: [{ place, reason: 'encrypted' }],
})
const encryptor = {
  kind: 'encryptor',
  id: randomUUID(),
  at: found.at,
  process,
  files: 12,
  paths: [`${home}/a.odt`, `/media/${canary}/TIKKU/b.odt`],
  done: 'stopped',
}
const allowed = detected({ path: `${home}/oma-ohjelma`, process })
assert.deepEqual((await device.send(randomUUID(), 1, [found, encryptor, allowed])).body, { upTo: 3, unread: 0 })
const until = new Date(clock.now().getTime() + 86_400_000).toISOString()
const { groupId } = await done('POST', '/device-groups', { name: 'Myymälät' })
await portal.devices.label({ organizationId: companyId, deviceId: device.deviceId }, { groupId, tagIds: [] }, by)
const scopes = [companyId, groupId, device.deviceId]
const exclusions = await Promise.all(
  scopes.map(async (scopeId) => {
    const value = `${home}/koodi/**`
    return (await done('POST', `/policy/levels/${scopeId}/exclusions`, { kind: 'path', value, reason: 'Oma', until }))
      .exclusionId as string
  }),
)
await done('POST', `/detections/${allowed.id}/false-positive`, { version: 1, cover: 'path', until, reason: 'Oma' })
const { actionId } = await done('POST', `/devices/${device.deviceId}/actions`, { kind: 'scan', path: home })
await done('POST', `/devices/${device.deviceId}/actions`, { kind: 'collect-file', path: `${home}/x`, reason: 'Oma' })
const { reportId } = await done('POST', '/reports', {
  parts: ['protection', 'detections', 'policies'],
  period: 'week',
  day: 1,
  hour: 8,
  timeZone: 'Europe/Helsinki',
  hasNames: true,
  isOn: true,
  recipients: [boss.personId],
})
const { editionId } = await done('POST', `/reports/${reportId}/send`)

const isReading = ({ method, path }: Route) => method === 'GET' || /search|export|look|preview/.test(path)
const bodies: Readonly<Record<string, object>> = {
  'device-search': { search: 'Kone' },
  '/policy/levels/:scopeId/preview': { own: { reportOnly: true }, locked: [] },
  '/policy/levels/:scopeId/exclusions/preview': { kind: 'path', value: '/srv/x' },
}
let senders = 0
/** Everything that can be read of the company, by route. */
async function readAll(who: { personId: string }): Promise<ReadonlyMap<string, string>> {
  const cookie = await portal.signInAgain(who.personId)
  const answers = new Map<string, string>()
  for (const route of portal.http.routes.filter(isReading)) {
    if (route.permission === 'device' || route.permission.startsWith('program:')) continue
    for (const scopeId of route.path.includes(':scopeId') ? scopes : [companyId])
      for (const detectionId of route.path.includes(':detectionId') ? [found.id, encryptor.id, allowed.id] : ['']) {
        const ids: Readonly<Record<string, string>> = {
          organizationId: companyId,
          deviceId: device.deviceId,
          exclusionId: exclusions[0] ?? '',
          scopeId,
          detectionId,
          groupId,
          actionId,
          reportId,
          editionId,
        }
        const address = route.path.replace(/:([a-zA-Z]+)/g, (_all, name: string) => ids[name] ?? newId())
        const body = Object.entries(bodies).find(([path]) => route.path.endsWith(path))?.[1] ?? {}
        senders += 1
        const answer = await portal.http.app.inject({
          method: route.method,
          url: address,
          // Nobody is refused for having asked often.
          remoteAddress: `10.4.${senders >> 8}.${senders & 255}`,
          headers: { host: portal.urls.portal.host, cookie },
          ...(route.method === 'GET' ? {} : { payload: body }),
        })
        assert.notEqual(answer.statusCode, 429, route.path)
        const name = `${answer.statusCode < 300 ? 'answer' : 'refusal'} ${route.method} ${route.path}`
        answers.set(name, `${answers.get(name) ?? ''}${answer.body}`)
      }
  }
  return answers
}
const naming = (answers: ReadonlyMap<string, string>) =>
  [...answers]
    .filter(([, text]) => text.includes(canary))
    .map(([route]) => route.replace('/api/organizations/:organizationId', ''))

test('A-37 the company itself reads whole paths: of what was found, what is let through, and what a device was asked to do', async () => {
  assert.deepEqual(naming(await readAll(boss)).sort(), [
    'answer GET /detections',
    'answer GET /detections/:detectionId',
    'answer GET /devices/:deviceId',
    'answer GET /policy',
    'answer GET /policy/levels/:scopeId',
    'answer GET /policy/levels/:scopeId/history',
  ])
})

test('A-37 whoever looks after it, a partner or the provider, reads the same without a name in any path, on every route', async () => {
  for (const who of [helper, staff]) {
    const answers = await readAll(who)
    assert.deepEqual(naming(answers), [])
    for (const route of [
      'detections',
      'detections/:detectionId',
      'devices/:deviceId',
      'policy',
      'policy/levels/:scopeId',
    ])
      assert.match(answers.get(`answer GET /api/organizations/:organizationId/${route}`) ?? '', /\/home\/…/, route)
    const history = answers.get('answer GET /api/organizations/:organizationId/policy/levels/:scopeId/history') ?? ''
    assert.match(history, /\/home\/…\/koodi/)
  }
})

test('A-37 a path that is given back as it was shown is refused, and what a partner changes leaves the rest as it was', async () => {
  const shown = (await as(helper, 'GET', '/policy')).body
  const [path] = shown.exclusions.filter(({ kind }: { kind: string }) => kind === 'path')
  assert.match(path.value, /…/)
  const excluded = { kind: 'path', value: path.value, reason: 'Sama', until }
  for (const [address, body] of [
    ['/policy/exclusions', excluded],
    [`/policy/levels/${device.deviceId}/exclusions`, excluded],
    [`/devices/${device.deviceId}/actions`, { kind: 'scan', path: '/home/…/x' }],
    [`/devices/${device.deviceId}/actions`, { kind: 'collect-file', path: '/home/…/x', reason: 'Sama' }],
  ] as const)
    assert.equal((await as(helper, 'POST', address, body)).status, 400, address)
  const told = async () =>
    (await device.checkIn({ policyVersion: 0 })).body.policy.settings.exclusions
      .map(({ value }: { value: string }) => value)
      .sort()
  const before = await told()
  assert.equal(before.filter((value: string) => value.startsWith(home)).length, 4)
  const level = (await as(helper, 'GET', `/policy/levels/${companyId}`)).body
  const cookie = await portal.signInAgain(helper.personId)
  const next = { version: level.version, own: { ...level.own, profile: 'strict' }, locked: level.locked }
  const saved = await portal.ask('PUT', at(`/policy/levels/${companyId}`), { cookie, body: next })
  assert.equal(saved.status, 200, JSON.stringify(saved.body))
  // The device goes by whole paths, and those are what it was told before.
  assert.deepEqual(await told(), before)
  // What is masked can be taken back by its number, and put away in the same way.
  assert.equal((await as(helper, 'DELETE', `/policy/exclusions/${exclusions[2]}`)).status, 204)
  assert.equal((await told()).length, before.length - 1)
  // An exclusion that a partner makes of a detection is made of the whole path.
  const version = (await as(helper, 'GET', `/detections/${found.id}`)).body.version
  const asked = { version, cover: 'path', until, reason: 'Oma' }
  const marked = await as(helper, 'POST', `/detections/${found.id}/false-positive`, asked)
  assert.ok(marked.status < 300, JSON.stringify(marked.body))
  assert.ok((await told()).includes(found.path))
  assert.deepEqual(naming(await readAll(helper)), [])
})
