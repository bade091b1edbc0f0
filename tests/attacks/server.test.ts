import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as client from 'openid-client'
import type { Browser } from '#tests/browser'
import { register } from '#tests/identity'
import { localFetch } from '#tests/service'
import { createUpstreamScene } from '#tests/upstream-scene'

// What RFC 9700 wants of an authorization server, asked for on the wire by services that others could have written.

const scene = await createUpstreamScene()
const { library, enter, newBrowser, urls, admin, clock } = scene
type Service = typeof library

let people = 0
async function arrive(): Promise<Browser> {
  people += 1
  const browser = newBrowser()
  await browser.go('GET', (await library.begin({ prompt: 'create' })).url)
  await register(scene, browser, { name: `Person ${people}`, email: `person${people}@attacks.example` })
  await browser.go('POST', browser.url, { form: {} })
  await browser.go('POST', `${browser.event}/continue`, { form: {} })
  return browser
}
const aino = await arrive()

/** From a service's request to its answer; `bend` changes the request. */
async function answerOf(service: Service, bend: (url: URL) => void = () => undefined) {
  const { url, checks } = await service.begin()
  bend(url)
  await aino.go('GET', url)
  if (aino.url.host === urls.identity.host) await aino.go('POST', `${aino.event}/continue`, { form: {} })
  return { answer: new URL(aino.url), checks }
}
const errorOf = ({ searchParams, hash }: URL) =>
  searchParams.get('error') ?? new URLSearchParams(hash.slice(1)).get('error')
const ask = (path: string, method = 'GET', headers: Record<string, string> = {}) =>
  localFetch(new URL(path, urls.identity).href, { method, headers, body: undefined, redirect: 'manual' })

test('RFC 9700 2.1.2 2.2.2 2.4 4.14 4.15 a code is all that is given and taken: no token in an answer, no password, no refresh token, no client of its own making', async () => {
  for (const grant of [
    'password',
    'client_credentials',
    'refresh_token',
    'urn:ietf:params:oauth:grant-type:device_code',
    'urn:ietf:params:oauth:grant-type:token-exchange',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
  ]) {
    const given = { username: 'person1@attacks.example', password: 'x', refresh_token: 'x', device_code: 'x' }
    await assert.rejects(client.genericGrantRequest(library.configuration, grant, given), (error: { error: string }) =>
      ['unsupported_grant_type', 'unauthorized_client'].includes(error.error),
    )
  }
  for (const type of ['token', 'id_token', 'id_token token', 'code token', 'code id_token', 'code id_token token']) {
    const { answer } = await answerOf(library, (url) => url.searchParams.set('response_type', type))
    assert.ok(errorOf(answer), type)
    for (const name of ['access_token', 'id_token', 'code']) assert.ok(!answer.href.includes(`${name}=`), type)
  }
  const lasting = await answerOf(library, (url) => url.searchParams.set('scope', 'openid offline_access'))
  if (errorOf(lasting.answer) === null) {
    const tokens = await library.redeem(lasting.answer, lasting.checks)
    assert.equal(tokens.refresh_token, undefined)
  }
  const metadata = library.configuration.serverMetadata()
  assert.deepEqual(metadata.grant_types_supported, ['authorization_code'])
  assert.deepEqual(
    metadata.response_types_supported?.filter((type) => type !== 'none'),
    ['code'],
  )
  for (const name of ['registration_endpoint', 'device_authorization_endpoint', 'backchannel_authentication_endpoint'])
    assert.equal(metadata[name], undefined)
  for (const path of ['/oidc/reg', '/oidc/device/auth', '/oidc/backchannel'])
    assert.equal((await ask(path, 'POST')).status, 404)
})

test('RFC 9700 2.1.1 4.5 code injection: a code is worth nothing with another verifier, with none, for another service or another address', async () => {
  const museum = await enter('museum')
  const fails = async (redeem: (answer: URL, checks: client.AuthorizationCodeGrantChecks) => Promise<unknown>) => {
    const { answer, checks } = await answerOf(library)
    await assert.rejects(redeem(answer, checks), { error: 'invalid_grant' })
  }
  await fails((answer, checks) =>
    library.redeem(answer, { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() }),
  )
  await fails((answer, { pkceCodeVerifier: _, ...checks }) => library.redeem(answer, checks))
  await fails((answer, checks) => museum.redeem(answer, checks))
  await fails((answer, checks) => {
    const elsewhere = new URL(answer)
    elsewhere.pathname = '/another'
    return library.redeem(elsewhere, checks)
  })
})

