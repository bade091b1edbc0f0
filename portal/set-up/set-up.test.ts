import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newToken } from '#base/ids'
import { createTestPortal, type TestPortal } from '#tests/portal'

const controller = {
  name: 'Turva Oy',
  businessId: '1234567-8',
  postalAddress: 'Katu 1\n00100 Helsinki',
  contactEmail: 'tietosuoja@turva.example',
  dataProtectionOfficer: 'Tuija Tieto',
}
const cookieOf = (answer: Awaited<ReturnType<TestPortal['ask']>>) => {
  const found = answer.cookies.find(({ name }) => name === 'vartio-set-up')
  return `vartio-set-up=${found?.value}`
}

/** As after coming back from identity. */
async function signInFor(portal: TestPortal, draft: string) {
  const person = await portal.person('Aino')
  await portal.database.transaction((tx) =>
    portal.setUp.identify(tx, person.personId, { cookies: { 'vartio-set-up': draft.split('=')[1] ?? '' } }),
  )
  return { ...person, cookie: `${person.cookie}; ${draft}` }
}

const portal = await createTestPortal()
const begin = (token: string, body: object = controller) =>
  portal.ask('POST', '/api/set-up/begin', { body: { token, controller: body } })
const state = async (cookie?: string) => (await portal.ask('GET', '/api/set-up', { cookie })).body

test('a link tells what is wrong with it before anything is asked', async () => {
  const other = await createTestPortal()
  const look = async (token: string) =>
    other.ask('POST', '/api/set-up/look', { body: { token } }).then(({ status, code }) => code ?? status)
  assert.equal(await look(other.setUpToken), 204)
  for (const token of [newToken(), '', other.setUpToken.slice(1), `${other.setUpToken}x`])
    assert.equal(await look(token), 'set_up.link_wrong')
  assert.equal(await look('x'.repeat(201)), 'http.invalid_input')
  other.clock.advance(86_400_000)
  assert.equal(await look(other.setUpToken), 'set_up.link_expired')
  const set = await createTestPortal()
  await set.createProvider()
  const used = await set.ask('POST', '/api/set-up/look', { body: { token: set.setUpToken } })
  assert.equal(used.code, 'set_up.already_finished')
  assert.equal(await other.countRows('set_up.draft'), 0)
})

test('a wrong set-up link is refused, and nothing is kept of what was sent with it', async () => {
  assert.equal((await begin(newToken())).code, 'set_up.link_wrong')
  for (const token of ['', 'x', portal.setUpToken.slice(1), `${portal.setUpToken}x`])
    assert.equal((await begin(token)).code, 'http.invalid_input')
  const [rows] = await portal.admin<{ count: number }[]>`select count(*)::int as count from set_up.draft`
  assert.equal(rows?.count, 0)
})

test('the set-up link works for a day, and an expired one says so', async () => {
  const other = await createTestPortal()
  const open = () => other.ask('POST', '/api/set-up/begin', { body: { token: other.setUpToken, controller } })
  other.clock.advance(24 * 3_600_000 - 1)
  assert.equal((await open()).status, 204)
  other.clock.advance(1)
  const late = await open()
  assert.deepEqual([late.status, late.code], [410, 'set_up.link_expired'])
  const [rows] = await other.admin<{ count: number }[]>`select count(*)::int as count from set_up.draft`
  assert.equal(rows?.count, 1)
})

test('what the controller must give is asked for field by field (ID-07, DSR-17)', async () => {
  const { code, body } = await begin(portal.setUpToken, { name: ' ', postalAddress: 'x\0', contactEmail: 'nobody' })
  assert.equal(code, 'http.invalid_input')
  assert.deepEqual(Object.keys(body.fields).sort(), [
    'controller.contactEmail',
    'controller.name',
    'controller.postalAddress',
  ])
})

