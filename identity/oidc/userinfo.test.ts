import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type CryptoKey,
  compactDecrypt,
  createLocalJWKSet,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  jwtVerify,
  SignJWT,
} from 'jose'
import { newToken } from '#base/ids'
import { Browser } from '#tests/browser'
import { aContract, enforceContract } from '#tests/contract'
import { register, startIdentity } from '#tests/identity'
import { createService, localFetch, makeClientKey } from '#tests/service'

const house = await startIdentity()
const { identity, urls } = house
const portal = await createService({
  issuer: urls.identity,
  key: house.portalKey,
  callback: new URL('/sign-in/callback', urls.portal),
})
const aino = new Browser(urls.identity)
await aino.go('GET', (await portal.begin({ prompt: 'create' })).url)
await register(house, aino, { name: 'Aino Korhonen', email: 'aino@userinfo.example' })
await aino.go('POST', aino.url, { form: {} })

const published = await localFetch(new URL('/oidc/keys', urls.identity).href, { method: 'GET' } as never)
const keySet = createLocalJWKSet((await published.json()) as JSONWebKeySet)

/** What the service gets on the wire: the ID token, and userinfo with its type. */
async function collect(clientId: string, protocol: Parameters<typeof aContract>[0] & object, encKey?: object) {
  const key = await makeClientKey()
  const callback = new URL(`http://${clientId}.localhost:9/callback`)
  const keys = [key.publicJwk, ...(encKey ? [encKey] : [])] as never
  await enforceContract(identity.services, clientId, aContract({ keys, redirectUris: [callback.href], ...protocol }))
  const service = await createService({ issuer: urls.identity, key, clientId, callback })
  const { url, checks } = await service.begin()
  await aino.go('GET', url)
  await aino.go('POST', `${aino.event}/continue`, { form: {} })
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: key.publicJwk.kid })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(urls.identity.origin)
    .setJti(newToken())
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(key.privateKey)
  const answer = await localFetch(new URL('/oidc/token', urls.identity).href, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: aino.url.searchParams.get('code') ?? '',
      redirect_uri: callback.href,
      code_verifier: checks.pkceCodeVerifier,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }).toString(),
  } as never)
  const tokens = (await answer.json()) as { id_token: string; access_token: string }
  assert.equal(answer.status, 200, JSON.stringify(tokens))
  const userinfo = await localFetch(new URL('/oidc/userinfo', urls.identity).href, {
    method: 'GET',
    headers: { authorization: `Bearer ${tokens.access_token}` },
  } as never)
  assert.equal(userinfo.status, 200)
  return { idToken: tokens.id_token, type: userinfo.headers.get('content-type') ?? '', body: await userinfo.text() }
}

/** Signed by us for this service alone, with what the person released. */
async function checkSigned(jws: string, clientId: string, algorithm: string) {
  const checks = { issuer: urls.identity.origin, audience: clientId, algorithms: [algorithm] }
  const { payload } = await jwtVerify(jws, keySet, checks)
  return payload
}

test('OIDC Core §5.3.2 userinfo is signed where the contract says so, for this service, with the algorithm agreed', async () => {
  for (const signing of ['ES256', 'RS256'] as const) {
    const clientId = `signed-${signing.toLowerCase()}`
    const { idToken, type, body } = await collect(clientId, { protocol: { userinfo: 'signed', signing } })
    assert.match(type, /^application\/jwt\b/)
    const told = await checkSigned(body, clientId, signing)
    const { sub } = await checkSigned(idToken, clientId, signing)
    assert.deepEqual([told.sub, told.name, told.email], [sub, 'Aino Korhonen', 'aino@userinfo.example'])
    await assert.rejects(checkSigned(body, 'another', signing), { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' })
  }
})

test('OIDC Core §5.3.2 §10.2 where the contract says so ID token and userinfo are sealed to the key of the service, and signed inside', async () => {
  for (const [algorithm, content, userinfo] of [
    ['RSA-OAEP-256', 'A256GCM', 'signed'],
    ['ECDH-ES+A256KW', 'A128CBC-HS256', 'plain'],
    ['ECDH-ES', 'A128GCM', 'signed'],
  ] as const) {
    const clientId = `sealed-${algorithm.toLowerCase().replaceAll('+', '-')}`
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
    const encKey = { ...(await exportJWK(publicKey)), kid: 'enc-1', use: 'enc', alg: algorithm }
    const agreed = { userinfo, encryption: { algorithm, content } }
    const { idToken, type, body } = await collect(clientId, { protocol: agreed }, encKey)
    assert.match(type, /^application\/jwt\b/)
    const opened: string[] = []
    for (const jwe of [idToken, body]) {
      const { alg, enc, kid } = decodeProtectedHeader(jwe)
      assert.deepEqual([alg, enc, kid], [algorithm, content, 'enc-1'])
      const { plaintext } = await compactDecrypt(jwe, privateKey as CryptoKey)
      opened.push(new TextDecoder().decode(plaintext))
    }
    const [inIdToken, inUserinfo] = await Promise.all(opened.map((jws) => checkSigned(jws, clientId, 'ES256')))
    assert.deepEqual(
      [inUserinfo?.sub, inUserinfo?.name, inUserinfo?.email],
      [inIdToken?.sub, 'Aino Korhonen', 'aino@userinfo.example'],
    )
    const other = await generateKeyPair(algorithm)
    await assert.rejects(compactDecrypt(body, other.privateKey))
  }
})
