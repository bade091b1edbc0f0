import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Address } from '#identity/people'
import { createAuthenticator } from '#tests/authenticator'
import type { Browser } from '#tests/browser'
import { register, signIn } from '#tests/identity'
import { createUpstreamScene } from '#tests/upstream-scene'

// A trusted register: what it calls people, and at what level it has proved them.
const scene = await createUpstreamScene()
const { upstream, library, enter, leave, identify, newBrowser, identity, urls, admin, clock } = scene
const { records, identifiers } = identity.upstreams
const level = 'http://ftn.ficora.fi/2017/loa2'
const stated = {
  claims: [{ typeId: 'personal-identity-code', claim: 'urn:oid:1.2.246.21' }],
  levels: [level],
  scopes: ['hetu'],
}
await records.change('teko', upstream.record({ identifiers: stated }))
const code = '010190-123A'
const seconds = () => Math.floor(clock.now().getTime() / 1_000)
const be = (sub: string, change: Record<string, unknown> = {}) => {
  upstream.state.person = {
    sub,
    name: 'Aino',
    email: `${sub}@upstream.example`,
    email_verified: true,
    auth_time: seconds(),
    ...change,
  }
}
const proved = { 'urn:oid:1.2.246.21': code, acr: level }

const words = (page: { body: string }) => page.body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
const goOn = (browser: Browser, form: Record<string, string> = {}) =>
  browser.go('POST', `${browser.event}/continue`, { form })
const bank = await enter('bank', { identifiers: ['personal-identity-code'] })
const asking = { scope: 'openid profile identifiers' }

/** Signed in on the pages of the account, by a passkey a moment ago. */
async function arrive(email: string) {
  const browser = newBrowser()
  await browser.go('GET', '/sign-in?to=account')
  const { authenticator } = await register(scene, browser, { name: 'Aino Korhonen', email })
  await browser.go('POST', browser.url, { form: {} })
  const personId = (await identity.people.findByAddress(email as Address))!
  return { browser, authenticator, personId }
}
const read = async (browser: Browser) =>
  JSON.parse((await browser.ask('GET', '/account/api/upstreams', { json: {} })).body) as {
    links: { linkId: string; upstream: string }[]
    identifiers: { identifierId: string; value: string; upstream: string; type: { fi: string } }[]
    offered: { upstreamId: string; signsIn: boolean; isLinked: boolean; proves: { fi: string }[] }[]
  }
/** From the person's own page to the upstream; answers what it was asked. */
async function set(browser: Browser) {
  const begun = await browser.ask('POST', '/account/api/upstreams/teko/begin', { json: {} })
  assert.equal(begun.status, 200, begun.body)
  return new URL(JSON.parse(begun.body).next)
}
async function prove(browser: Browser) {
  await browser.go('GET', upstream.answer(await set(browser)))
  return browser.url.searchParams.get('came')
}
/** To the page of the release at the bank, as the person who is signed in. */
async function release(browser: Browser, parameters: Record<string, string> = {}) {
  const { url, checks } = await bank.begin({ ...asking, ...parameters })
  const page = await browser.go('GET', url)
  return { checks, page }
}
const claimsOf = async (browser: Browser, checks: never) =>
  (await bank.redeem(browser.url, checks)).claims() as Record<string, unknown>

