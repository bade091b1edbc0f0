import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Address } from '#identity/people'
import { upstream as upstreamSchema } from '#identity/upstream/api'
import { createAuthenticator } from '#tests/authenticator'
import type { Browser } from '#tests/browser'
import { register, signIn } from '#tests/identity'
import { createTestUpstream } from '#tests/upstream'
import { createUpstreamScene } from '#tests/upstream-scene'

const scene = await createUpstreamScene()
const { upstream, library, leave, newBrowser, identity, urls, admin } = scene

/** As whom the upstream says that the next browser comes. */
const be = (sub: string, name: string, email: string) => {
  upstream.state.person = { sub, name, email, email_verified: true }
}
async function come(use: string, browser = newBrowser()) {
  const left = await leave(browser, { use })
  const page = await browser.go('GET', upstream.answer(left.sent))
  return { ...left, browser, page }
}
async function makePasskey(browser: Browser) {
  const event = browser.event
  const authenticator = createAuthenticator(urls.identity.origin)
  const options = JSON.parse((await browser.ask('POST', `${event}/passkey/begin`, { json: {} })).body)
  const finished = await browser.ask('POST', `${event}/passkey/finish`, { json: authenticator.make(options) })
  assert.equal(finished.status, 200, finished.body)
  await browser.go('GET', JSON.parse(finished.body).next)
  return authenticator
}
async function registerByMail(name: string, email: string) {
  const browser = newBrowser()
  await browser.go('GET', (await library.begin({ prompt: 'create' })).url)
  const { authenticator } = await register(scene, browser, { name, email })
  await browser.go('POST', browser.url, { form: {} })
  return authenticator
}
/** Somebody with an account that this upstream signs in to. */
async function registerThrough(sub: string, name: string, email: string) {
  be(sub, name, email)
  const { browser, event } = await come('register')
  await browser.go('POST', `${event}/name`, { form: { name } })
  const authenticator = await makePasskey(browser)
  await browser.go('POST', browser.url, { form: {} })
  return { browser, authenticator }
}
const personOf = (email: string) => identity.people.findByAddress(email as Address)

test('PT-19 ID-23 ID-24 registering by an upstream asks for the address and takes the address alone, and leads to a passkey; from then on it signs in', async () => {
  be('reko-1', 'Nimi Lähteestä', 'reko@upstream.example')
  const { browser, page, event, sent } = await come('register')
  assert.equal(sent.searchParams.get('scope'), 'openid email')
  assert.equal(browser.url.pathname, `${event}/name`)
  assert.match(page.body, /reko@upstream.example/)
  assert.ok(!page.body.includes('Nimi Lähteestä'), 'the name is the person’s to write')
  const empty = await browser.go('POST', `${event}/name`, { form: {} })
  assert.equal(empty.status, 400)
  await browser.go('POST', `${event}/name`, { form: { name: 'Reko Rekisteröityjä' } })
  assert.equal(browser.url.pathname, `${event}/passkey`)
  assert.equal(await personOf('reko@upstream.example'), undefined, 'no account without a passkey')
  const authenticator = await makePasskey(browser)
  await browser.go('POST', browser.url, { form: {} })
  const person = await identity.people.find((await personOf('reko@upstream.example'))!)
  assert.equal(person!.name, 'Reko Rekisteröityjä')
  const again = await come('sign-in')
  assert.match(again.page.body, /Reko Rekisteröityjä/)
  await again.browser.go('POST', `${again.browser.event}/continue`, { form: {} })
  const byUpstream = (await library.redeem(again.browser.url, again.checks)).claims()!
  // The same account as by the passkey, so the same subject at this service.
  const own = newBrowser()
  const begun = await library.begin()
  await own.go('GET', begun.url)
  await own.go('GET', await signIn(own, authenticator))
  await own.go('POST', `${own.event}/continue`, { form: {} })
  assert.equal((await library.redeem(own.url, begun.checks)).claims()!.sub, byUpstream.sub)
  const rows = await admin<{ all: string }[]>`select string_agg(l::text, '') as all from upstream.link l`
  for (const secret of ['reko-1', 'reko@']) assert.ok(!rows[0]!.all.includes(secret))
  const google = {
    ...upstream.record({ preset: 'google', issuer: 'https://accounts.google.com', uses: ['register', 'sign-in'] }),
    claims: { name: null, email: 'email', emailVerified: 'email_verified' },
  }
  assert.ok(upstreamSchema.safeParse(google).success, 'an account elsewhere that tells an address and no name')
})

