import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { buildAuthorizationUrlWithPAR } from 'openid-client'
import { createTestClock } from '#base/clock'
import { newToken } from '#base/ids'
import { Browser } from '#tests/browser'
import { aContract, enforceContract } from '#tests/contract'
import { register, signIn, startIdentity } from '#tests/identity'
import { createService, localFetch, makeClientKey } from '#tests/service'

const clock = createTestClock(new Date())
const house = await startIdentity({ clock })
const { identity, urls, admin } = house
const callback = new URL('/sign-in/callback', urls.portal)
const portal = await createService({ issuer: urls.identity, key: house.portalKey, callback })

const libraryKey = await makeClientKey()
const libraryCallback = new URL('http://library.localhost:9/callback')
await enforceContract(identity.services, 'library', aContract({ keys: [libraryKey.publicJwk] as never }))
const library = await createService({
  issuer: urls.identity,
  key: libraryKey,
  clientId: 'library',
  callback: libraryCallback,
})

let count = 0
/** Somebody new, with a session in a browser of their own. */
async function arrive() {
  count += 1
  const browser = new Browser(urls.identity)
  const email = `person${count}@protocol.example`
  const { url, checks } = await portal.begin({ prompt: 'create' })
  await browser.go('GET', url)
  const { authenticator } = await register(house, browser, { name: `Person ${count}`, email })
  await browser.go('POST', browser.url, { form: {} })
  const claims = (await portal.redeem(browser.url, checks)).claims()!
  return { browser, authenticator, email, claims }
}

const errorOf = ({ url }: Browser) =>
  url.searchParams.get('error') ?? new URLSearchParams(url.hash.slice(1)).get('error')

/** Whether this browser is signed in, as a service sees it. */
async function ask(browser: Browser, parameters: Record<string, string> = { prompt: 'none' }) {
  const { url, checks } = await portal.begin(parameters)
  await browser.go('GET', url)
  return { error: errorOf(browser), checks }
}

async function assertion(audience: string, jti = newToken()) {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: house.portalKey.publicJwk.kid })
    .setIssuer('portal')
    .setSubject('portal')
    .setAudience(audience)
    .setJti(jti)
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(house.portalKey.privateKey)
}

function post(path: string, form: Record<string, string>) {
  return localFetch(new URL(path, urls.identity).href, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  } as never)
}

test('RFC 9700 4.2 4.3 ID-31 a code is redeemed at most once, even by six at the same moment, and its second use ends what came of the first', async () => {
  const { browser } = await arrive()
  for (let round = 0; round < 8; round += 1) {
    const { checks } = await ask(browser)
    const attempts = await Promise.allSettled(Array.from({ length: 6 }, () => portal.redeem(browser.url, checks)))
    assert.ok(attempts.filter(({ status }) => status === 'fulfilled').length <= 1)
    for (const attempt of attempts)
      if (attempt.status === 'rejected') assert.equal(attempt.reason.error, 'invalid_grant')
  }
  const tokens = async () => (await admin`select 1 from oidc.sealed where model = 'AccessToken'`).count
  assert.equal(await tokens(), 0, 'a token that nobody takes is kept')
  const key = await makeClientKey()
  const contract = aContract({ keys: [key.publicJwk] as never, protocol: { userinfo: 'plain' } })
  await enforceContract(identity.services, 'museum', contract)
  const museum = await createService({ issuer: urls.identity, key, clientId: 'museum', callback: libraryCallback })
  const { url, checks } = await museum.begin()
  await browser.go('GET', url)
  await browser.go('POST', `${browser.url.pathname}/continue`, { form: {} })
  const { access_token: token } = await museum.redeem(browser.url, checks)
  const take = async () => {
    const headers = { authorization: `Bearer ${token}` }
    return (await localFetch(new URL('/oidc/userinfo', urls.identity).href, { method: 'GET', headers } as never)).status
  }
  assert.equal(await take(), 200)
  await assert.rejects(museum.redeem(browser.url, checks), { error: 'invalid_grant' })
  assert.equal(await take(), 401, 'what came of the code still works')
})

