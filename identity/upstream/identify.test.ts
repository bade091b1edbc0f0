import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import { register, signIn } from '#tests/identity'
import { createUpstreamScene } from '#tests/upstream-scene'

const scene = await createUpstreamScene()
const { upstream, library, enter, leave, identify, newBrowser, clock } = scene
const words = (page: { body: string }) => page.body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
const goOn = (browser: ReturnType<typeof newBrowser>, form: Record<string, string> = {}) =>
  browser.go('POST', `${browser.event}/continue`, { form })
const errorOf = ({ url }: { url: URL }) => url.searchParams.get('error')

test('ID-13 ID-22 ID-24 ID-48 who comes by an upstream sees exactly what goes out and who told it, and the service gets that', async () => {
  const browser = newBrowser()
  const { page, checks } = await identify(browser)
  assert.match(words(page), /Name Aino Upstream Tekolähde has just told it/)
  assert.match(words(page), /E-mail aino@upstream.example Tekolähde has just told it/)
  assert.match(words(page), /For this time only/)
  assert.match(words(page), /Lahden kirjastoyhtiö Oy answers for what it has received/)
  await goOn(browser)
  const claims = (await library.redeem(browser.url, checks)).claims()!
  assert.deepEqual(
    [claims.name, claims.email, claims.email_verified, claims.locale],
    ['Aino Upstream', 'aino@upstream.example', true, undefined],
  )
  await assert.rejects(library.redeem(browser.url, checks), { error: 'invalid_grant' })
})

test('ID-27 ID-71 the subject is another one each time, though the contract knows people with an account again', async () => {
  const subjects = []
  for (let time = 0; time < 2; time += 1) {
    const browser = newBrowser()
    const { checks } = await identify(browser)
    await goOn(browser)
    subjects.push((await library.redeem(browser.url, checks)).claims()!.sub)
  }
  assert.notEqual(subjects[0], subjects[1])
})

test('ID-82 ID-83 what lies in the browser is sealed, and opens in no other place', async () => {
  const browser = newBrowser()
  await identify(browser)
  await goOn(browser)
  const names = browser.cookies.filter(({ host }) => host.startsWith('id.')).map(({ name }) => name)
  assert.ok(names.includes('vartio-held-session'))
  for (const { value } of browser.cookies)
    for (const reading of [value, Buffer.from(value, 'base64url').toString('latin1')])
      assert.ok(!reading.includes('Aino') && !reading.includes('upstream.example'))
  // What is sealed opens with the session's own identifier alone.
  const other = newBrowser()
  await identify(other)
  await goOn(other)
  const partsOf = (who: typeof browser) => who.cookie('vartio-held-session')!.split('.')
  const mixed = newBrowser()
  const value = `${partsOf(browser)[0]}.${partsOf(other)[1]}`
  mixed.cookies.push({ name: 'vartio-held-session', value, host: scene.urls.identity.hostname, path: '/' })
  await mixed.go('GET', (await library.begin({ prompt: 'none' })).url)
  assert.equal(errorOf(mixed), 'login_required')
})

test('A-82 in the same session the person continues without identifying again, and silently only where they chose so', async () => {
  const browser = newBrowser()
  await identify(browser)
  await goOn(browser, { remember: 'yes' })
  const silent = await library.begin({ prompt: 'none' })
  await browser.go('GET', silent.url)
  assert.equal(errorOf(browser), null)
  assert.equal((await library.redeem(browser.url, silent.checks)).claims()!.email, 'aino@upstream.example')
  await browser.go('GET', (await library.begin({ prompt: 'none' })).url, { headers: { 'sec-fetch-dest': 'iframe' } })
  assert.equal(errorOf(browser), 'consent_required', 'in a frame')
  const museum = await enter('museum')
  await browser.go('GET', (await museum.begin({ prompt: 'none' })).url)
  assert.equal(errorOf(browser), 'consent_required')
  const page = await browser.go('GET', (await museum.begin()).url)
  assert.match(words(page), /Aino Upstream/)
  await goOn(browser)
  await browser.go('GET', (await museum.begin({ prompt: 'none' })).url)
  assert.equal(errorOf(browser), 'consent_required', 'continued once, and not remembered')
  const elsewhere = await enter('elsewhere', { ways: ['account'] })
  await browser.go('GET', (await elsewhere.begin({ prompt: 'none' })).url)
  assert.equal(errorOf(browser), 'login_required')
})