test('ID-32 ID-34 an identifier is attached by a proof that was carried to its end, and is released under its contract with its origin', async () => {
  const { browser } = await arrive('aino@id.example')
  be('aino', proved)
  const before = await read(browser)
  assert.deepEqual(before.identifiers, [])
  assert.deepEqual(before.offered, [
    {
      upstreamId: 'teko',
      upstream: 'Tekolähde',
      signsIn: true,
      isLinked: false,
      proves: [{ fi: 'Henkilötunnus', en: 'Personal identity code' }],
    },
  ])
  const sent = await set(browser)
  assert.deepEqual(
    [sent.searchParams.get('acr_values'), sent.searchParams.get('scope')],
    [level, 'openid profile email hetu'],
  )
  assert.deepEqual((await read(browser)).identifiers, [], 'gone there is not proved')
  await browser.go('GET', upstream.answer(sent))
  assert.equal(browser.url.searchParams.get('came'), 'linked')
  const { links, identifiers: shown, offered } = await read(browser)
  assert.deepEqual([links.length, offered[0]?.isLinked], [1, true])
  assert.deepEqual(
    shown.map(({ value, upstream: by, type }) => [value, by, type.fi]),
    [[code, 'Tekolähde', 'Henkilötunnus']],
  )
  const letters = await scene.letters('aino@id.example')
  assert.ok(letters.some(({ text }) => /It also proved: Personal identity code/.test(text)))

  const { page, checks } = await release(browser)
  assert.match(
    words(page),
    /Personal identity code 010190-123A Finnish Population Information System, as Tekolähde proved/,
  )
  await goOn(browser)
  const claims = await claimsOf(browser, checks as never)
  const [one, ...others] = claims.identifiers as Record<string, unknown>[]
  assert.deepEqual(others, [])
  const { proven_at: provenAt, ...rest } = one!
  assert.deepEqual(rest, {
    type: 'personal-identity-code',
    register: 'Finnish Population Information System',
    value: code,
    proven_by: 'Tekolähde',
  })
  assert.ok(Math.abs(Number(provenAt) - clock.now().getTime() / 1_000) < 5)
  const [rows] = await admin<{ all: string }[]>`select string_agg(i::text, '') as all from upstream.identifier i`
  assert.ok(!rows!.all.includes(code) && !rows!.all.includes(Buffer.from(code).toString('hex')))
})

test('ID-59 a service whose contract names no such type gets none, whatever it asks; in test mode it is made up', async () => {
  const { browser } = await arrive('muu@id.example')
  be('muu', proved)
  assert.equal(await prove(browser), 'linked')
  const refused = await library.begin(asking)
  await browser.go('GET', refused.url)
  assert.equal(browser.url.searchParams.get('error'), 'invalid_scope')
  const other = await enter('other', { identifiers: ['electronic-client-identifier'] })
  const asked = await other.begin(asking)
  assert.ok(!words(await browser.go('GET', asked.url)).includes(code))
  await goOn(browser)
  assert.equal((await other.redeem(browser.url, asked.checks)).claims()!.identifiers, undefined)
  const trial = await enter('trial', { identifiers: ['personal-identity-code'] }, true)
  const page = words(await browser.go('GET', (await trial.begin(asking)).url))
  assert.ok(page.includes('TESTI-0001') && !page.includes(code))
})

test('ID-34 what proves too little, has another form, or was begun by somebody else attaches nothing', async () => {
  const { browser } = await arrive('vaje@id.example')
  for (const less of [
    { 'urn:oid:1.2.246.21': code },
    { 'urn:oid:1.2.246.21': code, acr: 'urn:password' },
    { 'urn:oid:1.2.246.21': { value: code }, acr: level },
    { 'urn:oid:1.2.246.21': `${code}\n<b>`, acr: level },
  ]) {
    be('vaje', less as never)
    assert.match((await prove(browser))!, /^(linked|nothing)$/)
    assert.deepEqual((await read(browser)).identifiers, [])
  }
  be('vaje', { ...proved, auth_time: seconds() - 3_600 })
  assert.equal(await prove(browser), 'not-fresh', 'who left their session open there is nobody’s proof')
  be('vaje', { ...proved, auth_time: undefined })
  assert.equal(await prove(browser), 'not-fresh')
  assert.deepEqual((await read(browser)).identifiers, [])
  be('vaje', proved)
  const { browser: other } = await arrive('toinen@id.example')
  const [mine, theirs] = [await set(browser), await set(other)]
  await browser.go('GET', upstream.answer(theirs))
  assert.equal(browser.url.searchParams.get('came'), 'stale', 'an answer that another browser asked for')
  await browser.go('GET', upstream.answer(mine))
  assert.equal(browser.url.searchParams.get('came'), 'proved')
  await browser.go('GET', upstream.answer(mine))
  assert.equal(browser.url.searchParams.get('came'), 'stale', 'and once only')
  await other.go('GET', upstream.answer(theirs))
  assert.equal(other.url.searchParams.get('came'), 'taken', 'linked to the account of somebody else')
  assert.deepEqual((await read(other)).identifiers, [])
  const cancelled = await set(other)
  await other.go('GET', upstream.answer(cancelled, { code: undefined, error: 'access_denied' }))
  assert.equal(other.url.searchParams.get('came'), 'cancelled')
  const outside = newBrowser()
  assert.equal((await outside.ask('GET', upstream.answer(await set(other)))).status, 303)
  await outside.go('GET', upstream.answer(await set(other)))
  assert.ok(!outside.url.searchParams.has('came'))
})

