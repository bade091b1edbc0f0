import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import Provider from 'oidc-provider'
import { createTestClock } from '#base/clock'
import { newToken } from '#base/ids'
import { createKeys } from '#identity/keys'
import { createServices } from '#identity/services'
import { createMessages } from '#server/messages'
import { Browser } from '#tests/browser'
import { createTestDatabase } from '#tests/database'
import { createTestLog } from '#tests/log'
import { createTestSealing } from '#tests/sealed'
import { createService, makeClientKey } from '#tests/service'
import { createAccountAdapter } from './adapter.ts'
import { createHeldAdapter, type HeldClaims } from './held-adapter.ts'
import { createSessions } from './sessions.ts'
import { createSigningKeys } from './signing-keys.ts'
import { createTelling } from './telling.ts'

const { database, admin } = await createTestDatabase('identity')
const clock = createTestClock(new Date())
const keys = createKeys(randomBytes(32))
const folder = mkdtempSync(join(tmpdir(), 'vartio-held-'))

const server = createServer()
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const issuer = new URL(`http://id.localhost:${(server.address() as { port: number }).port}`)

const { sealed } = await createTestSealing('identity', database)
const services = createServices({ database, clock, sealed })
const messages = createMessages({ database, log: createTestLog().log })
const telling = createTelling({
  database,
  clock,
  keys,
  services,
  log: createTestLog().log,
  send: async () => undefined,
})
const { sealDevice } = createSessions({ database, clock, keys, messages, sealed, telling })
const held = createHeldAdapter({
  database,
  clock,
  keys,
  secure: false,
  rows: createAccountAdapter({ database, clock, keys, services, device: () => '', sealDevice }),
})
const provider = new Provider(issuer.origin, {
  adapter: held.adapter,
  jwks: { keys: (await createSigningKeys(folder).current(clock.now())) as never },
  routes: { authorization: '/oidc/auth', token: '/oidc/token', end_session: '/oidc/sign-out' },
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: false,
  subjectTypes: ['pairwise'],
  responseTypes: ['code'],
  clientAuthMethods: ['private_key_jwt'],
  clientDefaults: { token_endpoint_auth_method: 'private_key_jwt', id_token_signed_response_alg: 'ES256' },
  enabledJWA: { idTokenSigningAlgValues: ['ES256'], clientAuthSigningAlgValues: ['ES256'] },
  features: {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    resourceIndicators: { enabled: false },
  },
  cookies: { names: { session: 'vartio-session' }, long: { signed: false }, short: { signed: false } },
  ttl: { Session: 8 * 3_600, Interaction: 3_600, Grant: 600, AuthorizationCode: 60, AccessToken: 60, IdToken: 3_600 },
  interactions: { url: (_ctx, interaction) => `/event/${interaction.uid}` },
  pairwiseIdentifier: async (_ctx, accountId, client) => `${client.clientId} ${accountId}`,
  findAccount: (_ctx, accountId) => {
    const claims = held.claims()
    return claims && { accountId, claims: () => ({ sub: accountId, ...claims }) }
  },
  loadExistingGrant: async (ctx) => {
    const { client, session, result, params } = ctx.oidc
    if (!client || !session?.accountId || !(result?.consent || ctx.oidc.prompts.has('none'))) return undefined
    const grant = new ctx.oidc.provider.Grant({ accountId: session.accountId, clientId: client.clientId })
    grant.addOIDCScope(String(params?.scope))
    await grant.save()
    return grant
  },
})
provider.proxy = true

/** Who has just identified in this browser; a new person each time, under a name made for the event (ID-31). */
let identified: HeldClaims = {}

