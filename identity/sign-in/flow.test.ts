import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Contract } from '#identity/services'
import { createAuthenticator } from '#tests/authenticator'
import { Browser } from '#tests/browser'
import { aContract, enforceContract } from '#tests/contract'
import { readCode, register, signIn, startIdentity } from '#tests/identity'
import { createService, makeClientKey } from '#tests/service'

const identity = await startIdentity()
const service = await createService({
  issuer: identity.urls.identity,
  key: identity.portalKey,
  callback: new URL('/sign-in/callback', identity.urls.portal),
})

test('a person registers, comes back to the service, signs out and signs in again with the passkey', async () => {
  const browser = new Browser(identity.urls.identity)
  const first = await service.begin({ prompt: 'create', ui_locales: 'fi' })
  const page = await browser.go('GET', first.url)
  assert.equal(page.status, 200, browser.url.href)
  assert.match(page.body, /<html lang="fi">/)
  assert.match(page.body, /Luo tili/)

  const { authenticator, recoveryCodes } = await register(identity, browser, {
    name: 'Aino Korhonen',
    email: 'Aino@Korhonen.example',
  })
  assert.equal(recoveryCodes.length, 10)
  const codesPath = browser.url.pathname
  await browser.go('POST', codesPath, { form: {} })
  assert.equal(browser.url.host, identity.urls.portal.host)
  const tokens = await service.redeem(browser.url, first.checks)
  const claims = tokens.claims()!
  assert.equal(claims.name, 'Aino Korhonen')
  assert.equal(claims.email, 'aino@korhonen.example')
  assert.equal(claims.email_verified, true)
  assert.equal(claims.locale, 'fi')

  const second = await service.begin()
  const signOut = new URL(service.configuration.serverMetadata().end_session_endpoint!)
  signOut.searchParams.set('id_token_hint', tokens.id_token!)
  signOut.searchParams.set('post_logout_redirect_uri', identity.urls.portal.href)
  const question = await browser.go('GET', signOut)
  assert.match(question.body, /Kirjaudutaanko ulos\?|Sign out\?/)
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(question.body)?.[1]
  await browser.go('POST', '/oidc/sign-out/confirm', { form: { xsrf: xsrf!, logout: 'yes' } })
  assert.equal(browser.url.href, identity.urls.portal.href)

  const signInPage = await browser.go('GET', second.url)
  assert.match(signInPage.body, /autocomplete="username webauthn"/)
  await browser.go('GET', await signIn(browser, authenticator))
  const again = (await service.redeem(browser.url, second.checks)).claims()!
  assert.equal(again.sub, claims.sub)
})

test('account enumeration by text: the page of creating an account answers the same for an address that has one; only its mail tells', async () => {
  const known = new Browser(identity.urls.identity)
  await known.go('GET', (await service.begin({ prompt: 'create' })).url)
  await register(identity, known, { name: 'Known', email: 'known@paja.example' })

  const answers: string[] = []
  for (const email of ['known@paja.example', 'fresh@paja.example']) {
    const browser = new Browser(identity.urls.identity)
    await browser.go('GET', (await service.begin({ prompt: 'create' })).url)
    const event = browser.url.pathname.replace('/create', '')
    const page = await browser.go('POST', `${event}/create`, { form: { name: 'Somebody', email } })
    const wrong = await browser.go('POST', `${event}/code`, { form: { code: '00000000' } })
    const again = await browser.go('POST', `${event}/code/again`, { form: {} })
    answers.push(
      [page, wrong, again]
        .map(({ status, body }) => `${status} ${body}`.replaceAll(event, '').replaceAll(email, ''))
        .join('\n'),
    )
  }
  assert.equal(answers[0], answers[1])
  const letters = await identity.letters('known@paja.example')
  assert.equal(letters[0]?.subject, 'You have an account in Vartio already')
  assert.ok(!/\d{4} \d{4}/.test(letters[0]?.text ?? ''), 'a code for an address that has an account')
})

test('what is typed wrong is shown again with what is wrong, and escaped', async () => {
  const browser = new Browser(identity.urls.identity)
  await browser.go('GET', (await service.begin({ prompt: 'create' })).url)
  const event = browser.url.pathname.replace('/create', '')
  const form = { name: '"><script>alert(1)</script>', email: 'nobody@' }
  const page = await browser.go('POST', `${event}/create`, { form })
  assert.equal(page.status, 400)
  assert.match(page.body, /This is not an e-mail address/)
  assert.match(page.body, /aria-invalid="true"/)
  assert.ok(!page.body.includes('<script>alert'))
  const empty = await browser.go('POST', `${event}/create`, { form: {} })
  assert.match(empty.body, /Write a name/)
})

