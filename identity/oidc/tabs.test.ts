import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { Browser } from '#tests/browser'
import { aContract, enforceContract } from '#tests/contract'
import { register, signIn, startIdentity } from '#tests/identity'
import { createService, makeClientKey } from '#tests/service'

// What a person with an account keeps while one browser goes through several events.

const clock = createTestClock(new Date())
const house = await startIdentity({ clock })
const { identity, urls, admin } = house
const portal = await createService({
  issuer: urls.identity,
  key: house.portalKey,
  callback: new URL('/sign-in/callback', urls.portal),
})

/** A service of another; its client asks to be answered at `callback`. */
async function enter(
  clientId: string,
  change: Parameters<typeof aContract>[0] = {},
  callback = new URL(`http://${clientId}.localhost:9/callback`),
) {
  const key = await makeClientKey()
  const keys = [key.publicJwk] as never
  await enforceContract(identity.services, clientId, aContract({ keys, redirectUris: [callback.href], ...change }))
  return createService({ issuer: urls.identity, key, clientId, callback })
}

let count = 0
/** Somebody new, with a session in a browser of their own. */
async function arrive() {
  count += 1
  const browser = new Browser(urls.identity)
  await browser.go('GET', (await portal.begin({ prompt: 'create' })).url)
  const email = `person${count}@tabs.example`
  const { authenticator } = await register(house, browser, { name: `Person ${count}`, email })
  await browser.go('POST', browser.url, { form: {} })
  return { browser, authenticator }
}

const errorOf = ({ url }: Browser) => url.searchParams.get('error')

test('ID-30 two tabs as one person: the service of the first is not signed out by the second, and redeems its code afterwards', async () => {
  const theatre = await enter('theatre', { protocol: { backChannelLogout: 'https://theatre.example/out' } })
  const library = await enter('library')
  const aino = await arrive()
  const eero = await arrive()
  const tellings = async () => (await admin`select 1 from oidc.telling where client_id = 'theatre'`).count
  const read = async (cookie: string) =>
    (
      await new Browser(urls.identity).ask('GET', '/account/api/own', {
        json: {},
        headers: { cookie: `vartio-session=${cookie}` },
      })
    ).status
  // The portal says how old a sign-in may be at most; the library, once the person continues, does not.
  for (const [other, parameters] of [
    [portal, { max_age: '28800' }],
    [library, {}],
  ] as const) {
    const browser = new Browser(urls.identity)
    const [left, right] = [await theatre.begin(), await other.begin(parameters)]
    await browser.go('GET', left.url)
    const leftPage = browser.url
    await browser.go('GET', right.url)
    const rightPage = browser.url
    const goOn = async () => {
      if (browser.url.hostname === urls.identity.hostname)
        await browser.go('POST', `${browser.event}/continue`, { form: {} })
      return browser.url
    }
    browser.url = leftPage
    await browser.go('GET', await signIn(browser, aino.authenticator))
    const leftAnswer = await goOn()
    const before = browser.cookie('vartio-session') ?? ''
    clock.advance(60_000 - 5_000)
    browser.url = rightPage
    await browser.go('GET', await signIn(browser, aino.authenticator))
    const rightAnswer = await goOn()
    assert.equal(await tellings(), 0, 'the first service is told of a sign-out')
    const first = (await theatre.redeem(leftAnswer, left.checks)).claims()!
    const second = (await other.redeem(rightAnswer, right.checks)).claims()!
    assert.equal(second.auth_time, first.auth_time, 'one session, and its end is that of the first')
    assert.equal(await read(before), 401, 'the cookie of before signing in still works')
    const after = browser.cookie('vartio-session') ?? ''
    assert.equal(await read(after), 200)
    const sessions = JSON.parse((await browser.ask('GET', '/account/api/sessions', { json: {} })).body).sessions
    assert.equal(sessions.filter(({ isCurrent }: { isCurrent: boolean }) => isCurrent).length, 1)

    // Somebody else in the same browser, from a tab that was begun before anybody had signed in: that ends it.
    const third = await theatre.begin()
    const page = new Browser(urls.identity)
    await page.go('GET', third.url)
    browser.cookies.push(...page.cookies.filter(({ path }) => path !== '/'))
    browser.url = page.url
    await browser.go('GET', await signIn(browser, eero.authenticator))
    await goOn()
    assert.equal(await read(after), 401)
    assert.equal(await tellings(), 1)
    await admin`delete from oidc.telling where client_id = 'theatre'`
  }
})

test('A-82 ID-46 who chose to be remembered is asked again once something the service has got is another', async () => {
  const league = await enter('league')
  const { browser } = await arrive()
  const ask = () => league.begin({ scope: 'openid email profile' })
  await browser.go('GET', (await ask()).url)
  await browser.go('POST', `${browser.event}/continue`, { form: { remember: 'yes' } })
  const silently = async (scope = 'openid email profile') => {
    await browser.go('GET', (await league.begin({ prompt: 'none', scope })).url)
    return errorOf(browser)
  }
  assert.equal(await silently(), null)
  assert.equal(await silently('openid email'), null, 'less than then')
  const change = async (name: string) => {
    const { status, body } = await browser.ask('PUT', '/account/api/own', { json: { name } })
    assert.equal(status, 204, body)
  }
  await change('Aino Virtanen')
  assert.equal(await silently(), 'consent_required', 'another name')
  assert.equal(await silently('openid email'), null, 'the address is the same')
  // Asked anew, the person sees what it is now.
  assert.match((await browser.go('GET', (await ask()).url)).body, /Aino Virtanen/)
  await change(`Person ${count}`)
  assert.equal(await silently(), null, 'as then')
})

test('ID-31 an event that has ended leads on to the host that asked, and at a service below a path to its own page', async () => {
  const mobile = new URL('http://mobile.localhost:9/callback')
  const below = 'http://town.localhost:9/services/library/'
  const hosts = await enter('hosts', { redirectUris: ['http://hosts.localhost:9/callback', mobile.href] }, mobile)
  const lower = await enter('below', { postLogoutRedirectUris: [below] }, new URL(`${below}callback`))
  for (const [service, place] of [
    [hosts, 'http://mobile.localhost:9/'],
    [lower, below],
  ] as const) {
    const browser = new Browser(urls.identity)
    await browser.go('GET', (await service.begin()).url)
    const { body } = await new Browser(urls.identity).ask('GET', browser.url.pathname)
    assert.ok(body.includes(`href="${place}">Continue to`), place)
    assert.ok(!body.includes('callback'), 'nothing is said to the service')
  }
})
