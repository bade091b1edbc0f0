import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newToken } from '#base/ids'
import { createTestPortal } from '#tests/portal'
import { until } from '#tests/until'
import { sessionCookie } from './session.ts'

const start = new Date('2026-11-21T12:00:00.000Z')
const hour = 3_600_000
const portal = await createTestPortal({ at: start })
const { clock, database, admin } = portal
const providerId = await portal.createProvider()
const partnerId = await portal.createBeneath(providerId, 'Kumppani', 'partner')
const companyId = await portal.createBeneath(partnerId, 'Yritys', 'company')
const boss = await portal.person('Pomo', { [companyId]: ['administrator'] })
const url = (organizationId: string, rest: string) => `/api/organizations/${organizationId}${rest}`
const again = (personId: string) => portal.signInAgain(personId)

test('ID-87 without a session, or with one that is made up, nobody gets anywhere', async () => {
  for (const cookie of [
    undefined,
    `${sessionCookie}=`,
    `${sessionCookie}=${newToken()}`,
    `${sessionCookie}=${'a'.repeat(5_000)}`,
    `${sessionCookie}=' or 1=1 --`,
    boss.cookie.replace(sessionCookie, 'vartio-other'),
  ])
    for (const path of ['/api/session', '/api/own/actions', url(companyId, '/people'), url(companyId, '/overview-x')]) {
      const answer = await portal.ask('GET', path, { cookie })
      assert.ok([401, 404].includes(answer.status), `${path} ${answer.status}`)
      if (!path.endsWith('-x')) assert.equal(answer.code, 'sessions.not_signed_in', path)
    }
})

test('the pages are told who is signed in, in which organisations, and what they may do there', async () => {
  const { body } = await portal.ask('GET', '/api/session', { cookie: await again(boss.personId) })
  assert.equal(body.person.name, 'Pomo')
  assert.deepEqual(body.organizations, [
    {
      organizationId: companyId,
      name: 'Yritys',
      kinds: ['company'],
      roles: ['administrator'],
      ownRoles: [],
      permissions: [
        'overview.read',
        'companies.read',
        'subscriptions.read',
        'subscriptions.sell',
        'removals.ask',
        'removals.decide',
        'sharers.read',
        'people.read',
        'people.manage',
        'audit.read',
        'organizations.read',
        'organizations.manage',
        'outsourcing.manage',
        'contact.manage',
        'emergency.prepare',
        'devices.read',
        'devices.manage',
        'detections.read',
        'detections.manage',
        'policies.read',
        'policies.manage',
        'standards.manage',
        'bookkeeping.manage',
        'pledges.declare',
        'rule-sets.manage',
        'own-rules.manage',
        'contracts.manage',
        'upstreams.manage',
        'technical-log.look',
        'staff.read',
        'company-sign-in.manage',
        'api-keys.manage',
        'receivers.manage',
        'commands.confirm',
        'health.read',
        'reports.manage',
      ],
      through: [],
    },
  ])
  assert.equal(body.ended, null)
  assert.ok(body.accountUrl.startsWith(portal.urls.identity.href))
  const stranger = await portal.person('Outo')
  const answer = await portal.ask('GET', '/api/session', { cookie: stranger.cookie })
  assert.deepEqual(answer.body.organizations, [])
})

test('ID-72 a session ends 8 hours after it began, however busy it was', async () => {
  clock.set(start)
  const cookie = await again(boss.personId)
  const isIn = async () => (await portal.ask('GET', '/api/session', { cookie })).status === 200
  for (let minutes = 0; minutes < 8 * 60; minutes += 20) {
    clock.set(new Date(start.getTime() + minutes * 60_000))
    assert.equal(await isIn(), true, `after ${minutes} minutes`)
  }
  clock.set(new Date(start.getTime() + 8 * hour - 1))
  assert.equal(await isIn(), true)
  clock.set(new Date(start.getTime() + 8 * hour))
  assert.equal(await isIn(), false)
  await assert.rejects(
    database.sql`insert into sessions.session (token_hash, session_id, person_id, signed_in_at, ends_at, last_seen_at)
      values ('\\x00', ${boss.personId}, ${boss.personId}, now(), now() + interval '8 hours 1 second', now())`,
    { code: '23514' },
  )
  clock.set(start)
})

test('a clock that is set back makes no session longer', async () => {
  const cookie = await again(boss.personId)
  clock.set(new Date(start.getTime() - hour))
  assert.equal((await portal.ask('GET', '/api/session', { cookie })).code, 'sessions.not_signed_in')
  clock.set(start)
  assert.equal((await portal.ask('GET', '/api/session', { cookie })).status, 200)
})

