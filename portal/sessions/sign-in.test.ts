import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser } from '#tests/browser'
import { register, signIn, startIdentity } from '#tests/identity'
import { createTestPortal } from '#tests/portal'

// With the real identity: what it signs is what the portal believes.

const identity = await startIdentity()
const portal = await createTestPortal({ beside: identity })
const providerId = await portal.createProvider()

/** Cookies of the portal in one browser, whose other half is at identity. */
class Person {
  readonly cookies = new Map<string, string>()
  readonly browser = new Browser(identity.urls.identity)

  async ask(method: 'GET' | 'POST', url: string, body?: unknown) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await portal.ask(method, url, { cookie, body })
    for (const { name, value } of answer.cookies) {
      if (value === '') this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return answer
  }

  /** Leaves for identity; answers what was asked of it. */
  async leave(purpose: string): Promise<URL> {
    const answer = await this.ask('GET', `/sign-in/begin?purpose=${purpose}&ui_locales=fi`)
    assert.equal(answer.status, 303)
    const to = new URL(String(answer.headers.location), portal.urls.portal)
    if (to.host === identity.urls.identity.host) await this.browser.go('GET', to)
    return to
  }

  /** Comes back from identity; answers where the portal leads. */
  async comeBack(): Promise<string> {
    assert.equal(this.browser.url.host, portal.urls.portal.host, `still at ${this.browser.url.pathname}`)
    const answer = await this.ask('GET', `${this.browser.url.pathname}${this.browser.url.search}`)
    assert.equal(answer.status, 303)
    return String(answer.headers.location)
  }

  async register(person: { name: string; email: string }) {
    const made = await register(identity, this.browser, person)
    await this.browser.go('POST', this.browser.url.pathname, { form: {} })
    return made.authenticator
  }
}

async function invite(email: string) {
  const boss = await portal.person('Pomo', { [providerId]: ['administrator'] })
  const answer = await portal.ask('POST', `/api/organizations/${providerId}/invitations`, {
    cookie: boss.cookie,
    body: { email, roles: ['viewer'], language: 'fi' },
  })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return (await portal.linkIn(email)).hash.slice(1)
}

const aino = new Person()
let ainoKey: Awaited<ReturnType<Person['register']>>

test('ID-87 PT-04 an invited person makes a passkey at identity, comes back, and may exactly what the invitation says', async () => {
  const token = await invite('Aino@example.fi')
  await aino.ask('POST', '/api/invitations/begin', { token })
  const asked = await aino.leave('invitation')
  const sent = Object.fromEntries(asked.searchParams)
  assert.equal(sent.response_type, 'code')
  assert.equal(sent.code_challenge_method, 'S256')
  assert.equal(sent.prompt, 'create')
  assert.equal(sent.login_hint, 'Aino@example.fi')
  assert.ok(sent.state && sent.nonce && sent.code_challenge)
  ainoKey = await aino.register({ name: 'Aino Korhonen', email: 'aino@example.fi' })
  assert.equal(await aino.comeBack(), '/')
  const { body } = await aino.ask('GET', '/api/session')
  assert.equal(body.person.name, 'Aino Korhonen')
  assert.equal(body.person.email, 'aino@example.fi')
  assert.deepEqual(body.organizations[0].roles, ['viewer'])
  const people = await aino.ask('GET', `/api/organizations/${providerId}/people`)
  assert.equal(people.code, 'sessions.not_allowed')
  assert.equal(aino.cookies.has('vartio-invitation'), false)
})

test('RFC 9700 4.2 what came back from identity works once', async () => {
  const again = await aino.ask('GET', `${aino.browser.url.pathname}${aino.browser.url.search}`)
  assert.equal(again.headers.location, '/sign-in/problem?code=sessions.sign_in_expired')
})

test('ID-72 the session ends 8 hours after the passkey was shown, not after coming to the portal', async () => {
  const [row] = await portal.admin<{ signed_in_at: Date; ends_at: Date }[]>`
    select signed_in_at, ends_at from sessions.session order by last_seen_at desc limit 1`
  assert.equal(row!.ends_at.getTime() - row!.signed_in_at.getTime(), 8 * 3_600_000)
  assert.ok(row!.signed_in_at.getTime() <= Date.now())
})

test('who is signed in at identity already comes straight back, with the same time of sign-in', async () => {
  const times = async () => {
    const rows = await portal.admin<{ signed_in_at: Date }[]>`
      select distinct signed_in_at from sessions.session s where person_id = (select person_id from sessions.session order by last_seen_at desc limit 1)`
    return rows.length
  }
  await aino.leave('ordinary')
  assert.equal(await aino.comeBack(), '/')
  assert.equal((await aino.ask('GET', '/api/session')).status, 200)
  assert.equal(await times(), 1)
})

