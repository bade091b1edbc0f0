import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Browser } from '#tests/browser'
import { register, signIn, startIdentity } from '#tests/identity'
import { createService, localFetch } from '#tests/service'

const identity = await startIdentity()
const callback = new URL('/sign-in/callback', identity.urls.portal)
const service = await createService({ issuer: identity.urls.identity, key: identity.portalKey, callback })

async function ask(path: string, language = 'en') {
  const browser = new Browser(identity.urls.identity)
  browser.language = language
  return browser.ask('GET', path)
}

/** A request as the portal makes it, with something changed; undefined leaves it out. */
async function request(changes: Record<string, string | undefined>) {
  const { url } = await service.begin()
  for (const [name, value] of Object.entries(changes))
    if (value === undefined) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  return ask(url.pathname + url.search)
}

test('RFC 9700 2.1 4.1 4.11 open redirect: no request leads to an address that is not exactly one of the service’s', async () => {
  for (const address of [
    `${callback.href}?to=x`,
    `${callback.href}/`,
    `${callback.href}#x`,
    callback.href.replace('/callback', '/../sign-in/callback'),
    callback.href.replace('portal.', 'PORTAL.'),
    callback.href.replace('portal.localhost', 'portal.localhost.evil.example'),
    callback.href.replace('http://', 'http://portal.localhost@evil.example/'),
    '//evil.example/',
    '/\\evil.example',
    'javascript:alert(1)',
  ]) {
    const answer = await request({ redirect_uri: address })
    assert.deepEqual([answer.status, answer.headers.location], [400, undefined], address)
    assert.doesNotMatch(answer.body, /evil|javascript/)
  }
})

test('RFC 9700 2.1.1 2.1.2 4.17 a request without PKCE, with a weaker one, or for more than a code is refused', async () => {
  for (const [changes, error] of [
    [{ code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge_method: undefined }, 'invalid_request'],
    [{ response_type: 'code id_token' }, 'invalid_request'],
    [{ response_type: 'none' }, 'invalid_request'],
    [{ response_mode: 'fragment' }, 'invalid_request'],
    [{ response_mode: 'web_message' }, 'unsupported_response_mode'],
    [{ request: 'eyJhbGciOiJub25lIn0.e30.' }, 'invalid_request_object'],
    [{ request_uri: 'http://127.0.0.1:1/' }, 'request_uri_not_supported'],
  ] as const) {
    const answer = await request(changes)
    const to = new URL(answer.headers.location ?? 'none:', identity.urls.identity)
    assert.equal(to.searchParams.get('error') ?? new URLSearchParams(to.hash.slice(1)).get('error'), error, to.href)
    assert.equal(to.searchParams.get('code'), null)
  }
})

test('bytes that no database takes are an unknown service, not a fault of ours', async () => {
  for (const path of [
    '/oidc/auth?client_id=%00',
    '/oidc/sign-out?client_id=%00',
    '/oidc/sign-out/success?client_id=%00',
  ])
    assert.ok((await ask(path)).status < 500, path)
  assert.deepEqual(
    identity.lines.filter((line) => line.includes('"level":50')),
    [],
  )
})

test('RFC 9700 4.11 open redirect: signing out when nobody is signed in goes straight on, without a script, to an address of the service or a page', async () => {
  const back = encodeURIComponent(identity.urls.portal.href)
  const known = await ask(`/oidc/sign-out?client_id=portal&post_logout_redirect_uri=${back}`)
  assert.deepEqual([known.status, known.headers.location], [303, identity.urls.portal.href])
  const own = await ask('/oidc/sign-out')
  assert.deepEqual([own.status, own.headers.location], [303, '/oidc/sign-out/success'])
  for (const address of [
    'https://evil.example/',
    '//evil.example',
    `${identity.urls.portal.href}x`,
    '/\\evil.example',
  ]) {
    const answer = await ask(`/oidc/sign-out?client_id=portal&post_logout_redirect_uri=${encodeURIComponent(address)}`)
    assert.deepEqual([answer.status, answer.headers.location], [400, undefined], address)
    const nameless = await ask(`/oidc/sign-out?post_logout_redirect_uri=${encodeURIComponent(address)}`)
    assert.equal(nameless.headers.location, '/oidc/sign-out/success', address)
  }
})

