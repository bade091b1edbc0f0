import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId, newToken } from '#base/ids'
import type { Browser } from '#portal/sessions'
import { createTestPortal } from '#tests/portal'

const day = 86_400_000
const portal = await createTestPortal()
const { clock, database, admin } = portal
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Yritys', 'company')
const boss = await portal.person('Pomo', { [companyId]: ['administrator'] })
const url = (organizationId: string, rest: string) => `/api/organizations/${organizationId}${rest}`
const bossCookie = () => portal.signInAgain(boss.personId)

let count = 0
async function invite(body: object = {}) {
  count += 1
  const email = `kutsuttu${count}@example.fi`
  const answer = await portal.ask('POST', url(companyId, '/invitations'), {
    cookie: await bossCookie(),
    body: { email, roles: ['viewer'], language: 'fi', ...body },
  })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  const link = await portal.linkIn((body as { email?: string }).email ?? email)
  return { email, invitationId: answer.body.invitationId as string, link, token: link.hash.slice(1) }
}

/** What happens in the transaction of the callback, for who has come back from identity with this address. */
async function accept(token: string, email: string) {
  const browser: Browser = {
    cookies: { 'vartio-invitation': token },
    ip: '192.0.2.9',
    userAgent: 'test',
    setCookie: () => undefined,
    clearCookie: () => undefined,
  }
  return database.transaction(async (tx) => {
    const { personId } = await portal.people.recognise(tx, {
      subject: newToken(),
      name: 'Kutsuttu',
      email,
      language: 'fi',
    })
    const by = {
      actor: { kind: 'person', id: personId },
      from: { ip: browser.ip, userAgent: browser.userAgent },
    } as const
    await portal.invitations.accept(tx, { personId, email, language: 'fi', by }, browser)
    return personId
  })
}

const look = (token: string) => portal.ask('POST', '/api/invitations/look', { body: { token } })

test('an invitation arrives by letter in the language of the invited, and its page says who invites to what', async () => {
  const { link, token } = await invite({ email: 'Eino@example.fi', name: 'Eino', roles: ['privacy_officer', 'viewer'] })
  assert.equal(link.pathname, '/invitation')
  assert.equal(link.origin, portal.urls.portal.origin)
  const { body } = await look(token)
  assert.deepEqual(
    { ...body, expiresAt: undefined },
    {
      organizationName: 'Yritys',
      inviterName: 'Pomo',
      email: 'Eino@example.fi',
      name: 'Eino',
      roles: ['privacy_officer', 'viewer'],
      ownRoles: [],
      expiresAt: undefined,
    },
  )
  const finnish = await portal.letterTo('Eino@example.fi')
  assert.match(finnish.subject, /^Kutsu: Yritys/)
  assert.match(finnish.text, /Pomo kutsuu sinut/)
  await invite({ email: 'john@example.com', language: 'en' })
  assert.match((await portal.letterTo('john@example.com')).subject, /^Invitation: Yritys/)
})

test('only the hash of the link lies in the database', async () => {
  const { token } = await invite()
  const rows = await admin`select * from invitations.invitation`
  assert.doesNotMatch(JSON.stringify(rows), new RegExp(token))
})

test('who comes with the invited address gets exactly the invited roles, once', async () => {
  const { token, email } = await invite({ roles: ['privacy_officer'] })
  const personId = await accept(token, email.toUpperCase())
  const { people } = await portal.people.list(companyId, { search: email })
  assert.deepEqual(
    people.map((one) => [one.personId, one.roles]),
    [[personId, ['privacy_officer']]],
  )
  await assert.rejects(accept(token, email), { code: 'invitations.already_used' })
  assert.equal((await look(token)).code, 'invitations.already_used')
  const { records } = await portal.audit.list(companyId, { personId })
  assert.deepEqual(records.map(({ action }) => action).sort(), ['invitations.accepted', 'people.joined'])
  assert.equal(records.find(({ action }) => action === 'invitations.accepted')?.target.name, email)
})

test('a link that was passed on lets nobody else in, and stays good for whom it was meant', async () => {
  const { token, email } = await invite()
  const before = await portal.countRows('people.person')
  for (const other of ['other@example.fi', `${email}.example`, `x${email}`])
    await assert.rejects(accept(token, other), { code: 'invitations.wrong_address' })
  assert.equal(await portal.countRows('people.person'), before)
  await accept(token, email)
})

