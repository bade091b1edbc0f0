import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newId, newToken } from '#base/ids'
import { createTestPortal } from '#tests/portal'
import { readCursor, writeCursor } from './list.ts'
import { permissionsOf, permissionsOfActivity, permissionsOfRole } from './roles.ts'

const portal = await createTestPortal()
const { database, admin, clock, people } = portal
const providerId = await portal.createProvider()
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
let count = 0
const company = () => {
  count += 1
  return portal.createBeneath(providerId, `Yritys ${count}`, 'company')
}
const url = (organizationId: string, rest: string) => `/api/organizations/${organizationId}${rest}`

test('EP-10 EP-11 EP-12 the portal holds name and address of each person, and a telephone number of who has given one', async () => {
  const organizationId = await company()
  const aino = await portal.person('Aino', { [organizationId]: ['administrator'] }, 'Aino@example.fi')
  await portal.person('Eino', { [organizationId]: ['viewer'] }, 'eino@example.fi')
  const before = await portal.ask('GET', url(organizationId, '/people'), { cookie: aino.cookie })
  assert.deepEqual(
    before.body.people.map((one: { name: string; email: string; phone: string | null }) => [
      one.name,
      one.email,
      one.phone,
    ]),
    [
      ['Aino', 'Aino@example.fi', null],
      ['Eino', 'eino@example.fi', null],
    ],
  )
  const changed = await portal.ask('PUT', '/api/own', { cookie: aino.cookie, body: { phone: '+358 40 123 4567' } })
  assert.equal(changed.status, 204)
  const after = await people.list(organizationId, {}, true)
  assert.equal(after.people[0]?.phone, '+358 40 123 4567')
  const removed = await portal.ask('PUT', '/api/own', { cookie: aino.cookie, body: { phone: null } })
  assert.equal(removed.status, 204)
  assert.equal((await people.list(organizationId, {}, true)).people[0]?.phone, null)
})

test('a long list comes in pages, in Finnish order, and is searched by name and address', async () => {
  const organizationId = await company()
  const alphabet = ['Aalto', 'Öhman', 'Åberg', 'Zetterberg', 'Ääri', 'aho']
  for (const [index, name] of [...alphabet, ...Array.from({ length: 60 }, (_, n) => `Kalle ${n}`)].entries())
    await portal.person(name, { [organizationId]: ['viewer'] }, `henkilo${index}@example.fi`)
  const names: string[] = []
  let cursor: string | undefined
  do {
    const answer = await people.list(organizationId, cursor === undefined ? {} : { cursor })
    assert.ok(answer.people.length <= 50)
    names.push(...answer.people.map(({ name }) => name))
    cursor = answer.next ?? undefined
  } while (cursor)
  assert.equal(new Set(names).size, 66)
  assert.deepEqual(
    names.filter((name) => !name.startsWith('Kalle')),
    ['Aalto', 'aho', 'Zetterberg', 'Åberg', 'Ääri', 'Öhman'],
  )
  const found = async (search: string) => (await people.list(organizationId, { search })).people.map(({ name }) => name)
  assert.deepEqual(await found('ÖHM'), ['Öhman'])
  assert.deepEqual(await found('HENKILO3@'), ['Zetterberg'])
  assert.deepEqual(await found('%'), [])
  assert.deepEqual(await found("' or true --"), [])
})

test('PT-04 a change of roles takes effect with the very next request', async () => {
  const organizationId = await company()
  const boss = await portal.person('Pomo', { [organizationId]: ['administrator'] })
  const viewer = await portal.person('Lukija', { [organizationId]: ['viewer'] })
  const read = () => portal.ask('GET', url(organizationId, '/people'), { cookie: viewer.cookie })
  assert.equal((await read()).code, 'sessions.not_allowed')
  const give = await portal.ask('PUT', url(organizationId, `/people/${viewer.personId}/roles`), {
    cookie: boss.cookie,
    body: { roles: ['privacy_officer'] },
  })
  assert.equal(give.status, 204)
  assert.equal((await read()).status, 200)
  await portal.ask('DELETE', url(organizationId, `/people/${viewer.personId}`), { cookie: boss.cookie })
  assert.equal((await read()).code, 'organizations.organization_not_found')
  const { records } = await portal.audit.list(organizationId, { action: 'people.roles_changed' })
  assert.deepEqual(records[0]?.details, { before: ['viewer'], after: ['privacy_officer'] })
  assert.equal(records[0]?.actor.name, 'Pomo')
  assert.equal(records[0]?.target.name, 'Lukija')
})

