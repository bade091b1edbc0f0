import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAuthenticator } from '#tests/authenticator'
import { createUpstreamScene } from '#tests/upstream-scene'

// A service that wants the person to prove anew who they are (OpenID Connect Core §3.1.2.1), and what it is told of when they did (§2, auth_time).

const scene = await createUpstreamScene()
const { upstream, library, leave, newBrowser, clock } = scene
const now = () => Math.floor(clock.now().getTime() / 1_000)
const person = { ...upstream.state.person }
/** When the upstream says that the next one proved it; undefined: it does not say. */
const say = (authTime: unknown) => {
  upstream.state.person = { ...person, auth_time: authTime } as typeof person
}
/** Back from the upstream, which says this. */
async function come(authTime: unknown, parameters: Record<string, string>, browser = newBrowser()) {
  const left = await leave(browser, { parameters })
  say(authTime)
  const page = await browser.go('GET', upstream.answer(left.sent))
  return { ...left, browser, page }
}
async function toldOf({ browser, checks }: Awaited<ReturnType<typeof come>>, maxAge?: number) {
  await browser.go('POST', `${browser.event}/continue`, { form: {} })
  const more = maxAge === undefined ? {} : { maxAge }
  return (await library.redeem(browser.url, { ...checks, ...more })).claims()!.auth_time
}
const notAnew = /wants you to identify right now, and the identity provider did not say that you did/

test('OIDC Core §3.1.2.1 prompt=login and max_age go on to the upstream, and nothing where the service does not ask', async () => {
  for (const [parameters, asked] of [
    [{}, [null, null]],
    [{ prompt: 'login' }, ['login', '0']],
    [{ max_age: '0' }, ['login', '0']],
    [{ max_age: '600' }, [null, '600']],
    [{ prompt: 'login', max_age: '600' }, ['login', '0']],
  ] as const) {
    const { sent } = await leave(newBrowser(), { parameters })
    assert.deepEqual([sent.searchParams.get('prompt'), sent.searchParams.get('max_age')], asked)
  }
})

test('OIDC Core §3.1.3.7 an upstream that does not say that it asked anew is not believed, and the person is told what to do', async () => {
  for (const [parameters, said] of [
    [{ prompt: 'login' }, undefined],
    [{ prompt: 'login' }, now() - 3_600],
    [{ max_age: '600' }, undefined],
    [{ max_age: '600' }, now() - 700],
  ] as const) {
    const { page, browser, event } = await come(said, parameters)
    assert.match(page.body, notAnew, JSON.stringify([parameters, said]))
    assert.equal(browser.url.pathname, event)
    assert.ok(!browser.cookies.some(({ name }) => name.startsWith('vartio-held')))
    // Every way is open again, and so is the way back.
    assert.match(page.body, /Identify with Tekolähde/)
    await browser.go('POST', `${event}/upstream`, { form: { upstream: 'teko', use: 'identify' } })
    say(now())
    assert.match((await browser.go('GET', upstream.answer(browser.url))).body, /Aino Upstream/)
  }
  for (const parameters of [{}, { prompt: 'login' }])
    for (const said of [now() + 3_600, String(now()), -1])
      assert.match((await come(said, parameters)).page.body, /did not answer as it should/)
})

test('an upstream that takes no notice is asked more plainly the second time, then is no way any more; the person is led on, and the service’s developer sees why', async () => {
  const claims = { id_token: { auth_time: { essential: true } } }
  for (const parameters of [{ prompt: 'login' }, { max_age: '600' }] as Record<string, string>[]) {
    const { browser, event, sent } = await come(undefined, { state: 'mine', ...parameters })
    assert.deepEqual(JSON.parse(sent.searchParams.get('claims') ?? ''), claims)
    await browser.go('POST', `${event}/upstream`, { form: { upstream: 'teko', use: 'identify' } })
    assert.deepEqual([browser.url.searchParams.get('prompt'), browser.url.searchParams.get('max_age')], ['login', '0'])
    say(undefined)
    const page = await browser.go('GET', upstream.answer(browser.url))
    assert.match(page.body, /wants to know when you identified, and the identity provider does not say/)
    assert.doesNotMatch(page.body, /Identify with Tekolähde/, 'a way that leads nowhere is not offered again')
    // Nor after a reload, which has no problem to tell of.
    assert.doesNotMatch((await browser.go('GET', event)).body, /Identify with Tekolähde/)
    await browser.go('POST', `${event}/cancel`, { form: {} })
    const { error, state } = Object.fromEntries(browser.url.searchParams)
    assert.deepEqual([error, state], ['access_denied', 'mine'])
    const { failures } = await scene.identity.services.failures.list(library.clientId)
    const [last] = failures
    assert.deepEqual([last?.step, last?.error, last?.sent], ['authorization', 'login_required', parameters])
    assert.match(last?.why ?? '', /the upstream teko does not say/)
    assert.ok(!JSON.stringify(failures).includes('Aino'))
  }
  // Of another event nothing is known: it may have learned to say it.
  const { page } = await come(now() - 5, { prompt: 'login' })
  assert.match(page.body, /Aino Upstream/)
})