test('RFC 9700 2.5 one client assertion is accepted once, even twice at the same moment', async () => {
  const parameters = {
    client_id: 'portal',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: callback.href,
    code_challenge: 'NVwFobLPWFTs6rRyCyOcSgIF5-j-CzOKh3u10U-AW8Y',
    code_challenge_method: 'S256',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  }
  for (let round = 0; round < 5; round += 1) {
    const client_assertion = await assertion(urls.identity.origin)
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => post('/oidc/request', { ...parameters, client_assertion })),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 401, 401, 401, 401])
    for (const answer of answers)
      if (answer.status === 401) assert.equal(((await answer.json()) as { error: string }).error, 'invalid_client')
  }
})

test('RFC 9700 2.2.1 one DPoP proof is accepted once, even twice at the same moment, and the second is no fault of the client’s assertion', async () => {
  const key = await generateKeyPair('ES256')
  const jwk = await exportJWK(key.publicKey)
  const endpoint = new URL('/oidc/request', urls.identity).href
  const parameters = {
    client_id: 'portal',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: callback.href,
    code_challenge: 'NVwFobLPWFTs6rRyCyOcSgIF5-j-CzOKh3u10U-AW8Y',
    code_challenge_method: 'S256',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  }
  for (let round = 0; round < 5; round += 1) {
    const proof = await new SignJWT({ htm: 'POST', htu: endpoint, jti: newToken() })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .setIssuedAt()
      .sign(key.privateKey)
    const bring = async () => {
      const client_assertion = await assertion(urls.identity.origin)
      return localFetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', dpop: proof },
        body: new URLSearchParams({ ...parameters, client_assertion }).toString(),
      } as never)
    }
    const answers = [...(await Promise.all([bring(), bring()])), await bring()]
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 400, 400])
    for (const answer of answers)
      if (answer.status === 400)
        assert.match(((await answer.json()) as { error_description: string }).error_description, /DPoP proof/)
  }
})

test('a pushed request leads through the same pages', async () => {
  const { browser } = await arrive()
  const url = await buildAuthorizationUrlWithPAR(portal.configuration, {
    redirect_uri: callback.href,
    scope: 'openid',
    code_challenge: 'NVwFobLPWFTs6rRyCyOcSgIF5-j-CzOKh3u10U-AW8Y',
    code_challenge_method: 'S256',
    state: 'pushed',
  })
  assert.deepEqual([...url.searchParams.keys()].sort(), ['client_id', 'request_uri'])
  await browser.go('GET', url)
  assert.equal(browser.url.searchParams.get('state'), 'pushed')
  assert.ok(browser.url.searchParams.get('code'))
})

test('A-06 ID-72 a session ends 8 hours after it began, however busy it is, and its codes and grants with it', async () => {
  const { browser } = await arrive()
  for (let hour = 1; hour < 8; hour += 1) {
    clock.advance(3_600_000)
    assert.equal((await ask(browser)).error, null, `after ${hour} hours`)
  }
  clock.advance(3_590_000)
  const last = await ask(browser)
  assert.equal(last.error, null, 'ten seconds before the end')
  const answer = browser.url
  // However long the library thinks that they live: the session's own end decides.
  await admin`update oidc.sealed set expires_at = expires_at + interval '1 day'`
  clock.advance(11_000)
  assert.equal((await ask(browser)).error, 'login_required')
  await assert.rejects(portal.redeem(answer, last.checks), { error: 'invalid_grant' })
  assert.equal((await browser.ask('GET', '/account/api/own', { json: {} })).status, 401)
  await house.platform.expiry.run()
  const [left] = await admin`select count(*)::int as count from oidc.session where ends_at < ${clock.now()}`
  assert.equal(left?.count, 0)
})