test('RFC 9700 2.1.1 4.8 PKCE downgrade: a verifier without a challenge is refused, and so is a challenge without its verifier', async () => {
  const old = await enter('old', { protocol: { pkce: 'not-sent' } })
  const strip = (url: URL) => {
    url.searchParams.delete('code_challenge')
    url.searchParams.delete('code_challenge_method')
  }
  // The attacker took the challenge out of the victim's request; the service sends its verifier all the same.
  const stripped = await answerOf(old, strip)
  await assert.rejects(old.redeem(stripped.answer, stripped.checks), { error: 'invalid_grant' })
  const whole = await answerOf(old)
  const { pkceCodeVerifier: _, ...without } = whole.checks
  await assert.rejects(old.redeem(whole.answer, without), { error: 'invalid_grant' })
  const plain = await answerOf(old, strip)
  const { pkceCodeVerifier: __, ...checks } = plain.checks
  assert.ok((await old.redeem(plain.answer, checks)).id_token)
})

test('RFC 9700 2.1 4.4 mix-up: every answer names us (RFC 9207), whatever it says', async () => {
  const silent = (url: URL) => url.searchParams.set('prompt', 'none')
  for (const [bend, error] of [
    [() => undefined, null],
    [silent, 'consent_required'],
    [(url: URL) => url.searchParams.set('response_type', 'token'), 'unsupported_response_type'],
    [(url: URL) => url.searchParams.delete('code_challenge'), 'invalid_request'],
  ] as const) {
    const { answer } = await answerOf(library, bend)
    const said = new URLSearchParams(answer.search || answer.hash.slice(1))
    assert.ok(error === null ? said.has('code') : said.has('error'), answer.href)
    assert.equal(said.get('iss'), urls.identity.origin)
  }
  const begun = await library.begin()
  await aino.go('GET', begun.url)
  await aino.go('POST', `${aino.event}/cancel`, { form: {} })
  assert.equal(aino.url.searchParams.get('iss'), urls.identity.origin)
})

test('RFC 9700 2.1.1 2.6 4.17 metadata tell of PKCE and issuer, of no message between windows, and pages of others read no answer of the authorization endpoint', async () => {
  for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
    const metadata = (await (await ask(path)).json()) as Record<string, unknown>
    assert.equal(metadata.issuer, urls.identity.origin)
    assert.deepEqual(metadata.code_challenge_methods_supported, ['S256'])
    assert.equal(metadata.authorization_response_iss_parameter_supported, true)
    assert.deepEqual([...(metadata.response_modes_supported as string[])].sort(), ['form_post', 'query'])
    assert.equal(metadata.check_session_iframe, undefined)
  }
  const page = await enter('page', { keys: [], protocol: { authentication: 'none' } })
  const own = 'http://page.localhost:9'
  const { url } = await page.begin()
  for (const origin of [own, 'https://evil.example', 'null']) {
    for (const method of ['GET', 'OPTIONS'])
      for (const path of [`${url.pathname}${url.search}`, '/sign-in/AAAAAAAAAAAAAAAAAAAAAAAA']) {
        const { headers } = await ask(path, method, { origin, 'access-control-request-method': 'GET' })
        assert.equal(headers.get('access-control-allow-origin'), null, `${method} ${path} ${origin}`)
      }
  }
})

