import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestPortal } from '#tests/portal'
import { everyGrantable } from './api.ts'

const portal = await createTestPortal()
const providerId = await portal.createProvider()
const partnerId = await portal.createBeneath(providerId, 'Kumppani', 'partner')
const companyId = await portal.createBeneath(partnerId, 'Paja', 'company')
const otherId = await portal.createBeneath(providerId, 'Toinen', 'company')
const boss = await portal.person('Pomo', { [companyId]: ['administrator'] })
const keeper = await portal.person('Vaimo', { [companyId]: ['viewer'] })
const plain = await portal.person('Kalle', { [companyId]: ['viewer'] })
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
const base = `/api/organizations/${companyId}`

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
const as = async (person: { personId: string }, method: Method, path: string, body?: unknown) =>
  portal.ask(method, path.startsWith('/api/') ? path : `${base}${path}`, {
    cookie: await portal.signInAgain(person.personId),
    ...(body === undefined ? {} : { body }),
  })
const make = async (name: string, permissions: readonly string[], person = boss) => {
  const { status, code, body } = await as(person, 'POST', '/roles', { name, permissions })
  assert.equal(status, 200, code)
  return body.roleId as string
}
const give = (person: { personId: string }, roles: readonly string[], ownRoles: readonly string[], giver = boss) =>
  as(giver, 'PUT', `/people/${person.personId}/roles`, { roles, ownRoles })

const valvomo = await make('Valvomo', ['devices.read', 'detections.read'])

test('PT-04 an own role lets its holder do what it names and nothing else, from the next request on', async () => {
  assert.equal((await as(plain, 'GET', '/devices')).code, 'sessions.not_allowed')
  assert.equal((await give(plain, [], [valvomo])).status, 204)
  assert.equal((await as(plain, 'GET', '/devices')).status, 200)
  assert.equal((await as(plain, 'GET', '/people')).code, 'sessions.not_allowed')
  const session = await as(plain, 'GET', '/api/session')
  const [here] = session.body.organizations
  assert.deepEqual([here.roles, here.ownRoles], [[], [{ roleId: valvomo, name: 'Valvomo' }]])
  assert.deepEqual(here.permissions.sort(), ['detections.read', 'devices.read'])
  const { people } = (await as(boss, 'GET', '/people')).body
  const shown = people.find(({ personId }: { personId: string }) => personId === plain.personId)
  assert.deepEqual(shown.ownRoles, [{ roleId: valvomo, name: 'Valvomo' }])
  const listed = (await as(boss, 'GET', '/roles')).body
  assert.deepEqual(listed.roles[0].holders, [{ personId: plain.personId, name: 'Kalle' }])
  assert.equal(listed.roles[0].people, 1)
  assert.ok(!listed.mayGrant.includes('upstreams.manage'), 'what is the provider’s is in no company’s role')
  // What it is changed to counts at the next request.
  const changed = { name: 'Valvomo', permissions: ['detections.read'] }
  assert.equal((await as(boss, 'PUT', `/roles/${valvomo}`, changed)).status, 204)
  assert.equal((await as(plain, 'GET', '/devices')).code, 'sessions.not_allowed')
  const found = await portal.database.inOrganization(companyId, (tx) =>
    portal.people.whoMay(tx, { organizationId: companyId, permission: 'detections.read', most: 50 }),
  )
  assert.ok(found.some(({ personId, isOwn }) => personId === plain.personId && isOwn))
  const { records } = (await as(boss, 'GET', '/audit')).body
  const told = records.filter(({ target }: { target: { id: string } }) => target.id === valvomo)
  assert.deepEqual(
    told.map(({ action, target }: { action: string; target: { name: string } }) => [action, target.name]),
    [
      ['people.role_changed', 'Valvomo'],
      ['people.role_made', 'Valvomo'],
    ],
  )
})

