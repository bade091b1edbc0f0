import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { Browser } from '#tests/browser'
import { register, startIdentity } from '#tests/identity'
import { createTestPortal } from '#tests/portal'
import { createTestUpstream } from '#tests/upstream'
import type { NewSetting } from './api.ts'
import { rolesOf as rolesByGroups } from './index.ts'

// With the real identity, which keeps the company's provider and asks it.

const house = await startIdentity()
const portal = await createTestPortal({ beside: house })
const provider = await createTestUpstream('paja.localhost')
const houseId = await portal.createProvider()
const companyId = await portal.createBeneath(houseId, 'Paja', 'company')
const otherId = await portal.createBeneath(houseId, 'Toinen', 'company')

let count = 0
/** Somebody with an account, as the portal knows them, signed in by passkey. */
async function arrive(name: string, roles: Readonly<Record<string, ('administrator' | 'viewer')[]>>) {
  count += 1
  const email = `tulija${count}@paja.example`
  const browser = new Browser(house.urls.identity)
  browser.from = `127.0.3.${count}`
  await browser.go('GET', '/sign-in?to=account')
  await register(house, browser, { name, email })
  await browser.go('POST', browser.url, { form: {} })
  const atIdentity = (await house.identity.people.findByAddress(email as never))!
  const subject = await house.identity.services.subjectOf('portal', atIdentity)
  const personId = await portal.database.transaction(
    async (tx) => (await portal.people.recognise(tx, { subject, name, email, language: 'fi' })).personId,
  )
  for (const [organizationId, given] of Object.entries(roles))
    await portal.database.inOrganization(organizationId, (tx) =>
      portal.people.join(tx, { organizationId, personId, roles: given }, by),
    )
  return { personId, atIdentity, cookie: await portal.signInAgain(personId) }
}
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
const aino = await arrive('Aino', { [companyId]: ['administrator'] })
const otso = await arrive('Otso', { [companyId]: ['administrator'], [otherId]: ['administrator'] })

const path = (organizationId = companyId) => `/api/organizations/${organizationId}/company-sign-in`
const setting = (change: Partial<NewSetting> = {}): NewSetting => ({
  company: {
    preset: 'generic',
    issuer: provider.issuer,
    clientId: 'vartio',
    authentication: 'client_secret_basic',
    groups: { claim: 'groups', scope: 'groups' },
  },
  isOn: true,
  secret: 'salaisuus-jota-kukaan-ei-nae',
  mapping: [
    { group: 'it', role: 'administrator' },
    { group: 'henkilosto', role: 'viewer' },
  ],
  ...change,
})
const keep = (change: Partial<NewSetting> = {}) =>
  portal.ask('PUT', path(), { cookie: aino.cookie, body: setting(change) })
const tied = ({ cookies }: { cookies: readonly { name: string; value: string }[] }) =>
  cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
const locationOf = ({ headers }: { headers: object }) => String((headers as { location?: string }).location)
const be = (sub: string, groups?: string[]) => {
  provider.state.person = { sub, name: 'Nimi', email: 'nimi@paja.example', email_verified: true, groups }
}
const comeBack = async (to: string, cookie: string, change: Record<string, string | undefined> = {}) => {
  const back = provider.answer(new URL(to), change)
  return portal.ask('GET', `${back.pathname}${back.search}`, { cookie })
}
/** By the company's own link. */
async function come() {
  const begun = await portal.ask('GET', `/company-sign-in/${companyId}/begin`)
  const came = await comeBack(locationOf(begun), tied(begun))
  const session = came.cookies.find(({ name }) => name === 'vartio-portal')
  return { to: locationOf(came), cookie: session && `vartio-portal=${session.value}` }
}
async function connect(person: { cookie: string }) {
  const begun = await portal.ask('POST', `${path()}/connect`, { cookie: person.cookie })
  assert.equal(begun.status, 200, begun.code)
  return locationOf(await comeBack(begun.body.next, `${person.cookie}; ${tied(begun)}`))
}
const rolesOf = async (personId: string) =>
  (await portal.database.forPerson(personId, (tx) => portal.people.membershipsOf(tx))).find(
    (one) => one.organizationId === companyId,
  )?.roles