test('PT-17 who has signed in at an operator partner before is registered by that: no code is sent, and the service is theirs at once', async () => {
  const operator = await createTestUpstream('operator.localhost', () => scene.clock.now())
  const record = operator.record({ name: 'Operaattori Oy', uses: ['sign-in', 'register'] })
  await identity.upstreams.records.make('operaattori', record)
  const yesterday = Math.floor(scene.clock.now().getTime() / 1_000) - 86_400
  const email = 'asiakas@operaattori.example'
  operator.state.person = { sub: 'asiakas-7', name: 'Asiakas', email, email_verified: true, auth_time: yesterday }
  const go = async (use: string) => {
    const browser = newBrowser()
    const left = await leave(browser, { use, upstream: 'operaattori' })
    const page = await browser.go('GET', operator.answer(left.sent))
    return { ...left, browser, page }
  }
  const { browser, event, sent, checks } = await go('register')
  for (const again of ['prompt', 'max_age']) assert.equal(sent.searchParams.get(again), null, 'asks the person anew')
  assert.equal(browser.url.pathname, `${event}/name`)
  await browser.go('POST', `${event}/name`, { form: { name: 'Asta Asiakas' } })
  await makePasskey(browser)
  await browser.go('POST', browser.url, { form: {} })
  await browser.go('POST', `${browser.event}/continue`, { form: {} })
  const { name, email: told } = (await library.redeem(browser.url, checks)).claims()!
  assert.deepEqual([name, told], ['Asta Asiakas', email])
  for (const letter of await scene.letters(email)) assert.doesNotMatch(letter.text, /\b\d{4} \d{4}\b/)
  assert.match((await go('sign-in')).page.body, /Asta Asiakas/)
})

test('account pre-hijacking: an equal address opens nobody’s account, whoever says it', async () => {
  await registerByMail('Uhri', 'uhri@paja.example')
  be('kaappaaja', 'Uhri', 'uhri@paja.example')
  const registering = await come('register')
  assert.match(registering.page.body, /an equal address alone opens nobody/)
  const signing = await come('sign-in')
  assert.equal(signing.browser.url.pathname, `${signing.event}/link`)
  assert.equal((await signing.browser.ask('GET', '/account/api/own', { json: {} })).status, 401)
  assert.equal(
    (await admin`select 1 from upstream.link l where l.person_id = ${(await personOf('uhri@paja.example'))!}`).count,
    0,
  )
})

test('an upstream is linked where both were proved in one event, the holder is told by mail, sees it and removes it', async () => {
  const authenticator = await registerByMail('Liisa Linkki', 'liisa@paja.example')
  be('liisa-1', 'Liisa', 'toinen@upstream.example')
  const { browser, event, page, checks } = await come('sign-in')
  assert.match(page.body, /There you are toinen@upstream.example/)
  const use = async (step: string) => {
    const options = JSON.parse((await browser.ask('POST', `${event}/use-passkey/begin`, { json: {} })).body)
    return browser.ask('POST', `${event}${step}`, { json: authenticator.use(options) })
  }
  const linked = await use('/link/finish')
  assert.equal(linked.status, 200, linked.body)
  await browser.go('GET', JSON.parse(linked.body).next)
  await browser.go('POST', `${browser.event}/continue`, { form: {} })
  await library.redeem(browser.url, checks)
  const letters = await scene.letters('liisa@paja.example')
  assert.ok(letters.some(({ subject }) => subject === 'A way to sign in was linked to your account'))

  const by = await come('sign-in')
  assert.match(by.page.body, /Liisa Linkki/)
  await by.browser.go('POST', `${by.browser.event}/continue`, { form: {} })
  const list = async (who: Browser) =>
    JSON.parse((await who.ask('GET', '/account/api/upstreams', { json: {} })).body).links
  const [link] = await list(browser)
  assert.deepEqual([link.upstream, link.knownAs], ['Tekolähde', 'toinen@upstream.example'])
  // Nobody who came by the upstream may change how the account is come to: that wants the passkey.
  const remove = (who: Browser) => who.ask('DELETE', `/account/api/upstreams/${link.linkId}`, { json: {} })
  assert.equal(JSON.parse((await remove(by.browser)).body).code, 'sign_in.fresh_passkey_required')
  assert.equal((await remove(browser)).status, 204)
  assert.deepEqual(await list(browser), [])
  const after = await come('sign-in')
  assert.equal(after.browser.url.pathname, `${after.event}/link`)
})