test('the page learns how far the set-up is, and before sign-in nothing of what was written', async () => {
  assert.deepEqual(await state(), { state: 'needed', suggestedName: null })
  const begun = await begin(portal.setUpToken)
  assert.equal(begun.status, 204)
  const draft = cookieOf(begun)
  assert.deepEqual(await state(draft), { state: 'begun', suggestedName: null })
  const aino = await signInFor(portal, draft)
  assert.deepEqual(await state(aino.cookie), { state: 'identified', suggestedName: 'Turva Oy' })
})

test('signing in for a set-up that was not begun in this browser leads to a page that says so', async () => {
  const answer = await portal.ask('GET', '/sign-in/begin?purpose=set-up')
  assert.equal(answer.headers.location, '/sign-in/problem?code=set_up.not_begun')
})

test('only who signed in for a draft can finish it', async () => {
  const draft = cookieOf(await begin(portal.setUpToken))
  const finish = (cookie: string) => portal.ask('POST', '/api/set-up/finish', { cookie, body: { name: 'Turva' } })
  assert.equal((await finish(draft)).code, 'sessions.not_signed_in')
  const stranger = await portal.person('Outo')
  assert.equal((await finish(stranger.cookie)).code, 'set_up.not_begun')
  assert.equal((await finish(`${stranger.cookie}; ${draft}`)).code, 'set_up.not_begun')
  await signInFor(portal, draft)
  assert.equal((await finish(`${stranger.cookie}; ${draft}`)).code, 'set_up.not_begun')
  await assert.rejects(signInFor(portal, draft), { code: 'set_up.not_begun' })
})

test('of several set-ups at once one wins, whole, and the link is dead afterwards', async () => {
  const people = []
  for (let count = 0; count < 4; count += 1)
    people.push(await signInFor(portal, cookieOf(await begin(portal.setUpToken))))
  const late = cookieOf(await begin(portal.setUpToken))
  const answers = await Promise.all(
    people.map(({ cookie }, index) =>
      portal.ask('POST', '/api/set-up/finish', { cookie, body: { name: `Turva ${index}` } }),
    ),
  )
  const won = answers.filter(({ status }) => status === 200)
  assert.equal(won.length, 1)
  for (const { status, code } of answers)
    if (status !== 200) assert.match(code ?? '', /^set_up\.(already_finished|not_begun)$/)
  const winner = people[answers.findIndex(({ status }) => status === 200)]!

  const { body } = await portal.ask('GET', '/api/session', { cookie: winner.cookie })
  assert.equal(body.organizations.length, 1)
  assert.deepEqual(body.organizations[0].kinds, ['provider', 'company'])
  assert.deepEqual(body.organizations[0].roles.sort(), ['administrator', 'privacy_officer'])
  const { records } = await portal.audit.list(won[0]!.body.organizationId, {})
  assert.deepEqual(records.map(({ action }) => action).sort(), ['people.joined', 'set_up.finished'])

  for (const table of ['set_up.draft', 'organizations.organization', 'organizations.controller', 'people.membership']) {
    const rows = await portal.admin`select 1 from ${portal.admin(table)}`
    assert.equal(rows.length, table === 'set_up.draft' ? 0 : 1, table)
  }
  assert.deepEqual(await state(late), { state: 'finished', suggestedName: null })
  assert.equal((await begin(portal.setUpToken)).code, 'set_up.already_finished')
  const again = await portal.ask('POST', '/api/set-up/finish', { cookie: winner.cookie, body: { name: 'Toinen' } })
  assert.equal(again.code, 'set_up.already_finished')
  const signIn = await portal.ask('GET', '/sign-in/begin?purpose=set-up', { cookie: late })
  assert.equal(signIn.headers.location, '/sign-in/problem?code=set_up.already_finished')
})

test('a draft that nobody finishes is forgotten after a day', async () => {
  const other = await createTestPortal()
  const begun = await other.ask('POST', '/api/set-up/begin', { body: { token: other.setUpToken, controller } })
  const draft = cookieOf(begun)
  other.clock.advance(86_400_000)
  assert.equal((await other.ask('GET', '/api/set-up', { cookie: draft })).body.state, 'needed')
  await other.expiry.run()
  const rows = await other.admin`select 1 from set_up.draft`
  assert.equal(rows.length, 0)
})