test('an administrator sets the company’s own provider up; its secret is shown nowhere, and goes to no other provider', async () => {
  assert.equal((await keep({ secret: undefined } as never)).code, 'upstream.secret_missing')
  assert.equal((await keep()).status, 204)
  const read = await portal.ask('GET', path(), { cookie: aino.cookie })
  assert.deepEqual([read.body.isOn, read.body.hasSecret, read.body.mapping.length], [true, true, 2])
  assert.ok(!JSON.stringify(read.body).includes('salaisuus'))
  assert.equal((await portal.ask('POST', `${path()}/look`, { cookie: aino.cookie })).body.issuer, provider.issuer)
  // Another provider under the same name would be sent the secret of the first.
  const moved = { ...setting().company, issuer: 'https://muualla.example' }
  const { secret: _, ...bare } = setting({ company: moved })
  const refused = await portal.ask('PUT', path(), { cookie: aino.cookie, body: bare })
  assert.equal(refused.code, 'upstream.secret_missing')
  const common = { ...setting().company, preset: 'microsoft', issuer: 'https://login.microsoftonline.com/common/v2.0' }
  assert.equal((await keep({ company: common as never })).status, 400)
  // Nowhere among the ways of the house, and nothing its staff could change.
  assert.deepEqual((await house.identity.upstreams.records.list()).upstreams, [])
  assert.equal(
    (await portal.ask('GET', `/company-sign-in/${otherId}/begin`)).headers.location,
    '/sign-in/problem?code=company_sign_in.not_set_up',
  )
})

test('account pre-hijacking: nobody comes in by an equal address, only by a provider they have connected with their passkey', async () => {
  be('otso-1', ['it'])
  assert.match((await come()).to, /code=upstream.not_connected/)
  assert.equal(await connect(otso), `/own?organization=${companyId}`)
  const { to, cookie } = await come()
  assert.equal(to, '/')
  assert.ok(cookie)
  // Connected to one, it is not connected to another.
  assert.match(await connect(aino), /code=upstream.linked_elsewhere/)
})

test('who came by the company’s provider is in that company alone, and does nothing that wants a passkey', async () => {
  be('otso-1', ['it'])
  const { cookie } = await come()
  const code = async (method: 'GET' | 'POST' | 'DELETE', at: string, body?: object) =>
    (await portal.ask(method, at, { cookie: cookie!, ...(body ? { body } : {}) })).code
  assert.equal(await code('GET', `/api/organizations/${companyId}/people`), undefined)
  assert.equal(await code('GET', `/api/organizations/${otherId}/people`), 'sessions.passkey_wanted')
  assert.equal(await code('GET', '/api/own/actions'), 'sessions.passkey_wanted')
  assert.equal(await code('DELETE', path()), 'sessions.passkey_wanted')
  assert.equal(await code('POST', `${path()}/connect`), 'sessions.passkey_wanted')
  const session = await portal.ask('GET', `/api/session?organization=${otherId}`, { cookie: cookie! })
  assert.deepEqual(
    session.body.organizations.map((one: { organizationId: string }) => one.organizationId),
    [companyId],
  )
})

test('groups give roles anew at each sign-in, the highest wins, and the last administrator stays one', async () => {
  assert.deepEqual(rolesByGroups(setting().mapping, ['henkilosto', 'it']).roles, ['administrator'])
  be('otso-1', ['henkilosto', 'muut'])
  assert.equal((await come()).to, '/')
  assert.deepEqual(await rolesOf(otso.personId), ['viewer'])
  be('aino-1', ['henkilosto'])
  assert.equal(await connect(aino), `/own?organization=${companyId}`)
  assert.equal((await come()).to, '/')
  assert.deepEqual(await rolesOf(aino.personId), ['administrator'])
  be('otso-1')
  assert.match((await come()).to, /code=company_sign_in.no_groups/)
  assert.deepEqual(await rolesOf(otso.personId), ['viewer'])
  be('otso-1', ['muut'])
  assert.match((await come()).to, /code=company_sign_in.no_role/)
  assert.equal(await rolesOf(otso.personId), undefined)
  be('otso-1', ['it'])
  assert.match((await come()).to, /code=company_sign_in.not_member/)
})

