import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { createAuthenticator } from '#tests/authenticator'
import { Browser } from '#tests/browser'
import { register, signIn, startIdentity } from '#tests/identity'

const clock = createTestClock(new Date())
const identity = await startIdentity({ clock })
let count = 0

/** Somebody new, signed in on the account pages. */
async function arrive() {
  count += 1
  const email = `person${count}@account.example`
  const browser = new Browser(identity.urls.identity)
  await browser.go('GET', '/sign-in?to=account')
  const { authenticator, recoveryCodes } = await register(identity, browser, { name: `Person ${count}`, email })
  await browser.go('POST', browser.url, { form: {} })
  assert.equal(browser.url.pathname, '/account/')
  const api = async (method: string, path: string, json?: unknown) => {
    const answer = await browser.ask(method, `/account/api${path}`, { json: json ?? {} })
    return { status: answer.status, body: answer.body === '' ? undefined : JSON.parse(answer.body) }
  }
  return { browser, authenticator, recoveryCodes, email, api }
}

test('ID-28 a person sees what they typed into their account, and changes name, language and theme', async () => {
  const person = await arrive()
  const own = await person.api('GET', '/own')
  assert.equal(own.status, 200)
  assert.equal(own.body.name, `Person ${count}`)
  assert.deepEqual(
    own.body.emails.map((email: { email: string }) => email.email),
    [person.email],
  )
  assert.equal(own.body.recoveryCodes.left, 10)
  assert.equal((await person.api('PUT', '/own', { theme: 'dark', language: 'fi' })).status, 204)
  const changed = (await person.api('GET', '/own')).body
  assert.deepEqual([changed.name, changed.theme, changed.language], [`Person ${count}`, 'dark', 'fi'])
})

