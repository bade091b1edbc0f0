import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { newId } from '#base/ids'
import type { Address } from '#identity/people'
import type { Contract } from '#identity/services'
import { findUndescribed } from '#server/describe-check'
import { within } from '#server/purpose'
import { readLiveSchema } from '#server/schema-snapshot'
import { dataTerms } from '#server/vocabulary'
import { Browser } from '#tests/browser'
import { aContract, enforceContract } from '#tests/contract'
import { register, signIn, startIdentity } from '#tests/identity'
import { createService, makeClientKey } from '#tests/service'
import { until } from '#tests/until'
import { data } from './data.ts'

const clock = createTestClock(new Date())
const house = await startIdentity({ clock })
const { identity, urls, admin } = house
const { services } = identity
const portal = await createService({
  issuer: urls.identity,
  key: house.portalKey,
  callback: new URL('/sign-in/callback', urls.portal),
})

async function enter(clientId: string, change: Parameters<typeof aContract>[0] = {}, isTest = false) {
  const key = await makeClientKey()
  const callback = new URL(`http://${clientId}.localhost:9/callback`)
  const keys = [key.publicJwk] as unknown as Contract['keys']
  const contract = aContract({ keys, redirectUris: [callback.href], ...change })
  if (isTest) await services.contracts.make(clientId, contract)
  else await enforceContract(services, clientId, contract)
  const service = await createService({ issuer: urls.identity, key, clientId, callback })
  return { ...service, contract, clientId, contractId: (await services.contracts.find(clientId)).contractId }
}
const library = await enter('library')

const aino = await (async () => {
  const browser = new Browser(urls.identity)
  await browser.go('GET', (await portal.begin({ prompt: 'create' })).url)
  const { authenticator } = await register(house, browser, { name: 'Aino Korhonen', email: 'aino@release.example' })
  await browser.go('POST', browser.url, { form: {} })
  return { authenticator }
})()

/** To the page of the release, as whoever has just arrived from the service. */
async function arrive(
  service: typeof library,
  parameters: Record<string, string> = {},
  browser = new Browser(urls.identity),
) {
  const { url, checks } = await service.begin(parameters)
  await browser.go('GET', url)
  if (browser.url.host !== urls.identity.host) return { browser, checks, page: '' }
  const isSignIn = !(await browser.ask('GET', browser.url)).body.includes('/continue"')
  const page = await browser.go('GET', isSignIn ? await signIn(browser, aino.authenticator) : browser.url)
  return { browser, checks, page: page.body }
}
const goOn = (browser: Browser, form: Record<string, string> = {}) =>
  browser.go('POST', `${browser.url.pathname}/continue`, { form })
const personId = async () => (await identity.people.findByAddress('aino@release.example' as Address))!
const errorOf = ({ url }: Browser) => url.searchParams.get('error')

type Entry = { what: string; event: string; session_id: string | null; contract_id: string; sealed: Buffer | null }
const logOf = (contractId: string) => admin<Entry[]>`
  select what, encode(event, 'hex') as event, session_id, contract_id, sealed from release.log
  where contract_id = ${contractId} order by at, entry_id`

test('ID-61 a service with addresses on several hosts is answered at each of them, and knows the person by one subject', async () => {
  const other = 'http://mobile.localhost:9/callback'
  const service = await enter('several', { redirectUris: ['http://several.localhost:9/callback', other] })
  const subjects: unknown[] = []
  for (const parameters of [{}, { redirect_uri: other }] as Record<string, string>[]) {
    const { browser, checks, page } = await arrive(service, parameters)
    assert.match(page, /Kirjaston varauspalvelu/)
    await goOn(browser)
    assert.equal(browser.url.host, parameters.redirect_uri ? 'mobile.localhost:9' : 'several.localhost:9')
    subjects.push((await service.redeem(browser.url, checks)).claims()?.sub)
  }
  assert.ok(typeof subjects[0] === 'string' && subjects[0] === subjects[1])
})