/** The pages of identification, which come with the areas that identify; here a visit is enough. */
async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
  const uid = /^\/event\/([\w-]+)$/.exec(message.url ?? '')?.[1]
  if (uid === undefined) return void provider.callback()(message, response)
  const event = await provider.Interaction.find(uid)
  if (!event) {
    response.writeHead(410).end('ended')
    return
  }
  // Another tab may have identified since this event began: then it is the same person, or the library would sign them out.
  const session = await provider.Session.get(provider.createContext(message, response))
  const accountId = session.accountId ?? newToken()
  event.result = {
    ...event.lastSubmission,
    ...(session.accountId ? {} : { login: { accountId }, claims: identified }),
    consent: {},
  } as never
  await event.persist()
  response.writeHead(303, { location: event.returnTo }).end()
}

server.on('request', (message, response) => {
  message.headers['x-forwarded-host'] = issuer.host
  held.run(message, response, () => {
    answer(message, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
})
after(() => {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true })
})

async function enter(clientId: string) {
  const key = await makeClientKey()
  const callback = new URL(`http://${clientId}.localhost:9/callback`)
  await services.register({
    clientId,
    name: clientId,
    redirectUris: [callback.href],
    postLogoutRedirectUris: [],
    keys: [key.publicJwk],
    scopes: ['openid', 'email', 'profile'],
  })
  return createService({ issuer, key, clientId, callback })
}
const library = await enter('library')
const museum = await enter('museum')
type Service = typeof library

const aino: HeldClaims = { name: 'Aino Maria Korhonen', email: 'aino.maria@held.example', email_verified: true }

async function identify(browser: Browser, service: Service = library, claims: HeldClaims = aino) {
  identified = claims
  const { url, checks } = await service.begin()
  await browser.go('GET', url)
  return { checks, error: browser.url.searchParams.get('error') }
}

async function ask(browser: Browser, service: Service = library) {
  const { url, checks } = await service.begin({ prompt: 'none' })
  await browser.go('GET', url)
  return { checks, error: browser.url.searchParams.get('error') }
}

async function signOut(browser: Browser) {
  const page = await browser.go('GET', new URL('/oidc/sign-out', issuer))
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.body)?.[1]
  await browser.go('POST', '/oidc/sign-out/confirm', { form: { xsrf: xsrf!, logout: 'yes' } })
}

test('what was identified arrives in the ID token, and the database holds nothing of it', async () => {
  const browser = new Browser(issuer)
  const { checks } = await identify(browser)
  const claims = (await library.redeem(browser.url, checks)).claims()!
  assert.equal(claims.name, aino.name)
  assert.equal(claims.email, aino.email)
  const rows = await admin<
    { model: string; sealed: Buffer; row: string }[]
  >`select model, sealed, s::text as row from oidc.sealed s`
  for (const { model } of rows)
    assert.ok(['AuthorizationCode', 'AccessToken', 'ReplayDetection'].includes(model), model)
  const everything = Buffer.concat(rows.flatMap(({ sealed, row }) => [sealed, Buffer.from(row)]))
  assert.ok(!everything.includes('Aino') && !everything.includes('held.example'))
  assert.equal((await admin`select 1 from oidc.session`).count, 0)
})

test('ID-82 ID-83 what lies in the browser is sealed, and opens in no other place', async () => {
  const browser = new Browser(issuer)
  await identify(browser)
  const own = browser.cookies.filter(({ name }) => name.startsWith('vartio-held-'))
  assert.ok(own.length > 0)
  for (const { value } of own) {
    assert.ok(value.length < 3_800)
    assert.ok(!Buffer.from(value, 'base64url').includes('Aino'))
  }
  const session = browser.cookies.find(({ name }) => name === 'vartio-held-session')!
  const bytes = Buffer.from(session.value, 'base64url')
  bytes[40]! ^= 1
  const changed = new Browser(issuer)
  changed.cookies.push(
    ...browser.cookies.map((cookie) =>
      cookie === session ? { ...cookie, value: bytes.toString('base64url') } : cookie,
    ),
  )
  assert.equal((await ask(changed)).error, 'login_required')
  // Another person's sealed session beside one's own identifier.
  const other = new Browser(issuer)
  await identify(other)
  const foreign = other.cookies.find(({ name }) => name === 'vartio-held-session')!
  const mixed = new Browser(issuer)
  mixed.cookies.push(...browser.cookies.filter((cookie) => cookie !== session), foreign)
  assert.equal((await ask(mixed)).error, 'login_required')
})

