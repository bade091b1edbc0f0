import assert from 'node:assert/strict'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { addMonths } from '#base/calendar'
import { newId } from '#base/ids'
import { createHolds } from '#server/holds'
import { Browser } from '#tests/browser'
import { register, signIn } from '#tests/identity'
import { startPrograms } from '#tests/programs'

// The programs as they are, and a year that passes while the test looks. The last event is on the last of November: three months later is 28 February.

const { clock, identity, privacy } = await startPrograms(new Date('2026-11-30T09:00:00.000Z'))
// What identity signs the office takes, as in a house that was started.
const callKey = 'identity.call.jwk.json'
copyFileSync(join(identity.folder, callKey), join(privacy.publicFolder, callKey))
const { lifeCycle, people } = identity.identity
const { urls } = identity

let count = 0
/** Somebody new, signed in on the account pages. */
async function arrive() {
  count += 1
  const email = `quiet${count}@life.example`
  const browser = new Browser(urls.identity)
  await browser.go('GET', '/sign-in?to=account')
  const { authenticator, recoveryCodes } = await register(identity, browser, { name: `Quiet ${count}`, email })
  await browser.go('POST', browser.url, { form: {} })
  const own = async () => {
    const answer = await browser.ask('GET', '/account/api/own', { json: {} })
    assert.equal(answer.status, 200, answer.body)
    return JSON.parse(answer.body)
  }
  const comeBack = async () => {
    await browser.go('GET', '/sign-in?to=account')
    await browser.go('GET', await signIn(browser, authenticator))
    assert.equal(browser.url.pathname, '/account/')
  }
  /** Of letters written just now. */
  const subjects = async () =>
    (await identity.letters(email)).flatMap(({ subject, writtenAt }) => (+writtenAt === +clock.now() ? [subject] : []))
  return { email, browser, authenticator, recoveryCodes, own, comeBack, subjects }
}

const isThere = async (email: string) => (await people.findByAddress(email)) !== undefined

/** As the page of pledges counts it. */
async function overdue() {
  const measured = await identity.platform.proofs.measure()
  return measured.find(({ name }) => name === 'people.unused')?.figure
}

async function finishRequests() {
  for (let turns = 0; turns < 20 && (await privacy.requests.carryOn()); turns += 1);
}

const goTo = (at: string) => clock.set(new Date(at))
const start = '2026-11-30T09:00:00.000Z'

test('ID-74 ID-75 ID-76 an account that nobody uses expires after three months and is erased 30 days later, with a letter before each', async () => {
  goTo(start)
  const person = await arrive()
  const { life } = await person.own()
  assert.deepEqual(life, {
    lastEventAt: start,
    expiresAt: '2027-02-28T09:00:00.000Z',
    // The 30 days are over on 30 March at 9; four months are over at the same moment, and an erasure takes its time.
    erasedAt: '2027-03-30T03:00:00.000Z',
  })
  const told = async (at: string) => {
    goTo(at)
    await lifeCycle.round()
    await lifeCycle.round()
    return person.subjects()
  }
  assert.deepEqual(await told('2027-01-28T08:59:59.000Z'), [])
  assert.deepEqual(await told('2027-01-28T09:00:00.000Z'), ['Your account expires in a month'])
  assert.deepEqual(await told('2027-02-28T08:59:59.000Z'), [])
  assert.deepEqual(await told('2027-02-28T09:00:00.000Z'), ['Your account has expired'])
  assert.deepEqual(await told('2027-03-23T02:59:59.000Z'), [])
  assert.deepEqual(await told('2027-03-23T03:00:00.000Z'), ['Your account is deleted in a week'])
  assert.match((await identity.letters(person.email))[0]!.text, /30 March 2027/)
  assert.deepEqual(await told('2027-03-30T02:59:59.000Z'), [])
  assert.equal(await isThere(person.email), true)
  assert.deepEqual(await told('2027-03-30T03:00:00.000Z'), ['Your account is being deleted because it was not used'])
  await finishRequests()
  assert.equal(await isThere(person.email), false)
  const [last] = await identity.letters(person.email)
  assert.equal(last?.subject, 'Your account has been deleted')
  const receipt = /http:\S+\/requests\/receipt\/\S+/.exec(last?.text ?? '')?.[0] ?? ''
  const page = await privacy.http.app.inject({ url: new URL(receipt).pathname, headers: { host: urls.privacy.host } })
  assert.match(page.body, /Tilisi ja tietosi on poistettu/)
  assert.match(page.body, /Tiliäsi ei ollut käytetty/)
  // The passkey signs, and is nobody's any more.
  await assert.rejects(person.comeBack(), /passkeys\.refused/)
})

