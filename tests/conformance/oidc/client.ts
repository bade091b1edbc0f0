import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'
import type { Browser, Answer as Page } from '#tests/browser'
import { localFetch } from '#tests/service'
import { assert, type Suite } from './suite.ts'

// A client of its own writing: what it checks it takes from the specifications, not from a library that the provider is made with.

/** Whoever asks: where the answer goes is all that walking through the pages needs to know. */
export type Registered = { readonly id: string; readonly callback: string }
export type Client = Registered & { readonly secret: string; readonly auth: 'basic' | 'post' }
export type Claims = Readonly<Record<string, unknown>>
export type Parameters = Readonly<Record<string, string | undefined>>

export type Asked<Who extends Registered = Client> = {
  readonly client: Who
  readonly parameters: Parameters
  /** What came back to the client's address. */
  readonly answer: URLSearchParams
  /** How often the person used a passkey, and how often they were asked to continue. */
  readonly logins: number
  readonly continues: number
  readonly browser: Browser
}

export const random = () => randomBytes(24).toString('base64url')

export function request(suite: Suite, client: Registered, change: Parameters = {}): Record<string, string> {
  const parameters: Parameters = {
    client_id: client.id,
    response_type: 'code',
    redirect_uri: client.callback,
    scope: 'openid',
    state: random(),
    nonce: random(),
    ...(suite.mode === 'form_post' ? { response_mode: 'form_post' } : {}),
    ...change,
  }
  return present(parameters)
}

export function present(parameters: Parameters): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
}

/** Sends the person to the authorization endpoint and lets them do what the pages ask, until the client has its answer. */
export async function authorize(
  suite: Suite,
  browser: Browser,
  client: Client,
  change: Parameters = {},
  method: 'GET' | 'POST' = 'GET',
): Promise<Asked> {
  const parameters = request(suite, client, change)
  const endpoint = new URL(suite.metadata.authorization_endpoint as string)
  if (method === 'GET') endpoint.search = new URLSearchParams(parameters).toString()
  const page = await browser.go(method, endpoint, method === 'POST' ? { form: parameters } : {})
  return walk(suite, browser, client, parameters, page)
}

/** From the page the browser is on, until the client has its answer. */
export async function walk<Who extends Registered>(
  suite: Suite,
  browser: Browser,
  client: Who,
  parameters: Parameters,
  from: Page,
): Promise<Asked<Who>> {
  let page = from
  let [logins, continues] = [0, 0]
  for (let steps = 0; steps < 4; steps += 1) {
    const answer = answerIn(suite, browser, client, page.body)
    if (answer) return { client, parameters, answer, logins, continues, browser }
    assert.equal(page.status, 200, `a page with ${page.status} at ${browser.url.pathname}`)
    if (page.body.includes('/continue"')) {
      continues += 1
      page = await browser.go('POST', `${browser.url.pathname}/continue`, { form: { remember: 'yes' } })
    } else {
      logins += 1
      page = await browser.go('GET', await suite.showPasskey(browser))
    }
  }
  throw new Error('the pages lead nowhere')
}

/** Where the browser has come to: at the client's address, or at a form that is sent there. */
function answerIn(suite: Suite, browser: Browser, client: Registered, body: string): URLSearchParams | undefined {
  const callback = new URL(client.callback)
  if (suite.mode === 'query')
    return browser.url.host === callback.host && browser.url.pathname === callback.pathname
      ? browser.url.searchParams
      : undefined
  const action = /<form method="post" action="([^"]*)" data-post>/.exec(body)?.[1]?.replaceAll('&amp;', '&')
  if (action === undefined) return undefined
  assert.equal(action, client.callback, 'the form goes to another address')
  const answer = new URLSearchParams()
  const text = (escaped = '') => escaped.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
  for (const [, name, value] of body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g))
    answer.append(text(name), text(value))
  return answer
}

export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly body: Claims
  readonly text: string
}

export async function send(
  address: string,
  options: { method?: string; headers?: Record<string, string>; form?: Parameters },
): Promise<Answer> {
  const form = options.form && present(options.form)
  const response = await localFetch(address, {
    method: options.method ?? (form ? 'POST' : 'GET'),
    headers: { ...options.headers, ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) },
    body: form && new URLSearchParams(form).toString(),
  } as never)
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} }
}

/** RFC 6749 §2.3.1: in the header both are form-encoded first. */
export function redeem(suite: Suite, asked: Asked, change: Parameters = {}): Promise<Answer> {
  const { client, parameters, answer } = asked
  const basic = Buffer.from(`${encodeURIComponent(client.id)}:${encodeURIComponent(client.secret)}`).toString('base64')
  return send(suite.metadata.token_endpoint as string, {
    headers: client.auth === 'basic' ? { authorization: `Basic ${basic}` } : {},
    form: {
      grant_type: 'authorization_code',
      code: answer.get('code') ?? undefined,
      redirect_uri: parameters.redirect_uri,
      ...(client.auth === 'post' ? { client_id: client.id, client_secret: client.secret } : {}),
      ...change,
    },
  })
}