test('ID-72 the session of somebody without an account ends after 8 hours, and when they sign out, for kept cookies too', async () => {
  const begun = clock.now()
  const browser = newBrowser()
  await identify(browser)
  await goOn(browser, { remember: 'yes' })
  const ask = async (who: typeof browser) => {
    await who.go('GET', (await library.begin({ prompt: 'none' })).url)
    return errorOf(who)
  }
  for (let hour = 1; hour < 8; hour += 1) {
    clock.advance(3_600_000)
    assert.equal(await ask(browser), null, `after ${hour} hours`)
  }
  clock.advance(3_600_000)
  assert.equal(await ask(browser), 'login_required')
  clock.set(begun)
  const another = newBrowser()
  await identify(another)
  await goOn(another, { remember: 'yes' })
  const kept = newBrowser()
  kept.cookies.push(...another.cookies)
  const { url, checks } = await library.begin({ prompt: 'none' })
  await another.go('GET', url)
  const answer = another.url
  const xsrf = /name="xsrf" value="([^"]+)"/.exec((await another.go('GET', '/oidc/sign-out')).body)?.[1]
  await another.go('POST', '/oidc/sign-out/confirm', { form: { xsrf: xsrf!, logout: 'yes' } })
  assert.equal(await ask(another), 'login_required')
  assert.equal(await ask(kept), 'login_required')
  await assert.rejects(library.redeem(answer, checks), { error: 'invalid_grant' })
})

test('a code that is on its way when somebody else begins in the same browser is worth nothing', async () => {
  const browser = newBrowser()
  await identify(browser)
  await goOn(browser, { remember: 'yes' })
  const { url, checks } = await library.begin({ prompt: 'none' })
  await browser.go('GET', url)
  const answer = browser.url
  assert.equal(errorOf(browser), null)
  upstream.state.person = { ...upstream.state.person, sub: 'person-2', name: 'Eino Toinen' }
  await identify(browser, { parameters: { prompt: 'login' } })
  upstream.state.person = { ...upstream.state.person, sub: 'person-1', name: 'Aino Upstream' }
  await goOn(browser)
  await assert.rejects(library.redeem(answer, checks), { error: 'invalid_grant' })
})

test('two tabs begun before identifying both come home as the same person; another person begins anew', async () => {
  const browser = newBrowser()
  const [first, second] = [await leave(browser), await leave(browser)]
  const one = await browser.go('GET', upstream.answer(first.sent))
  const firstRelease = browser.event
  const two = await browser.go('GET', upstream.answer(second.sent))
  const secondRelease = browser.event
  for (const page of [one, two]) assert.match(words(page), /Aino Upstream/)
  for (const [path, checks] of [
    [firstRelease, first.checks],
    [secondRelease, second.checks],
  ] as const) {
    await browser.go('POST', `${path}/continue`, { form: {} })
    assert.equal((await library.redeem(browser.url, checks)).claims()!.name, 'Aino Upstream')
  }
  const third = await leave(browser, { parameters: { prompt: 'login' } })
  upstream.state.person = { ...upstream.state.person, sub: 'person-2', name: 'Eino Toinen' }
  const page = await browser.go('GET', upstream.answer(third.sent))
  assert.match(words(page), /Eino Toinen/)
  assert.ok(!words(page).includes('Aino'))
  upstream.state.person = { ...upstream.state.person, sub: 'person-1', name: 'Aino Upstream' }
})

test('ID-47 whoever cancels at the upstream is back at the choice, and whoever cancels here gives the service nothing', async () => {
  const browser = newBrowser()
  const { sent, event } = await leave(browser, { parameters: { state: 'mine' } })
  const page = await browser.go('GET', upstream.answer(sent, { code: undefined, error: 'access_denied' }))
  assert.match(words(page), /Identifying was broken off. Nothing was sent/)
  assert.match(page.body, /Identify with Tekolähde/)
  await browser.go('POST', `${event}/cancel`, { form: {} })
  const { error, state, iss, error_description: _, ...rest } = Object.fromEntries(browser.url.searchParams)
  assert.deepEqual([error, state, iss, rest], ['access_denied', 'mine', scene.urls.identity.origin, {}])
  const another = newBrowser()
  await identify(another)
  await another.go('POST', `${another.event}/cancel`, { form: {} })
  assert.equal(errorOf(another), 'access_denied')
})