test('the other language is chosen by a link and stays through the pages', async () => {
  const browser = new Browser(identity.urls.identity)
  await browser.go('GET', (await service.begin({ prompt: 'create', ui_locales: 'fi' })).url)
  const event = browser.url.pathname.replace('/create', '')
  assert.match((await browser.ask('GET', `${event}/create?lang=en`)).body, /<html lang="en">/)
  for (const step of ['/create', '/use-passkey', '/recovery'])
    assert.match((await browser.ask('GET', `${event}${step}`)).body, /<html lang="en">/)
  const code = await browser.go('POST', `${event}/create`, { form: { name: 'Aino', email: 'language@paja.example' } })
  assert.match(code.body, /Type the code we mailed you/)
  assert.equal((await identity.letters('language@paja.example'))[0]?.language, 'en')
})

test('ID-04 the step with the passkey wants the code first, and an account is never half made', async () => {
  const browser = new Browser(identity.urls.identity)
  await browser.go('GET', (await service.begin({ prompt: 'create' })).url)
  const event = browser.url.pathname.replace('/create', '')
  for (const step of ['/passkey/begin', '/passkey/finish']) {
    const authenticator = createAuthenticator(identity.urls.identity.origin)
    const json = step.endsWith('begin')
      ? {}
      : authenticator.make({ challenge: 'A'.repeat(43), rp: { id: 'id.localhost' }, user: { id: 'AAAA' } })
    const answer = await browser.ask('POST', `${event}${step}`, { json })
    assert.deepEqual([answer.status, JSON.parse(answer.body).code], [409, 'sign_in.out_of_order'])
  }
  await browser.go('POST', `${event}/create`, { form: { name: 'Half', email: 'half@paja.example' } })
  await browser.go('POST', `${event}/code`, { form: { code: await readCode(identity, 'half@paja.example') } })
  assert.equal(browser.url.pathname, `${event}/passkey`)
  assert.equal(await identity.identity.people.findByAddress('half@paja.example' as never), undefined)
})

test('ID-106 what has been typed so far is sealed with what only this browser holds', async () => {
  const browser = new Browser(identity.urls.identity)
  await browser.go('GET', (await service.begin({ prompt: 'create' })).url)
  const event = browser.url.pathname.replace('/create', '')
  await browser.go('POST', `${event}/create`, { form: { name: 'Sealed Person', email: 'sealed@paja.example' } })
  const rows = await identity.admin<{ sealed: Buffer; event_hash: Buffer }[]>`select * from sign_in.draft`
  const everything = Buffer.concat(rows.flatMap(({ sealed, event_hash }) => [sealed, event_hash]))
  for (const secret of ['Sealed Person', 'sealed@paja.example', event.replace('/sign-in/', '')])
    assert.ok(!everything.includes(secret))
})

test('ID-47 every page of an event lets the person break it off', async () => {
  const browser = new Browser(identity.urls.identity)
  const canCancel = (body: string, where: string) => assert.match(body, /action="\/sign-in\/[\w-]+\/cancel"/, where)
  canCancel((await browser.go('GET', (await service.begin()).url)).body, 'sign-in')
  const event = browser.url.pathname
  for (const step of ['/use-passkey', '/create', '/recovery'])
    canCancel((await browser.ask('GET', `${event}${step}`)).body, step)
  const email = 'peruja@paja.example'
  canCancel((await browser.go('POST', `${event}/create`, { form: { name: 'Peruja', email } })).body, 'code')
  const form = { code: await readCode(identity, email) }
  canCancel((await browser.go('POST', `${event}/code`, { form })).body, 'passkey')
  const made = createAuthenticator(identity.urls.identity.origin).make(
    JSON.parse((await browser.ask('POST', `${event}/passkey/begin`, { json: {} })).body),
  )
  const { next } = JSON.parse((await browser.ask('POST', `${event}/passkey/finish`, { json: made })).body)
  const { body } = await browser.go('GET', next)
  canCancel(body, 'codes')
  const [code = ''] = /(?:[0-9a-z]{4}-){3}[0-9a-z]{4}/.exec(body) ?? []
  const other = new Browser(identity.urls.identity)
  await other.go('GET', (await service.begin()).url)
  const recovered = await other.go('POST', `${other.url.pathname}/recovery`, { form: { email, code } })
  assert.match(recovered.body, /You are in with a recovery code/)
  canCancel(recovered.body, 'recovered')
})