test('of several who accept at once one gets in', async () => {
  const { token, email } = await invite()
  const results = await Promise.allSettled([1, 2, 3, 4].map(() => accept(token, email)))
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.equal((await portal.people.list(companyId, { search: email })).people.length, 1)
})

test('an invitation expires after seven days and can be sent again, which kills the old link', async () => {
  const { token, email, invitationId } = await invite()
  clock.advance(7 * day - 1)
  assert.equal((await look(token)).status, 200)
  clock.advance(1)
  assert.equal((await look(token)).code, 'invitations.expired')
  await assert.rejects(accept(token, email), { code: 'invitations.expired' })
  const listed = await portal.ask('GET', url(companyId, '/invitations'), { cookie: await bossCookie() })
  const mine = listed.body.invitations.find((one: { email: string }) => one.email === email)
  assert.equal(mine.isExpired, true)
  const resent = await portal.ask('POST', url(companyId, `/invitations/${invitationId}/resend`), {
    cookie: await bossCookie(),
  })
  assert.equal(resent.status, 204)
  assert.equal((await look(token)).code, 'invitations.link_wrong')
  const renewed = (await portal.linkIn(email)).hash.slice(1)
  assert.notEqual(renewed, token)
  await accept(renewed, email)
})

test('a withdrawn invitation looks as if it had never been', async () => {
  const { token, email, invitationId } = await invite()
  const withdraw = async () =>
    portal.ask('DELETE', url(companyId, `/invitations/${invitationId}`), { cookie: await bossCookie() })
  assert.equal((await withdraw()).status, 204)
  assert.equal((await look(token)).code, 'invitations.link_wrong')
  await assert.rejects(accept(token, email), { code: 'invitations.link_wrong' })
  assert.equal((await look(newToken())).code, 'invitations.link_wrong')
  assert.equal((await withdraw()).code, 'invitations.invitation_not_found')
})

test('nobody is invited twice at once, nor who is a member already', async () => {
  const { email, token } = await invite()
  const again = async (to: string) =>
    portal.ask('POST', url(companyId, '/invitations'), {
      cookie: await bossCookie(),
      body: { email: to, roles: ['viewer'], language: 'fi' },
    })
  assert.equal((await again(email.toUpperCase())).code, 'invitations.already_invited')
  await accept(token, email)
  assert.equal((await again(email.toUpperCase())).code, 'invitations.already_member')
})

test('accepting begins in the browser that holds the link; without it there is nothing to sign in for', async () => {
  const { token } = await invite()
  const begun = await portal.ask('POST', '/api/invitations/begin', { body: { token } })
  assert.deepEqual(begun.cookies, [{ name: 'vartio-invitation', value: token }])
  const none = await portal.ask('GET', '/sign-in/begin?purpose=invitation')
  assert.equal(none.headers.location, '/sign-in/problem?code=invitations.link_wrong')
})

test('the first administrator of a company is invited by its creator, the newest letter counts, and then never again', async () => {
  const owner = await portal.person('Tarjoaja', { [providerId]: ['administrator'] })
  const freshId = await portal.createBeneath(providerId, 'Uusi yritys', 'company')
  const first = (email: string, from = providerId) =>
    portal.ask('POST', url(from, `/organizations/${freshId}/administrator`), {
      cookie: owner.cookie,
      body: { email, language: 'fi' },
    })
  assert.equal((await first('vaara@example.fi')).status, 200)
  const wrong = (await portal.linkIn('vaara@example.fi')).hash.slice(1)
  assert.equal((await first('oikea@example.fi')).status, 200)
  assert.equal((await look(wrong)).code, 'invitations.link_wrong')
  await accept((await portal.linkIn('oikea@example.fi')).hash.slice(1), 'oikea@example.fi')
  const { people } = await portal.people.list(freshId, {})
  assert.deepEqual(
    people.map(({ roles }) => roles),
    [['administrator']],
  )
  assert.equal((await first('kolmas@example.fi')).code, 'organizations.company_decides')
})

test('ID-04 an address is kept for 30 days after its invitation ended', async () => {
  const { email } = await invite()
  const kept = async () => {
    await portal.expiry.run()
    const token = await portal.sealed.tables.get('invitations.invitation')?.token('email', email)
    return (await admin`select 1 from invitations.invitation where email_token = ${token ?? null}`).length
  }
  clock.advance(37 * day - 1)
  assert.equal(await kept(), 1)
  clock.advance(1)
  assert.equal(await kept(), 0)
})