test('RFC 9700 4.2 back, reload and an answer that comes twice lead to the choice, not to a dead end', async () => {
  const browser = newBrowser()
  const first = await leave(browser)
  // Back from the upstream, and there again.
  const again = await browser.go('POST', `${first.event}/upstream`, { form: { upstream: 'teko', use: 'identify' } })
  assert.equal(again.status, 200)
  const second = new URL(browser.url)
  const stale = await browser.go('GET', upstream.answer(first.sent))
  assert.match(words(stale), /belongs to another try/)
  const answer = upstream.answer(second)
  assert.match(words(await browser.go('GET', answer)), /Aino Upstream/)
  // It was taken once; loaded again, its address leads to where the person is by then.
  assert.match(words(await browser.go('GET', answer)), /Aino Upstream/)
  await goOn(browser)
  const home = new URL('/', browser.url).href
  // The event is over; its address says so and leads back to the service.
  const reloaded = await browser.go('GET', answer)
  assert.equal(reloaded.status, 410)
  assert.match(reloaded.body, /This sign-in has ended/)
  assert.ok(reloaded.body.includes(`href="${home}"`))
})

test('RFC 9700 4.2 4.3 the address at which a release is shown holds a code that is used up, goes nowhere, and shows nobody else anything', async () => {
  const browser = newBrowser()
  const before = upstream.asked.length
  const { sent, page } = await identify(browser)
  const answer = browser.url
  assert.ok(answer.searchParams.has('code'))
  assert.deepEqual([page.headers['referrer-policy'], page.headers['cache-control']], ['no-referrer', 'no-store'])
  assert.ok(!page.body.includes('a-code') && !page.body.includes(sent.searchParams.get('state')!))
  const redeemed = () => upstream.asked.slice(before).filter(({ path }) => path === '/token').length
  assert.equal(redeemed(), 1)
  // Loaded again it leads to the page of the event, which is the same and whose address holds neither.
  const again = await browser.ask('GET', answer)
  assert.deepEqual([again.status, again.headers.location], [303, `${browser.event}?service=library`])
  assert.match(words(await browser.go('GET', answer)), /Aino Upstream/)
  assert.equal(redeemed(), 1)
  const other = await newBrowser().ask('GET', answer)
  assert.equal(other.status, 410)
  assert.ok(!other.body.includes('Aino'))
})

test('the page of an event that was finished leads back to its service, and nowhere else whatever its address says', async () => {
  const browser = newBrowser()
  const { event } = await identify(browser)
  const answer = browser.url
  await browser.go('GET', answer)
  const page = browser.url
  assert.equal(page.pathname, event)
  assert.ok(page.searchParams.has('service'), page.href)
  await goOn(browser)
  const mainAt = async (address: string | URL) => {
    const { status, body } = await browser.ask('GET', address)
    assert.equal(status, 410)
    return /<a class="button main" href="([^"]+)"/.exec(body)?.[1]
  }
  const main = (service: string) => mainAt(`${page.pathname}?${new URLSearchParams({ service })}`)
  assert.equal(await main(page.searchParams.get('service') ?? ''), new URL('/', browser.url).href)
  // So does the upstream's answer, by what its state says, and not by what somebody adds to it.
  assert.equal(await mainAt(answer), new URL('/', browser.url).href)
  const home = await main('')
  answer.searchParams.set('state', 'A'.repeat(100))
  answer.searchParams.set('service', 'library')
  assert.equal(await mainAt(answer), home)
  for (const other of ['portal', 'account', 'nobody', 'https://evil.example/', '\0'])
    assert.equal(await main(other), home)
})

