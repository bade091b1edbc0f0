import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { generateKeyPair, SignJWT } from 'jose'
import type { Browser } from '#tests/browser'
import { createTestUpstream } from '#tests/upstream'
import { createUpstreamScene } from '#tests/upstream-scene'
import { createFetch } from './fetch.ts'

// What an upstream, or whoever stands between, may answer: RFC 9700 §4, RFC 9207, OpenID Connect Core §3.1.3.7.

const scene = await createUpstreamScene()
const { upstream, leave, newBrowser, identity, urls } = scene
const { records } = identity.upstreams

type Change = Parameters<typeof upstream.state.change>[0]
const refused = /identity provider did not answer as it should/

/** There, back with this answer, and nobody is identified. */
async function isRefused(said: RegExp, answer: (sent: URL) => URL, browser: Browser = newBrowser()) {
  const { sent, event } = await leave(browser)
  const page = await browser.go('GET', answer(sent))
  assert.match(page.body, said)
  assert.equal(browser.url.pathname, event)
  assert.ok(!browser.cookies.some(({ name }) => name.startsWith('vartio-held')))
}
async function withToken(change: typeof upstream.state.change) {
  upstream.state.change = change
  try {
    await isRefused(refused, (sent) => upstream.answer(sent))
  } finally {
    upstream.state.change = (token) => token
  }
}

test('RFC 9700 2.1 4.4 mix-up: an answer that names another issuer, or none where one was promised (RFC 9207), is refused', async () => {
  await isRefused(refused, (sent) => upstream.answer(sent, { iss: 'https://evil.example' }))
  await isRefused(refused, (sent) => upstream.answer(sent, { iss: undefined }))
  assert.ok(!upstream.asked.some(({ body }) => body.includes('evil')))
})

test('RFC 9700 4.4 mix-up: an answer at the address of another upstream reaches no event', async () => {
  const other = await createTestUpstream('other.localhost')
  await records.make('toinen', other.record({ name: 'Toinen' }))
  const { sent } = await leave(newBrowser())
  const back = upstream.answer(sent)
  back.pathname = '/upstream/toinen/callback'
  const page = await newBrowser().go('GET', back)
  assert.equal(page.status, 404)
  assert.equal(other.asked.length, 0)
})

test('RFC 9700 2.1 4.7 login CSRF: an answer in another browser than the one that asked identifies nobody', async () => {
  const attacker = newBrowser()
  const { sent } = await leave(attacker)
  const victim = newBrowser()
  await leave(victim)
  const page = await victim.go('GET', upstream.answer(sent))
  assert.equal(page.status, 410)
  assert.ok(!victim.cookies.some(({ name }) => name.startsWith('vartio-held')))
})

test('RFC 9700 4.7 the state tells the upstream nothing of the event, and one that was made up or changed is none', async () => {
  const browser = newBrowser()
  const { sent, event } = await leave(browser)
  const state = sent.searchParams.get('state')!
  const uid = event.slice('/sign-in/'.length)
  assert.ok(!sent.href.includes(uid) && !Buffer.from(state, 'base64url').includes(uid))
  for (const made of ['A'.repeat(state.length), `${state.slice(0, -4)}AAAA`]) {
    const page = await browser.go('GET', upstream.answer(sent, { state: made }))
    assert.equal(page.status, 404)
  }
})

test('RFC 9700 2.1.1 4.5 code injection: a code of another journey fails by PKCE and nonce; the verifier goes with each code', async () => {
  const browser = newBrowser()
  const { sent } = await leave(browser)
  assert.equal(sent.searchParams.get('code_challenge_method'), 'S256')
  const before = upstream.asked.length
  await browser.go('GET', upstream.answer(sent))
  const token = upstream.asked.slice(before).find(({ path }) => path === '/token')!
  const verifier = new URLSearchParams(token.body).get('code_verifier')!
  assert.match(verifier, /^[\w-]{43,}$/)
  // An upstream that does not hold to PKCE: the nonce of the ID token still is that of the other journey.
  await isRefused(refused, (sent) => {
    const back = upstream.answer(sent)
    upstream.state.nonce = 'of-another-journey'
    return back
  })
  await isRefused(refused, (sent) => {
    const back = upstream.answer(sent)
    upstream.state.nonce = ''
    return back
  })
})