test('prompt=none and a second service find the same session; nobody else does', async () => {
  const browser = new Browser(issuer)
  await identify(browser)
  const again = await ask(browser)
  assert.equal(again.error, null)
  assert.equal((await library.redeem(browser.url, again.checks)).claims()!.email, aino.email)
  const second = await identify(browser, museum, { name: 'Not Aino' })
  assert.equal((await museum.redeem(browser.url, second.checks)).claims()!.name, aino.name)
  assert.equal((await ask(new Browser(issuer))).error, 'login_required')
})

test('cookies kept from before signing out are worth nothing after it', async () => {
  const browser = new Browser(issuer)
  await identify(browser)
  const kept = new Browser(issuer)
  kept.cookies.push(...browser.cookies)
  await signOut(browser)
  assert.equal((await ask(browser)).error, 'login_required')
  assert.equal((await ask(kept)).error, 'login_required')
})

test('two tabs begun before identifying both come home', async () => {
  const browser = new Browser(issuer)
  identified = aino
  const begun = await Promise.all([library.begin(), museum.begin()])
  const stops = []
  for (const { url } of begun) stops.push((await browser.ask('GET', url)).headers.location!)
  for (const [at, service] of [library, museum].entries()) {
    await browser.go('GET', stops[at]!)
    assert.equal((await service.redeem(browser.url, begun[at]!.checks)).claims()!.name, aino.name)
  }
})

test('ID-31 one event carried on many times at the same moment yields one code', async () => {
  for (let round = 0; round < 5; round += 1) {
    const browser = new Browser(issuer)
    identified = aino
    const { url } = await library.begin()
    const event = (await browser.ask('GET', url)).headers.location!
    const resume = (await browser.ask('GET', event)).headers.location!
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => {
        const copy = new Browser(issuer)
        copy.cookies.push(...browser.cookies)
        return copy.ask('GET', resume)
      }),
    )
    const codes = answers.filter(({ headers }) => headers.location?.includes('code='))
    assert.equal(codes.length, 1)
  }
})

test('ID-31 a code is redeemed at most once, even by six at the same moment', async () => {
  for (let round = 0; round < 5; round += 1) {
    const browser = new Browser(issuer)
    const { checks } = await identify(browser)
    const attempts = await Promise.allSettled(Array.from({ length: 6 }, () => library.redeem(browser.url, checks)))
    assert.ok(attempts.filter(({ status }) => status === 'fulfilled').length <= 1)
    for (const attempt of attempts)
      if (attempt.status === 'rejected') assert.equal(attempt.reason.error, 'invalid_grant')
  }
})

test('ID-72 what lies with the person ends after 8 hours too, however busy it is', async () => {
  const start = clock.now()
  const browser = new Browser(issuer)
  await identify(browser)
  for (let hour = 1; hour < 8; hour += 1) {
    clock.advance(3_600_000)
    assert.equal((await ask(browser)).error, null, `after ${hour} hours`)
  }
  clock.advance(3_660_000)
  assert.equal((await ask(browser)).error, 'login_required')
  clock.set(start)
})

test('what is too large to be carried is refused, not cut', async () => {
  const browser = new Browser(issuer)
  identified = aino
  const { url } = await library.begin({ state: 'x'.repeat(4_000) })
  const refused = await browser.ask('GET', url)
  assert.match(`${refused.headers.location} ${refused.body}`, /invalid_request/)
})

test('ID-103 nothing of an event that has ended stays with the browser, and grants do not pile up', async () => {
  const browser = new Browser(issuer)
  for (let time = 0; time < 8; time += 1) await identify(browser)
  const held = browser.cookies.map(({ name }) => name).filter((name) => name.startsWith('vartio-held-'))
  assert.equal(held.filter((name) => name.includes('event')).length, 0)
  assert.ok(held.filter((name) => name.includes('grant')).length <= 4)
})
