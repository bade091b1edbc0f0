import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { within } from '#server/purpose'
import { Browser } from '#tests/browser'
import { register, startIdentity } from '#tests/identity'
import { createTestPortal } from '#tests/portal'
import { until } from '#tests/until'
import { dayBounds } from './day.ts'

// With the real identity, whose groups they are.

const house = await startIdentity()
const portal = await createTestPortal({ beside: house })
const { groups, people, services } = house.identity
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Paja', 'company')
after(() => portal.messages.stop())

let count = 0
/** Somebody with an account, as the portal knows them. */
async function arrive(name: string) {
  count += 1
  const email = `staff${count}@example.fi`
  const browser = new Browser(house.urls.identity)
  browser.from = `127.0.2.${count}`
  await browser.go('GET', '/sign-in?to=account')
  await register(house, browser, { name, email })
  await browser.go('POST', browser.url, { form: {} })
  const atIdentity = (await people.findByAddress(email))!
  const subject = await services.subjectOf('portal', atIdentity)
  const personId = await portal.database.transaction(
    async (tx) => (await portal.people.recognise(tx, { subject, name, email, language: 'fi' })).personId,
  )
  const cookie = await portal.signInAgain(personId)
  const api = (method: string, path: string, json: object = {}) =>
    browser.ask(method, `/account/api/groups${path}`, { json })
  return { name, atIdentity, personId, cookie, api }
}
type Person = Awaited<ReturnType<typeof arrive>>

const by = (person?: Person) => ({
  actor: person ? ({ kind: 'person', id: person.personId } as const) : ({ kind: 'command', name: 'test' } as const),
  from: { ip: '192.0.2.1', userAgent: 'test' },
})
const join = (person: Person, roles: ('administrator' | 'viewer')[], who?: Person, organizationId = providerId) =>
  portal.database.inOrganization(organizationId, (tx) =>
    // They accept themselves what somebody else has decided.
    portal.people.join(
      tx,
      { organizationId, personId: person.personId, roles, decidedBy: who?.personId ?? null },
      by(person),
    ),
  )

const aino = await arrive('Aino')
const otso = await arrive('Otso')
await join(aino, ['administrator'])
const read = async (query = '', cookie = aino.cookie) =>
  (await portal.ask('GET', `/api/organizations/${providerId}/staff${query}`, { cookie })).body.periods as {
    name: string
    role: string
    from: string
    to: string | null
    ended: string | null
    givenBy: string | null
    takenBy: string | null
  }[]
const told = (expected: number) => until(async () => (await read()).length === expected && read())

test('ID-88 who had a role before groups were kept gets into them, and what is told again changes nothing', async () => {
  // Nobody listened yet when Aino came.
  await portal.messages.start()
  assert.deepEqual(await read(), [])
  for (let time = 0; time < 2; time += 1) {
    await within('access', () => portal.staff.tellEverybody())
    await until(async () => (await portal.messages.countWaiting()) === 0)
    assert.deepEqual(
      (await read()).map(({ name, role, to }) => [name, role, to]),
      [['Aino', 'administrator', null]],
    )
  }
})

test('ID-88 ID-89 who works for the provider is kept as groups, with who gave and took what, from when to when', async () => {
  await join(otso, ['viewer'], aino)
  await told(2)
  await portal.people.changeRoles(providerId, otso.personId, { roles: ['administrator'] }, by(aino))
  await told(3)
  await portal.people.remove(providerId, otso.personId, by(aino))
  const periods = await until(async () => {
    const found = await read('?search=otso')
    return found.every(({ to }) => to !== null) && found
  })
  assert.deepEqual(
    periods.map(({ role, ended, givenBy, takenBy }) => [role, ended, givenBy, takenBy]),
    [
      ['administrator', 'taken', 'Aino', 'Aino'],
      ['viewer', 'taken', 'Aino', 'Aino'],
    ],
  )
  assert.equal(periods[1]?.to, periods[0]?.from)
  const [first] = await read('?search=aino')
  assert.deepEqual([first?.role, first?.to, first?.givenBy], ['administrator', null, null])
  // They are groups like others, but nobody comes or leaves by another way.
  const own = (await aino.api('GET', '')).body
  assert.match(own, /Staff: administrators/)
  const { groupId } = (JSON.parse(own) as { groups: { groupId: string }[] }).groups[0]!
  const codeOf = async (who: Person, path: string, json: object) =>
    JSON.parse((await who.api('POST', `/${groupId}${path}`, json)).body).code
  assert.equal(await codeOf(aino, '/leave', {}), 'groups.kept_by_portal')
  assert.equal(await codeOf(otso, '/join', { userName: 'Otso', reason: '' }), 'groups.kept_by_portal')
  // A company's people are nobody's staff.
  await join(otso, ['viewer'], aino, companyId)
  await told(3)
})