test('signing in anew begins a new session and does not lengthen the old one', async () => {
  const person = await arrive()
  const before = person.browser.cookie('vartio-session')!
  clock.advance(3_600_000)
  const { checks } = await ask(person.browser, { prompt: 'login' })
  assert.match(person.browser.url.pathname, /^\/sign-in\//)
  await person.browser.go('GET', await signIn(person.browser, person.authenticator))
  const claims = (await portal.redeem(person.browser.url, checks)).claims()!
  assert.ok(claims.auth_time! > person.claims.auth_time!)
  assert.equal(claims.sub, person.claims.sub)
  const old = new Browser(urls.identity)
  const headers = { cookie: `vartio-session=${before}` }
  assert.equal((await old.ask('GET', '/account/api/own', { headers })).status, 401)
  const { sessions } = JSON.parse((await person.browser.ask('GET', '/account/api/sessions', { json: {} })).body)
  assert.equal(sessions.length, 1)
})

test('prompt=none: refused without a session, answered with one, refused after signing out, also to who kept the cookies', async () => {
  assert.equal((await ask(new Browser(urls.identity))).error, 'login_required')
  const { browser } = await arrive()
  assert.equal((await ask(browser)).error, null)
  const cookies = [...browser.cookies]
  const keep = () => Object.assign(new Browser(urls.identity), { cookies: [...cookies] })
  const rows = await admin`select * from oidc.sealed where model = 'Session'`
  const question = await browser.go('GET', new URL('/oidc/sign-out', urls.identity))
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(question.body)?.[1]
  const page = await browser.go('POST', '/oidc/sign-out/confirm', { form: { xsrf: xsrf!, logout: 'yes' } })
  assert.match(page.body, /You have signed out/)
  assert.equal((await ask(keep())).error, 'login_required')
  // As if a request that was under way had still written them.
  await admin`insert into oidc.sealed ${admin(rows)} on conflict do nothing`
  assert.equal((await ask(keep())).error, 'login_required')
})

test('two tabs begun before signing in both come home; another person in the second takes the browser over', async () => {
  const aino = await arrive()
  const eero = await arrive()
  for (const second of [aino, eero]) {
    const browser = new Browser(urls.identity)
    const [left, right] = [await portal.begin(), await portal.begin()]
    await browser.go('GET', left.url)
    const leftPage = browser.url
    await browser.go('GET', right.url)
    const rightPage = browser.url
    browser.url = leftPage
    await browser.go('GET', await signIn(browser, aino.authenticator))
    assert.equal((await portal.redeem(browser.url, left.checks)).claims()!.sub, aino.claims.sub)
    browser.url = rightPage
    await browser.go('GET', await signIn(browser, second.authenticator))
    assert.equal((await portal.redeem(browser.url, right.checks)).claims()!.sub, second.claims.sub)
  }
})

test('login CSRF: ID-84 the address of an event is worth nothing in another browser, and the page leads on', async () => {
  const { authenticator } = await arrive()
  const mine = new Browser(urls.identity)
  await mine.go('GET', (await portal.begin()).url)
  const event = mine.url.pathname
  const theirs = new Browser(urls.identity)
  for (const step of ['', '/create', '/code', '/passkey', '/codes', '/recovery', '/use-passkey']) {
    const page = await theirs.ask('GET', `${event}${step}`)
    assert.equal(page.status, 410)
    assert.match(page.body, /This sign-in has ended/)
    assert.ok(page.body.includes(`href="${urls.portal.href}"`))
  }
  const begin = await theirs.ask('POST', `${event}/use-passkey/begin`, { json: {} })
  assert.equal(JSON.parse(begin.body).code, 'sign_in.event_ended')
  // A passkey's answer made for one event is refused in another.
  const other = new Browser(urls.identity)
  await other.go('GET', (await portal.begin()).url)
  const options = JSON.parse((await mine.ask('POST', `${event}/use-passkey/begin`, { json: {} })).body)
  const answer = await other.ask('POST', `${other.url.pathname}/use-passkey/finish`, {
    json: authenticator.use(options),
  })
  assert.equal(JSON.parse(answer.body).code, 'passkeys.refused')
})

test('back, reload and a finished event lead on', async () => {
  const person = await arrive()
  const browser = new Browser(urls.identity)
  await browser.go('GET', (await portal.begin({ prompt: 'create' })).url)
  const event = browser.url.pathname.replace('/create', '')
  for (const step of ['/code', '/passkey', '/codes']) {
    await browser.go('GET', `${event}${step}`)
    assert.equal(browser.url.pathname, `${event}/create`)
  }
  await browser.go('GET', `${event}/use-passkey`)
  const next = await signIn(browser, person.authenticator)
  await browser.go('GET', next)
  assert.ok(browser.url.searchParams.get('code'))
  for (const address of [event, next]) {
    const page = await browser.ask('GET', address)
    assert.ok([400, 410].includes(page.status))
    assert.match(page.body, /This sign-in has ended/)
  }
})

test('ID-31 an event whose time has run out, or whose cookie is lost, leads on to the service it came from', async () => {
  const { browser } = await arrive()
  await browser.go('GET', (await library.begin()).url)
  const event = browser.url.pathname
  const onward = `href="${new URL('/', libraryCallback).href}">Continue to Kirjaston varauspalvelu<`
  const elsewhere = await new Browser(urls.identity).ask('GET', event)
  assert.ok(elsewhere.body.includes(onward))
  clock.advance(3_660_000)
  for (const [method, path] of [
    ['GET', event],
    ['POST', `${event}/continue`],
    ['GET', event.replace('/sign-in/', '/oidc/auth/')],
  ] as const) {
    const page = await browser.ask(method, path, method === 'POST' ? { form: {} } : {})
    assert.ok([400, 410].includes(page.status), `${page.status} at ${path}`)
    assert.match(page.body, /This sign-in has ended/)
    assert.ok(page.body.includes(onward), path)
    assert.ok(!page.body.includes(libraryCallback.pathname), 'nothing is said to the service')
  }
})

test('whoever has a session is offered it where an account is to be made', async () => {
  const { browser, email, claims } = await arrive()
  const { url, checks } = await portal.begin({ prompt: 'create' })
  const page = await browser.go('GET', url)
  assert.ok(page.body.includes(`Continue as ${email}`))
  await browser.go('POST', browser.url.pathname.replace('/create', '/as-before'), { form: {} })
  assert.equal((await portal.redeem(browser.url, checks)).claims()!.sub, claims.sub)
})

test('ID-24 another party’s service gets what the page names, after the person continued, each time, under a name of its own', async () => {
  const { browser, authenticator, email, claims } = await arrive()
  for (let time = 0; time < 2; time += 1) {
    const { url, checks } = await library.begin({ scope: 'openid email' })
    const page = await browser.go('GET', url)
    assert.match(page.body, /Kirjaston varauspalvelu gets this about you/)
    assert.ok(page.body.includes(email))
    assert.ok(!page.body.includes(`>${claims.name}<`), 'a name nobody asked for')
    await browser.go('POST', `${browser.url.pathname}/continue`, { form: {} })
    const released = (await library.redeem(browser.url, checks)).claims()!
    assert.equal(released.email, email)
    assert.equal(released.name, undefined)
    assert.notEqual(released.sub, claims.sub)
  }
  const fresh = new Browser(urls.identity)
  const begun = await library.begin()
  await fresh.go('GET', begun.url)
  const page = await fresh.go('GET', await signIn(fresh, authenticator))
  assert.match(page.body, /Kirjaston varauspalvelu gets this about you/, 'signing in comes first, then the same page')
  await fresh.go('POST', `${fresh.url.pathname}/continue`, { form: {} })
  assert.equal((await library.redeem(fresh.url, begun.checks)).claims()!.email, email)

  const { url } = await library.begin()
  await browser.go('GET', url)
  await browser.go('POST', `${browser.url.pathname}/cancel`, { form: {} })
  assert.equal(errorOf(browser), 'access_denied')
  await browser.go('GET', (await library.begin({ prompt: 'none' })).url)
  assert.equal(errorOf(browser), 'consent_required')
})

test('refusals: a person gets a page that leads on, a program gets RFC 6749’s shape', async () => {
  const browser = new Browser(urls.identity)
  const { url } = await portal.begin()
  for (const [name, value] of [
    ['client_id', 'nobody'],
    ['redirect_uri', 'http://evil.localhost/callback'],
  ] as const) {
    const bent = new URL(url)
    bent.searchParams.set(name, value)
    const page = await browser.ask('GET', bent)
    assert.equal(page.status, 400)
    assert.equal(page.headers.location, undefined)
    assert.ok(page.body.includes(`href="${urls.portal.href}"`))
    assert.ok(!page.body.includes('evil'))
  }
  for (const [change, error] of [
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ scope: 'profile' }, 'invalid_request'],
    [{ prompt: 'dance' }, 'invalid_request'],
  ] as const) {
    const bent = new URL(url)
    for (const [name, value] of Object.entries(change)) bent.searchParams.set(name, value)
    await browser.go('GET', bent)
    assert.ok(['invalid_request', error].includes(errorOf(browser) ?? ''), JSON.stringify(change))
  }
  const withoutPkce = new URL(url)
  withoutPkce.searchParams.delete('code_challenge')
  withoutPkce.searchParams.delete('code_challenge_method')
  await browser.go('GET', withoutPkce)
  assert.equal(errorOf(browser), 'invalid_request')

  const token = await post('/oidc/token', {
    grant_type: 'authorization_code',
    code: 'x',
    redirect_uri: callback.href,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(urls.identity.origin),
  })
  assert.deepEqual([token.status, ((await token.json()) as { error: string }).error], [400, 'invalid_grant'])
  const unauthenticated = await post('/oidc/token', {
    grant_type: 'authorization_code',
    code: 'x',
    client_id: 'portal',
  })
  assert.equal(((await unauthenticated.json()) as { error: string }).error, 'invalid_client')
  assert.equal(unauthenticated.headers.get('cache-control'), 'no-store')
})