test('ID-13 ID-22 ID-48 the page names the service, who answers for the data, and exactly the data with its origin', async () => {
  const { browser, checks, page } = await arrive(library)
  const words = page.replaceAll(/<[^>]*>/g, ' ')
  assert.match(words, /Kirjaston varauspalvelu gets this about you/)
  assert.match(words, /Lahden kirjastoyhtiö Oy stands behind this service/)
  assert.match(words, /Name\s+Aino Korhonen\s+You wrote it into your account/)
  assert.match(words, /E-mail\s+aino@release.example\s+Verified as your address/)
  await goOn(browser)
  const claims = (await library.redeem(browser.url, checks)).claims() as Record<string, unknown>
  const { name, email, email_verified, locale } = claims
  assert.deepEqual(
    { name, email, email_verified, locale },
    {
      name: 'Aino Korhonen',
      email: 'aino@release.example',
      email_verified: true,
      locale: 'en',
    },
  )
  const known = [
    'sub',
    'name',
    'locale',
    'email',
    'email_verified',
    'nonce',
    'at_hash',
    'aud',
    'exp',
    'iat',
    'iss',
    'auth_time',
    'amr',
    'sid',
  ]
  assert.deepEqual(
    Object.keys(claims).filter((claim) => !known.includes(claim)),
    [],
  )
  const finnish = new Browser(urls.identity)
  finnish.language = 'fi'
  assert.match(
    (await arrive(library, {}, finnish)).page,
    /Lahden kirjastoyhtiö Oy vastaa saamistaan tiedoista rekisterinpitäjänä/,
  )
})

test('ID-47 cancelling at any step answers access_denied, and nothing about anybody', async () => {
  const steps = [
    async (browser: Browser) => browser.go('GET', (await library.begin({ state: 'mine' })).url),
    async (browser: Browser) => browser.go('GET', (await library.begin({ state: 'mine', prompt: 'create' })).url),
    async (browser: Browser) => arrive(library, { state: 'mine' }, browser),
  ]
  for (const step of steps) {
    const browser = new Browser(urls.identity)
    await step(browser)
    const event = /^\/sign-in\/[^/]+/.exec(browser.url.pathname)?.[0]
    await browser.go('POST', `${event}/cancel`, { form: {} })
    const { error, state, iss, error_description: said, ...rest } = Object.fromEntries(browser.url.searchParams)
    assert.deepEqual([error, state, iss, rest], ['access_denied', 'mine', urls.identity.origin, {}])
    assert.equal(said, 'the person cancelled')
    assert.equal(`${browser.url.origin}${browser.url.pathname}`, 'http://library.localhost:9/callback')
  }
})

test('ID-14 ID-38 ID-39 ID-40 ID-42 ID-43 the technical log has when, from where, session and contract; the hand-over is its own entry', async () => {
  const museum = await enter('museum')
  const { browser, checks } = await arrive(museum)
  await goOn(browser)
  assert.deepEqual(
    (await logOf(museum.contractId)).map(({ what }) => what),
    ['continued'],
  )
  clock.advance(1_000)
  await museum.redeem(browser.url, checks)
  const entries = await logOf(museum.contractId)
  assert.deepEqual(
    entries.map(({ what }) => what),
    ['continued', 'handed-over'],
  )
  assert.equal(new Set(entries.map(({ event }) => event)).size, 1)
  const sessions = await identity.oidc.sessions.list(await personId())
  assert.ok(sessions.some(({ sessionId }) => sessionId === entries[0]!.session_id))
  assert.equal(entries[1]!.session_id, entries[0]!.session_id)
  assert.ok(entries[0]!.sealed && entries[1]!.sealed === null, 'the service’s own address says nothing of the person')
  const [row] = await admin<{ at: Date; entry_id: string; sealed: Buffer }[]>`
    select at, entry_id, sealed from release.log where contract_id = ${museum.contractId} and what = 'continued'`
  const fields = ['ip', 'user_agent', 'accept_language'] as const
  const said = await within('security', () => house.sealed.table(data, 'log', [...fields]).openOne(row!, fields))
  assert.deepEqual([said.ip, said.accept_language], ['127.0.0.1', 'en'])
  assert.match(said.user_agent ?? '', /Firefox/)
  const rows = await admin<{ all: string }[]>`select string_agg(l::text, '') as all from release.log l`
  for (const secret of ['Aino', 'aino@', '127.0.0.1', 'Firefox']) assert.ok(!rows[0]!.all.includes(secret), secret)
  await assert.rejects(museum.redeem(browser.url, checks), { error: 'invalid_grant' })
  assert.equal((await logOf(museum.contractId)).length, 2, 'a refused redemption hands nothing over')
})