test('PT-04 nobody gives more than they have: not in a role, by one, by an invitation, nor by a key', async () => {
  const staffing = await make('Henkilöstö', ['people.read', 'people.manage', 'api-keys.manage', 'devices.read'])
  assert.equal((await give(keeper, [], [staffing])).status, 204)
  const code = async (...asked: Parameters<typeof as>) => (await as(...asked)).code
  const above = 'people.above_own'
  assert.equal(await code(keeper, 'POST', '/roles', { name: 'Yli', permissions: ['policies.manage'] }), above)
  assert.equal((await give(plain, ['administrator'], [], keeper)).code, above)
  assert.equal((await give(keeper, ['administrator'], [staffing], keeper)).code, above)
  // Plain holds detections.read by now, which the keeper does not: they touch nobody who has more.
  assert.equal((await give(plain, ['viewer'], [], keeper)).code, above)
  assert.equal((await give(boss, ['viewer'], [], keeper)).code, 'people.last_administrator')
  const second = await portal.person('Toinen pomo', { [companyId]: ['administrator'] })
  assert.equal((await give(second, ['viewer'], [], keeper)).code, above)
  assert.equal(await code(keeper, 'DELETE', `/people/${second.personId}`), above)
  assert.equal(await code(keeper, 'POST', `/people/${second.personId}/recovery`, {}), above)
  const invited = { email: 'x@paja.example', roles: ['administrator'], language: 'fi' }
  assert.equal(await code(keeper, 'POST', '/invitations', invited), above)
  // Nor is a role of others that has more made or taken away.
  assert.equal(await code(keeper, 'PUT', `/roles/${valvomo}`, { name: 'V', permissions: ['devices.read'] }), above)
  assert.equal(await code(keeper, 'POST', `/roles/${valvomo}/remove`, { instead: 'viewer' }), above)
  const expiresAt = new Date(portal.clock.now().getTime() + 86_400_000).toISOString()
  const key = (more: object) => as(keeper, 'POST', '/api-keys', { title: 'Avain', expiresAt, ...more })
  assert.equal((await key({ permissions: ['policies.manage'] })).code, above)
  assert.equal((await key({ roleId: valvomo })).code, above)
  assert.equal((await key({ permissions: ['devices.read'] })).status, 200)
  // What they have they give, by a role of theirs; and leave when they like.
  const lesser = await make('Katsoja', ['devices.read'], keeper)
  const helper = await portal.person('Apu', { [companyId]: ['viewer'] })
  assert.equal((await give(helper, [], [lesser], boss)).status, 204)
  assert.equal((await give(helper, [], [lesser, staffing], keeper)).status, 204)
  assert.equal((await as(keeper, 'DELETE', `/people/${helper.personId}`)).status, 204)
  assert.equal((await as(keeper, 'GET', '/roles')).body.mayGrant.includes('policies.manage'), false)
})

test('what is in no role at all: the provider’s matters in a company, what decides for all, what nobody knows', async () => {
  const refused = async (permission: string) =>
    (await as(boss, 'POST', '/roles', { name: 'R', permissions: [permission] })).code
  assert.equal(await refused('upstreams.manage'), 'people.above_own')
  for (const one of ['holds.manage', 'company-sign-in.manage', 'outsourcing.manage', 'commands.confirm', 'everything'])
    assert.equal(await refused(one), 'http.invalid_input')
  assert.equal(
    (await as(boss, 'POST', '/roles', { name: 'Valvomo', permissions: ['devices.read'] })).code,
    'people.role_name_taken',
  )
  // Past every check into the table: it counts for nothing when it is used.
  const roleId = await make('Istutettu', ['devices.read'])
  await portal.admin`
    update people.role set permissions = array['devices.read', 'holds.manage', 'commands.confirm', 'x'] where role_id = ${roleId}`
  assert.equal((await give(plain, ['viewer'], [roleId])).status, 204)
  const session = await as(plain, 'GET', '/api/session')
  const may: string[] = session.body.organizations[0].permissions
  assert.ok(may.includes('devices.read') && !may.includes('holds.manage') && !may.includes('commands.confirm'))
  assert.ok(may.every((one) => (everyGrantable as readonly string[]).includes(one)))
})