test('signing out ends the session here and leads to identity, whose page asks and comes back', async () => {
  const { body } = await aino.ask('POST', '/sign-out')
  const next = new URL(body.next)
  assert.equal(next.origin, identity.urls.identity.origin)
  assert.equal((await aino.ask('GET', '/api/session')).code, 'sessions.not_signed_in')
  const question = await aino.browser.go('GET', next)
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(question.body)?.[1]
  await aino.browser.go('POST', '/oidc/sign-out/confirm', { form: { xsrf: xsrf!, logout: 'yes' } })
  assert.equal(aino.browser.url.href, new URL('/signed-out', portal.urls.portal).href)
  await aino.leave('ordinary')
  assert.match(aino.browser.url.pathname, /^\/sign-in\//)
  await aino.browser.go('GET', await signIn(aino.browser, ainoKey))
  assert.equal(await aino.comeBack(), '/')
  assert.equal((await aino.ask('GET', '/api/session')).body.person.name, 'Aino Korhonen')
})

test('an account with another address than the invited one gets neither membership nor session', async () => {
  const token = await invite('eino@example.fi')
  const eino = new Person()
  await eino.ask('POST', '/api/invitations/begin', { token })
  await eino.leave('invitation')
  await eino.register({ name: 'Väinö', email: 'vaino@example.fi' })
  assert.equal(await eino.comeBack(), '/sign-in/problem?code=invitations.wrong_address')
  assert.equal((await eino.ask('GET', '/api/session')).code, 'sessions.not_signed_in')
})

/** An answer of identity that nobody has redeemed yet, as an address of the portal. */
async function answerFor(person: Person): Promise<URL> {
  if (person.browser.url.host === identity.urls.identity.host)
    await person.browser.go('GET', await signIn(person.browser, ainoKey))
  assert.equal(person.browser.url.pathname, '/sign-in/callback')
  return person.browser.url
}

test('RFC 9700 2.1 4.7 login CSRF: an answer that was made for another browser signs nobody in', async () => {
  const [victim, attacker] = [new Person(), new Person()]
  await attacker.leave('ordinary')
  const answer = await answerFor(attacker)
  await victim.leave('ordinary')
  const lured = await victim.ask('GET', `${answer.pathname}${answer.search}`)
  assert.equal(lured.headers.location, '/sign-in/problem?code=sessions.sign_in_expired')
  assert.equal((await victim.ask('GET', '/api/session')).code, 'sessions.not_signed_in')
  assert.equal(await attacker.comeBack(), '/')
})

test('RFC 9700 4.5 code injection: a code is worth nothing with the state of another sign-in, its verifier does not fit (RFC 7636)', async () => {
  const person = new Person()
  const other = await person.leave('ordinary')
  await person.leave('ordinary')
  const answer = await answerFor(person)
  answer.searchParams.set('state', other.searchParams.get('state')!)
  const swapped = await person.ask('GET', `${answer.pathname}${answer.search}`)
  assert.equal(swapped.headers.location, '/sign-in/problem?code=sessions.sign_in_failed')
  assert.equal(person.cookies.has('vartio-portal'), false)
})

test('who cancels at identity, or brings back rubbish, is told so and not let in', async () => {
  for (const [query, code] of [
    ['error=access_denied', 'sessions.sign_in_cancelled'],
    ['error=server_error', 'sessions.sign_in_failed'],
    ['code=made-up', 'sessions.sign_in_failed'],
    ['', 'sessions.sign_in_failed'],
  ] as const) {
    const person = new Person()
    const asked = await person.leave('ordinary')
    const iss = encodeURIComponent(identity.urls.identity.origin)
    const answer = await person.ask(
      'GET',
      `/sign-in/callback?state=${asked.searchParams.get('state')}&iss=${iss}&${query}`,
    )
    assert.equal(answer.headers.location, `/sign-in/problem?code=${code}`, query)
    assert.equal(person.cookies.has('vartio-portal'), false)
  }
})

test('two tabs that sign in at once both come back', async () => {
  const person = new Person()
  const first = await person.leave('ordinary')
  const second = await person.leave('ordinary')
  assert.notEqual(first.searchParams.get('state'), second.searchParams.get('state'))
  for (const asked of [second, first]) {
    await person.browser.go('GET', asked)
    if (person.browser.url.host === identity.urls.identity.host)
      await person.browser.go('GET', await signIn(person.browser, ainoKey))
    assert.equal(await person.comeBack(), '/')
  }
})

test('an administrator helps somebody to get in again: a code to tell by voice here, a link by letter from identity', async () => {
  const boss = await portal.person('Pomo', { [providerId]: ['administrator'] })
  const { body } = await aino.ask('GET', '/api/session')
  const url = `/api/organizations/${providerId}/people/${body.person.personId}/recovery`
  const begun = await portal.ask('POST', url, { cookie: boss.cookie })
  assert.equal(begun.status, 200, JSON.stringify(begun.body))
  assert.match(begun.body.code, /^\d{4} ?\d{4}$/)
  const [letter] = await identity.letters('aino@example.fi')
  assert.match(letter?.text ?? '', /\/recovery\//)
  assert.doesNotMatch(letter?.text ?? '', new RegExp(begun.body.code))
  const { records } = await portal.audit.list(providerId, { action: 'people.recovery_begun' })
  assert.deepEqual(
    records.map(({ actor, target }) => [actor.name, target.name]),
    [['Pomo', 'Aino Korhonen']],
  )
})

test('no address, name or token of all this is in the log', () => {
  const said = portal.lines.join('\n')
  assert.doesNotMatch(said, /example\.fi|Korhonen|Aino/)
})

test('RFC 9700 4.11 open redirect: after signing in one is where one was going, and never on another site', async () => {
  const organization = `?organization=${providerId}`
  const person = new Person()
  const to = async (asked: string) => {
    const answer = await person.ask('GET', `/sign-in/begin?ui_locales=fi&to=${encodeURIComponent(asked)}`)
    assert.equal(answer.status, 303)
    await person.browser.go('GET', new URL(String(answer.headers.location)))
  }
  await to(`/people${organization}`)
  await person.register({ name: 'Meri', email: 'meri@example.fi' })
  assert.equal(await person.comeBack(), `/people${organization}`)
  // Now signed in at identity: it leads straight back.
  for (const [asked, lands] of [
    ['/own', '/own'],
    ['/', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example/', '/'],
    ['/people@evil.example', '/'],
    ['/sign-in/work', '/'],
    ['/signed-out', '/'],
    ['/people?search=Aino', '/'],
    ['/people\n', '/'],
    ['x'.repeat(2_000), '/'],
  ] as const) {
    await to(asked)
    assert.equal(await person.comeBack(), lands, asked)
  }
})

/** Their session at the portal is older than what some routes want. */
const age = (person: Person, minutes = 6) => portal.admin`
  update sessions.session set signed_in_at = signed_in_at - ${`${minutes} minutes`}::interval, ends_at = ends_at - ${`${minutes} minutes`}::interval
  where token_hash = sha256(convert_to(${person.cookies.get('vartio-portal') ?? ''}, 'UTF8'))`

test('the passkey is asked for again though one is signed in, and what follows goes through', async () => {
  const person = new Person()
  await person.leave('ordinary')
  await answerFor(person)
  await person.comeBack()
  const { body } = await person.ask('GET', '/api/session')
  const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
  await portal.database.inOrganization(providerId, (tx) =>
    portal.people.join(
      tx,
      { organizationId: providerId, personId: body.person.personId, roles: ['administrator'] },
      by,
    ),
  )
  const inviteOne = () =>
    person.ask('POST', `/api/organizations/${providerId}/invitations`, {
      email: 'uusi@example.fi',
      roles: ['viewer'],
      language: 'fi',
    })
  await age(person)
  assert.equal((await inviteOne()).code, 'sessions.passkey_wanted')
  const asked = await person.leave('confirm')
  assert.equal(asked.searchParams.get('prompt'), 'login')
  // Not straight back: identity shows its page, though the session there is new.
  assert.match(person.browser.url.pathname, /^\/sign-in\/[^/]+$/)
  await answerFor(person)
  assert.equal(await person.comeBack(), '/sign-in/confirmed')
  assert.equal((await inviteOne()).status, 200)
})

test('whoever comes back must be who was signed in; nobody signs in that way, and the session stays whose it was', async () => {
  const person = new Person()
  const strangers = await person.leave('confirm')
  assert.equal(strangers.pathname, '/sign-in/problem')
  assert.equal(strangers.searchParams.get('code'), 'sessions.not_signed_in')
  await person.leave('ordinary')
  await answerFor(person)
  await person.comeBack()
  const before = person.cookies.get('vartio-portal')
  const other = new Person()
  await other.leave('ordinary')
  const otherKey = await other.register({ name: 'Toinen', email: 'toinen@example.fi' })
  await person.leave('confirm')
  await person.browser.go('GET', await signIn(person.browser, otherKey))
  assert.equal(await person.comeBack(), '/sign-in/problem?code=sessions.other_person')
  assert.equal(person.cookies.get('vartio-portal'), before)
})
