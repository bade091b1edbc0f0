import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTestClock } from '#base/clock'
import { createAuthenticator } from '#tests/authenticator'
import { Browser } from '#tests/browser'
import { register, signIn, startIdentity } from '#tests/identity'
import { recoveryBegun } from './api.ts'
import { readRecoveryCode } from './codes.ts'

const clock = createTestClock(new Date())
const test_ = await startIdentity({ clock })
const { identity, urls } = test_
let count = 0

async function arrive() {
  count += 1
  const email = `lost${count}@recovery.example`
  const browser = new Browser(urls.identity)
  await browser.go('GET', '/sign-in?to=account')
  const made = await register(test_, browser, { name: `Lost ${count}`, email })
  await browser.go('POST', browser.url, { form: {} })
  const personId = (await identity.people.findByAddress(email))!
  return { ...made, browser, email, personId }
}

const letters = async (email: string) => (await test_.letters(email)).map((letter) => letter.subject)

test('a recovery code lets in once, is told by mail, and leads to a new passkey', async () => {
  const person = await arrive()
  const browser = new Browser(urls.identity)
  const page = await browser.go('GET', '/sign-in')
  const event = page.url.pathname
  const typed = ` ${person.recoveryCodes[3]!.toUpperCase().replaceAll('-', ' ')} `
  const answer = await browser.go('POST', `${event}/recovery`, {
    form: { email: person.email.toUpperCase(), code: typed },
  })
  assert.equal(answer.url.pathname, `${event}/passkey`)
  assert.ok((await letters(person.email)).includes('A recovery code of yours was used'))

  const options = JSON.parse((await browser.ask('POST', `${event}/passkey/begin`, { json: {} })).body)
  const second = createAuthenticator(urls.identity.origin)
  const finished = await browser.ask('POST', `${event}/passkey/finish`, { json: second.make(options) })
  await browser.go('GET', JSON.parse(finished.body).next)
  assert.equal(browser.url.pathname, '/account/')
  assert.equal((await identity.passkeys.list(person.personId)).length, 2)

  const again = new Browser(urls.identity)
  const start = (await again.go('GET', '/sign-in')).url.pathname
  const used = await again.go('POST', `${start}/recovery`, { form: { email: person.email, code: typed } })
  assert.equal(used.status, 400)
})

test('without a new passkey a recovery code lets in, but not to what wants a passkey', async () => {
  const person = await arrive()
  const browser = new Browser(urls.identity)
  const event = (await browser.go('GET', '/sign-in')).url.pathname
  await browser.go('POST', `${event}/recovery`, { form: { email: person.email, code: person.recoveryCodes[0]! } })
  await browser.go('POST', `${event}/passkey/later`, { form: {} })
  assert.equal(browser.url.pathname, '/account/')
  assert.equal((await browser.ask('GET', '/account/api/own', { json: {} })).status, 200)
  const answer = await browser.ask('POST', '/account/api/recovery-codes', { json: {} })
  assert.equal(JSON.parse(answer.body).code, 'sign_in.fresh_passkey_required')
})