test('ID-10 ID-12 an identification is carried out because the person asked, and does two things: it identifies them, and answers the one service they came from', async () => {
  const asking = await enter('asking')
  const other = await enter('other')
  const everywhere = async () => {
    const [row] = await admin<{ delivered: number; others: number }[]>`
      select (select count(*)::int from release.delivered) as delivered,
        (select count(*)::int from release.log where contract_id <> ${asking.contractId}) as others`
    return { ...row, letters: (await house.letters('aino@release.example')).length }
  }
  const before = await everywhere()
  // Whoever has only been led here has asked for nothing yet, and whoever cancels has not either: nothing is handed to anybody.
  const cancelled = await arrive(asking)
  assert.equal((await logOf(asking.contractId)).length, 0)
  await cancelled.browser.go('POST', `${cancelled.browser.url.pathname}/cancel`, { form: {} })
  assert.deepEqual(await everywhere(), before)

  const { browser, checks } = await arrive(asking)
  await goOn(browser)
  assert.equal(browser.url.href.split('?')[0], 'http://asking.localhost:9/callback')
  assert.deepEqual([...browser.url.searchParams.keys()].sort(), ['code', 'iss', 'state'])
  // What is for this service is worth nothing to another.
  const stolen = new URL(browser.url)
  stolen.host = 'other.localhost:9'
  await assert.rejects(other.redeem(stolen, checks), { error: 'invalid_grant' })
  const again = await arrive(asking)
  await goOn(again.browser)
  await asking.redeem(again.browser.url, again.checks)
  const after = await everywhere()
  assert.deepEqual(after, { ...before, delivered: before.delivered! + 1 }, 'one service was answered, and nobody else')
})

test('ID-11 every identification rests on a contract, and is recorded against it; without one there is none', async () => {
  const { contractId } = await services.contracts.find('library')
  const { browser, checks } = await arrive(library)
  await goOn(browser)
  await library.redeem(browser.url, checks)
  const entries = await logOf(contractId)
  assert.deepEqual(
    // Within one moment their order is chance.
    entries
      .slice(-2)
      .map(({ what }) => what)
      .sort(),
    ['continued', 'handed-over'],
  )
  await assert.rejects(
    admin`insert into release.log (at, entry_id, event, what) values (${clock.now()}, ${newId()}, '\\x00', 'continued')`,
    /contract_id/,
  )
  const stranger = await createService({
    issuer: urls.identity,
    key: await makeClientKey(),
    clientId: 'no-contract',
    callback: new URL('http://no-contract.localhost:9/callback'),
  })
  const asked = new Browser(urls.identity)
  const page = await asked.go('GET', (await stranger.begin()).url)
  assert.equal(asked.url.host, urls.identity.host)
  assert.ok(page.status >= 400, 'a service without a contract is led to a page of identification')
})