test('RFC 9700 2.1.2 4.6 token injection: tokens that come by the browser are not looked at, and lead nobody in', async () => {
  const before = upstream.asked.length
  const brought = { code: undefined, access_token: 'stolen', id_token: 'e30.e30.e30', token_type: 'bearer' }
  await isRefused(refused, (sent) => upstream.answer(sent, brought))
  assert.ok(!upstream.asked.slice(before).some(({ path, body }) => path === '/token' || body.includes('stolen')))
  const { sent } = await leave(newBrowser())
  assert.equal(sent.searchParams.get('response_type'), 'code')
})

test('OIDC Core §3.1.3.7 an ID token of another issuer, for somebody else, or out of its time is refused', async () => {
  const now = Math.floor(Date.now() / 1_000)
  for (const claims of [
    { iss: 'https://evil.example' },
    { iss: `${upstream.issuer}/` },
    { aud: 'another' },
    { aud: ['vartio', 'another'] },
    { aud: ['vartio', 'another'], azp: 'vartio' },
    { aud: 'vartio', azp: 'another' },
    { exp: now - 600 },
    { exp: undefined },
    { iat: undefined },
    { nbf: now + 600 },
    { sub: undefined },
    { sub: '' },
    { sub: 'x'.repeat(300) },
    { nonce: 'another' },
  ])
    await withToken((token) => ({ ...token, claims: { ...token.claims, ...claims } as Change['claims'] }))
})

test('an ID token that nobody signed, a shared secret signed, or another key, is refused', async () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  await withToken(({ claims }) => `${encode({ alg: 'none' })}.${encode(claims)}.`)
  await withToken(({ claims }) => `${encode({ alg: 'none' })}.${encode(claims)}.AAAA`)
  for (const secret of ['vartio', 'a-secret-of-both']) {
    await withToken(({ claims }) => {
      const text = `${encode({ alg: 'HS256' })}.${encode(claims)}`
      return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
    })
  }
  const { privateKey } = await generateKeyPair('ES256')
  await withToken(({ claims, header }) => new SignJWT(claims).setProtectedHeader(header).sign(privateKey))
  await withToken((token) => ({ ...token, header: { alg: 'ES256', kid: 'unknown' } }))
  await withToken(() => 'not.a.token')
  await withToken(() => '')
})

test('an address that the upstream has not verified is no item', async () => {
  for (const verified of [false, undefined, 'false', 'yes', {}]) {
    upstream.state.person = { ...upstream.state.person, email_verified: verified }
    const browser = newBrowser()
    const { sent } = await leave(browser)
    const page = await browser.go('GET', upstream.answer(sent))
    assert.match(page.body, /Aino Upstream/)
    assert.ok(!page.body.includes('aino@upstream.example'))
  }
  upstream.state.person = { ...upstream.state.person, email_verified: true }
})

test('whatever an upstream claims somebody’s name and address to be, the page escapes it, and nothing fails', async () => {
  const before = upstream.state.person
  const odd = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 120 }),
    fc.integer(),
    fc.constant(null),
    fc.constant({ a: 1 }),
  )
  await fc.assert(
    fc.asyncProperty(odd, odd, async (name, email) => {
      upstream.state.person = { ...before, name, email } as typeof before
      const browser = newBrowser()
      const { sent } = await leave(browser)
      const page = await browser.go('GET', upstream.answer(sent))
      assert.equal(page.status, 200)
      assert.match(page.body, /gets this about you/)
      assert.ok(!/<script(?! type="module" src="\/pages\/)/.test(page.body))
    }),
    { numRuns: 25 },
  )
  upstream.state.person = before
})

