import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { newId, newToken } from '#base/ids'
import { type Activity, outsourcingBegin } from '#portal/organizations/api'
import { type Role, roles } from '#portal/people/api'
import { createCallKey } from '#server/call-keys'
import type { Route } from '#server/routes'
import { createTestDevice, type TestDevice } from '#tests/device'
import { createTestPortal, type TestPerson } from '#tests/portal'
import { signCall } from '#tests/signed'
import { expectedOutcome, outcomeOf } from './expected.ts'
import { hold, nameOf, type Try as TryWith } from './hold.ts'
import { freshRoutes, openRoutes, permissionsOfActivity, permissionsOfKey, permissionsOfRole } from './tables.ts'

const portal = await createTestPortal()
const { clock, admin } = portal
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const

// A tree with everybody who could have to do with one organisation, the target: above it, beside it, beneath it.
const parentId = await portal.createProvider('Tarjoaja')
const targetId = await portal.createBeneath(parentId, 'Kohde', 'partner')
const otherId = await portal.createBeneath(parentId, 'Toinen', 'partner')
const childId = await portal.createBeneath(targetId, 'Alla', 'company')
await portal.person('Alla päättää', { [childId]: ['administrator'] })

const places = { own: targetId, parent: parentId, other: otherId, beneath: childId } as const
type Place = keyof typeof places
const members: { place: Place; role: Role; person: TestPerson }[] = []
for (const [place, organizationId] of Object.entries(places) as [Place, string][])
  for (const role of roles)
    members.push({ place, role, person: await portal.person(`${place} ${role}`, { [organizationId]: [role] }) })
async function enrolDevice(organizationId: string): Promise<TestDevice> {
  const device = createTestDevice(portal)
  const { code } = await portal.devices.makeCode(organizationId, { uses: 1, hours: 1 }, by)
  assert.equal((await device.enrol(code)).status, 200)
  return device
}
const devices = {
  own: await enrolDevice(targetId),
  other: await enrolDevice(otherId),
  removed: await enrolDevice(targetId),
}
await portal.devices.remove(targetId, devices.removed.deviceId, by)
const stranger = await portal.person('Ei missään')
const programs = ['identity', 'portal', 'privacy', 'nobody-knows'] as const
for (const program of programs) {
  if (program === 'portal') continue
  const isKnown = program !== 'nobody-knows'
  createCallKey(join(portal.folder, program), isKnown ? portal.publicFolder : join(portal.folder, 'elsewhere'), program)
}

const routes = portal.http.routes
const name = nameOf

/** Existing things where a route would otherwise refuse for another reason; unknown ones where it would change something. */
const parameters: Readonly<Record<string, () => string>> = {
  organizationId: () => targetId,
  managedId: () => childId,
  managingId: newId,
  personId: newId,
  invitationId: newId,
  holdId: newId,
  confirmationId: newId,
  requestId: newId,
  messageId: newId,
  deviceId: newId,
  detectionId: newId,
  exclusionId: newId,
  declarationId: newId,
  clientId: newId,
  upstreamId: () => 'u-0000000000000000',
  tokenId: newId,
  keyId: newId,
  roleId: newId,
  receiverId: newId,
  domain: () => 'nobodys.example',
  typeId: () => 'no-such-type',
  groupId: newId,
  scopeId: newId,
  tagId: newId,
  viewId: newId,
  bulkId: newId,
  standardId: newId,
  pushId: newId,
  actionId: newId,
  reportId: newId,
  editionId: newId,
  name: () => 'no-such-set',
  number: () => '0',
  module: () => 'endpoint-protection',
}

function addressOf(route: Route, organizationId = targetId): string {
  return route.path.replace(/:([a-zA-Z]+)/g, (_all, parameter: string) => {
    const value = parameter === 'organizationId' ? () => organizationId : parameters[parameter]
    assert.ok(value, `${name(route)}: say in tests/refusals how :${parameter} is filled`)
    return value()
  })
}

type AskOptions = {
  cookie?: string
  key?: string
  program?: string
  device?: TestDevice
  organizationId?: string
  method?: string
}

let asked = 0