test('a lost cookie of who identified leads to the choice, and nobody goes on without it', async () => {
  const loseIt = (browser: ReturnType<typeof newBrowser>) => {
    const held = browser.cookies.findIndex(({ name }) => name === 'vartio-held-event')
    assert.ok(held >= 0)
    browser.cookies.splice(held, 1)
  }
  const browser = newBrowser()
  await identify(browser)
  loseIt(browser)
  const choice = await browser.go('GET', browser.url)
  assert.match(choice.body, /Identify with Tekolähde/)
  assert.ok(!words(choice).includes('Aino'))
  const { status, headers } = await browser.ask('POST', `${browser.event}/continue`, { form: {} })
  assert.deepEqual([status, headers.location], [303, browser.event])
})

test('what a browser carried is nothing in another event, and nothing once somebody else has identified in the same one', async () => {
  const browser = newBrowser()
  const { event } = await identify(browser)
  const held = () => browser.cookies.find(({ name }) => name === 'vartio-held-event')!
  const { value: ofAino } = held()
  const other = newBrowser()
  const { event: otherEvent } = await leave(other)
  other.cookies.push({ ...held(), path: otherEvent })
  assert.ok(!words(await other.go('GET', otherEvent)).includes('Aino'))
  // Back at the choice, and there as somebody else.
  const again = await browser.go('POST', `${event}/upstream`, { form: { upstream: 'teko', use: 'identify' } })
  assert.equal(again.status, 200)
  upstream.state.person = { ...upstream.state.person, sub: 'person-2', name: 'Eino Toinen' }
  const page = await browser.go('GET', upstream.answer(browser.url))
  upstream.state.person = { ...upstream.state.person, sub: 'person-1', name: 'Aino Upstream' }
  assert.match(words(page), /Eino Toinen/)
  const { value: ofEino } = held()
  held().value = ofAino
  assert.ok(!words(await browser.go('GET', event)).includes('Aino'))
  assert.equal((await browser.ask('POST', `${event}/continue`, { form: {} })).status, 410)
  held().value = ofEino
  assert.match(words(await browser.go('GET', event)), /Eino Toinen/)
})

test('who breaks off at the page of the release has no session, whichever way they came, and one of before goes on', async () => {
  const browser = newBrowser()
  await identify(browser)
  await browser.go('POST', `${browser.event}/cancel`, { form: {} })
  assert.deepEqual(
    browser.cookies.filter(({ name }) => name.startsWith('vartio-held')),
    [],
  )
  const known = newBrowser()
  await known.go('GET', (await library.begin({ prompt: 'create' })).url)
  const { authenticator } = await register(scene, known, { name: 'Perä Perääntyjä', email: 'pera@identify.example' })
  await known.go('POST', known.url, { form: {} })
  await known.go('POST', `${known.event}/cancel`, { form: {} })
  const isSignedIn = async () => (await known.ask('GET', '/account/api/own', { json: {} })).status === 200
  assert.equal(await isSignedIn(), false)
  await known.go('GET', (await library.begin()).url)
  await known.go('GET', await signIn(known, authenticator))
  await goOn(known)
  assert.equal(await isSignedIn(), true)
  await known.go('GET', (await library.begin({ prompt: 'login' })).url)
  await known.go('GET', await signIn(known, authenticator))
  await known.go('POST', `${known.event}/cancel`, { form: {} })
  assert.equal(await isSignedIn(), true)
})

test('ID-45 ID-59 a program of the house lets in nobody without an account, and a service only those of its contract’s ways', async () => {
  const browser = newBrowser()
  await identify(browser)
  // Not only on the way: with a session as well.
  await goOn(browser)
  const account = await browser.go('GET', '/sign-in?to=account')
  assert.match(account.body, /Sign in to your account/)
  assert.equal((await browser.ask('GET', '/account/api/own', { json: {} })).status, 401)
  const only = await enter('only-accounts', { ways: ['account'] })
  assert.match((await browser.go('GET', (await only.begin()).url)).body, /data-passkey/)
  await browser.go('GET', (await only.begin({ prompt: 'none' })).url)
  assert.equal(errorOf(browser), 'login_required')
  const { page } = await leave(newBrowser(), { service: only })
  assert.match(words(page), /did not answer as it should/)
  const upstreamOnly = await enter('only-upstream', { ways: ['teko'] })
  const shown = newBrowser()
  const choice = await shown.go('GET', (await upstreamOnly.begin()).url)
  assert.match(choice.body, /Identify with Tekolähde/)
  assert.ok(!choice.body.includes('data-passkey') && !choice.body.includes('Create an account'))
  // Nor by being signed in already.
  const known = newBrowser()
  await known.go('GET', (await library.begin({ prompt: 'create' })).url)
  await register(scene, known, { name: 'Tili Käyttäjä', email: 'tili@identify.example' })
  await known.go('POST', known.url, { form: {} })
  await known.go('GET', (await upstreamOnly.begin({ prompt: 'none' })).url)
  assert.equal(errorOf(known), 'login_required')
})