test('the last administrator can neither be removed nor lose the role, also not two of them at once', async () => {
  const organizationId = await company()
  const first = await portal.person('Yksi', { [organizationId]: ['administrator'] })
  const only = { code: 'people.last_administrator' }
  await assert.rejects(people.remove(organizationId, first.personId, by), only)
  await assert.rejects(people.changeRoles(organizationId, first.personId, { roles: ['viewer'] }, by), only)
  for (let round = 0; round < 10; round += 1) {
    const others = await Promise.all(
      ['Kaksi', 'Kolme'].map((name) => portal.person(name, { [organizationId]: ['administrator'] })),
    )
    const results = await Promise.allSettled([
      people.remove(organizationId, first.personId, by),
      people.changeRoles(organizationId, others[0]!.personId, { roles: ['viewer'] }, by),
      people.remove(organizationId, others[1]!.personId, by),
    ])
    assert.equal(results.filter(({ status }) => status === 'rejected').length, 1)
    const left = await people.list(organizationId, {})
    const administrators = left.people.filter(({ roles }) => roles.includes('administrator'))
    assert.equal(administrators.length, 1)
    for (const one of left.people) if (one !== administrators[0]) await people.remove(organizationId, one.personId, by)
    if (administrators[0]?.personId !== first.personId) {
      await database.inOrganization(organizationId, (tx) =>
        people.join(tx, { organizationId, personId: first.personId, roles: ['administrator'] }, by),
      )
      await people.remove(organizationId, administrators[0]!.personId, by)
    }
  }
})

test('PT-07 a person changes their own name, number and language here, and it counts at once where they are shown', async () => {
  const organizationId = await company()
  const venla = await portal.person('Venla', { [organizationId]: ['administrator'] })
  const cookie = venla.cookie
  const body = { name: 'Venla Uusi', phone: '+358 40 765 4321', language: 'en' }
  assert.equal((await portal.ask('PUT', '/api/own', { cookie, body })).status, 204)
  const session = await portal.ask('GET', '/api/session', { cookie })
  const { name, phone, language } = session.body.person
  assert.deepEqual({ name, phone, language }, body)
  const listed = await portal.ask('GET', `/api/organizations/${organizationId}/people`, { cookie })
  assert.deepEqual(
    listed.body.people.map((one: { name: string; phone: string }) => [one.name, one.phone]),
    [['Venla Uusi', '+358 40 765 4321']],
  )
  // What this page cannot change (the address is identity's to prove) is a request to the controller, open to anybody.
  const { status, headers } = await portal.ask('GET', '/contact')
  assert.ok(status >= 300 && status < 400, `${status}`)
  assert.equal(new URL(String(headers.location)).pathname, '/contact')
})

test('PT-06 a new person and a changed profile are in the activity log, without who did it', async () => {
  const organizationId = await company()
  const aino = await portal.person('Aino', { [organizationId]: ['administrator'] })
  clock.advance(1_000)
  const cookie = await portal.signInAgain(aino.personId)
  await portal.ask('PUT', '/api/own', { cookie, body: { name: 'Aino Uusi', language: 'en' } })
  const { body } = await portal.ask('GET', url(organizationId, '/activity'), { cookie })
  const seen = body.activities.map(({ what, target }: { what: string; target: { name: string } }) => [
    what,
    target.name,
  ])
  assert.deepEqual(seen, [
    ['profile_changed', 'Aino Uusi'],
    ['person_created', 'Aino Uusi'],
  ])
  const { records } = await portal.audit.list(organizationId, { action: 'people.profile_changed' })
  assert.deepEqual(records[0]?.details, { fields: ['name', 'language'] })
})