test('signing out ends the session at once, and a second time it harms nothing', async () => {
  const cookie = await again(boss.personId)
  for (const expected of [200, 200]) {
    const answer = await portal.ask('POST', '/sign-out', { cookie })
    assert.equal(answer.status, expected)
    assert.deepEqual(answer.cookies, [{ name: sessionCookie, value: '' }])
  }
  assert.equal((await portal.ask('GET', '/api/session', { cookie })).code, 'sessions.not_signed_in')
  const { records } = await portal.audit.list(companyId, { action: 'sessions.signed_out' })
  assert.equal(records.length, 1)
  assert.equal(records[0]?.actor.name, 'Pomo')
})

test('only the hash of a session lies in the database', async () => {
  const cookie = await again(boss.personId)
  const token = cookie.slice(cookie.indexOf('=') + 1)
  const rows = await admin`select * from sessions.session`
  assert.ok(rows.length > 0)
  assert.doesNotMatch(JSON.stringify(rows), new RegExp(token))
})

test('PT-02 PT-03 who looks after a company sees it exactly while that runs, and the request after the end is refused', async () => {
  const helper = await portal.person('Auttaja', { [partnerId]: ['administrator'] })
  const viewer = await portal.person('Katsoja', { [partnerId]: ['viewer'] })
  const beside = await portal.person('Vieressä', {
    [await portal.createBeneath(providerId, 'Toinen', 'partner')]: ['administrator'],
  })
  const provider = await portal.person('Tarjoaja', { [providerId]: ['administrator'] })
  const asks = (cookie: string) => portal.ask('GET', url(companyId, '/people'), { cookie })
  const refused = 'organizations.organization_not_found'
  for (const one of [helper, viewer, beside, provider]) assert.equal((await asks(one.cookie)).code, refused)

  const cookie = await again(boss.personId)
  const begun = await portal.ask('POST', url(companyId, `/outsourcing/${partnerId}`), {
    cookie,
    body: { activities: ['service-support'] },
  })
  assert.equal(begun.status, 204)
  assert.equal((await asks(helper.cookie)).status, 200)
  assert.equal((await asks(viewer.cookie)).code, 'sessions.not_allowed')
  for (const one of [beside, provider]) assert.equal((await asks(one.cookie)).code, refused)
  // The activity does not open the audit log, and nothing that manages.
  const audit = await portal.ask('GET', url(companyId, '/audit'), { cookie: helper.cookie })
  assert.equal(audit.code, 'sessions.not_allowed')
  for (const [method, path, body] of [
    ['DELETE', `/people/${boss.personId}`, {}],
    ['PUT', `/people/${boss.personId}/roles`, { roles: ['viewer'] }],
    ['POST', `/outsourcing/${partnerId}`, { activities: ['it-management'] }],
    ['DELETE', `/outsourcing/${partnerId}`, {}],
  ] as const)
    assert.equal(
      (await portal.ask(method, url(companyId, path), { cookie: helper.cookie, body })).code,
      'sessions.not_allowed',
    )

  assert.equal((await portal.ask('DELETE', url(companyId, `/outsourcing/${partnerId}`), { cookie })).status, 204)
  // Whoever looked after it knows that it is there, and is told what happened; to all others there is still no such organisation.
  for (const one of [helper, viewer]) {
    const { status, code } = await asks(one.cookie)
    assert.deepEqual([status, code], [403, 'organizations.outsourcing_ended'])
  }
  for (const one of [beside, provider]) assert.equal((await asks(one.cookie)).code, refused)
})

test('PT-01 the company’s own administrator sees its data, whether or not anybody else looks after it', async () => {
  const cookie = await again(boss.personId)
  for (const path of ['/people', '/audit', '/activity', '/organizations', '/outsourcing'])
    assert.equal((await portal.ask('GET', url(companyId, path), { cookie })).status, 200, path)
})

test('requests of many people at once each get their own answer', async () => {
  const people = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      portal.person(`Henkilö ${index}`, index % 2 ? { [companyId]: ['viewer'] } : {}),
    ),
  )
  const asked = people.flatMap((one) => [one, one, one])
  const answers = await Promise.all(asked.map(({ cookie }) => portal.ask('GET', '/api/session', { cookie })))
  answers.forEach(({ body }, index) => {
    assert.equal(body.person.personId, asked[index]?.personId)
  })
  const overviews = await Promise.all(
    asked.map(({ cookie }) => portal.ask('GET', url(companyId, '/people'), { cookie })),
  )
  overviews.forEach(({ code }, index) => {
    const isMember = Math.floor(index / 3) % 2 === 1
    assert.equal(code, isMember ? 'sessions.not_allowed' : 'organizations.organization_not_found')
  })
})