test('one recovery code used twice at the same moment lets in once', async () => {
  const person = await arrive()
  const attempts = await Promise.allSettled(
    Array.from({ length: 6 }, () => identity.recovery.codes.use(person.email, person.recoveryCodes[5]!)),
  )
  assert.equal(attempts.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('account enumeration by text: an unknown address and a wrong code are answered alike', async () => {
  const person = await arrive()
  const other = await arrive()
  const pages: string[] = []
  for (const form of [
    { email: person.email, code: '0000-0000-0000-0000' },
    { email: 'nobody@recovery.example', code: person.recoveryCodes[0]! },
    { email: other.email, code: person.recoveryCodes[0]! },
    { email: 'no address', code: 'no code' },
  ]) {
    const browser = new Browser(urls.identity)
    const event = (await browser.go('GET', '/sign-in')).url.pathname
    const answer = await browser.go('POST', `${event}/recovery`, { form })
    assert.equal(answer.status, 400)
    pages.push(answer.body.replaceAll(event, '').replace(form.email, ''))
  }
  assert.equal(new Set(pages).size, 1)
  await identity.recovery.codes.use(person.email, person.recoveryCodes[0]!)
})

async function beginHelp(personId: string): Promise<{ code: string; link: string; email: string }> {
  const subject = await identity.services.subjectOf('portal', personId)
  const begun = await test_.portalCalls.call('identity', '/calls/recovery/begin', { subject }, recoveryBegun)
  const email = (await identity.people.find(personId))!.emails[0]!.address
  const letter = (await test_.letters(email)).find(({ text }) => text.includes('/recovery/'))!
  return { code: begun.code, link: /http\S+\/recovery\/\S+/.exec(letter.text)![0], email }
}

test('an administrator’s help needs the mailed link and the code told by voice; old sessions end, old passkeys stay', async () => {
  const person = await arrive()
  const { code, link } = await beginHelp(person.personId)
  assert.match(code, /^\d{8}$/)
  for (const { text } of await test_.letters(person.email)) assert.ok(!text.includes(code), 'the code is in a letter')

  const browser = new Browser(urls.identity)
  assert.equal((await browser.ask('POST', '/recovery/passkey/begin', { json: {} })).status, 410)
  const page = await browser.go('GET', link)
  assert.match(page.body, /the administrator told you/)
  assert.ok(!page.body.includes(person.email), 'the link alone tells whose account it is')
  const wrong = await browser.go('POST', link, { form: { code: '00000000' } })
  assert.equal(wrong.status, 400)
  await browser.go('POST', link, { form: { code } })
  assert.equal(browser.url.pathname, '/recovery/passkey')
  // Back, reload, the letter opened once more: this browser goes on, any other gets no second look.
  for (const again of [() => browser.go('GET', link), () => browser.go('POST', link, { form: { code } })]) {
    assert.equal((await again()).status, 200)
    assert.equal(browser.url.pathname, '/recovery/passkey')
  }
  assert.equal((await new Browser(urls.identity).go('POST', link, { form: { code } })).status, 410)
  const other = await arrive()
  assert.match((await browser.go('GET', (await beginHelp(other.personId)).link)).body, /the administrator told you/)

  const options = JSON.parse((await browser.ask('POST', '/recovery/passkey/begin', { json: {} })).body)
  const fresh = createAuthenticator(urls.identity.origin)
  const finished = await browser.ask('POST', '/recovery/passkey/finish', { json: fresh.make(options) })
  assert.equal(finished.status, 200, finished.body)
  const done = await browser.go('GET', JSON.parse(finished.body).next)
  assert.match(done.body, /The passkey is made/)

  assert.equal((await person.browser.ask('GET', '/account/api/own', { json: {} })).status, 401)
  assert.equal((await identity.passkeys.list(person.personId)).length, 2)
  assert.ok((await letters(person.email)).includes('You are back in your account'))
  await browser.go('GET', '/sign-in')
  await browser.go('GET', await signIn(browser, fresh))
  assert.equal(browser.url.pathname, '/account/')

  const replay = await new Browser(urls.identity).go('POST', link, { form: { code } })
  assert.equal(replay.status, 410)
})

test('brute force of one-time codes: five wrong ones end a help, even when they come at once', async () => {
  const person = await arrive()
  const { code, link } = await beginHelp(person.personId)
  const browser = new Browser(urls.identity)
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, at) => browser.go('POST', link, { form: { code: String(10_000_000 + at) } })),
  )
  assert.equal(answers.filter(({ status }) => status === 400).length, 4)
  assert.equal((await browser.go('POST', link, { form: { code } })).status, 410)
})

test('the owner of the data folder gets both halves; nobody is flooded with helps', async () => {
  const person = await arrive()
  const { link, code } = await identity.recovery.beginHere(person.email)
  const browser = new Browser(urls.identity)
  await browser.go('POST', link, { form: { code } })
  assert.equal(browser.url.pathname, '/recovery/passkey')
  await identity.recovery.beginHere(person.email)
  await identity.recovery.beginHere(person.email)
  await assert.rejects(identity.recovery.beginHere(person.email), { code: 'recovery.too_many_helps' })
  await assert.rejects(identity.recovery.beginHere('nobody@recovery.example'), { code: 'recovery.no_account' })
})

test('a subject of nobody is answered as such, and who does not sign is not answered', async () => {
  await assert.rejects(
    test_.portalCalls.call('identity', '/calls/recovery/begin', { subject: 'nobody' }, recoveryBegun),
    { code: 'services.subject_not_found' },
  )
  const unsigned = await new Browser(urls.identity).ask('POST', '/calls/recovery/begin', {
    json: { subject: 'nobody' },
  })
  assert.equal(unsigned.status, 401)
})

test('the database never holds a recovery code, nor a link or its code', async () => {
  const person = await arrive()
  const { code, link } = await identity.recovery.beginHere(person.email)
  const rows = JSON.stringify([
    await test_.admin`select * from recovery.code where person_id = ${person.personId}`,
    await test_.admin`select * from recovery.help where person_id = ${person.personId}`,
  ])
  for (const secret of [...person.recoveryCodes, code, link.split('/').at(-1)!])
    for (const form of [secret, secret.replaceAll('-', ''), Buffer.from(secret).toString('hex')])
      assert.ok(!rows.includes(form))
})

test('whatever is typed is one well-formed code or none', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      const code = readRecoveryCode(text)
      assert.ok(code === undefined || /^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/.test(code))
    }),
  )
  const alphabet = [...'0123456789abcdefghjkmnpqrstvwxyz']
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...alphabet), { minLength: 16, maxLength: 16 }), (letters) => {
      const code = letters.join('').replace(/(.{4})(?=.)/g, '$1-')
      const careless = code.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l')
      assert.equal(readRecoveryCode(careless), code)
    }),
  )
})

test('a help ends after an hour, and a new one voids the one before', async () => {
  const person = await arrive()
  const first = await beginHelp(person.personId)
  const second = await identity.recovery.beginHere(person.email)
  assert.equal((await new Browser(urls.identity).go('GET', first.link)).status, 410)
  assert.equal((await new Browser(urls.identity).go('GET', second.link)).status, 200)
  clock.advance(61 * 60_000)
  assert.equal((await new Browser(urls.identity).go('POST', second.link, { form: { code: second.code } })).status, 410)
})