test('RFC 9700 4.2 4.12 4.16 clickjacking: from request to answer no page can be framed, tells an address, or loads from others, and no redirect carries a form on', async () => {
  const browser = newBrowser()
  const seen: { method: string; answer: Awaited<ReturnType<Browser['ask']>> }[] = []
  const asked = browser.ask.bind(browser)
  browser.ask = async (method, to, options) => {
    const answer = await asked(method, to, options)
    seen.push({ method, answer })
    return answer
  }
  const posting = await enter('posting', { protocol: { formPost: true } })
  for (const service of [library, posting]) {
    const { url } = await service.begin({
      ...(seen.length === 0 ? { prompt: 'create' } : {}),
      ...(service === posting ? { response_mode: 'form_post' } : {}),
    })
    await browser.go('GET', url)
    if (browser.url.pathname.endsWith('/create')) {
      await register(scene, browser, { name: 'Kehys', email: 'kehys@attacks.example' })
      await browser.go('POST', browser.url, { form: {} })
    }
    await browser.go('POST', `${browser.event}/continue`, { form: {} })
  }
  const cancelled = (await library.begin()).url
  await browser.go('GET', cancelled)
  await browser.go('POST', `${browser.event}/cancel`, { form: {} })
  for (const path of [
    '/oidc/sign-out',
    '/oidc/nothing',
    '/oidc/auth?client_id=nobody',
    '/sign-in/AAAAAAAAAAAAAAAAAAAAAAAA',
  ])
    await browser.go('GET', path)
  const left = await scene.leave(browser)
  await browser.go('GET', scene.upstream.answer(left.sent))
  await browser.go('GET', scene.upstream.answer(left.sent, { state: 'A'.repeat(80) }))

  assert.ok(seen.filter(({ method }) => method === 'POST').length >= 8)
  for (const { method, answer } of seen) {
    const { status, headers, body, url } = answer
    const where = `${method} ${url.pathname} ${status}`
    if (status >= 300 && status < 400) assert.equal(status, 303, where)
    assert.equal(headers['referrer-policy'], 'no-referrer', where)
    assert.equal(headers['x-frame-options'], 'DENY', where)
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/, where)
    for (const [, from = ''] of body.matchAll(/<(?:script|img|link|iframe|object|embed)[^>]*(?:src|href)="([^"]*)"/g))
      assert.match(from, /^(\/(?!\/)|data:,)/, where)
  }
})

test('RFC 9700 2.3 4.3 4.9 4.10 an access token opens what was released, here alone, for a minute, never from an address, and lies nowhere to be read', async () => {
  const shop = await enter('shop', { protocol: { userinfo: 'plain' } })
  const { answer, checks } = await answerOf(shop, (url) => url.searchParams.set('scope', 'openid email'))
  const tokens = await shop.redeem(answer, checks)
  const { access_token: token } = tokens
  const bearer = { authorization: `Bearer ${token}` }
  const told = (await (await ask('/oidc/userinfo', 'GET', bearer)).json()) as Record<string, unknown>
  assert.deepEqual(Object.keys(told).sort(), ['email', 'email_verified', 'sub'])
  assert.ok(!token.includes('.'), 'nobody reads anything in it')
  const inAddress = await ask(`/oidc/userinfo?access_token=${token}`)
  assert.ok([400, 401].includes(inAddress.status))
  assert.ok(!(await inAddress.text()).includes('@'))
  for (const path of ['/account/api/own', '/account/api/sessions', '/account/api/passkeys'])
    assert.equal((await ask(path, 'GET', { ...bearer, accept: 'application/json' })).status, 401, path)
  const [rows] = await admin<{ all: string }[]>`select coalesce(string_agg(s::text, ''), '') as all from oidc.sealed s`
  const hex = Buffer.from(token).toString('hex')
  for (const secret of [token, hex, answer.searchParams.get('code')!]) assert.ok(!rows!.all.includes(secret))
  assert.ok(!scene.lines.some((line) => line.includes(token)), 'in the log')
  clock.advance(61_000)
  assert.equal((await ask('/oidc/userinfo', 'GET', bearer)).status, 401)
})

test('RFC 9700 2.2.1 4.10 a token that is bound to a key is worth nothing without it', async () => {
  const bank = await enter('bank', { protocol: { userinfo: 'plain', boundTokens: true } })
  const handle = async () => client.getDPoPHandle(bank.configuration, await client.randomDPoPKeyPair('ES256'))
  const DPoP = await handle()
  const unbound = await answerOf(bank)
  await assert.rejects(bank.redeem(unbound.answer, unbound.checks))
  const { answer, checks } = await answerOf(bank)
  const tokens = await client.authorizationCodeGrant(bank.configuration, answer, checks, undefined, { DPoP })
  const { sub } = tokens.claims()!
  const read = (how: typeof DPoP) => client.fetchUserInfo(bank.configuration, tokens.access_token, sub, { DPoP: how })
  assert.equal((await read(DPoP)).sub, sub)
  await assert.rejects(read(await handle()))
  for (const scheme of ['Bearer', 'DPoP']) {
    const stolen = await ask('/oidc/userinfo', 'GET', { authorization: `${scheme} ${tokens.access_token}` })
    assert.ok([400, 401].includes(stolen.status), scheme)
  }
})