/** OpenID Connect Core §3.1.2.5: a code, our own state, and who answers (RFC 9207). */
export function checkAnswer(suite: Suite, { answer, parameters }: Asked<Registered>): void {
  assert.equal(answer.get('error'), null, answer.get('error_description') ?? '')
  assert.ok((answer.get('code') ?? '').length >= 22, 'a code that could be guessed')
  assert.equal(answer.get('state') ?? undefined, parameters.state)
  assert.equal(answer.get('iss'), suite.metadata.issuer)
  checkOthers(answer, parameters, ['code', 'state', 'iss'])
}

/** Of the address only the client's own query comes back, whole, beside what an answer has. */
export function checkOthers(answer: URLSearchParams, { redirect_uri }: Parameters, known: readonly string[]): void {
  assert.deepEqual(
    [...answer].filter(([name]) => !known.includes(name)),
    [...new URL(redirect_uri ?? '').searchParams],
  )
}

/** OpenID Connect Core §3.1.3.3, §3.1.3.7: every check that a client has to make. Answers the claims. */
export async function checkTokens(
  suite: Suite,
  asked: Asked<Registered>,
  tokens: Answer,
  agreed: { readonly alg: string; readonly type: RegExp } = { alg: 'RS256', type: /^bearer$/i },
): Promise<Claims> {
  assert.equal(tokens.status, 200, tokens.text)
  assert.match(tokens.headers.get('content-type') ?? '', /^application\/json/)
  assert.match(tokens.headers.get('cache-control') ?? '', /no-store/)
  assert.match(String(tokens.body.token_type), agreed.type)
  assert.ok(Number(tokens.body.expires_in) > 0)
  assert.match(String(tokens.body.access_token), /^[A-Za-z0-9._~+/-]{22,}=*$/)
  const { header, claims } = await checkSignature(suite, String(tokens.body.id_token))
  assert.equal(header.alg, agreed.alg)
  const now = Math.floor(Date.now() / 1_000)
  assert.equal(claims.iss, suite.metadata.issuer)
  assert.deepEqual([claims.aud].flat(), [asked.client.id])
  assert.ok(Number(claims.exp) > now && Number(claims.iat) <= now + 5 && Number(claims.iat) > now - 300)
  assert.match(String(claims.sub), /^[\x21-\x7e]{1,255}$/)
  assert.equal(claims.nonce, asked.parameters.nonce)
  const half = createHash('sha256').update(String(tokens.body.access_token)).digest().subarray(0, 16)
  if (claims.at_hash !== undefined) assert.equal(claims.at_hash, half.toString('base64url'))
  assert.equal(claims.azp ?? asked.client.id, asked.client.id)
  return claims
}

/** With Node's own cryptography, and the one key of the published set that the token names. */
export async function checkSignature(suite: Suite, token: string): Promise<{ header: Claims; claims: Claims }> {
  const [head = '', body = '', signature = '', ...rest] = token.split('.')
  assert.equal(rest.length, 0)
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Claims
  const header = read(head)
  const { keys } = (await send(suite.metadata.jwks_uri as string, {})).body as { keys: Record<string, string>[] }
  const named = keys.filter(({ kid }) => kid === header.kid)
  assert.equal(named.length, 1, 'the kid of the token names no key, or more than one')
  const key = createPublicKey({ key: named[0] as never, format: 'jwk' })
  // RFC 7518 §3.4: of an elliptic curve both numbers one after the other, not in DER.
  const holds = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  assert.ok(holds, 'the signature does not hold')
  return { header, claims: read(body) }
}

/** A whole sign-in with every check, and what came of it. */
export async function signIn(
  suite: Suite,
  change: Parameters = {},
  options: { browser?: Browser; client?: Client; method?: 'GET' | 'POST' } = {},
) {
  const browser = options.browser ?? suite.newBrowser()
  const asked = await authorize(suite, browser, options.client ?? suite.client, change, options.method)
  checkAnswer(suite, asked)
  const tokens = await redeem(suite, asked)
  const claims = await checkTokens(suite, asked, tokens)
  return {
    asked,
    browser,
    tokens,
    claims,
    idToken: String(tokens.body.id_token),
    accessToken: String(tokens.body.access_token),
  }
}

export async function userinfo(
  suite: Suite,
  accessToken: string,
  how: 'get' | 'post-header' | 'post-body' = 'get',
): Promise<Answer> {
  const headers: Record<string, string> = how === 'post-body' ? {} : { authorization: `Bearer ${accessToken}` }
  return send(suite.metadata.userinfo_endpoint as string, {
    method: how === 'get' ? 'GET' : 'POST',
    headers,
    ...(how === 'post-body' ? { form: { access_token: accessToken } } : {}),
  })
}

export function checkUserinfo(answer: Answer, subject: unknown): Claims {
  assert.equal(answer.status, 200, answer.text)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  assert.equal(answer.body.sub, subject, 'userinfo is about somebody else')
  return answer.body
}