test('ID-75 A-03 whoever signs in within the 30 days has the account back, and the months begin anew', async () => {
  goTo(start)
  const person = await arrive()
  goTo('2027-03-29T09:00:00.000Z')
  await lifeCycle.round()
  // Expired: no session is left, so signing in is all there is.
  assert.equal((await person.browser.ask('GET', '/account/api/own', { json: {} })).status, 401)
  await person.comeBack()
  assert.equal((await person.own()).life.expiresAt, '2027-06-29T09:00:00.000Z')
  goTo('2027-04-20T09:00:00.000Z')
  await lifeCycle.round()
  await finishRequests()
  assert.equal(await isThere(person.email), true)
  // The letters come again, for the new dates.
  goTo('2027-05-29T09:00:00.000Z')
  await lifeCycle.round()
  assert.deepEqual(await person.subjects(), ['Your account expires in a month'])
})

test('ID-76 when the time is over nobody comes back, by passkey or by recovery code, though the erasure has not begun', async () => {
  goTo(start)
  const person = await arrive()
  goTo('2027-03-30T03:00:00.000Z')
  await assert.rejects(person.comeBack(), /people\.account_over/)
  const other = new Browser(urls.identity)
  await other.go('GET', '/sign-in?to=account')
  const event = other.url.pathname
  await other.go('POST', `${event}/recovery`, { form: { email: person.email, code: person.recoveryCodes[0]! } })
  const answer = await other.go('POST', `${event}/passkey/later`, { form: {} })
  assert.equal(answer.status, 410)
  assert.equal(other.cookie('vartio-session'), undefined)
})

test('ID-29 A-02 only what the person does themselves is an event: not looking, and not what others do', async () => {
  goTo(start)
  const person = await arrive()
  const lastEvent = async () => (await person.own()).life.lastEventAt
  clock.advance(3_600_000)
  assert.equal(await lastEvent(), start)
  const change = await person.browser.ask('PUT', '/account/api/own', { json: { theme: 'dark' } })
  assert.equal(change.status, 204)
  assert.equal(await lastEvent(), '2026-11-30T10:00:00.000Z')
  clock.advance(3_600_000)
  await lifeCycle.round()
  await person.browser.ask('POST', '/account/api/sign-out', { json: {} })
  const found = await people.find((await people.findByAddress(person.email))!)
  assert.equal(found?.life.lastEventAt.toISOString(), '2026-11-30T10:00:00.000Z')
})

test('RT-23 ID-76 a person whose data is held is not erased before the hold has ended', async () => {
  goTo(start)
  const person = await arrive()
  const personId = (await people.findByAddress(person.email))!
  const holds = createHolds({ database: identity.database, clock })
  const holdId = newId()
  const placed = await holds.place({ holdId, ground: 'remedy', personId, endsAt: new Date('2027-09-01T00:00:00.000Z') })
  assert.equal(placed, 'placed')
  goTo('2027-04-15T09:00:00.000Z')
  await lifeCycle.round()
  await finishRequests()
  assert.equal(await isThere(person.email), true)
  await assert.rejects(person.comeBack(), /people\.account_over/)
  assert.equal(await overdue(), 0, 'what is held is no broken promise')
  await holds.end(holdId)
  assert.equal(await overdue(), 1, 'found until it is gone')
  await lifeCycle.round()
  await finishRequests()
  assert.equal(await isThere(person.email), false)
  assert.equal(await overdue(), 0)
})

test('DSR-12 ID-76 what is only stored does not end, and its person comes to unlock it', async () => {
  goTo(start)
  const person = await arrive()
  assert.equal((await person.browser.ask('POST', '/account/api/own-data/restrict', { json: {} })).status, 200)
  await finishRequests()
  goTo('2027-08-15T09:00:00.000Z')
  await lifeCycle.round()
  await finishRequests()
  assert.equal(await isThere(person.email), true)
  assert.equal(await overdue(), 0, 'nor is what is only stored')
  await person.comeBack()
})

test('ID-76 however long its months are, no account is there four months after its last event', async () => {
  // A leap year's February, and the ends of the longest months.
  for (const last of ['2027-10-31T22:30:00.000Z', '2027-11-29T00:30:00.000Z', '2028-01-31T12:00:00.000Z']) {
    goTo(last)
    const person = await arrive()
    const { life } = await person.own()
    const limit = addMonths(new Date(last), 4)
    assert.ok(new Date(life.erasedAt) < limit, `${last} ${life.erasedAt}`)
    clock.set(limit)
    clock.advance(-5 * 3_600_000)
    await lifeCycle.round()
    await finishRequests()
    assert.equal(await isThere(person.email), false, last)
  }
})