test('going to an upstream from one’s own pages wants a passkey of a moment ago', async () => {
  const { browser } = await arrive('vanha@id.example')
  const before = clock.now()
  clock.advance(6 * 60_000)
  const refused = await browser.ask('POST', '/account/api/upstreams/teko/begin', { json: {} })
  assert.equal(JSON.parse(refused.body).code, 'sign_in.fresh_passkey_required')
  clock.set(before)
})

test('what its holder has removed does not come back by signing in, and what is there is proved anew', async () => {
  const { browser, personId } = await arrive('poisto@id.example')
  be('poisto', proved)
  assert.equal(await prove(browser), 'linked')
  const signInAgain = async () => {
    const again = newBrowser()
    const left = await leave(again, { use: 'sign-in' })
    await again.go('GET', upstream.answer(left.sent))
    assert.match((await again.ask('GET', again.url)).body, /Aino Korhonen/)
  }
  be('poisto', { ...proved, 'urn:oid:1.2.246.21': '010190-999X' })
  await signInAgain()
  assert.deepEqual(
    (await read(browser)).identifiers.map(({ value }) => value),
    ['010190-999X'],
  )
  const [{ identifierId } = { identifierId: '' }] = (await read(browser)).identifiers
  const other = await arrive('vieras@id.example')
  const path = `/account/api/identifiers/${identifierId}`
  assert.equal((await other.browser.ask('DELETE', path, { json: {} })).status, 404, 'somebody else’s')
  assert.equal((await browser.ask('DELETE', path, { json: {} })).status, 204)
  await signInAgain()
  assert.deepEqual((await read(browser)).identifiers, [])
  assert.equal((await admin`select 1 from upstream.identifier where person_id = ${personId}`).count, 0)
})

test('A-82 who chose to be remembered is asked again once there is an identifier that the service was not given before', async () => {
  const { browser } = await arrive('muista@id.example')
  const first = await release(browser)
  assert.ok(!words(first.page).includes(code))
  await goOn(browser, { remember: 'yes' })
  await release(browser, { prompt: 'none' })
  assert.equal(browser.url.searchParams.get('error'), null)
  be('muista', proved)
  assert.equal(await prove(browser), 'linked')
  await release(browser, { prompt: 'none' })
  assert.equal(browser.url.searchParams.get('error'), 'consent_required')
  const { page } = await release(browser)
  assert.ok(words(page).includes(code))
  await goOn(browser, { remember: 'yes' })
  await release(browser, { prompt: 'none' })
  assert.equal(browser.url.searchParams.get('error'), null)
  // Of the same type, and another value.
  be('muista', { ...proved, 'urn:oid:1.2.246.21': '010190-999X' })
  await prove(browser)
  assert.deepEqual(
    (await read(browser)).identifiers.map(({ value }) => value),
    ['010190-999X'],
  )
  await release(browser, { prompt: 'none' })
  assert.equal(browser.url.searchParams.get('error'), 'consent_required')
})

