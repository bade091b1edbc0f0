import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import type { Address } from '#identity/people'
import { Browser } from '#tests/browser'
import { aContract, enforceContract } from '#tests/contract'
import { register, startIdentity } from '#tests/identity'
import { createService, makeClientKey } from '#tests/service'

const clock = createTestClock(new Date())
const house = await startIdentity({ clock })
let count = 0

/** Somebody new, signed in on the account pages. */
async function arrive() {
  count += 1
  const email = `one${count}@addresses.example`
  const browser = new Browser(house.urls.identity)
  browser.from = `127.0.3.${count}`
  await browser.go('GET', '/sign-in?to=account')
  const { authenticator } = await register(house, browser, { name: `Person ${count}`, email })
  await browser.go('POST', browser.url, { form: {} })
  const api = async (path: string, json: object) => {
    const answer = await browser.ask('POST', `/account/api/addresses${path}`, { json })
    return { status: answer.status, ...(answer.body === '' ? {} : JSON.parse(answer.body)) }
  }
  const emails = async () =>
    JSON.parse((await browser.ask('GET', '/account/api/own', { json: {} })).body).emails as {
      email: string
      isPrimary: boolean
    }[]
  return { browser, authenticator, email, api, emails }
}
type Person = Awaited<ReturnType<typeof arrive>>

const subjects = async (email: string) => (await house.letters(email)).map(({ subject }) => subject)
/** The code of the letter that came to this address last. */
const codeAt = async (email: string) => /\d{4} \d{4}/.exec((await house.letters(email))[0]?.text ?? '')?.[0] ?? ''
async function add(person: Person, email: string) {
  const { codeId } = await person.api('/begin', { email })
  assert.equal((await person.api('', { codeId, email, code: await codeAt(email) })).status, 204)
}

test('ID-24 somebody has several addresses, each proved by a code of its own; services and mail get the one that they made primary', async () => {
  const person = await arrive()
  const second = 'toinen@addresses.example'
  const { codeId } = await person.api('/begin', { email: ' Toinen@Addresses.example ' })
  assert.deepEqual(
    (await person.emails()).map(({ email }) => email),
    [person.email],
    'what is not proved is not there',
  )
  const code = await codeAt(second)
  assert.equal((await person.api('', { codeId, email: second, code: '00000000' })).code, 'people.code_wrong')
  assert.equal((await person.api('', { codeId, email: 'kolmas@addresses.example', code })).code, 'people.code_wrong')
  assert.equal((await person.api('', { codeId, email: second, code })).status, 204)
  assert.equal((await person.api('', { codeId, email: second, code })).code, 'people.code_wrong', 'once')
  assert.deepEqual(
    (await person.emails()).map(({ email, isPrimary }) => [email, isPrimary]),
    [
      [person.email, true],
      [second, false],
    ],
  )
  assert.ok((await subjects(person.email)).includes('An e-mail address was added to your account'))
  assert.equal((await person.api('/remove', { email: person.email })).code, 'people.address_primary')

  const key = await makeClientKey()
  const callback = new URL('http://post.localhost:9/callback')
  const keys = [key.publicJwk] as never
  await enforceContract(house.identity.services, 'post', aContract({ keys, redirectUris: [callback.href] }))
  const service = await createService({ issuer: house.urls.identity, key, clientId: 'post', callback })
  const released = async () => {
    const { url, checks } = await service.begin()
    const page = await person.browser.go('GET', url)
    await person.browser.go('POST', `${person.browser.url.pathname}/continue`, { form: {} })
    return { page: page.body, email: (await service.redeem(person.browser.url, checks)).claims()?.email }
  }
  assert.equal((await released()).email, person.email)
  assert.equal((await person.api('/primary', { email: second })).status, 204)
  for (const email of [person.email, second])
    assert.ok((await subjects(email)).includes('Another e-mail address is now your primary one'), email)
  const { page, email } = await released()
  assert.equal(email, second)
  assert.ok(page.includes(second) && !page.includes(person.email), 'the page shows the one that goes out')

  assert.equal((await person.api('/remove', { email: person.email })).status, 204)
  assert.ok((await subjects(person.email)).includes('An e-mail address was removed from your account'))
  assert.deepEqual(
    (await person.emails()).map(({ email }) => email),
    [second],
  )
  // Nobody's any more: another account may prove it.
  await add(await arrive(), person.email)
})

test('account enumeration by text: whether another account has an address is told to whoever reads it alone', async () => {
  const [person, other] = [await arrive(), await arrive()]
  const answers = []
  for (const email of [other.email, 'ei-kenenkaan@addresses.example']) {
    const begun = await person.api('/begin', { email })
    const refused = await person.api('', { codeId: begun.codeId, email, code: '00000000' })
    answers.push([begun.status, Object.keys(begun).sort(), refused.status, refused.code])
  }
  assert.deepEqual(answers[0], answers[1])
  assert.equal((await subjects(other.email))[0], 'This address has an account in Vartio already')
  assert.equal(await codeAt(other.email), '', 'no code is sent that could be asked for')
  assert.deepEqual((await person.emails()).length, 1)
})

test('ID-84 an address is changed by its holder alone, with a passkey of a moment ago, and by no code of another purpose', async () => {
  const [person, other] = [await arrive(), await arrive()]
  for (const path of ['/primary', '/remove'])
    assert.equal((await other.api(path, { email: person.email })).code, 'people.address_not_found', path)
  // A code of registering with an address puts it into no account.
  const email = 'rekisterointi@addresses.example'
  const { codeId, code } = await house.identity.people.codes.make('register', email as Address, '127.0.3.250')
  const taken = await person.api('', { codeId, email, code })
  assert.equal(taken.code, 'people.code_wrong')
  clock.advance(10 * 60_000)
  for (const path of ['/begin', '/primary', '/remove'])
    assert.equal((await person.api(path, { email: person.email })).code, 'sign_in.fresh_passkey_required', path)
})

test('two changes at the same moment leave one primary address; one address proved by two at once belongs to one; there are ten at most', async () => {
  const [person, other] = [await arrive(), await arrive()]
  for (const email of ['a@both.example', 'b@both.example']) await add(person, email)
  await Promise.all(['a@both.example', 'b@both.example'].map((email) => person.api('/primary', { email })))
  assert.equal((await person.emails()).filter(({ isPrimary }) => isPrimary).length, 1)
  const email = 'yhteinen@both.example'
  const codes = []
  for (const one of [person, other]) {
    const { codeId } = await one.api('/begin', { email })
    codes.push({ codeId, email, code: await codeAt(email) })
  }
  const added = await Promise.all([person.api('', codes[0]!), other.api('', codes[1]!)])
  assert.deepEqual(added.map(({ status }) => status).sort(), [204, 409])
  for (let number = (await other.emails()).length; number < 10; number += 1) {
    // Five codes an hour are for one address, thirty for one sender.
    await add(other, `monta${number}@both.example`)
  }
  const { codeId } = await other.api('/begin', { email: 'liikaa@both.example' })
  const tooMany = await other.api('', {
    codeId,
    email: 'liikaa@both.example',
    code: await codeAt('liikaa@both.example'),
  })
  assert.equal(tooMany.code, 'people.too_many_addresses')
})