test('ID-25 a service gets the link to the picture, which the page shows as text; without one there is no such claim', async () => {
  const gallery = await enter('gallery')
  const claims = async () => {
    const { browser, checks, page } = await arrive(gallery)
    await goOn(browser)
    return { page, ...(await gallery.redeem(browser.url, checks)).claims()! } as { page: string; picture?: unknown }
  }
  assert.equal((await claims()).picture, undefined)
  const link = 'https://kuvat.example/aino.jpg?a=1&b=2'
  await identity.people.change(await personId(), { picture: link })
  const told = await claims()
  assert.match(
    told.page,
    /Link to a picture<\/dt><dd>https:\/\/kuvat\.example\/aino\.jpg\?a=1&amp;b=2<small>You wrote it/,
  )
  assert.doesNotMatch(told.page, /<img|src="https:\/\/kuvat/)
  assert.equal(told.picture, link)
  await identity.people.change(await personId(), { picture: null })
})

test('ID-41 ID-44 A-29 the fields of the technical log are a closed register without a location: one that data.ts does not name is refused', async () => {
  const described = data.tables.log!
  assert.deepEqual(Object.keys(described.columns).sort(), [
    'at',
    'contract_id',
    'entry_id',
    'event',
    'session_id',
    'what',
  ])
  assert.deepEqual(Object.keys(described.sealed?.fields ?? {}), ['ip', 'user_agent', 'accept_language'])
  assert.deepEqual(
    Object.keys(dataTerms).filter((term) => /location|geo|gps|place/i.test(term)),
    [],
  )
  const faults = async () => findUndescribed(house.platform.descriptions, await readLiveSchema(admin))
  assert.deepEqual(await faults(), [])
  await admin`alter table release.log add column city text`
  assert.match((await faults()).join(), /release\.log\.city is not described/)
  await admin`alter table release.log drop column city`
  // Nor inside of what is sealed: the table has no sealer for more than is described.
  assert.throws(
    () => house.sealed.table(data, 'log', ['ip', 'user_agent', 'accept_language', 'location']),
    /the description seals other fields/,
  )
})

test('ID-71 identification only: another subject each time, kept nowhere; else the same one', async () => {
  const survey = await enter('survey', { subject: 'event', asked: [] })
  const subjectAt = async (service: typeof library, parameters: Record<string, string>) => {
    const { browser, checks, page } = await arrive(service, parameters)
    await goOn(browser)
    return { page, claims: (await service.redeem(browser.url, checks)).claims()! }
  }
  const scope = { scope: 'openid' }
  const [first, second] = [await subjectAt(survey, scope), await subjectAt(survey, scope)]
  assert.match(first.page, /For this time only/)
  assert.notEqual(first.claims.sub, second.claims.sub)
  assert.equal(first.claims.name, undefined)
  assert.equal(await services.findSubject('survey', await personId()), undefined)
  assert.equal((await subjectAt(library, scope)).claims.sub, (await subjectAt(library, scope)).claims.sub)
})

test('ID-59 in test mode the service gets made-up data, and the page says so', async () => {
  const trial = await enter('trial', {}, true)
  const { browser, checks, page } = await arrive(trial)
  assert.match(page, /This service is being tested/)
  assert.match(page, /Testi Testinen/)
  assert.ok(!page.includes('Korhonen') && !page.includes('aino@'))
  await goOn(browser)
  const { name, email } = (await trial.redeem(browser.url, checks)).claims()!
  assert.deepEqual([name, email], ['Testi Testinen', 'testi@example.invalid'])
})

test('ID-60 what the contract does not name is not released, and is not asked of the person', async () => {
  const narrow = await enter('narrow', { asked: ['email'] })
  const { browser } = await arrive(narrow, { scope: 'openid email profile' })
  assert.equal(errorOf(browser), 'invalid_scope')
  const { page } = await arrive(narrow, { scope: 'openid email' })
  assert.ok(!page.includes('Korhonen'))
})

test('A-82 ID-46 a service is answered silently only where the person chose to be remembered, for no more data, in no frame', async () => {
  const club = await enter('club')
  const silently = async (
    browser: Browser,
    parameters: Record<string, string> = {},
    headers: Record<string, string> = {},
  ) => {
    const { url, checks } = await club.begin({ prompt: 'none', scope: 'openid email', ...parameters })
    await browser.go('GET', url, { headers })
    return { error: errorOf(browser), checks }
  }
  const first = await arrive(club, { scope: 'openid email' })
  await goOn(first.browser)
  const before = (await club.redeem(first.browser.url, first.checks)).claims()!
  assert.equal((await silently(first.browser)).error, 'consent_required', 'nobody chose to be remembered')

  const { browser } = await arrive(club, { scope: 'openid email' }, first.browser)
  await goOn(browser, { remember: 'yes' })
  clock.advance(1_000)
  const again = await silently(browser, {}, { 'sec-fetch-dest': 'document' })
  assert.equal(again.error, null)
  clock.advance(1_000)
  assert.equal((await club.redeem(browser.url, again.checks)).claims()!.sub, before.sub)
  assert.deepEqual((await logOf(club.contractId)).map(({ what }) => what).slice(-2), ['remembered', 'handed-over'])
  assert.ok((await logOf(club.contractId)).at(-2)?.sealed, 'whose browser it was is in the log')

  assert.equal((await silently(browser, { scope: 'openid email profile' })).error, 'consent_required', 'more data')
  for (const where of ['iframe', 'frame', 'object', 'embed', 'empty', 'image'])
    assert.equal((await silently(browser, {}, { 'sec-fetch-dest': where })).error, 'consent_required', where)
  await browser.go('GET', (await library.begin({ prompt: 'none' })).url)
  assert.equal(errorOf(browser), 'consent_required', 'another service')
  assert.equal((await silently(new Browser(urls.identity))).error, 'login_required', 'another browser')

  // A page without the choice takes it back.
  const later = await arrive(club, { scope: 'openid email', prompt: 'consent' }, browser)
  await goOn(later.browser)
  assert.equal((await silently(browser)).error, 'consent_required')
})

test('ID-92 a contract that ends while somebody is on the page releases nothing', async () => {
  const shop = await enter('shop', {}, true)
  const { browser, checks } = await arrive(shop)
  const page = browser.url.pathname
  await services.contracts.end('shop')
  const answer = await browser.ask('POST', `${page}/continue`, { form: {} })
  assert.equal(answer.status, 410)
  await assert.rejects(shop.redeem(new URL('http://shop.localhost:9/callback?code=x&state=y'), checks))
  assert.equal((await logOf(shop.contractId)).length, 0)
})

test('RFC 9700 4.1 ID-61 answers go to a registered address and no other, compared byte by byte', async () => {
  for (const uri of [
    'http://library.localhost:9/callback/',
    'http://library.localhost:9/callback?x=1',
    'http://library.localhost:9/Callback',
    'http://LIBRARY.localhost:9/callback',
    'http://library.localhost/callback',
    'http://evil.localhost:9/callback',
    'http://library.localhost:9/callback/../callback',
  ]) {
    const browser = new Browser(urls.identity)
    const page = await browser.ask('GET', (await library.begin({ redirect_uri: uri })).url)
    assert.equal(page.status, 400, uri)
    assert.equal(page.headers.location, undefined)
  }
})

test('ID-48 ID-51 the person sees to which services they released what, and stops it: nothing goes there, nor groups, until they continue anew', async () => {
  const choir = await enter('choir', { hasGroups: true })
  const visit = async (browser: Browser, form: Record<string, string> = {}, parameters = {}) => {
    const arrived = await arrive(choir, parameters, browser)
    await goOn(browser, form)
    await choir.redeem(browser.url, arrived.checks)
  }
  const browser = new Browser(urls.identity)
  const first = clock.now().toISOString()
  await visit(browser, { remember: 'yes' })
  const read = async () =>
    JSON.parse((await browser.ask('GET', '/account/api/services', { json: {} })).body).services.find(
      (one: { clientId: string }) => one.clientId === 'choir',
    )
  const shown = await read()
  assert.deepEqual(
    [shown.organization, shown.items, shown.earlier, shown.firstAt, shown.state, shown.stoppedAt],
    [
      'Lahden kirjastoyhtiö Oy',
      [
        { kind: 'name', type: null },
        { kind: 'language', type: null },
        { kind: 'email', type: null },
      ],
      [],
      first,
      'in-force',
      null,
    ],
  )
  assert.ok(!JSON.stringify(shown).includes('Kaisa'), 'whoever signed or answers a telephone is not in it')
  const silent = async () => {
    await browser.go('GET', (await choir.begin({ prompt: 'none' })).url)
    return errorOf(browser)
  }
  assert.equal(await silent(), null)
  clock.advance(1_000)
  const stop = (clientId: string) => browser.ask('POST', `/account/api/services/${clientId}/stop`, { json: {} })
  assert.equal((await stop('choir')).status, 200)
  assert.equal((await stop('nowhere')).status, 404)
  assert.equal((await read()).stoppedAt, clock.now().toISOString())
  assert.equal(await silent(), 'consent_required', 'what was remembered is forgotten')
  assert.equal(await identity.release.delivered(await personId(), 'choir'), false)
  // Less than before, and later: both are told apart.
  clock.advance(1_000)
  await visit(browser, { remember: 'yes' }, { scope: 'openid' })
  const again = await read()
  assert.deepEqual([again.items, again.earlier.length, again.firstAt, again.stoppedAt], [[], 3, first, null])
  assert.equal(again.lastAt, clock.now().toISOString())
  assert.equal(await silent(), 'consent_required', 'for more than was continued')
  assert.equal(await identity.release.delivered(await personId(), 'choir'), true)
})

test('ID-48 ID-61 a code is worth nothing once the person has stopped the service, or its contract has ended, before it was redeemed', async () => {
  const orchestra = await enter('orchestra', { hasGroups: true, protocol: { userinfo: 'plain' } })
  const first = await arrive(orchestra)
  await goOn(first.browser)
  const { browser } = first
  const tokens = await orchestra.redeem(browser.url, first.checks)
  const told = async () => {
    const headers = { authorization: `Bearer ${tokens.access_token}` }
    return (await browser.ask('GET', '/oidc/userinfo', { headers })).status
  }
  assert.equal(await told(), 200)
  const second = await arrive(orchestra, { prompt: 'consent' }, browser)
  await goOn(browser)
  const inHand = new URL(browser.url)
  clock.advance(1_000)
  await browser.ask('POST', '/account/api/services/orchestra/stop', { json: {} })
  const before = (await logOf(orchestra.contractId)).length
  await assert.rejects(orchestra.redeem(inHand, second.checks), { error: 'invalid_grant' })
  assert.equal((await logOf(orchestra.contractId)).length, before, 'nothing was handed over')
  assert.equal(await identity.release.delivered(await personId(), 'orchestra'), false)
  assert.equal(await told(), 401, 'nor does a token from before tell anything')
  const seen = async () => (await services.failures.list('orchestra')).failures.map(({ step, error }) => [step, error])
  await until(async () => (await seen()).length > 0)
  assert.ok((await seen()).some(([step, error]) => step === 'token' && error === 'invalid_grant'))
  // Whoever continues anew gives anew.
  const third = await arrive(orchestra, { prompt: 'consent' }, browser)
  await goOn(browser)
  await orchestra.redeem(browser.url, third.checks)
  assert.equal(await identity.release.delivered(await personId(), 'orchestra'), true)

  const trial = await enter('short-trial', {}, true)
  const last = await arrive(trial)
  await goOn(last.browser)
  await services.contracts.end('short-trial')
  await assert.rejects(trial.redeem(last.browser.url, last.checks), { error: 'invalid_client' })
  assert.deepEqual(
    (await logOf(trial.contractId)).map(({ what }) => what),
    ['continued'],
  )
})

test('ID-71 of a service that only identifies there is nothing to see', async () => {
  const passing = await enter('passing', { subject: 'event' })
  const { browser, checks } = await arrive(passing)
  await goOn(browser)
  await passing.redeem(browser.url, checks)
  const answer = await browser.ask('GET', '/account/api/services', { json: {} })
  const list = JSON.parse(answer.body).services
  assert.ok(!list.some((one: { clientId: string }) => one.clientId === 'passing'))
})