/** Each time from another address, so that limits of rate do not answer instead. The empty body is refused where one is needed, after the right to ask. */
async function ask(route: Route, options: AskOptions = {}) {
  const address = addressOf(route, options.organizationId)
  asked += 1
  const method = (options.method ?? route.method) as 'GET'
  const body = '{}'
  const folder = options.program === 'portal' ? portal.folder : join(portal.folder, options.program ?? '')
  const answer = await portal.http.app.inject({
    method,
    url: address,
    remoteAddress: `10.${(asked >> 16) & 255}.${(asked >> 8) & 255}.${asked & 255}`,
    headers: {
      ...(options.cookie ? { cookie: options.cookie } : {}),
      ...(options.key ? { authorization: `Bearer ${options.key}` } : {}),
      ...(options.device ? options.device.headersFor(address, body) : {}),
      ...(options.program
        ? signCall({ program: options.program, folder, port: 2, at: clock.now() }, address, body)
        : method === 'GET' || method === ('HEAD' as string)
          ? {}
          : { 'content-type': 'application/json' }),
      // Routes for people know one host name only; whoever asks under it gets furthest.
      ...(route.permission.startsWith('program:') && options.program ? {} : { host: portal.urls.portal.host }),
    },
    ...(method === 'GET' || method === ('HEAD' as string) ? {} : { payload: body }),
  })
  const isJson = String(answer.headers['content-type'] ?? '').includes('json') && answer.body !== ''
  return { status: answer.statusCode, code: isJson ? (answer.json().code as string | undefined) : undefined }
}

type Try = TryWith<AskOptions>

const ended = await portal.signInAgain(members[0]!.person.personId)
await portal.ask('POST', '/sign-out', { cookie: ended })

const without: Try[] = [
  { who: 'nobody', asker: { kind: 'nobody' }, with: async () => ({}) },
  {
    who: 'a made-up session',
    asker: { kind: 'nobody' },
    with: async () => ({ cookie: `vartio-portal=${newToken()}` }),
  },
  {
    who: 'a session that was ended',
    asker: { kind: 'nobody' },
    with: async () => ({ cookie: ended }),
  },
  {
    who: 'a person of no organisation',
    asker: { kind: 'person', own: [] },
    with: async () => ({ cookie: await portal.signInAgain(stranger.personId) }),
  },
  ...Object.entries(devices).map(([which, device]) => ({
    who: `a device: ${which}`,
    asker: { kind: 'device', isEnrolled: which !== 'removed' } as const,
    with: async () => ({ device }),
  })),
  ...programs.map((program) => ({
    who: `the program ${program}`,
    asker: program === 'nobody-knows' ? ({ kind: 'nobody' } as const) : ({ kind: 'program', program } as const),
    with: async () => ({ program }),
  })),
]

function triesOf(activities: readonly Activity[], hasEnded = false): Try[] {
  return members.map(({ place, role, person }) => ({
    who: `${role} of ${place}`,
    asker: {
      kind: 'person',
      own: place === 'own' ? [role] : [],
      ...(place === 'parent' ? { through: { roles: [role], activities } } : {}),
      ...(place === 'parent' && hasEnded ? { hasEnded } : {}),
    } as const,
    with: async () => ({ cookie: await portal.signInAgain(person.personId) }),
  }))
}

/** What asking itself may write: the tests sign people in, and a signed call is remembered so that nobody sends it again. */
const notLooked = ['sessions.session', 'calls.nonce']

const holdToTable = (tries: readonly Try[]) => hold({ routes, admin, notLooked, ask }, tries)

test('PT-04 ID-86 every route × everybody who has nothing outsourced to them', () =>
  holdToTable([...without, ...triesOf([])]))

for (const activity of Object.keys(permissionsOfActivity) as Activity[])
  test(`PT-02 every route × everybody while ${activity} is outsourced to the parent`, async () => {
    await portal.organizations.beginAsCompany(targetId, parentId, [activity], by)
    await holdToTable(triesOf([activity]))
  })

test('PT-02 PT-03 every route × everybody while all activities are outsourced to the parent, and again after the end', async () => {
  const all = Object.keys(permissionsOfActivity) as Activity[]
  assert.deepEqual(outsourcingBegin.parse({ activities: all }).activities, all)
  await portal.organizations.beginAsCompany(targetId, parentId, all, by)
  await holdToTable(triesOf(all))
  await portal.organizations.endAsCompany(targetId, parentId, by)
  await holdToTable(triesOf([], true))
})