test('ID-59 in test mode the service gets made-up data, also of whoever comes by an upstream', async () => {
  const trial = await enter('trial', {}, true)
  const browser = newBrowser()
  const { page, checks } = await identify(browser, { service: trial })
  assert.match(words(page), /This service is being tested/)
  assert.ok(!words(page).includes('Aino') && words(page).includes('Testi Testinen'))
  await goOn(browser)
  assert.equal((await trial.redeem(browser.url, checks)).claims()!.name, 'Testi Testinen')
})

test('ID-31 one event carried on six times at the same moment yields one code, and a code is redeemed once', async () => {
  for (let round = 0; round < 3; round += 1) {
    const browser = newBrowser()
    const { checks } = await identify(browser)
    const copies = Array.from({ length: 6 }, () => Object.assign(newBrowser(), { cookies: [...browser.cookies] }))
    const { event } = browser
    const answers = await Promise.all(copies.map((copy) => copy.ask('POST', `${event}/continue`, { form: {} })))
    const leadsTo = answers.map(({ body }) => /content="0;url=([^"]*code=[^"]*)"/.exec(body)?.[1])
    // Whoever comes a moment later is led where the first was (`ledTo`).
    const codes = [...new Set(leadsTo.flatMap((to) => (to === undefined ? [] : [to.replaceAll('&amp;', '&')])))]
    assert.equal(codes.length, 1)
    const attempts = await Promise.allSettled(
      Array.from({ length: 6 }, () => library.redeem(new URL(codes[0]!), { ...checks })),
    )
    assert.ok(attempts.filter(({ status }) => status === 'fulfilled').length <= 1)
    for (const attempt of attempts)
      if (attempt.status === 'rejected') assert.equal(attempt.reason.error, 'invalid_grant')
  }
})

test('whoever presses twice comes home by the second answer, with the code of the first, and nobody else does', async () => {
  const browser = newBrowser()
  const { checks } = await identify(browser)
  const again = Object.assign(newBrowser(), { cookies: [...browser.cookies] })
  const path = `${browser.event}/continue`
  await browser.go('POST', path, { form: {} })
  await again.go('POST', path, { form: {} })
  assert.equal(again.url.href, browser.url.href)
  assert.equal((await library.redeem(again.url, checks)).claims()!.name, 'Aino Upstream')
  assert.equal((await newBrowser().ask('POST', path, { form: {} })).status, 410)
})

test('ID-103 nothing of an event that has ended stays with the browser', async () => {
  const browser = newBrowser()
  for (let time = 0; time < 3; time += 1) {
    const { page } = await identify(browser, { parameters: { prompt: 'login' } })
    assert.match(words(page), /Aino Upstream/)
    await goOn(browser)
  }
  assert.deepEqual(
    browser.cookies.map(({ name }) => name),
    ['vartio-held-session'],
  )
})

test('a service is told that somebody without an account has signed out, by what it called the session alone', async () => {
  const told: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      told.push(body)
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => server.close())
  const backChannelLogout = `http://127.0.0.1:${(server.address() as AddressInfo).port}/out`
  const club = await enter('club', { protocol: { backChannelLogout } }, true)
  const browser = newBrowser()
  const { checks } = await identify(browser, { service: club })
  await goOn(browser)
  const { sid } = (await club.redeem(browser.url, checks)).claims()!
  const xsrf = /name="xsrf" value="([^"]+)"/.exec((await browser.go('GET', '/oidc/sign-out')).body)?.[1]
  await browser.go('POST', '/oidc/sign-out/confirm', { form: { xsrf: xsrf!, logout: 'yes' } })
  assert.equal(told.length, 1)
  const token = decodeJwt(new URLSearchParams(told[0]).get('logout_token')!)
  assert.deepEqual([token.sid, token.sub], [sid, undefined])
})
