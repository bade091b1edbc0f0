import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#base/ids'
import { createTestPortal, type TestPortal } from '#tests/portal'

const portal = await createTestPortal()
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Metsä', 'company')
const aino = await portal.person('Aino', { [providerId]: ['administrator'], [companyId]: ['administrator'] })
const path = (organizationId = providerId) => `/api/organizations/${organizationId}/operator`
const set = (body: object, organizationId = providerId) =>
  portal.ask('PUT', path(organizationId), { cookie: aino.cookie, body })
const read = async () => (await portal.ask('GET', path(), { cookie: aino.cookie })).body

/** From the set-up link to the organisation, with these details of the controller. */
async function setUp(fresh: TestPortal, operator: object, name = 'Turva') {
  const controller = {
    name: 'Turva Oy',
    postalAddress: 'Katu 1',
    contactEmail: 'tietosuoja@turva.example',
    ...operator,
  }
  const begun = await fresh.ask('POST', '/api/set-up/begin', { body: { token: fresh.setUpToken, controller } })
  if (begun.status !== 204) return begun
  const draft = begun.cookies.find(({ name: cookie }) => cookie === 'vartio-set-up')?.value ?? ''
  const person = await fresh.person('Aino')
  await fresh.database.transaction((tx) =>
    fresh.setUp.identify(tx, person.personId, { cookies: { 'vartio-set-up': draft } }),
  )
  const cookie = `${person.cookie}; vartio-set-up=${draft}`
  return { ...(await fresh.ask('POST', '/api/set-up/finish', { cookie, body: { name } })), cookie }
}

test('ID-05 every Vartio carries the role of its operator: given at the set-up, changed with a record, and never missing', async () => {
  assert.deepEqual(await read(), { controller: 'Turva Oy', operatorRole: 'controller' })
  for (const body of [
    { operatorRole: 'processor' },
    { operatorRole: 'none', operatorName: ' ' },
    { operatorRole: 'controller', operatorName: 'Toinen Oy' },
    { operatorName: 'Toinen Oy' },
    { operatorRole: 'owner', operatorName: 'Toinen Oy' },
  ])
    assert.equal((await set(body)).code, 'http.invalid_input', JSON.stringify(body))
  assert.equal((await set({ operatorRole: 'processor', operatorName: 'Konesali Oy' })).status, 204)
  assert.deepEqual(await read(), { controller: 'Turva Oy', operatorRole: 'processor', operatorName: 'Konesali Oy' })
  const { records } = await portal.audit.list(providerId, { action: 'organizations.operator_set' })
  assert.deepEqual(
    records.map(({ details }) => details),
    [{ operator: 'processor', operatorBefore: 'controller' }],
  )
  assert.equal((await set({ operatorRole: 'controller' })).status, 204)

  const viewer = await portal.person('Katsoja', { [providerId]: ['viewer'] })
  assert.equal((await portal.ask('PUT', path(), { cookie: viewer.cookie, body: {} })).status, 403)
  assert.equal((await set({}, companyId)).code, 'organizations.provider_only')
  for (const change of [
    'operator_role = null',
    "operator_role = 'other'",
    "operator_role = 'none'",
    "operator_name = 'x'",
  ])
    await assert.rejects(portal.admin.unsafe(`update organizations.controller set ${change}`), /violates/, change)

  const fresh = await createTestPortal()
  const wrong = await setUp(fresh, { operatorRole: 'none', operatorName: 'TURVA OY' })
  assert.deepEqual(Object.keys(wrong.body.fields), ['controller.operatorName'])
  const finished = await setUp(fresh, { operatorRole: 'none', operatorName: 'Toimittaja Oy' })
  assert.equal(finished.status, 200)
  const { organizationId } = finished.body
  const [record] = (await fresh.audit.list(organizationId, { action: 'set_up.finished' })).records
  assert.deepEqual(record?.details, { operator: 'none' })
})

test('ID-05 a Vartio that was set up before is its controller’s own', async () => {
  const organizationId = newId()
  const older = await createTestPortal({
    older: {
      before: '202611221430',
      async fill(admin) {
        await admin`
          insert into organizations.organization (organization_id, name, is_provider, is_company, has_administrator, created_at)
          values (${organizationId}, 'Vanha', true, true, false, now())`
        await admin`
          insert into organizations.controller (organization_id, name, postal_address, sealed, contact_token)
          values (${organizationId}, 'Vanha Oy', 'Katu 1', '\\x00', 0)`
      },
    },
  })
  assert.deepEqual(await older.organizations.readOperator(organizationId), {
    controller: 'Vanha Oy',
    operatorRole: 'controller',
  })
})

test('ID-06 who has only delivered the software has access to nothing: no organisation has its name, and nobody has a right but who the controller let in', async () => {
  const fresh = await createTestPortal()
  assert.equal(
    (await setUp(fresh, { operatorRole: 'none', operatorName: 'Toimittaja Oy' }, 'toimittaja oy')).code,
    'organizations.operator_is_here',
  )
  const { body, cookie } = {
    cookie: '',
    ...(await setUp(fresh, { operatorRole: 'none', operatorName: 'Toimittaja Oy' })),
  }
  const own = `/api/organizations/${body.organizationId}`
  const add = (name: string, kind = 'partner') =>
    fresh.ask('POST', `${own}/organizations`, { cookie, body: { name, kind } })
  for (const kind of ['partner', 'company'])
    assert.equal((await add('TOIMITTAJA oy', kind)).code, 'organizations.operator_is_here')
  assert.equal((await add('Kumppani Oy')).status, 200)
  const other = await fresh.ask('PUT', `${own}/operator`, {
    cookie,
    body: { operatorRole: 'none', operatorName: 'kumppani oy' },
  })
  assert.equal(other.code, 'organizations.operator_is_here')

  // What the controller has, nobody above it can be given: there is nobody above.
  const outsourcing = await fresh.ask('GET', `${own}/outsourcing`, { cookie })
  assert.deepEqual(outsourcing.body, { running: [], candidates: [] })
  assert.equal(await fresh.countRows('people.membership'), 1)
  const developer = await fresh.person('Toimittajan kehittäjä', {}, 'kehittaja@toimittaja.example')
  const routes = fresh.http.routes.filter(({ permission, method }) => method === 'GET' && permission.includes('.'))
  assert.ok(routes.length > 20)
  for (const route of routes) {
    const url = route.path.replace(':organizationId', body.organizationId).replace(/:[a-zA-Z]+/g, () => newId())
    assert.equal((await fresh.ask('GET', url, { cookie: developer.cookie })).status, 404, url)
  }
})