test('ID-27 ID-71 of somebody without an account an identifier is released at once and kept nowhere', async () => {
  const quick = await enter('quick', { identifiers: ['personal-identity-code'] })
  be('kulkija', proved)
  const rows = async () => (await admin`select 1 from upstream.identifier`).count
  const before = await rows()
  const browser = newBrowser()
  const { page, checks } = await identify(browser, { service: quick, parameters: asking })
  assert.match(
    words(page),
    /Personal identity code 010190-123A Finnish Population Information System, as Tekolähde has just proved/,
  )
  await goOn(browser)
  const [one] = (await quick.redeem(browser.url, checks)).claims()!.identifiers as { value: string }[]
  assert.equal(one?.value, code)
  assert.equal(await rows(), before)
})

test('ID-32 whoever registers or links by a register is told on the page what stays of it', async () => {
  be('uusi', proved)
  const browser = newBrowser()
  const left = await leave(browser, { use: 'register' })
  const page = await browser.go('GET', upstream.answer(left.sent))
  assert.match(words(page), /Your account also keeps what the register said of you: Personal identity code/)
  assert.ok(!page.body.includes('We take nothing else'))
  await browser.go('POST', `${left.event}/name`, { form: { name: 'Uusi Tulija' } })
  const authenticator = createAuthenticator(urls.identity.origin)
  const options = JSON.parse((await browser.ask('POST', `${left.event}/passkey/begin`, { json: {} })).body)
  await browser.ask('POST', `${left.event}/passkey/finish`, { json: authenticator.make(options) })
  const personId = (await identity.people.findByAddress('uusi@upstream.example' as Address))!
  const [kept] = await identifiers.list(personId)
  assert.equal(kept?.value, code)
})

test('ID-33 A-24 the provider names types and their registers; one in use stays, and what an upstream states no longer goes', async () => {
  const type = {
    typeId: 'electronic-unique-code',
    name: { fi: 'Sähköinen yksilöintitunnus', en: 'Electronic unique-identification code' },
    register: { fi: 'Koerekisteri', en: 'Register for trials' },
  }
  await identifiers.types.make(type)
  await identifiers.types.make({ ...type, register: { fi: 'Toinen', en: 'Another' } })
  assert.deepEqual(
    (await identifiers.types.list()).find(({ typeId }) => typeId === type.typeId),
    type,
    'asking twice makes one',
  )
  await identifiers.types.remove(type.typeId)
  await assert.rejects(identifiers.types.remove(type.typeId), { code: 'upstream.identifier_type_not_found' })
  await assert.rejects(identifiers.types.remove('personal-identity-code'), { code: 'upstream.identifier_type_in_use' })
  const count = async () => (await admin`select 1 from upstream.identifier`).count
  assert.ok((await count()) > 0)
  const other = { ...stated, claims: [{ typeId: 'electronic-client-identifier', claim: 'satu' }] }
  await records.change('teko', upstream.record({ identifiers: other }))
  assert.equal(await count(), 0)
  await identifiers.types.remove('personal-identity-code')
})

test('unlinking leaves a way in: it wants a passkey, and the last passkey stays', async () => {
  const { browser, authenticator, personId } = await arrive('jaa@id.example')
  be('jaa')
  assert.equal(await prove(browser), 'linked')
  const [link] = (await read(browser)).links
  assert.equal((await browser.ask('POST', '/account/api/upstreams/may-remove', { json: {} })).status, 200)
  assert.equal((await browser.ask('DELETE', `/account/api/upstreams/${link!.linkId}`, { json: {} })).status, 204)
  const [passkey] = await identity.passkeys.list(personId)
  const last = await browser.ask('DELETE', `/account/api/passkeys/${passkey!.passkeyId}`, { json: {} })
  assert.equal(last.status, 409, last.body)
  const back = newBrowser()
  await back.go('GET', '/sign-in?to=account')
  await back.go('GET', await signIn(back, authenticator))
  assert.equal(back.url.pathname, '/account/')
})