test('every route × an API key with all that a key may be given', async () => {
  const given = {
    title: 'Kaikki',
    permissions: [...permissionsOfKey],
    expiresAt: new Date(clock.now().getTime() + 86_400_000).toISOString(),
  }
  const { key } = await portal.apiKeys.make(targetId, given as never, by)
  for (const route of routes) {
    const { permission } = route
    if (permission === 'anyone' || permission === 'device' || permission.startsWith('program:')) continue
    const { status, code } = await ask(route, { key })
    const isLetIn = status !== 401 && status !== 403
    const expected =
      permission === 'signed-in' || route.fresh
        ? 'api_keys.people_only'
        : permissionsOfKey.includes(permission)
          ? undefined
          : 'api_keys.not_allowed'
    assert.ok(
      expected === undefined ? isLetIn || code === 'audit.people_only' : code === expected,
      `${name(route)}: ${code}`,
    )
    assert.notEqual(status, 500, name(route))
    const other = await ask(route, { key, organizationId: otherId })
    if (expected === undefined) assert.equal(outcomeOf(other), 'unknown organization', `${name(route)}: ${other.code}`)
  }
})

test('an organisation that does not exist, or whose number is none, looks like one of others', async () => {
  const administrator = members.find(({ place, role }) => place === 'own' && role === 'administrator')!
  const cookie = await portal.signInAgain(administrator.person.personId)
  // Open ones lead a browser on, whatever there is: to a page that says the same of an organisation without a provider and of none.
  for (const route of routes.filter(
    ({ path, permission }) => path.includes(':organizationId') && permission !== 'anyone',
  ))
    for (const organizationId of [
      newId(),
      'x',
      '..%2f..',
      '%00',
      "'%20or%20true",
      'a'.repeat(150),
      targetId.slice(1),
    ]) {
      const answer = await ask(route, { cookie, organizationId })
      assert.equal(outcomeOf(answer), 'unknown organization', `${name(route)} ${organizationId}: ${answer.code}`)
    }
})

test('asking with HEAD is held to the same table as GET', async () => {
  for (const route of routes.filter(({ method }) => method === 'GET')) {
    const { status } = await ask(route, { method: 'HEAD' })
    const isOpen = expectedOutcome(route, { kind: 'nobody' }) === 'let in'
    assert.equal(status === 401, !isOpen, `${name(route)}: ${status}`)
  }
})

test('a request of a page elsewhere carries nothing out, whoever’s browser it uses (CSRF)', async () => {
  const administrator = members.find(({ place, role }) => place === 'own' && role === 'administrator')!
  const cookie = await portal.signInAgain(administrator.person.personId)
  for (const route of routes.filter(({ method, permission }) => method !== 'GET' && !permission.startsWith('program:')))
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
    ]) {
      const { code } = await portal.ask(route.method, addressOf(route), {
        cookie,
        headers: headers as Record<string, string>,
      })
      assert.equal(code, 'http.cross_site', name(route))
    }
})

test('who used their passkey longer ago than a few minutes gives no rights, lets nobody in, and decides nothing grave', async () => {
  assert.deepEqual(
    routes
      .filter(({ fresh }) => fresh)
      .map(name)
      .sort(),
    freshRoutes,
  )
  const stale = await Promise.all(
    members
      .filter(({ place }) => place === 'own')
      .map(async ({ role, person }) => {
        const cookie = await portal.signInAgain(person.personId)
        return {
          who: `${role} who used no passkey of late`,
          asker: { kind: 'person', own: [role], isStale: true } as const,
          with: async () => ({ cookie }),
        }
      }),
  )
  clock.advance(5 * 60_000 + 1)
  // When somebody was last seen is written for whoever is refused as well.
  await hold(
    { routes: routes.filter(({ fresh }) => fresh), admin, notLooked: [...notLooked, 'people.membership'], ask },
    stale,
  )
})

test('open to anyone is only what is listed here with its reason', () => {
  const open = routes.filter(({ permission }) => permission === 'anyone').map(name)
  assert.deepEqual(open.sort(), Object.keys(openRoutes).sort())
})

/** Who manages people is not, by that alone, who decides what is kept of them. */
const officersOnly = ['holds.manage', 'requests.manage']

test('every permission that a route asks for is given by some role, and an administrator has all that are not an officer’s', () => {
  for (const { permission, ...route } of routes) {
    if (
      permission === 'anyone' ||
      permission === 'signed-in' ||
      permission === 'device' ||
      permission.startsWith('program:')
    )
      continue
    const role = officersOnly.includes(permission) ? 'privacy_officer' : 'administrator'
    assert.ok(permissionsOfRole[role].includes(permission), `${route.path}: nobody has ${permission}`)
    assert.ok(route.path.startsWith('/api/organizations/:organizationId/'), `${route.path} names no organisation`)
  }
})