test('PT-03 a partner’s own role reaches a company for as long as, and no further than, what is outsourced', async () => {
  const partnerBoss = await portal.person('Kumppanin pomo', { [partnerId]: ['administrator'] })
  const made = await as(partnerBoss, 'POST', `/api/organizations/${partnerId}/roles`, {
    name: 'Laitehoitaja',
    permissions: ['overview.read', 'devices.read', 'people.read'],
  })
  const worker = await portal.person('Hoitaja', { [partnerId]: ['viewer'] })
  const path = `/api/organizations/${partnerId}/people/${worker.personId}/roles`
  assert.equal((await as(partnerBoss, 'PUT', path, { roles: [], ownRoles: [made.body.roleId] })).status, 204)
  assert.equal((await as(worker, 'GET', '/devices')).code, 'organizations.organization_not_found')
  await portal.organizations.beginAsCompany(companyId, partnerId, ['device-management'], by)
  assert.equal((await as(worker, 'GET', '/devices')).status, 200)
  // Agreed and in no role of theirs; in their role and not agreed.
  assert.equal((await as(worker, 'POST', '/device-codes', { uses: 1, hours: 1 })).code, 'sessions.not_allowed')
  assert.equal((await as(worker, 'GET', '/people')).code, 'sessions.not_allowed')
  await portal.organizations.beginAsCompany(companyId, partnerId, ['policy-management'], by)
  assert.equal((await as(worker, 'GET', '/devices')).code, 'sessions.not_allowed')
  await portal.organizations.endAsCompany(companyId, partnerId, by)
  assert.equal((await as(worker, 'GET', '/devices')).code, 'organizations.outsourcing_ended')
})

test('a key by a role may what the role says at each request; with the role it ends', async () => {
  const roleId = await make('Vienti', ['devices.read', 'people.read'])
  const expiresAt = new Date(portal.clock.now().getTime() + 86_400_000).toISOString()
  const both = { title: 'Molemmat', roleId, permissions: ['devices.read'], expiresAt }
  assert.equal((await as(boss, 'POST', '/api-keys', both)).code, 'http.invalid_input')
  const { key } = (await as(boss, 'POST', '/api-keys', { title: 'Vienti', roleId, expiresAt })).body
  const withKey = (path: string) => portal.ask('GET', `${base}${path}`, { headers: { authorization: `Bearer ${key}` } })
  assert.equal((await withKey('/devices')).status, 200)
  assert.equal((await withKey('/people')).code, 'api_keys.not_allowed', 'no key ever manages or sees people')
  await as(boss, 'PUT', `/roles/${roleId}`, { name: 'Vienti', permissions: ['detections.read'] })
  assert.equal((await withKey('/devices')).code, 'api_keys.not_allowed')
  assert.equal((await withKey('/detections')).status, 200)
  const { keys } = (await as(boss, 'GET', '/api-keys')).body
  const shown = keys.find(({ title }: { title: string }) => title === 'Vienti')
  assert.deepEqual([shown.permissions, shown.role], [['detections.read'], { roleId, name: 'Vienti' }])
  assert.equal((await as(boss, 'POST', `/roles/${roleId}/remove`, { instead: 'viewer' })).status, 204)
  assert.equal((await withKey('/detections')).code, 'api_keys.not_valid')
})

test('with a role that goes nobody is left with nothing, and whoever has another keeps that alone', async () => {
  const roleId = await make('Väliaikainen', ['audit.read'])
  const [only, also] = [
    await portal.person('Vain', { [companyId]: ['viewer'] }),
    await portal.person('Myös', { [companyId]: ['privacy_officer'] }),
  ]
  await give(only, [], [roleId])
  await give(also, ['privacy_officer'], [roleId])
  const remove = (instead: string) => as(boss, 'POST', `/roles/${roleId}/remove`, { instead })
  assert.equal((await remove(roleId)).code, 'people.role_not_found')
  assert.equal((await remove(providerId)).code, 'people.role_not_found')
  assert.equal((await remove(valvomo)).status, 204)
  const held = async (personId: string) => {
    const [one] = await portal.database.forPerson(personId, (tx) => portal.people.membershipsOf(tx))
    return [one?.roles, one?.ownRoles]
  }
  assert.deepEqual(await held(only.personId), [[], [valvomo]])
  assert.deepEqual(await held(also.personId), [['privacy_officer'], []])
  assert.equal((await remove('viewer')).code, 'people.role_not_found')
})

test('a role of one organisation is nothing in another', async () => {
  const stranger = await portal.person('Muu pomo', { [otherId]: ['administrator'] })
  const there = `/api/organizations/${otherId}`
  const path = `${there}/people/${stranger.personId}/roles`
  const own = { roles: ['administrator'], ownRoles: [valvomo] }
  assert.equal((await as(stranger, 'PUT', path, own)).code, 'people.role_not_found')
  assert.equal(
    (await as(stranger, 'PUT', `${there}/roles/${valvomo}`, { name: 'X', permissions: ['devices.read'] })).code,
    'people.role_not_found',
  )
  assert.deepEqual((await as(stranger, 'GET', `${there}/roles`)).body.roles, [])
})