test('auth_time is when the person proved it to the upstream, and is not told where nobody knows', async () => {
  assert.equal(await toldOf(await come(now() - 7_200, {})), now() - 7_200)
  assert.equal(await toldOf(await come(undefined, {})), undefined)
  assert.equal(await toldOf(await come(now() - 500, { max_age: '600' }), 600), now() - 500)
  assert.equal(await toldOf(await come(now() - 5, { prompt: 'login' })), now() - 5)
})

test('a session here is no newer than what was proved to the upstream: max_age asks them again', async () => {
  for (const said of [now() - 7_200, undefined]) {
    const first = await come(said, {})
    await first.browser.go('POST', `${first.browser.event}/continue`, { form: { remember: 'yes' } })
    const { browser } = first
    const silently = async (parameters: Record<string, string>) => {
      await browser.go('GET', (await library.begin({ prompt: 'none', ...parameters })).url)
      return browser.url.searchParams.get('error')
    }
    assert.equal(await silently({}), null)
    assert.equal(await silently({ max_age: '3600' }), 'login_required')
    const again = await come(now() - 10, { max_age: '3600' }, browser)
    assert.match(again.page.body, /Aino Upstream/)
    assert.equal(await toldOf(again, 3_600), now() - 10)
  }
})

test('the holder of an account who comes by an upstream is asked anew there as well, and what is told of them is true', async () => {
  say(undefined)
  const { browser, event } = await (async () => {
    const there = newBrowser()
    const left = await leave(there, { use: 'register', parameters: { prompt: 'login' } })
    assert.equal(left.sent.searchParams.get('prompt'), null, 'who registers makes a passkey')
    await there.go('GET', upstream.answer(left.sent))
    return { ...left, browser: there }
  })()
  await browser.go('POST', `${event}/name`, { form: { name: 'Uusi Haltija' } })
  const authenticator = createAuthenticator(scene.urls.identity.origin)
  const options = JSON.parse((await browser.ask('POST', `${event}/passkey/begin`, { json: {} })).body)
  const made = await browser.ask('POST', `${event}/passkey/finish`, { json: authenticator.make(options) })
  await browser.go('GET', JSON.parse(made.body).next)
  await browser.go('POST', browser.url, { form: {} })

  const signIn = async (said: number | undefined, parameters: Record<string, string> = {}) => {
    const there = newBrowser()
    const left = await leave(there, { use: 'sign-in', parameters })
    say(said)
    const page = await there.go('GET', upstream.answer(left.sent))
    return { ...left, browser: there, page }
  }
  assert.match((await signIn(undefined, { prompt: 'login' })).page.body, notAnew)
  assert.equal(await toldOf(await signIn(now() - 3, { prompt: 'login' })), now() - 3)
  assert.equal(await toldOf(await signIn(now() - 7_200)), now() - 7_200)
  assert.equal(await toldOf(await signIn(undefined)), undefined)
  // A session by an upstream that proved it two hours ago is none of the last hour.
  const old = await signIn(now() - 7_200)
  await old.browser.go('POST', `${old.browser.event}/continue`, { form: { remember: 'yes' } })
  await old.browser.go('GET', (await library.begin({ prompt: 'none', max_age: '3600' })).url)
  assert.equal(old.browser.url.searchParams.get('error'), 'login_required')
})