test('ID-89 who could do it on a day is told for any day, and all of it as a file, which is recorded', async () => {
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Helsinki' }).format(portal.clock.now())
  assert.equal((await read(`?day=${today}`)).length, 3)
  assert.equal((await read('?day=2026-05-03')).length, 0)
  assert.deepEqual(
    (await read('?day=2099-05-03')).map(({ name }) => name),
    ['Aino'],
  )
  const file = await portal.ask('GET', `/api/organizations/${providerId}/staff/export`, { cookie: aino.cookie })
  assert.equal(file.status, 200)
  assert.match(String(file.headers['content-disposition']), /staff\.csv/)
  const [head, ...lines] = String(file.body).trim().split('\r\n')
  assert.deepEqual([head, lines.length], ['name,role,from,to,ended,given by,taken by', 3])
  const audit = await portal.ask('GET', `/api/organizations/${providerId}/audit?action=staff.exported`, {
    cookie: aino.cookie,
  })
  assert.equal(audit.body.records.length, 1)
})

test('A-26 an expired account could do nothing from then on, and one that came back can again', async () => {
  const expired = new Date(Date.now() + 1_000)
  await house.database.transaction((tx) => within('account', () => groups.noteExpired(tx, aino.atIdentity, expired)))
  const periods = await told(3)
  const [last] = periods.filter(({ name }) => name === 'Aino')
  assert.deepEqual([last?.ended, last?.to], ['expired', expired.toISOString()])
  const returned = expired.getTime() + 1_000
  await house.platform.messages.start()
  await house.database.transaction((tx) =>
    house.platform.messages.publish(tx, 'people.account_returned', aino.atIdentity, {
      personId: aino.atIdentity,
      at: returned,
    }),
  )
  const [now] = await told(4)
  await house.platform.messages.stop()
  assert.deepEqual([now?.name, now?.from, now?.to], ['Aino', new Date(returned).toISOString(), null])
})

test('nobody but people of the provider sees it', async () => {
  const stranger = await arrive('Outo')
  await join(stranger, ['administrator'], undefined, companyId)
  const answer = (organizationId: string) =>
    portal.ask('GET', `/api/organizations/${organizationId}/staff`, { cookie: stranger.cookie })
  assert.equal((await answer(companyId)).code, 'staff.provider_only')
  assert.ok((await answer(providerId)).status >= 400)
})

test('PT-04 ID-88 who has only a role that the provider has made stands there by its name, also under a new one', async () => {
  const eeva = await arrive('Eeva')
  const ask = async (method: 'POST' | 'PUT', path: string, body: object) =>
    portal.ask(method, `/api/organizations/${providerId}${path}`, {
      cookie: await portal.signInAgain(aino.personId),
      body,
    })
  const { roleId } = (await ask('POST', '/roles', { name: 'Vahtimestari', permissions: ['devices.read'] })).body
  await portal.database.inOrganization(providerId, (tx) =>
    portal.people.join(
      tx,
      { organizationId: providerId, personId: eeva.personId, roles: [], ownRoles: [roleId], decidedBy: aino.personId },
      by(eeva),
    ),
  )
  const ofEeva = (ended: boolean) =>
    until(async () => {
      const [found, ...more] = (await read('?search=eeva')) as (Awaited<ReturnType<typeof read>>[number] & {
        roleName: string
      })[]
      return found && (found.to !== null) === ended && more.length === 0 && found
    })
  const first = await ofEeva(false)
  assert.deepEqual([first.role, first.roleName, first.givenBy], [roleId, 'Vahtimestari', 'Aino'])
  assert.match((await eeva.api('GET', '')).body, /Staff: Vahtimestari/)
  assert.equal(
    (await ask('PUT', `/roles/${roleId}`, { name: 'Päivystäjä', permissions: ['devices.read'] })).status,
    204,
  )
  await within('access', () => portal.staff.tellEverybody())
  await until(async () => (await portal.messages.countWaiting()) === 0)
  assert.equal((await ofEeva(false)).roleName, 'Päivystäjä')
  await portal.people.remove(providerId, eeva.personId, by(aino))
  const last = await ofEeva(true)
  assert.deepEqual([last.roleName, last.ended, last.takenBy], ['Päivystäjä', 'taken', 'Aino'])
})

test('a day of Helsinki has 23, 24 or 25 hours, and follows on the one before', () => {
  const hours = (day: string) => {
    const { begin, end } = dayBounds(day)
    return (Date.parse(end) - Date.parse(begin)) / 3_600_000
  }
  assert.deepEqual(['2026-03-29', '2026-05-03', '2026-10-25'].map(hours), [23, 24, 25])
  assert.equal(dayBounds('2026-05-03').begin, '2026-05-02T21:00:00.000Z')
  assert.equal(dayBounds('2026-12-31').end, '2026-12-31T22:00:00.000Z')
})