test('PT-04 a group gives an own role, as it is now; where the role is removed another stands', async () => {
  const given = { name: 'Valvomo', permissions: ['devices.read'] }
  const roles = `/api/organizations/${companyId}/roles`
  const { roleId } = (await portal.ask('POST', roles, { cookie: aino.cookie, body: given })).body
  const mapping = [...setting().mapping, { group: 'valvojat', role: roleId }]
  assert.equal((await keep({ mapping })).status, 204)
  assert.equal((await keep({ mapping: [{ group: 'x', role: randomUUID() }] })).code, 'people.role_not_found')
  be('aino-1', ['valvojat', 'it'])
  assert.equal((await come()).to, '/')
  const [held] = await portal.database.forPerson(aino.personId, (tx) => portal.people.membershipsOf(tx))
  assert.deepEqual([held?.roles, held?.ownRoles], [['administrator'], [roleId]])
  const gone = await portal.ask('POST', `${roles}/${roleId}/remove`, {
    cookie: aino.cookie,
    body: { instead: 'viewer' },
  })
  assert.equal(gone.status, 204, gone.code)
  const read = await portal.ask('GET', path(), { cookie: aino.cookie })
  assert.deepEqual(read.body.mapping.at(-1), { group: 'valvojat', role: 'viewer' })
  assert.equal((await keep()).status, 204)
})

test('an administrator sees what would come of it, and nothing is kept', async () => {
  be('kuka-vain', ['henkilosto'])
  assert.equal((await keep({ isOn: false })).status, 204)
  assert.match(
    (await portal.ask('GET', `/company-sign-in/${companyId}/begin`)).headers.location as string,
    /not_set_up/,
  )
  const begun = await portal.ask('POST', `${path()}/try`, { cookie: aino.cookie })
  const cookie = `${aino.cookie}; ${tied(begun)}`
  const shown = locationOf(await comeBack(begun.body.next, cookie))
  assert.match(shown, /^\/company-sign-in\?organization=[0-9a-f-]+#/)
  const answer = Object.fromEntries(new URLSearchParams(shown.split('#')[1]))
  const tried = await portal.ask('POST', `${path()}/tried`, { cookie, body: answer })
  assert.deepEqual(tried.body, {
    name: 'Nimi',
    email: 'nimi@paja.example',
    groups: ['henkilosto'],
    role: 'viewer',
    ownRoles: [],
  })
  assert.equal((await portal.ask('POST', `${path()}/tried`, { cookie, body: answer })).code, 'company_sign_in.expired')
})

test('login CSRF, mix-up: an answer counts once, in the browser that began it, from the provider it went to', async () => {
  be('aino-1', ['it'])
  await keep()
  const begun = await portal.ask('GET', `/company-sign-in/${companyId}/begin`)
  const to = locationOf(begun)
  assert.match(locationOf(await comeBack(to, `vartio-sign-in=${'x'.repeat(43)}`)), /company_sign_in.expired/)
  assert.match(locationOf(await comeBack(to, tied(begun), { iss: 'https://muu.example' })), /upstream.answer_refused/)
  assert.match(locationOf(await comeBack(to, tied(begun))), /company_sign_in.expired/)
})

test('a provider that was removed lets nobody in, and nothing stays connected to it', async () => {
  be('aino-1', ['it'])
  assert.equal((await come()).to, '/')
  assert.equal((await portal.ask('DELETE', path(), { cookie: aino.cookie })).status, 204)
  assert.match(
    (await portal.ask('GET', `/company-sign-in/${companyId}/begin`)).headers.location as string,
    /not_set_up/,
  )
  assert.deepEqual(await house.identity.upstreams.links.list(aino.atIdentity), [])
})