test('when a person was last seen is written at most once a minute, and only where they are a member', async () => {
  const one = await portal.person('Nähty', { [companyId]: ['privacy_officer'] })
  const seen = async () => {
    const { people } = await portal.people.list(companyId, { search: 'Nähty' })
    const at = people[0]?.lastSeenAt
    return at ? new Date(at).toISOString() : null
  }
  const ask = () => portal.ask('GET', url(companyId, '/people'), { cookie: one.cookie })
  // Written beside the request, so it may come a moment later.
  const pause = () => new Promise((resolve) => setTimeout(resolve, 50))
  await ask()
  await pause()
  assert.equal(await seen(), null)
  clock.advance(60_000)
  await ask()
  const first = clock.now().toISOString()
  await until(async () => (await seen()) === first)
  clock.advance(59_000)
  await ask()
  await pause()
  assert.equal(await seen(), first)
  clock.advance(1_000)
  await ask()
  await until(async () => (await seen()) === clock.now().toISOString())
})

test('a session is forgotten when it has ended', async () => {
  clock.advance(9 * hour)
  const fresh = await again(boss.personId)
  await portal.expiry.run()
  const [left] = await admin<{ count: number }[]>`select count(*)::int as count from sessions.session`
  assert.equal(left?.count, 1)
  assert.equal((await portal.ask('GET', '/api/session', { cookie: fresh })).status, 200)
})

test('RFC 9700 4.7 login CSRF: coming back from identity with nothing that we sent out from this browser signs nobody in', async () => {
  const answer = await portal.ask('GET', `/sign-in/callback?state=${newToken()}&code=abc`, {
    cookie: `vartio-sign-in=${newToken()}`,
  })
  assert.equal(answer.status, 303)
  assert.equal(answer.headers.location, '/sign-in/problem?code=sessions.sign_in_expired')
  assert.deepEqual(answer.cookies, [])
})

test('while identity is away a person who wants to sign in is told so', async () => {
  const answer = await portal.ask('GET', '/sign-in/begin')
  assert.equal(answer.headers.location, '/sign-in/problem?code=sessions.identity_unavailable')
})

test('a session that ends at identity ends here at once, with a record, and no other session with it', async () => {
  const subject = newToken()
  const by = { actor: { kind: 'program', name: 'identity' }, from: { ip: '127.0.0.1', userAgent: '' } } as const
  const { personId } = await database.transaction(async (tx) => {
    const known = await portal.people.recognise(tx, {
      subject,
      name: 'Kaksi',
      email: 'kaksi@example.fi',
      language: 'fi',
    })
    await tx`select pg_catalog.set_config('vartio.organization_id', ${companyId}, true)`
    await portal.people.join(tx, { organizationId: companyId, personId: known.personId, roles: ['viewer'] }, by)
    return known
  })
  const other = await again(personId)
  const signedInAt = clock.now().getTime() / 1_000 + 60
  clock.advance(60_000)
  const cookie = await again(personId)
  const ended = { subject, signedInAt }
  const forged = await portal.ask('POST', '/calls/sessions/end', { body: ended })
  assert.deepEqual([forged.status, forged.code], [401, 'calls.refused'])
  const isIn = async (one: string) => (await portal.ask('GET', '/api/session', { cookie: one })).status === 200
  assert.equal(await isIn(cookie), true)

  await portal.sessions.endWithIdentity({ ...ended, subject: newToken() }, by)
  assert.equal(await isIn(cookie), true)
  // Twice: the message may be delivered again.
  await portal.sessions.endWithIdentity(ended, by)
  await portal.sessions.endWithIdentity(ended, by)
  assert.equal(await isIn(cookie), false)
  assert.equal(await isIn(other), true)
  const { records } = await portal.audit.list(companyId, { action: 'sessions.signed_out' })
  assert.equal(records.filter(({ actor }) => actor.kind === 'program').length, 1)
})

test('a database that vanishes under requests is a clear answer, nobody else’s rights, and everything when it is back', async () => {
  const member = await portal.person('Jäsen', { [companyId]: ['privacy_officer'] })
  const stranger = await portal.person('Vieras')
  const seen = new Set<string>()
  for (let round = 0; round < 20; round += 1) {
    const asked = [member, stranger, member, stranger].map(async (one) => {
      const answer = await portal.ask('GET', url(companyId, '/people'), { cookie: one.cookie })
      const expected = one === member ? '200 ' : '404 organizations.organization_not_found'
      const said = `${answer.status} ${answer.code ?? ''}`
      assert.ok(said === expected || said === '503 database.unavailable', said)
      seen.add(said)
    })
    await admin`select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
      where datname = pg_catalog.current_database() and usename = 'portal'`
    await Promise.all(asked)
  }
  assert.ok(seen.has('503 database.unavailable'))
  await until(
    async () => (await portal.ask('GET', url(companyId, '/people'), { cookie: member.cookie })).status === 200,
  )
})