test('the walls hold in the database itself: no invitation is seen or changed from elsewhere', async () => {
  await invite()
  assert.equal((await database.sql`select 1 from invitations.invitation`).length, 0)
  const seen = await database.inOrganization(
    providerId,
    (tx) => tx`
    update invitations.invitation set withdrawn_at = now() where organization_id = ${companyId}`,
  )
  assert.equal(seen.count, 0)
})

test('DSR-12 whoever has locked their data is not shown as invited elsewhere, and is not written to', async () => {
  const { email, invitationId } = await invite()
  const subject = newToken()
  await database.transaction((tx) =>
    portal.people.recognise(tx, { subject, name: 'Lukittu', email: email.toUpperCase(), language: 'fi' }),
  )
  const list = async () =>
    (await portal.ask('GET', url(companyId, '/invitations'), { cookie: await bossCookie() })).body.invitations.map(
      (one: { email: string }) => one.email,
    )
  const resend = async () =>
    portal.ask('POST', url(companyId, `/invitations/${invitationId}/resend`), { cookie: await bossCookie() })
  assert.ok((await list()).includes(email))
  await portal.rights.restrict(newId(), subject, true)
  assert.ok(!(await list()).includes(email))
  assert.equal((await resend()).code, 'invitations.invitation_not_found')
  await portal.rights.restrict(newId(), subject, false)
  assert.ok((await list()).includes(email))
  assert.equal((await resend()).status, 204)
})

test('PT-04 somebody is invited to roles that the organisation has made, never above the giver, and comes as what they are by then', async () => {
  const ask = async (person: { personId: string }, method: 'GET' | 'POST' | 'PUT', path: string, body?: object) =>
    portal.ask(method, url(companyId, path), {
      cookie: await portal.signInAgain(person.personId),
      ...(body ? { body } : {}),
    })
  const make = async (name: string, permissions: readonly string[]) =>
    (await ask(boss, 'POST', '/roles', { name, permissions })).body.roleId as string
  const watch = await make('Valvomo', ['devices.read', 'detections.read'])
  const keeping = await make('Henkilöstö', ['people.read', 'people.manage', 'devices.read'])
  const gone = await make('Kesä', ['devices.read'])
  const invited = await invite({ roles: [], ownRoles: [watch] })
  assert.deepEqual(
    [(await look(invited.token)).body.roles, (await look(invited.token)).body.ownRoles],
    [[], [{ roleId: watch, name: 'Valvomo' }]],
  )
  const list = (await ask(boss, 'GET', '/invitations')).body.invitations
  const shown = list.find(({ invitationId }: { invitationId: string }) => invitationId === invited.invitationId)
  assert.deepEqual(shown.ownRoles, [{ roleId: watch, name: 'Valvomo' }])
  // Whoever looks after people gives what they have, and nothing above.
  const keeper = await portal.person('Hoitaja', { [companyId]: ['viewer'] })
  const giving = await ask(boss, 'PUT', `/people/${keeper.personId}/roles`, { roles: [], ownRoles: [keeping] })
  assert.equal(giving.status, 204)
  const above = { email: 'yli@example.fi', roles: [], language: 'fi', ownRoles: [watch] }
  assert.equal((await ask(keeper, 'POST', '/invitations', above)).code, 'people.above_own')
  const nobodys = { ...above, ownRoles: [newId()] }
  assert.equal((await ask(boss, 'POST', '/invitations', nobodys)).code, 'people.role_not_found')
  assert.equal((await ask(boss, 'POST', '/invitations', { ...above, ownRoles: [] })).code, 'http.invalid_input')
  // A role that goes meanwhile leaves the one that was named for its holders.
  const summer = await invite({ roles: [], ownRoles: [gone] })
  const both = await invite({ roles: ['viewer'], ownRoles: [gone, watch] })
  assert.equal((await ask(boss, 'POST', `/roles/${gone}/remove`, { instead: 'privacy_officer' })).status, 204)
  const rolesOf = async (personId: string) => {
    const { people } = (await ask(boss, 'GET', '/people')).body
    const one = people.find((each: { personId: string }) => each.personId === personId)
    return [one.roles, one.ownRoles.map(({ name }: { name: string }) => name)]
  }
  assert.deepEqual(await rolesOf(await accept(invited.token, invited.email)), [[], ['Valvomo']])
  assert.deepEqual(await rolesOf(await accept(summer.token, summer.email)), [['privacy_officer'], []])
  assert.deepEqual(await rolesOf(await accept(both.token, both.email)), [['viewer'], ['Valvomo']])
})
