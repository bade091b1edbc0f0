import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import { createTestClock } from '#base/clock'
import type { Contract } from '#identity/services'
import { Browser } from '#tests/browser'
import { aContract } from '#tests/contract'
import { register, signIn, startIdentity } from '#tests/identity'
import { createService, makeClientKey } from '#tests/service'
import { until } from '#tests/until'

// Services that really listen, at the addresses their contracts name.

const clock = createTestClock(new Date())
const house = await startIdentity({ clock })
const { identity, urls, admin } = house
const { services, oidc, people } = identity

/** By service: what it answers, and which sessions it has heard of. */
const answers = new Map<string, number>()
const heard = new Map<string, { sid: string; sub?: string }[]>()
const server = createServer(async (request, response) => {
  const name = (request.url ?? '').slice(1)
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const status = answers.get(name) ?? 200
  const token = new URLSearchParams(Buffer.concat(parts).toString()).get('logout_token')
  if (status === 200 && token !== null) {
    const claims = decodeJwt(token)
    assert.equal(claims.aud, name)
    heard.set(name, [...(heard.get(name) ?? []), claims as never])
  }
  response.writeHead(status).end()
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
after(() => {
  server.closeAllConnections()
  server.close()
})
const { port } = server.address() as AddressInfo

async function enter(clientId: string, change: Parameters<typeof aContract>[0] = {}) {
  const key = await makeClientKey()
  const callback = new URL(`http://${clientId}.localhost:9/callback`)
  const keys = [key.publicJwk] as unknown as Contract['keys']
  const backChannelLogout = `http://127.0.0.1:${port}/${clientId}`
  await services.contracts.make(
    clientId,
    aContract({
      keys,
      redirectUris: [callback.href],
      ...change,
      protocol: { backChannelLogout, ...change.protocol },
    }),
  )
  return createService({ issuer: urls.identity, key, clientId, callback })
}
const library = await enter('library')
const museum = await enter('museum')
const pool = await enter('pool', { subject: 'event' })
const quiet = await enter('quiet', { protocol: { backChannelLogout: null } })
const all = { library, museum, pool, quiet }

let count = 0
async function arrive() {
  count += 1
  const email = `leaver${count}@telling.example`
  const browser = new Browser(urls.identity)
  await browser.go('GET', '/sign-in?to=account')
  const { authenticator } = await register(house, browser, { name: 'Leaver', email })
  await browser.go('POST', browser.url, { form: {} })
  return { email, browser, authenticator, personId: (await people.findByAddress(email))! }
}

/** Signs in at a service in this browser; answers what it got. */
async function visit(name: keyof typeof all, browser: Browser) {
  const { url, checks } = await all[name].begin()
  await browser.go('GET', url)
  await browser.go('POST', `${browser.url.pathname}/continue`, { form: {} })
  const token = await all[name].redeem(browser.url, checks)
  const { sid, sub } = token.claims()! as { sid?: string; sub: string }
  return { sid, sub, idToken: token.id_token ?? '' }
}
const heardBy = (name: string) => heard.get(name) ?? []
const heardOf = (name: string, sid: string | undefined) => heardBy(name).filter((one) => one.sid === sid)
const waiting = async () => (await admin`select 1 from oidc.telling`).length

test('signing out everywhere tells every service of this session which of its sessions has ended, and no other', async () => {
  const { browser, authenticator } = await arrive()
  const other = new Browser(urls.identity)
  await other.go('GET', '/sign-in?to=account')
  await other.go('GET', await signIn(other, authenticator))
  const atLibrary = await visit('library', browser)
  const atPool = await visit('pool', browser)
  await visit('quiet', browser)
  const elsewhere = await visit('library', other)
  assert.notEqual(elsewhere.sid, atLibrary.sid)
  assert.equal((await browser.ask('POST', '/account/api/sign-out-everywhere', { json: {} })).status, 200)
  const told = await until(() => {
    const [one] = heardOf('library', atLibrary.sid)
    return one !== undefined && heardOf('library', elsewhere.sid).length === 1 && one
  })
  assert.equal(told.sub, atLibrary.sub)
  const [ofEvent] = await until(() => heardOf('pool', atPool.sid).length === 1 && heardOf('pool', atPool.sid))
  // Identification only: there is no subject that would be the same again.
  assert.equal(ofEvent?.sub, undefined)
  assert.deepEqual(heardBy('museum'), [])
  await until(async () => (await waiting()) === 0)
})

test('one session ended from the list, signing out here, and signing in anew each tell the services of that session', async () => {
  const { browser, authenticator } = await arrive()
  const first = await visit('museum', browser)
  const { sessions } = JSON.parse((await browser.ask('GET', '/account/api/sessions', { json: {} })).body)
  assert.equal((await browser.ask('DELETE', `/account/api/sessions/${sessions[0].sessionId}`)).status, 204)
  await until(() => heardOf('museum', first.sid).length === 1)

  await browser.go('GET', '/sign-in?to=account')
  await browser.go('GET', await signIn(browser, authenticator))
  const second = await visit('museum', browser)
  // Somebody uses the passkey once more at a service that asks for it: that is a new session, and the old one is over.
  const { url } = await library.begin({ prompt: 'login' })
  await browser.go('GET', url)
  await browser.go('GET', await signIn(browser, authenticator))
  await browser.go('POST', `${browser.url.pathname}/continue`, { form: {} })
  await until(() => heardOf('museum', second.sid).length === 1)
})

test('signing out at one service only: that one is told, and the person stays signed in', async () => {
  const { browser } = await arrive()
  const { sid, idToken } = await visit('library', browser)
  const atMuseum = await visit('museum', browser)
  const page = await browser.go('GET', `/oidc/sign-out?${new URLSearchParams({ id_token_hint: idToken })}`)
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
  await browser.go('POST', '/oidc/sign-out/confirm', { form: { xsrf } })
  assert.equal(heardOf('library', sid).length, 1)
  assert.equal(heardOf('museum', atMuseum.sid).length, 0)
  assert.equal((await browser.ask('GET', '/account/api/own', { json: {} })).status, 200)
})

test('a service that is away for an hour hears of it when it is back, once', async () => {
  const { browser } = await arrive()
  const { sid } = await visit('museum', browser)
  answers.set('museum', 503)
  assert.equal((await browser.ask('POST', '/account/api/sign-out', { json: {} })).status, 200)
  await until(() => house.lines.some((line) => line.includes('a service was not told of a sign-out')))
  for (let minutes = 0; minutes < 60; minutes += 5) {
    clock.advance(5 * 60_000)
    await oidc.tellServices()
  }
  assert.equal(heardOf('museum', sid).length, 0)
  assert.equal(await waiting(), 1)
  answers.delete('museum')
  clock.advance(60 * 60_000)
  await Promise.all([oidc.tellServices(), oidc.tellServices()])
  assert.equal(heardOf('museum', sid).length, 1)
  assert.equal(await waiting(), 0)
  // What is kept meanwhile names nobody, and no line of the log does.
  assert.ok(!house.lines.some((line) => sid !== undefined && line.includes(sid)))
})

test('a service is told also when the account was erased meanwhile, and nothing makes the person known anew', async () => {
  const { browser, personId } = await arrive()
  const { sid, sub } = await visit('library', browser)
  answers.set('library', 503)
  await house.platform.rights.forget(crypto.randomUUID(), personId)
  await until(async () => (await admin`select 1 from oidc.telling where attempts > 0`).length === 1)
  answers.delete('library')
  clock.advance(60 * 60_000)
  await oidc.tellServices()
  assert.deepEqual(
    heardOf('library', sid).map((one) => one.sub),
    [sub],
  )
  assert.equal(await services.findSubject('library', personId), undefined)
})

test('ID-61 when the contract has ended nothing is sent, and after a day nobody is told any more', async () => {
  const { browser } = await arrive()
  const gone = await enter('gone')
  Object.assign(all, { gone })
  const atGone = await visit('gone' as never, browser)
  const atMuseum = await visit('museum', browser)
  answers.set('museum', 503).set('gone', 503)
  await browser.ask('POST', '/account/api/sign-out', { json: {} })
  await until(async () => (await admin`select 1 from oidc.telling where attempts > 0`).length === 2)
  await services.contracts.end('gone')
  answers.clear()
  clock.advance(60 * 60_000)
  await admin`update oidc.telling set next_attempt_at = expires_at where client_id = 'museum'`
  await oidc.tellServices()
  assert.equal(heardOf('gone', atGone.sid).length, 0)
  assert.equal(await waiting(), 1)
  clock.advance(86_400_000)
  await oidc.tellServices()
  assert.equal(heardOf('museum', atMuseum.sid).length, 0)
  await house.platform.expiry.run()
  assert.equal(await waiting(), 0)
})