/** Another upstream whose doors are not as they should be, in each of these ways. */
let count = 0
async function isNotReached(prepare: (of: Awaited<ReturnType<typeof createTestUpstream>>) => void, mostSeconds = 30) {
  count += 1
  const id = `outo-${count}`
  const odd = await createTestUpstream(`outo-${count}.localhost`)
  prepare(odd)
  await records.make(id, odd.record())
  const service = await scene.enter(`at-${id}`, { ways: ['account', id] })
  const began = performance.now()
  const browser = newBrowser()
  const { page } = await leave(browser, { service, upstream: id })
  const after =
    browser.url.host === urls.identity.host ? page : await browser.go('GET', odd.answer(new URL(browser.url)))
  assert.match(after.body, refused)
  assert.ok(performance.now() - began < mostSeconds * 1_000, 'somebody waits too long')
  return odd
}

test('SSRF through jwks_uri: doors of an upstream in our own network, of another scheme, or of another’s name are not used', async () => {
  const inner: string[] = []
  const server = createServer((request, response) => {
    inner.push(String(request.url))
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => server.close())
  for (const metadata of [
    { issuer: 'https://evil.example' },
    { authorization_endpoint: 'javascript:alert(1)' },
    { token_endpoint: 'file:///etc/passwd' },
    { token_endpoint: 'http://10.0.0.1/token' },
    { token_endpoint: 'http://169.254.169.254/latest' },
    { jwks_uri: 'http://192.168.1.1/keys' },
    { jwks_uri: undefined },
  ])
    await isNotReached(({ state }) => Object.assign(state, { metadata }))
  // In force, or where Vartio is no development, this machine is no place for an upstream either.
  const port = (server.address() as AddressInfo).port
  const inEarnest = createFetch({ mayStayHere: false })
  const ask = { method: 'GET', headers: {}, body: undefined, redirect: 'manual' } as const
  for (const address of [
    `http://127.0.0.1:${port}/`,
    `https://127.0.0.1:${port}/`,
    `https://localhost:${port}/`,
    `https://[::1]:${port}/`,
    `https://[::ffff:127.0.0.1]:${port}/`,
    `https://0x7f000001:${port}/`,
    'https://10.1.2.3/',
    'https://169.254.169.254/',
    'ftp://upstream.example/',
  ])
    await assert.rejects(inEarnest(address, ask), address)
  const here = createFetch({ mayStayHere: true })
  await assert.rejects(here('http://10.1.2.3/', ask))
  assert.deepEqual(inner, [])
})

test('a discovery document that redirects, is huge, no JSON, or never ends is refused, and nobody waits for long', async () => {
  const path = '/.well-known/openid-configuration'
  const followed = await isNotReached((odd) =>
    odd.state.instead.set(path, (_request, response) => response.writeHead(302, { location: '/other' }).end()),
  )
  assert.deepEqual(
    followed.asked.map(({ path }) => path),
    [path],
  )
  // Right in everything but its length.
  await isNotReached(({ state }) => Object.assign(state, { metadata: { more: 'x'.repeat(1_000_000) } }))
  await isNotReached((odd) =>
    odd.state.instead.set(path, (_request, response) =>
      response.setHeader('content-type', 'application/json').end('{'),
    ),
  )
  // Each of these costs a person some seconds, and they wait for all of them at once.
  await Promise.all([
    isNotReached((odd) => odd.state.instead.set(path, () => undefined)),
    isNotReached((odd) =>
      odd.state.instead.set(path, (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        const drip = setInterval(() => response.write(' '), 500)
        response.on('close', () => clearInterval(drip))
      }),
    ),
    isNotReached((odd) => odd.state.instead.set('/token', () => undefined)),
    isNotReached((odd) =>
      odd.state.instead.set('/keys', (_request, response) => response.writeHead(302, { location: '/token' }).end()),
    ),
  ])
})

test('one who answers again after having been away is asked again', async () => {
  const away = await createTestUpstream('away.localhost')
  const path = '/.well-known/openid-configuration'
  away.state.instead.set(path, (_request, response) => response.writeHead(503).end())
  await records.make('away', away.record())
  const service = await scene.enter('at-away', { ways: ['away'] })
  const { page } = await leave(newBrowser(), { service, upstream: 'away' })
  assert.match(page.body, refused)
  away.state.instead.clear()
  const { sent } = await leave(newBrowser(), { service, upstream: 'away' })
  assert.equal(sent.origin, away.issuer)
})