test('whoever does not want to link, and uses the passkey on the other page, links nothing', async () => {
  const authenticator = await registerByMail('Ei Linkkiä', 'ei@paja.example')
  be('ei-1', 'Ei', 'ei-lainkaan@upstream.example')
  const { browser } = await come('sign-in')
  await browser.go('GET', await signIn(browser, authenticator))
  assert.match(browser.url.pathname, /^\/sign-in\//)
  assert.equal(
    (await admin`select 1 from upstream.link where person_id = ${(await personOf('ei@paja.example'))!}`).count,
    0,
  )
})

test('one somebody of an upstream is linked to one account only', async () => {
  be('jaettu', 'Jaettu', 'jaettu@upstream.example')
  const link = async (email: string) => {
    const authenticator = await registerByMail('Jaettu', email)
    const { browser, event } = await come('sign-in')
    return { browser, event, authenticator }
  }
  const [one, two] = [await link('yksi@paja.example'), await link('kaksi@paja.example')]
  const finish = async ({ browser, event, authenticator }: typeof one) => {
    const options = JSON.parse((await browser.ask('POST', `${event}/use-passkey/begin`, { json: {} })).body)
    return browser.ask('POST', `${event}/link/finish`, { json: authenticator.use(options) })
  }
  assert.equal((await finish(one)).status, 200)
  assert.equal(JSON.parse((await finish(two)).body).code, 'upstream.linked_elsewhere')
})

test('the portal takes the moment of a sign-in for that of a passkey, so nobody comes there by an upstream', async () => {
  await registerThrough('hetki-1', 'Hetki Hallittu', 'hetki@upstream.example')
  const { browser } = await come('sign-in')
  await browser.go('POST', `${browser.event}/continue`, { form: {} })
  const portal = await (await import('#tests/service')).createService({
    issuer: urls.identity,
    key: scene.portalKey,
    callback: new URL('/sign-in/callback', urls.portal),
  })
  const page = await browser.go('GET', (await portal.begin()).url)
  assert.equal(browser.url.host, urls.identity.host)
  assert.match(page.body, /Sign in to Vartio/)
  assert.ok(!page.body.includes('Sign in to your account with Tekolähde'))
  // The pages of the account know when a passkey was used last.
  assert.equal((await browser.ask('GET', '/account/api/own', { json: {} })).status, 200)
})

test('an upstream that becomes another’s lets nobody into an account that its predecessor was linked to', async () => {
  await registerThrough('vaihto-1', 'Vaihto Virtanen', 'vaihto@upstream.example')
  assert.match((await come('sign-in')).page.body, /Vaihto Virtanen/)
  const record = upstream.record()
  await identity.upstreams.records.change('teko', { ...record, issuer: 'https://somebody.example' })
  await identity.upstreams.records.change('teko', record)
  const { browser, event } = await come('sign-in')
  assert.equal(browser.url.pathname, `${event}/link`)
})

test('where no account is taken, a passkey leads to none either', async () => {
  const only = await scene.enter('only-upstream', { ways: ['teko'] })
  const { browser, authenticator } = await registerThrough('vain-1', 'Vain Lähteellä', 'vain@upstream.example')
  await browser.go('GET', (await only.begin()).url)
  const page = await browser.go('GET', await signIn(browser, authenticator))
  assert.match(page.body, /Identify with Tekolähde/)
  assert.ok(!page.body.includes('vain@upstream.example'))
})

test('ID-47 the pages after an upstream, of data that is only stored, and of the release let the person break it off, and the service gets access_denied alone', async () => {
  const isBrokenOff = async (browser: Browser, where: string) => {
    const { body } = await browser.ask('GET', browser.url)
    assert.match(body, /action="\/sign-in\/[\w-]+\/cancel"/, where)
    await browser.go('POST', `${browser.event}/cancel`, { form: {} })
    assert.equal(browser.url.host, 'library.localhost:9', where)
    assert.equal(browser.url.searchParams.get('error'), 'access_denied', where)
    assert.deepEqual([...browser.url.searchParams.keys()].sort(), ['error', 'error_description', 'iss', 'state'], where)
  }
  be('perunut-1', 'Perunut', 'perunut@upstream.example')
  const named = await come('register')
  assert.equal(named.browser.url.pathname, `${named.event}/name`)
  await isBrokenOff(named.browser, 'name')
  assert.equal(await personOf('perunut@upstream.example'), undefined)
  const linked = await come('sign-in')
  assert.equal(linked.browser.url.pathname, `${linked.event}/link`)
  await isBrokenOff(linked.browser, 'link')
  const identified = await come('identify')
  assert.match(identified.page.body, /Perunut/, 'the page of the release')
  identified.browser.url = new URL(identified.event, urls.identity)
  await isBrokenOff(identified.browser, 'release after identifying')
  assert.equal(identified.browser.cookie('vartio-held-session'), undefined, 'a session of whoever broke off')

  const authenticator = await registerByMail('Perunut', 'perunut@upstream.example')
  const arrive = async () => {
    const browser = newBrowser()
    await browser.go('GET', (await library.begin()).url)
    const page = await browser.go('GET', await signIn(browser, authenticator))
    return { browser, page }
  }
  const released = await arrive()
  assert.match(released.page.body, /perunut@upstream.example/)
  await isBrokenOff(released.browser, 'release')
  assert.equal(released.browser.cookie('vartio-session'), undefined, 'a session of whoever broke off')
  const personId = (await personOf('perunut@upstream.example')) ?? ''
  await admin`insert into rights.restricted (subject, request_id, since) values (${personId}, ${personId}, now())`
  const restricted = await arrive()
  assert.match(restricted.page.body, /href="\/account\/own-data"/)
  await isBrokenOff(restricted.browser, 'restricted')
})