test('ID-82 ID-83 cookies are opaque, out of reach of scripts, and the database opens nothing by itself', async () => {
  const { browser, email } = await arrive()
  await browser.go('GET', (await portal.begin({ prompt: 'login' })).url)
  const names = browser.cookies.map(({ name }) => name).sort()
  assert.deepEqual(names, ['vartio-event', 'vartio-resume', 'vartio-session'])
  for (const { value } of browser.cookies) assert.match(value, /^[A-Za-z0-9_-]{20,64}$/)
  const answer = await new Browser(urls.identity).ask('GET', (await portal.begin()).url)
  for (const line of answer.headers['set-cookie'] ?? []) assert.match(line, /; httponly/i)
  const rows = await admin<{ all: string }[]>`select coalesce(string_agg(s::text, ''), '') as all from oidc.sealed s`
  const bytes = await admin<{ sealed: Buffer }[]>`select sealed from oidc.sealed`
  const everything = Buffer.concat([Buffer.from(rows[0]!.all), ...bytes.map((row) => row.sealed)])
  for (const secret of [email, `Person ${count}`, ...browser.cookies.map(({ value }) => value)])
    assert.ok(!everything.includes(secret))
})

test('DSR-12 a code that was on its way when its person locked their data is worth nothing', async () => {
  const before = (await admin<{ person_id: string }[]>`select person_id from oidc.session`).map((one) => one.person_id)
  const { browser } = await arrive()
  const { checks, error } = await ask(browser)
  assert.equal(error, null)
  await admin`
    insert into rights.restricted (subject, request_id, since)
    select distinct person_id, person_id, now() from oidc.session where person_id <> all (${before})`
  await assert.rejects(portal.redeem(browser.url, checks), { error: 'invalid_grant' })
})
