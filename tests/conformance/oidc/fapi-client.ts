import { constants, createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { Browser } from '#tests/browser'
import {
  type Answer,
  type Asked,
  type Claims,
  checkAnswer,
  checkTokens,
  checkUserinfo,
  type Parameters,
  present,
  type Registered,
  random,
  send,
  walk,
} from './client.ts'
import { assert, type Suite } from './suite.ts'

// A service of the FAPI 2.0 Security Profile: it pushes its requests, proves itself by signing, and binds its tokens to a key.

type Algorithm = 'ES256' | 'PS256' | 'RS256'
export type Key = { readonly alg: Algorithm; readonly privateKey: KeyObject; readonly jwk: Claims }
export type FapiClient = Registered & { readonly key: Key }

export function makeKey(alg: Algorithm = 'ES256'): Key {
  const { publicKey, privateKey } =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2_048 })
  return { alg, privateKey, jwk: publicKey.export({ format: 'jwk' }) as Claims }
}

/** A service under a contract of FAPI 2. Its callback has a query of its own when `query` says so. */
export async function enterFapi(suite: Suite, id: string, alg: Algorithm = 'ES256', query = ''): Promise<FapiClient> {
  const key = makeKey(alg)
  const named = { ...key.jwk, kid: `${id}-1`, use: 'sig', alg }
  const registered = await suite.agree(
    id,
    { keys: [named] as never, redirectUris: [`https://${id}.example/callback${query}`] },
    { profile: 'fapi2', pushedRequests: true, boundTokens: true, userinfo: 'plain' },
  )
  return { ...registered, key: { ...key, jwk: named } }
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url')
export const now = () => Math.floor(Date.now() / 1_000)

/** RFC 7515, with Node's own cryptography. A member that is undefined is left out. */
export function signJwt(key: Key, header: Claims, claims: Claims, alg: Algorithm = key.alg): string {
  const text = `${part(header)}.${part(claims)}`
  const how = {
    ES256: { dsaEncoding: 'ieee-p1363' as const },
    PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
    RS256: {},
  }[alg]
  return `${text}.${sign('sha256', Buffer.from(text), { key: key.privateKey, ...how }).toString('base64url')}`
}

/** RFC 7523, and §5.3.2.1 of the profile: for us alone, by our name, for a minute. */
export function assertion(suite: Suite, client: FapiClient, change: Claims = {}, key = client.key): string {
  const at = now()
  const always = { iss: client.id, sub: client.id, aud: suite.metadata.issuer, jti: random() }
  const header = { alg: key.alg, kid: client.key.jwk.kid }
  return signJwt(key, header, { ...always, iat: at, nbf: at, exp: at + 60, ...change })
}

const byAssertion = (client_assertion: string | undefined) => ({
  client_assertion,
  client_assertion_type:
    client_assertion === undefined ? undefined : 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
})

export type ProofChange = { readonly claims?: Claims; readonly header?: Claims; readonly alg?: Algorithm }

/** RFC 9449 §4.2. `token`: the access token that it goes with. */
export function proof(
  key: Key,
  method: string,
  address: unknown,
  token?: string,
  { claims, header, alg }: ProofChange = {},
): string {
  const always = { jti: random(), htm: method, htu: address, iat: now(), ath: token && sha256(token) }
  return signJwt(key, { typ: 'dpop+jwt', alg: alg ?? key.alg, jwk: key.jwk, ...header }, { ...always, ...claims }, alg)
}

/** RFC 7638 §3.2: the required members in order of their names. */
export function thumbprint({ jwk }: Key): string {
  const members = jwk.kty === 'EC' ? ['crv', 'kty', 'x', 'y'] : ['e', 'kty', 'n']
  return sha256(JSON.stringify(Object.fromEntries(members.map((name) => [name, jwk[name]]))))
}

export type Pushed = {
  readonly client: FapiClient
  readonly parameters: Parameters
  readonly verifier: string
  readonly answer: Answer
}
export type PushOptions = {
  readonly assertion?: string
  readonly proof?: string
  readonly method?: string
}

/** RFC 9126: the request, by the service's own way to us. */
export async function push(
  suite: Suite,
  client: FapiClient,
  change: Parameters = {},
  options: PushOptions = {},
): Promise<Pushed> {
  const verifier = random() + random()
  const parameters: Parameters = {
    client_id: client.id,
    response_type: 'code',
    redirect_uri: client.callback,
    scope: 'openid profile',
    state: random(),
    nonce: random(),
    code_challenge: sha256(verifier),
    code_challenge_method: 'S256',
    ...change,
  }
  const answer = await send(String(suite.metadata.pushed_authorization_request_endpoint), {
    method: options.method ?? 'POST',
    headers: options.proof === undefined ? {} : { dpop: options.proof },
    form: { ...parameters, ...byAssertion(options.assertion ?? assertion(suite, client)) },
  })
  return { client, parameters, verifier, answer }
}

/** RFC 9126 §2.2, and §5.3.2.2 of the profile: a name that nobody guesses, for less than ten minutes. */
export function checkPushed({ answer }: Pushed): string {
  assert.equal(answer.status, 201, answer.text)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  assert.match(answer.headers.get('cache-control') ?? '', /no-store/)
  assert.match(String(answer.body.request_uri), /^urn:ietf:params:oauth:request_uri:[\w-]{22,}$/)
  const seconds = Number(answer.body.expires_in)
  assert.ok(Number.isInteger(seconds) && seconds >= 5 && seconds < 600, `${seconds} s`)
  return String(answer.body.request_uri)
}

/** The address that the person is sent to. `beside`: what OpenID Connect wants to see there as well, and what nobody should. */
export function addressOf(suite: Suite, pushed: Pushed, beside: Parameters = {}): URL {
  const address = new URL(String(suite.metadata.authorization_endpoint))
  const always = { client_id: pushed.client.id, request_uri: checkPushed(pushed) }
  address.search = new URLSearchParams(present({ ...always, ...beside })).toString()
  return address
}

export type Begun = Asked<FapiClient> & { readonly verifier: string }

/** The person goes there, and through the pages. */
export async function visit(suite: Suite, pushed: Pushed, browser: Browser, beside?: Parameters): Promise<Begun> {
  const page = await browser.go('GET', addressOf(suite, pushed, beside))
  return { ...(await walk(suite, browser, pushed.client, pushed.parameters, page)), verifier: pushed.verifier }
}

export type BeginOptions = PushOptions & { readonly browser?: Browser; readonly beside?: Parameters }

/** A request that ends in a code. */
export async function begin(
  suite: Suite,
  client: FapiClient,
  change: Parameters = {},
  options: BeginOptions = {},
): Promise<Begun> {
  const pushed = await push(suite, client, change, options)
  const begun = await visit(suite, pushed, options.browser ?? suite.newBrowser(), options.beside)
  checkAnswer(suite, begun)
  return begun
}

/** `assertion` or `proof` null: sent without. */
export type RedeemOptions = {
  readonly key?: Key
  readonly assertion?: string | null
  readonly proof?: string | null
  readonly form?: Parameters
}

export function redeem(suite: Suite, begun: Begun, options: RedeemOptions = {}): Promise<Answer> {
  const { client, parameters, verifier, answer } = begun
  const endpoint = String(suite.metadata.token_endpoint)
  const proved = options.proof === undefined ? proof(options.key ?? makeKey(), 'POST', endpoint) : options.proof
  const asserted = options.assertion === undefined ? assertion(suite, client) : options.assertion
  return send(endpoint, {
    headers: proved === null ? {} : { dpop: proved },
    form: {
      grant_type: 'authorization_code',
      code: answer.get('code') ?? undefined,
      redirect_uri: parameters.redirect_uri,
      code_verifier: verifier,
      ...byAssertion(asserted ?? undefined),
      ...options.form,
    },
  })
}

export type Held = {
  readonly accessToken: string
  readonly key: Key
  readonly claims: Claims
  readonly tokens: Claims
  readonly begun: Begun
}

/** The tokens of a code, with every check; the ID token is signed as the profile wants it (§5.4.1). */
export async function collect(suite: Suite, begun: Begun, key = makeKey(), options: RedeemOptions = {}): Promise<Held> {
  const tokens = await redeem(suite, begun, { key, ...options })
  const claims = await checkTokens(suite, begun, tokens, { alg: 'ES256', type: /^dpop$/i })
  assert.ok(Number(tokens.body.expires_in) <= 3_600)
  return { accessToken: String(tokens.body.access_token), key, claims, tokens: tokens.body, begun }
}

export type UseOptions = {
  readonly proof?: string | null
  readonly scheme?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Parameters
}

/** RFC 9449 §7: the resource is what the person released. */
export function use(suite: Suite, { accessToken, key }: Pick<Held, 'accessToken' | 'key'>, options: UseOptions = {}) {
  const address = new URL(String(suite.metadata.userinfo_endpoint))
  const proved = options.proof === undefined ? proof(key, 'GET', address.href, accessToken) : options.proof
  address.search = new URLSearchParams(present(options.query ?? {})).toString()
  return send(address.href, {
    headers: {
      authorization: `${options.scheme ?? 'DPoP'} ${accessToken}`,
      ...(proved === null ? {} : { dpop: proved }),
      ...options.headers,
    },
  })
}

/** A whole sign-in: request, code, tokens, resource. */
export async function flow(
  suite: Suite,
  client: FapiClient,
  change: Parameters = {},
  options: BeginOptions & { readonly key?: Key } = {},
): Promise<Held> {
  const held = await collect(suite, await begin(suite, client, change, options), options.key)
  checkUserinfo(await use(suite, held), held.claims.sub)
  return held
}

/** RFC 6749 §5.2: in JSON, one of these errors, and words that can be written in a header. */
export function checkRefused(answer: Answer, ...wanted: string[]): void {
  const status = answer.body.error === 'invalid_client' ? 401 : 400
  assert.equal(answer.status, status, `${answer.status} ${answer.text}`)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  assert.ok(wanted.includes(String(answer.body.error)), `${answer.text}, not ${wanted}`)
  assert.match(String(answer.body.error_description ?? ''), /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/)
  for (const given of ['access_token', 'id_token', 'request_uri']) assert.ok(!(given in answer.body), given)
}