test('RFC 9700 4.11 open redirect: a page that offers to try again never leads to another site', async () => {
  for (const [path, isOffered] of [
    ['/sign-in?to=account', true],
    ['//evil.example/', false],
    ['/\\evil.example/', false],
  ] as const) {
    const page = identity.identity.errorPage(
      { type: 'x', title: 'x', status: 429, code: 'http.too_many_requests' },
      { language: 'en', method: 'GET', url: path, nonce: '' },
    )
    assert.equal(page.includes(`href="${path}"`), isOffered, path)
    assert.doesNotMatch(page, /href="[^"]*evil/)
  }
})

test('the portal alone offers its page for work addresses, and the link to it carries nothing and ends nothing', async () => {
  const work = new URL('/sign-in/work', identity.urls.portal).href
  const linksTo = ({ body }: { body: string }) =>
    [...body.matchAll(/href="([^"]*)"/g)].map(([, to]) => to).filter((to) => to?.includes('work'))
  const browser = new Browser(identity.urls.identity)
  const page = await browser.go('GET', (await service.begin({ login_hint: 'aino@paja.example' })).url)
  assert.deepEqual(linksTo(page), [work], 'nothing of the event, of who comes, or of a company')
  assert.deepEqual(linksTo(await browser.ask('GET', `${browser.url.pathname}/use-passkey`)), [work])
  assert.equal(page.headers['referrer-policy'], 'no-referrer', 'the address of the event goes nowhere either')
  // Back from there, the event is as it was left.
  assert.deepEqual(linksTo(await browser.ask('GET', browser.url)), [work])

  // Whoever is to register, or shows the passkey once more, is not helped by a company.
  for (const prompt of ['create', 'login']) {
    const other = new Browser(identity.urls.identity)
    await other.go('GET', (await service.begin({ prompt })).url)
    const event = other.url.pathname.replace('/create', '')
    assert.deepEqual(linksTo(await other.ask('GET', `${event}/use-passkey`)), [], prompt)
  }
  assert.deepEqual(linksTo(await new Browser(identity.urls.identity).go('GET', '/sign-in?to=account')), [])
  const key = await makeClientKey()
  const callback = new URL('https://library.example/callback')
  const keys = [key.publicJwk] as unknown as Contract['keys']
  await enforceContract(identity.identity.services, 'library', aContract({ keys, redirectUris: [callback.href] }))
  const library = await createService({ issuer: identity.urls.identity, key, clientId: 'library', callback })
  assert.deepEqual(linksTo(await new Browser(identity.urls.identity).go('GET', (await library.begin()).url)), [])
})

test('the last step sent three times at the same moment makes one account, and no failure of ours', async () => {
  const browser = new Browser(identity.urls.identity)
  await browser.go('GET', '/sign-in?to=account')
  const event = /^\/sign-in\/[^/]+/.exec(browser.url.pathname)![0]
  const email = 'kolmesti@flow.example'
  await browser.go('POST', `${event}/create`, { form: { name: 'Kolmesti', email } })
  await browser.go('POST', `${event}/code`, { form: { code: await readCode(identity, email) } })
  const authenticator = createAuthenticator(identity.urls.identity.origin)
  const made = []
  for (let count = 0; count < 3; count += 1)
    made.push(authenticator.make(JSON.parse((await browser.ask('POST', `${event}/passkey/begin`, { json: {} })).body)))
  const answers = await Promise.all(made.map((json) => browser.ask('POST', `${event}/passkey/finish`, { json })))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  for (const { status } of answers) assert.ok(status < 500, `${status}`)
  const personId = await identity.identity.people.findByAddress(email)
  assert.equal((await identity.identity.passkeys.list(personId!)).length, 1)
})

test('A-84 A-28 no page asks for a password and no table has one; until somebody presses for a passkey nothing of one is kept', async () => {
  const browser = new Browser(identity.urls.identity)
  const page = await browser.go('GET', '/sign-in?to=account')
  const event = browser.url.pathname
  const pages = [page.body]
  for (const step of ['/create', '/recovery', '/use-passkey'])
    pages.push((await browser.go('GET', `${event}${step}`)).body)
  for (const body of pages) assert.doesNotMatch(body, /type="password"|name="password"|salasana/i)
  const columns = await identity.admin<{ name: string }[]>`
    select table_schema || '.' || table_name || '.' || column_name as name from information_schema.columns
    where table_schema !~ '^(pg_|information_schema)' and column_name ~ 'passw|salasana'`
  assert.deepEqual([...columns], [])
  // Whoever only looks at pages leaves nothing of a key pair: what ties them to this event, and no more.
  assert.deepEqual(browser.cookies.map(({ name }) => name.replace(/^__(Host|Secure)-/, '')).sort(), [
    'vartio-event',
    'vartio-resume',
  ])
})