test('ID-04 who is in no organisation is forgotten: after a day who never was, after 3 years who has left', async () => {
  const organizationId = await company()
  await portal.person('Pomo', { [organizationId]: ['administrator'] })
  const visitor = await portal.person('Kävijä')
  const former = await portal.person('Entinen', { [organizationId]: ['viewer'] })
  const member = await portal.person('Jäsen', { [organizationId]: ['viewer'] })
  await people.remove(organizationId, former.personId, by)
  const left = async () => {
    await portal.expiry.run()
    const ids = [visitor, former, member].map(({ personId }) => personId)
    const rows = await admin<
      { person_id: string; sealed: Buffer }[]
    >`select person_id, sealed from people.person where person_id = any (${ids})`
    const opened = (await portal.sealed.tables.get('people.person')?.open(rows, ['name'])) ?? []
    return opened.map(({ name }) => name).sort()
  }
  assert.deepEqual(await left(), ['Entinen', 'Jäsen', 'Kävijä'])
  clock.advance(86_400_000)
  assert.deepEqual(await left(), ['Entinen', 'Jäsen'])
  clock.set(new Date('2029-11-20T00:00:00.000Z'))
  assert.deepEqual(await left(), ['Entinen', 'Jäsen'])
  clock.set(new Date('2029-11-22T00:00:00.000Z'))
  assert.deepEqual(await left(), ['Jäsen'])
  // What is told of it in the log has reached the same limit.
  const { records } = await portal.audit.list(organizationId, { action: 'people.removed' })
  assert.equal(records.length, 0)
})

test('two first sign-ins of one person at once make one person', async () => {
  const both = await Promise.all(
    [1, 2, 3, 4].map(() =>
      database.transaction((tx) =>
        people.recognise(tx, { subject: 'same', name: 'Sama', email: 'sama@example.fi', language: 'fi' }),
      ),
    ),
  )
  assert.equal(new Set(both.map(({ personId }) => personId)).size, 1)
  assert.equal(both.filter(({ isNew }) => isNew).length, 1)
})

test('the address is what identity says at each sign-in, the name what the person says', async () => {
  const released = { subject: 'changing', name: 'Ensimmäinen', email: 'a@example.fi', language: 'fi' } as const
  const { personId } = await database.transaction((tx) => people.recognise(tx, released))
  await people.changeOwn(personId, { name: 'Oma nimi' }, by)
  await database.transaction((tx) => people.recognise(tx, { ...released, name: 'Toinen', email: 'b@example.fi' }))
  const person = await database.forPerson(personId, (tx) => people.read(tx, personId))
  assert.deepEqual([person.name, person.email], ['Oma nimi', 'b@example.fi'])
})

test('the walls hold in the database itself: no person and no membership is seen from elsewhere', async () => {
  const [mine, other] = [await company(), await company()]
  const aino = await portal.person('Aino', { [mine]: ['administrator'] })
  const eino = await portal.person('Eino', { [other]: ['administrator'] })
  assert.equal((await database.sql`select 1 from people.person`).length, 0)
  assert.equal((await database.sql`select 1 from people.membership`).length, 0)
  const seen = await database.forPerson(aino.personId, (tx) => tx`select person_id from people.person`)
  assert.deepEqual(
    seen.map(({ person_id }) => person_id),
    [aino.personId],
  )
  const members = await database.inOrganization(mine, (tx) => tx`select person_id from people.membership`)
  assert.deepEqual(
    members.map(({ person_id }) => person_id),
    [aino.personId],
  )
  await assert.rejects(people.changeRoles(mine, eino.personId, { roles: ['viewer'] }, by), {
    code: 'people.person_not_found',
  })
  await assert.rejects(people.remove(mine, eino.personId, by), { code: 'people.person_not_found' })
  await assert.rejects(people.beginRecovery(mine, eino.personId, by), { code: 'people.person_not_found' })
})