test('whoever opens one of these pages and is not signed in yet comes to that page; nobody is led anywhere else', async () => {
  const person = await arrive()
  const page = '/groups/0193a2b4-1c5d-7e8f-9a0b-1c2d3e4f5a6b'
  const browser = new Browser(identity.urls.identity)
  await browser.go('GET', `/sign-in?${new URLSearchParams({ to: 'account', page })}`)
  await browser.go('GET', await signIn(browser, person.authenticator))
  assert.equal(browser.url.pathname, `/account${page}`)
  for (const elsewhere of ['https://evil.example/', '//evil.example', '/\\evil.example', '/a?b', '@evil.example']) {
    const refused = await browser.ask('GET', `/sign-in?${new URLSearchParams({ to: 'account', page: elsewhere })}`)
    if (refused.status !== 400) assert.match(String(refused.headers.location), /state=%2F%2Fevil\.example$/)
    const back = await browser.ask('GET', `/account/signed-in?${new URLSearchParams({ state: elsewhere })}`)
    assert.match(String(back.headers.location), /^\/account\//, elsewhere)
  }
})

test('ID-47 whoever cancels at their own pages is not asked again at once, and finds the way back', async () => {
  const browser = new Browser(identity.urls.identity)
  await browser.go('GET', '/sign-in?to=account')
  const event = /^\/sign-in\/[^/]+/.exec(browser.url.pathname)?.[0]
  const { body } = await browser.go('POST', `${event}/cancel`, { form: {} })
  assert.match(body, /You are not signed in/)
  const again = /<a class="button main" href="([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&')
  await browser.go('GET', again ?? '')
  assert.match(browser.url.pathname, /^\/sign-in\//)
})

test('ID-25 of a picture the account keeps the link, as its holder gave it, and never the image', async () => {
  const person = await arrive()
  const picture = async () => (await person.api('GET', '/own')).body.picture
  const put = (value: string) => person.api('PUT', '/own', { picture: value })
  assert.equal(await picture(), null)
  assert.equal((await put(' https://kuvat.example/aino.jpg?koko=2 ')).status, 204)
  assert.equal(await picture(), 'https://kuvat.example/aino.jpg?koko=2')
  for (const bad of [
    'http://kuvat.example/aino.jpg',
    'data:image/png;base64,iVBORw0KGgo=',
    'javascript:alert(1)',
    'aino.jpg',
    'https://aino:salaisuus@kuvat.example/a.jpg',
    `https://kuvat.example/${'a'.repeat(500)}`,
    `https://kuvat.example/${'ä'.repeat(200)}`,
  ])
    assert.equal((await put(bad)).body.code, 'people.picture_invalid', bad)
  assert.equal(await picture(), 'https://kuvat.example/aino.jpg?koko=2')
  assert.equal((await person.api('PUT', '/own', { name: 'Toinen Nimi' })).status, 204)
  assert.equal(await picture(), 'https://kuvat.example/aino.jpg?koko=2', 'a change of the name takes it along')
  assert.equal((await put('')).status, 204)
  assert.equal(await picture(), null)
})

test('ID-84 without a session, or with another one’s ids, nobody reads or changes an account', async () => {
  const person = await arrive()
  const stranger = await arrive()
  const { passkeyId } = (await person.api('GET', '/passkeys')).body.passkeys[0]
  const { sessionId } = (await person.api('GET', '/sessions')).body.sessions[0]
  const nobody = new Browser(identity.urls.identity)
  for (const route of identity.http.routes.filter(({ permission }) => permission === 'signed-in')) {
    const path = route.path.replace(':passkeyId', passkeyId).replace(':sessionId', sessionId)
    const answer = await nobody.ask(route.method, path, { json: {} })
    assert.equal(answer.status, 401, path)
    assert.equal(JSON.parse(answer.body).code, 'sign_in.not_signed_in')
  }
  assert.equal((await stranger.api('DELETE', `/passkeys/${passkeyId}`)).status, 404)
  assert.equal((await stranger.api('PUT', `/passkeys/${passkeyId}`, { name: 'mine' })).status, 404)
  assert.equal((await stranger.api('DELETE', `/sessions/${sessionId}`)).status, 404)
  assert.equal((await person.api('GET', '/own')).status, 200)
})

test('passkeys are added, named and removed, the last one stays, and each change is told by mail', async () => {
  const person = await arrive()
  const first = (await person.api('GET', '/passkeys')).body.passkeys[0]
  const last = await person.api('DELETE', `/passkeys/${first.passkeyId}`)
  assert.deepEqual([last.status, last.body.code], [409, 'passkeys.last_passkey'])

  const options = (await person.api('POST', '/passkeys/begin')).body
  assert.equal(options.excludeCredentials.length, 1)
  const second = createAuthenticator(identity.urls.identity.origin)
  assert.equal((await person.api('POST', '/passkeys/finish', { credential: second.make(options) })).status, 204)
  const two = (await person.api('GET', '/passkeys')).body.passkeys
  assert.equal(two.length, 2)
  assert.equal((await person.api('PUT', `/passkeys/${two[1].passkeyId}`, { name: 'Avaimenperä' })).status, 204)
  assert.equal((await person.api('DELETE', `/passkeys/${first.passkeyId}`)).status, 204)
  const left = (await person.api('GET', '/passkeys')).body.passkeys
  assert.deepEqual(
    left.map((passkey: { name: string }) => passkey.name),
    ['Avaimenperä'],
  )
  const subjects = (await identity.letters(person.email)).map((letter) => letter.subject)
  assert.ok(subjects.includes('A passkey was added to your account'))
  assert.ok(subjects.includes('A passkey was removed from your account'))

  // The removed passkey signs for real and is worth nothing.
  const other = new Browser(identity.urls.identity)
  await other.go('GET', '/sign-in')
  await assert.rejects(signIn(other, person.authenticator), /passkeys\.refused/)
  await other.go('GET', await signIn(other, second))
  assert.equal(other.url.pathname, '/account/')
})

test('two removals at the same moment leave one passkey', async () => {
  const person = await arrive()
  const options = (await person.api('POST', '/passkeys/begin')).body
  const second = createAuthenticator(identity.urls.identity.origin)
  await person.api('POST', '/passkeys/finish', { credential: second.make(options) })
  const passkeys = (await person.api('GET', '/passkeys')).body.passkeys as { passkeyId: string }[]
  const answers = await Promise.all(passkeys.map(({ passkeyId }) => person.api('DELETE', `/passkeys/${passkeyId}`)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 409])
  assert.equal((await person.api('GET', '/passkeys')).body.passkeys.length, 1)
})

test('an open computer is not enough: sensitive changes want the passkey once more, this person’s and no other', async () => {
  const person = await arrive()
  clock.advance(10 * 60_000)
  for (const [method, path] of [
    ['POST', '/passkeys/begin'],
    ['POST', '/recovery-codes'],
    ['DELETE', `/passkeys/${crypto.randomUUID()}`],
  ] as const) {
    const answer = await person.api(method, path)
    assert.deepEqual([answer.status, answer.body.code], [403, 'sign_in.fresh_passkey_required'], path)
  }
  const stranger = await arrive()
  const options = (await person.api('POST', '/confirm/begin')).body
  const wrong = await person.api('POST', '/confirm/finish', { credential: stranger.authenticator.use(options) })
  assert.deepEqual([wrong.status, wrong.body.code], [400, 'passkeys.refused'])
  const again = (await person.api('POST', '/confirm/begin')).body
  assert.equal(
    (await person.api('POST', '/confirm/finish', { credential: person.authenticator.use(again) })).status,
    204,
  )
  assert.equal((await person.api('POST', '/recovery-codes')).body.codes.length, 10)
})

test('new recovery codes void the old ones', async () => {
  const person = await arrive()
  const { codes } = (await person.api('POST', '/recovery-codes')).body
  const other = new Browser(identity.urls.identity)
  const page = await other.go('GET', '/sign-in')
  const event = page.url.pathname
  const old = await other.go('POST', `${event}/recovery`, {
    form: { email: person.email, code: person.recoveryCodes[0]! },
  })
  assert.equal(old.status, 400)
  const fresh = await other.go('POST', `${event}/recovery`, { form: { email: person.email, code: codes[0] } })
  assert.equal(fresh.url.pathname, `${event}/passkey`)
})

test('a session that is ended elsewhere is over at its next request, everywhere it was used', async () => {
  const person = await arrive()
  const other = new Browser(identity.urls.identity)
  await other.go('GET', '/sign-in')
  await other.go('GET', await signIn(other, person.authenticator))
  const { sessions } = (await person.api('GET', '/sessions')).body
  assert.equal(sessions.length, 2)
  assert.equal(sessions[0].device, 'Firefox, Linux')
  assert.deepEqual(sessions[0].services, ['Vartio'])
  const elsewhere = sessions.find((session: { isCurrent: boolean }) => !session.isCurrent)
  assert.equal((await person.api('DELETE', `/sessions/${elsewhere.sessionId}`)).status, 204)
  assert.equal((await other.ask('GET', '/account/api/own')).status, 401)
  await other.go('GET', '/sign-in')
  assert.match(other.url.pathname, /^\/sign-in\//, 'the protocol core asks to sign in again')
  assert.equal((await person.api('GET', '/own')).status, 200)
})

test('signing out everywhere ends this session and every other', async () => {
  const person = await arrive()
  const other = new Browser(identity.urls.identity)
  await other.go('GET', '/sign-in')
  await other.go('GET', await signIn(other, person.authenticator))
  const before = person.browser.cookie('vartio-session')
  const { body } = await person.api('POST', '/sign-out-everywhere')
  assert.equal(person.browser.cookie('vartio-session'), undefined)
  const page = await person.browser.go('GET', body.next)
  assert.match(page.body, /You have signed out/)
  for (const cookie of [before, other.cookie('vartio-session')]) {
    const replay = new Browser(identity.urls.identity)
    const answer = await replay.ask('GET', '/account/api/own', { headers: { cookie: `vartio-session=${cookie}` } })
    assert.equal(answer.status, 401)
  }
})

test('signing out ends the session itself, not only the cookie', async () => {
  const person = await arrive()
  const before = person.browser.cookie('vartio-session')
  assert.equal((await person.api('POST', '/sign-out')).status, 200)
  const replay = new Browser(identity.urls.identity)
  const headers = { cookie: `vartio-session=${before}` }
  assert.equal((await replay.ask('GET', '/account/api/own', { headers })).status, 401)
})