test('an address of the protocol that is none is a page in the person’s language', async () => {
  for (const path of ['/oidc/nothing', '/oidc/sign-out/confirm', '/oidc/token']) {
    const answer = await ask(path, 'fi')
    assert.equal(answer.status, 404)
    assert.match(answer.body, /<html lang="fi">[\s\S]*Täällä ei ole sivua/, path)
  }
})

test('what a stranger’s request leaves behind is gone within an hour', async () => {
  await ask('/oidc/sign-out')
  await request({})
  const kept = await identity.admin<{ model: string }[]>`
    select model from oidc.sealed where session_hash is null and expires_at > now() + interval '61 minutes'`
  assert.deepEqual([...kept], [])
  const [all] = await identity.admin<{ count: number }[]>`
    select count(*)::int as count from oidc.sealed where model = 'Session' and session_hash is null`
  assert.ok(all!.count > 0)
})

test('session fixation: a session cookie that was there before signing in is worth nothing afterwards', async () => {
  const planted = 'a'.repeat(43)
  const victim = new Browser(identity.urls.identity)
  victim.cookies.push({ name: 'vartio-session', value: planted, host: 'id.localhost', path: '/' })
  const { url, checks } = await service.begin({ prompt: 'create' })
  await victim.go('GET', url)
  const given = victim.cookie('vartio-session')
  const { authenticator } = await register(identity, victim, { name: 'Uhri', email: 'uhri@requests.example' })
  await victim.go('POST', victim.url, { form: {} })
  await service.redeem(victim.url, checks)
  const attacker = new Browser(identity.urls.identity)
  const read = async (cookie: string) =>
    (await attacker.ask('GET', '/account/api/own', { json: {}, headers: { cookie: `vartio-session=${cookie}` } }))
      .status
  assert.equal(await read(victim.cookie('vartio-session')!), 200)
  assert.equal(await read(planted), 401)
  if (given !== undefined && given !== planted) assert.equal(await read(given), 401)

  // Somebody who is signed in signs in once more: the identifier of before has ended.
  const before = victim.cookie('vartio-session')!
  await victim.go('GET', (await service.begin({ prompt: 'login' })).url)
  await victim.go('GET', await signIn(victim, authenticator))
  assert.notEqual(victim.cookie('vartio-session'), before)
  assert.equal(await read(before), 401)
})

test('a request by POST is sent on to the same by GET, whatever is in it, and an overlong one is not', async () => {
  const post = (body: string, type = 'application/x-www-form-urlencoded') =>
    localFetch(new URL('/oidc/auth', identity.urls.identity).href, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    } as never)
  const { url } = await service.begin({ state: 'ä ö&=\r\nset-cookie: x' })
  const answer = await post(url.searchParams.toString())
  const to = new URL(answer.headers.get('location') ?? '', identity.urls.identity)
  assert.deepEqual([answer.status, to.pathname], [303, '/oidc/auth'])
  assert.deepEqual([...to.searchParams], [...url.searchParams])
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (body) => {
      const { status, headers } = await post(body)
      assert.equal(status, 303)
      assert.match(headers.get('location') ?? '', /^\/oidc\/auth\?[\x21-\x7e]*$/)
      assert.equal(headers.get('set-cookie'), null)
    }),
    { numRuns: 60 },
  )
  assert.equal((await post(`state=${'x'.repeat(9_000)}`)).status, 413)
  for (const type of ['application/json', 'text/plain', 'multipart/form-data'])
    assert.equal((await post('a=b', type)).status, 415)
})
