import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { CompactEncrypt, importJWK, type JWK, SignJWT, UnsecuredJWT } from 'jose'
import { contract as contractSchema } from '#identity/services/api'
import { aContract } from '#tests/contract'
import { localFetch, makeClientKey } from '#tests/service'
import { createUpstreamScene } from '#tests/upstream-scene'

// Requests by which somebody would get past a signature, or have identity ask where they cannot.

const scene = await createUpstreamScene()
const { library, newBrowser, urls } = scene

async function post(path: string, form: Record<string, string>) {
  const answer = await localFetch(new URL(path, urls.identity).href, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
    redirect: 'manual',
  })
  return { status: answer.status, error: ((await answer.json()) as { error?: string }).error }
}
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

test('JWE request object: sealing one that nobody signed does not get it past the signature that the contract wants', async () => {
  const key = await makeClientKey()
  const signed = await scene.enter('signed', { keys: [key.publicJwk] as never, protocol: { signedRequests: true } })
  const { url } = await signed.begin()
  const claims = { ...Object.fromEntries(url.searchParams), iss: 'signed', aud: urls.identity.origin }
  const ask = async (request: string) => {
    const browser = newBrowser()
    const query = new URLSearchParams({ client_id: 'signed', request })
    const page = await browser.go('GET', `/oidc/auth?${query}`)
    const isAsked = browser.url.pathname.startsWith('/sign-in/')
    return { isAsked, error: browser.url.searchParams.get('error') ?? String(page.status) }
  }
  const mine = (privateKey = key.privateKey, header = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: key.publicJwk.kid, ...header })
      .setExpirationTime('5m')
      .setNotBefore('0s')
      .sign(privateKey)
  const good = await mine()
  assert.deepEqual(await ask(good), { isAsked: true, error: '200' })

  const { keys } = (await (
    await localFetch(new URL('/oidc/keys', urls.identity).href, {
      method: 'GET',
      headers: {},
      body: undefined,
      redirect: 'manual',
    })
  ).json()) as {
    keys: JWK[]
  }
  const ours = await importJWK({ ...keys[0], alg: 'ECDH-ES' } as JWK, 'ECDH-ES')
  const shared = Buffer.alloc(32, 'shared')
  const stranger = await makeClientKey()
  const unsigned = new UnsecuredJWT(claims).encode()
  const forged = await mine(stranger.privateKey)
  const hmac = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(shared)
  for (const inner of [unsigned, forged, hmac, JSON.stringify(claims), good]) {
    const bytes = Buffer.from(inner)
    for (const [alg, to] of [
      ['ECDH-ES', ours],
      ['dir', shared],
    ] as const) {
      const sealed = await new CompactEncrypt(bytes)
        .setProtectedHeader({ alg, enc: 'A256GCM', cty: 'JWT', kid: String(keys[0]?.kid) })
        .encrypt(to)
      const { isAsked } = await ask(sealed)
      assert.ok(!isAsked, `${alg} around ${inner.slice(0, 20)}`)
    }
  }
  for (const open of [
    unsigned,
    forged,
    hmac,
    `${good.slice(0, -8)}AAAAAAAA`,
    `${encode({ alg: 'none' })}.${encode(claims)}.x`,
  ])
    assert.ok(!(await ask(open)).isAsked)
  // Nor without one at all.
  const browser = newBrowser()
  await browser.go('GET', url)
  assert.ok(!browser.url.pathname.startsWith('/sign-in/'))
})

test('SSRF through request_uri and jwks_uri: identity asks no address that a request, a contract or a token names', async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(String(request.url))
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => server.close())
  const inside = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`
  const { url } = await library.begin()
  for (const name of ['request_uri', 'jwks_uri', 'sector_identifier_uri', 'logo_uri', 'claims_provider']) {
    const bent = new URL(url)
    bent.searchParams.set(name, inside(name))
    const page = await newBrowser().go('GET', bent)
    assert.ok(page.status < 500, name)
  }
  const key = await makeClientKey()
  const tricks = { jku: inside('jku'), x5u: inside('x5u'), jwk: key.publicJwk, kid: inside('kid') }
  for (const header of [...Object.entries(tricks).map(([name, value]) => ({ [name]: value })), tricks]) {
    const client_assertion = await new SignJWT({ jti: String(Math.random()) })
      .setProtectedHeader({ alg: 'ES256', ...header } as never)
      .setIssuer('library')
      .setSubject('library')
      .setAudience(urls.identity.origin)
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(key.privateKey)
    const form = {
      client_id: 'library',
      client_assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    }
    const token = await post('/oidc/token', { ...form, grant_type: 'authorization_code', code: 'x' })
    assert.deepEqual(token, { status: 401, error: 'invalid_client' })
    const pushed = await post('/oidc/request', { ...form, request_uri: inside('pushed') })
    assert.ok(pushed.status >= 400 && pushed.status < 500)
  }
  const whole = aContract({ keys: [key.publicJwk] as never })
  // A contract takes keys themselves and no address of keys.
  for (const extra of [{ jwksUri: inside('a') }, { jwks_uri: inside('b') }, { keys: [{ jwks_uri: inside('c') }] }])
    assert.ok(!contractSchema.safeParse({ ...whole, ...extra }).success)
  assert.ok(contractSchema.safeParse(whole).success)
  assert.deepEqual(asked, [])
})