test('nobody helps themselves to get in again: an open portal and a mailbox are not two people', async () => {
  const organizationId = await company()
  const one = await portal.person('Itse', { [organizationId]: ['administrator'] })
  const answer = await portal.ask('POST', `/api/organizations/${organizationId}/people/${one.personId}/recovery`, {
    cookie: one.cookie,
  })
  assert.deepEqual([answer.status, answer.code], [409, 'people.helps_themselves'])
})

test('help to get in again that identity does not give leaves no record that it was given', async () => {
  const organizationId = await company()
  const boss = await portal.person('Pomo', { [organizationId]: ['administrator'] })
  await assert.rejects(people.beginRecovery(organizationId, boss.personId, by), { code: 'calls.unavailable' })
  assert.equal((await portal.audit.list(organizationId, { action: 'people.recovery_begun' })).records.length, 0)
})

test('PT-02 an activity opens no more than its list, only to roles that have it themselves, and never what manages people', () => {
  const all = permissionsOf(['administrator'], [])
  for (const [activity, list] of Object.entries(permissionsOfActivity)) {
    assert.ok(
      list.every((permission) => /\.read$|^(devices|detections|policies)\.manage$/.test(permission)),
      activity,
    )
    const through = (role: 'administrator' | 'viewer') =>
      permissionsOf([], [{ roles: [role], activities: [activity as keyof typeof permissionsOfActivity] }])
    assert.deepEqual(
      [...through('administrator')],
      list.filter((permission) => all.has(permission)),
    )
    assert.deepEqual(
      [...through('viewer')],
      list.filter((permission) => permissionsOfRole.viewer.includes(permission)),
    )
  }
  assert.deepEqual([...permissionsOf([])], [])
  assert.deepEqual([...permissionsOf(['viewer'])], permissionsOfRole.viewer)
})

test('a cursor of any content is a place in the list or a clear refusal', () => {
  const attempt = (text: string) => {
    try {
      const place = readCursor(text)
      if (place) assert.deepEqual(readCursor(writeCursor(place)), place)
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'people.bad_cursor')
    }
  }
  fc.assert(fc.property(fc.oneof(fc.string({ maxLength: 300 }), fc.base64String()), attempt))
  fc.assert(fc.property(fc.jsonValue(), (value) => attempt(Buffer.from(JSON.stringify(value)).toString('base64url'))))
})

test('DSR-05 a sign-in that was under way while somebody was forgotten does not make them anew', async () => {
  const released = { subject: newToken(), name: 'Poistuva', email: 'poistuva@example.fi', language: 'fi' } as const
  const recognise = () => database.transaction((tx) => people.recognise(tx, released))
  await recognise()
  const answer = await portal.rights.forget(newId(), released.subject)
  assert.equal(answer.outcome, 'done')
  await assert.rejects(recognise, { code: 'people.forgotten' })
  assert.equal(await database.sql`select 1 from people.forgotten`.then(({ count: rows }) => rows), 1)
  // By then nothing of that sign-in is left, and identity gives nobody the number again.
  clock.advance(10 * 60_000)
  assert.equal((await recognise()).isNew, true)
})

test('ID-76 an account that was not used for four months goes also where it is the only administrator; who asks for it is refused', async () => {
  const organizationId = await company()
  const only = await portal.person('Ainoa', { [organizationId]: ['administrator'] })
  const { sql } = database
  const [row] = await portal.admin<
    { subject: string }[]
  >`select subject from people.person where person_id = ${only.personId}`
  const refused = await portal.rights.forget(newId(), row!.subject)
  assert.deepEqual(refused, { outcome: 'refused', code: 'people.last_administrator' })
  assert.equal((await portal.rights.forget(newId(), row!.subject, true)).outcome, 'done')
  assert.equal(await people.findBySubject(sql, row!.subject), undefined)
})
