import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SignJWT } from 'jose'
import { createTestClock } from '#base/clock'
import { newId } from '#base/ids'
import type { Contract } from '#identity/services'
import { Browser } from '#tests/browser'
import { aContract, enforceContract } from '#tests/contract'
import { register, startIdentity } from '#tests/identity'
import { createService, makeClientKey } from '#tests/service'

const clock = createTestClock(new Date())
const house = await startIdentity({ clock })
const { urls, identity } = house
const { services, groups, people } = identity
const audience = new URL('/groups/query', urls.identity).href

let count = 0
async function arrive() {
  count += 1
  const email = `kysytty${count}@query.example`
  const browser = new Browser(urls.identity)
  browser.from = `127.0.2.${count}`
  await browser.go('GET', '/sign-in?to=account')
  await register(house, browser, { name: 'Kysytty', email })
  await browser.go('POST', browser.url, { form: {} })
  return { browser, personId: (await people.findByAddress(email))!, email }
}

const aino = await arrive()
const make = async (name: string) => (await groups.make(aino.personId, { name, about: 'x', userName: 'aino' })).groupId
const rowers = await make('Soutajat')
const singers = await make('Laulajat')
const secret = await make('Muut')

async function belong(personId: string, groupId: string) {
  await groups.joining.ask(personId, groupId, { userName: 'x', reason: '' })
  const { requests } = await groups.joining.list(aino.personId, groupId)
  await groups.joining.accept(aino.personId, groupId, requests[0]!.requestId)
}

async function enter(clientId: string, change: Parameters<typeof aContract>[0] = {}, isTest = false) {
  const key = await makeClientKey()
  const callback = new URL(`http://${clientId}.localhost:9/callback`)
  const keys = [key.publicJwk] as unknown as Contract['keys']
  const contract = aContract({ keys, redirectUris: [callback.href], ...change })
  if (isTest) await services.contracts.make(clientId, contract)
  else await enforceContract(services, clientId, contract)
  const service = await createService({ issuer: urls.identity, key, clientId, callback })
  const assertion = (said: Record<string, unknown> = {}) => {
    const now = Math.floor(clock.now().getTime() / 1_000)
    const claims = { iss: clientId, sub: clientId, aud: audience, jti: newId(), iat: now, exp: now + 60, ...said }
    return new SignJWT(claims as never)
      .setProtectedHeader({ alg: 'ES256', kid: key.publicJwk.kid })
      .sign(key.privateKey)
  }
  const caller = new Browser(urls.identity)
  const send = async (form: Record<string, string>) => {
    const answer = await caller.ask('POST', '/groups/query', { form, headers: { accept: 'application/json' } })
    return { status: answer.status, ...JSON.parse(answer.body) } as { status: number; code?: string; groups?: string[] }
  }
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  return {
    ...service,
    clientId,
    send,
    assertion,
    type,
    query: async (sub: string, said?: Record<string, unknown>) =>
      send({ client_assertion_type: type, client_assertion: await assertion(said), sub }),
  }
}
const withGroups = { hasGroups: true, groups: [rowers, singers] }
const club = await enter('club', withGroups)

/** To the page on which the person continues or not. */
async function begin(person: { browser: Browser }, service: Awaited<ReturnType<typeof enter>>) {
  const { url, checks } = await service.begin()
  await person.browser.go('GET', url)
  return { checks, event: person.browser.url.pathname }
}
async function visit(person: { browser: Browser }, service: Awaited<ReturnType<typeof enter>>) {
  const { checks, event } = await begin(person, service)
  await person.browser.go('POST', `${event}/continue`, { form: {} })
  return (await service.redeem(person.browser.url, checks)).claims()!.sub
}
const refused = { status: 403, code: 'groups.person_not_known' }
const seen = ({ status, code }: { status: number; code?: string }) => ({ status, code })

test('ID-26 ID-49 ID-51 ID-53 A-17 a service with groups hears of the groups of its contract, of who has been there, and of nothing else', async () => {
  const person = await arrive()
  for (const group of [rowers, secret]) await belong(person.personId, group)
  const sub = await visit(person, club)
  assert.deepEqual(await club.query(sub), { status: 200, groups: [rowers] })
  await belong(person.personId, singers)
  assert.deepEqual((await club.query(sub)).groups, [rowers, singers].sort())
  // After leaving, and after being removed, at once.
  await groups.members.leave(person.personId, rowers)
  assert.deepEqual((await club.query(sub)).groups, [singers])
  await groups.members.remove(aino.personId, singers, person.personId)
  assert.deepEqual((await club.query(sub)).groups, [])
})

test('ID-49 a service without a contract for groups is refused, whoever it asks about', async () => {
  const person = await arrive()
  const plain = await enter('plain')
  const sub = await visit(person, plain)
  assert.deepEqual(seen(await plain.query(sub)), { status: 401, code: 'groups.service_refused' })
})

test('ID-51 ID-52 no event, one that was cancelled, one never delivered, and one at another service let a service ask nothing', async () => {
  const person = await arrive()
  await belong(person.personId, rowers)
  const other = await enter('other-club', withGroups)
  const atOther = await visit(person, other)
  assert.deepEqual(seen(await club.query(atOther)), refused)
  // The service knows who they would be, and still may not ask.
  const sub = await services.subjectOf('club', person.personId)
  assert.deepEqual(seen(await club.query(sub)), refused)
  const cancelled = await begin(person, club)
  await person.browser.go('POST', `${cancelled.event}/cancel`, { form: {} })
  assert.deepEqual(seen(await club.query(sub)), refused)
  // Continued, and the code never redeemed: nothing was delivered.
  const undelivered = await begin(person, club)
  await person.browser.go('POST', `${undelivered.event}/continue`, { form: {} })
  assert.deepEqual(seen(await club.query(sub)), refused)
  assert.equal(await visit(person, club), sub)
  assert.deepEqual((await club.query(sub)).groups, [rowers])
})

test('A-16 ID-71 who only identifies never qualifies, and nothing is kept of it', async () => {
  const person = await arrive()
  await belong(person.personId, rowers)
  const gate = await enter('gate', { ...withGroups, subject: 'event' })
  const sub = await visit(person, gate)
  assert.deepEqual(seen(await gate.query(sub)), refused)
  assert.equal(await identity.release.delivered(person.personId, 'gate'), false)
})

test('A-03 A-16 ID-76 DSR-12 of an account that has expired, is only stored, or is gone, a service hears nothing', async () => {
  const three = [await arrive(), await arrive(), await arrive()] as const
  const subs: string[] = []
  for (const person of three) {
    await belong(person.personId, rowers)
    subs.push(await visit(person, club))
    assert.deepEqual((await club.query(subs.at(-1)!)).groups, [rowers])
  }
  const [expired, locked, gone] = three
  clock.advance(95 * 86_400_000)
  for (const { personId } of [locked, gone]) await people.noteEvent(personId)
  assert.deepEqual((await club.query(subs[1]!)).groups, [rowers])
  assert.equal(await people.stateOf(expired.personId), 'expired')
  const { database, rights } = house.platform
  await database.transaction((tx) => rights.lock(tx, locked.personId, newId()))
  await rights.forget(newId(), gone.personId)
  for (const sub of subs) assert.deepEqual(seen(await club.query(sub)), refused)
})

test('ID-50 ID-60 only who proves to be the service is answered: by its key, for this, once, in time', async () => {
  const person = await arrive()
  const sub = await visit(person, club)
  const other = await enter('stranger', withGroups)
  const no = { status: 401, code: 'groups.service_refused' }
  const now = Math.floor(clock.now().getTime() / 1_000)
  for (const said of [
    { iss: 'stranger' },
    { sub: 'stranger' },
    { aud: new URL('/oidc/token', urls.identity).href },
    { aud: urls.identity.origin },
    { exp: now - 60 },
    { exp: now + 3_600 },
    { exp: undefined },
    { jti: undefined },
    { iss: undefined },
  ])
    assert.deepEqual(seen(await club.query(sub, said)), no, JSON.stringify(said))
  // Signed by another's key.
  const forged = await other.assertion({ iss: 'club', sub: 'club' })
  assert.deepEqual(seen(await club.send({ client_assertion_type: club.type, client_assertion: forged, sub })), no)
  const once = { client_assertion_type: club.type, client_assertion: await club.assertion(), sub }
  const both = await Promise.all([club.send(once), club.send(once)])
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 401])
  assert.deepEqual(seen(await club.send({ client_id: 'club', client_secret: 'x', sub })), no)
  assert.deepEqual(seen(await club.send({ sub })), no)
  // One that has a secret: the right one, and only its own.
  const old = await enter('old-club', { ...withGroups, protocol: { authentication: 'client_secret_basic' } })
  const { secret: key } = await services.contracts.makeSecret('old-club')
  assert.deepEqual(seen(await old.send({ client_id: 'old-club', client_secret: key, sub })), refused)
  assert.deepEqual(seen(await old.send({ client_id: 'old-club', client_secret: `${key}x`, sub })), no)
  assert.deepEqual(seen(await old.query(sub)), no)
})

test('whoever writes a service sees which query was refused and why, and nothing of whom it asked about', async () => {
  const person = await arrive()
  const [choir, bare] = [await enter('choir', withGroups), await enter('no-groups')]
  const sub = await visit(person, club)
  const noted = async (clientId: string) => {
    clock.advance(1_000)
    return (await services.failures.list(clientId)).failures.map(({ step, error, why, sent }) => [
      step,
      error,
      why,
      sent,
    ])
  }
  assert.deepEqual(seen(await choir.query(sub, { aud: 'elsewhere' })), { status: 401, code: 'groups.service_refused' })
  const [wrong] = await noted('choir')
  assert.deepEqual(wrong, ['groups', 'groups.service_refused', 'unexpected "aud" claim value', {}])
  // Who asks about somebody that was never there, and about nobody, reads the same.
  await choir.query(sub)
  const [never] = await noted('choir')
  await choir.query('nobody-at-all')
  const [nobody] = await noted('choir')
  assert.deepEqual(never?.slice(0, 2), ['groups', 'groups.person_not_known'])
  assert.deepEqual(nobody, never)
  const once = { client_assertion_type: choir.type, client_assertion: await choir.assertion(), sub }
  for (const [form, why] of [
    [once, /sub$/],
    [once, /used before/],
    [{ client_id: 'choir', sub }, /neither an assertion nor a secret/],
    [{ client_id: 'choir', client_secret: 'x', sub }, /another way/],
    [
      { ...once, client_assertion: await choir.assertion({ exp: Math.floor(clock.now().getTime() / 1_000) + 3_600 }) },
      /300 seconds/,
    ],
  ] as [Record<string, string>, RegExp][]) {
    await choir.send(form)
    assert.match(String((await noted('choir'))[0]?.[2]), why)
  }
  const rows = JSON.stringify((await services.failures.list('choir')).failures)
  for (const hidden of [sub, 'nobody-at-all', person.personId, once.client_assertion]) assert.ok(!rows.includes(hidden))
  await bare.query(sub)
  assert.deepEqual((await noted('no-groups'))[0]?.slice(0, 3), [
    'groups',
    'groups.service_refused',
    'the contract has no groups',
  ])
  // What was answered is no failure.
  const before = (await noted('club')).length
  assert.equal((await club.query(sub)).status, 200)
  assert.equal((await noted('club')).length, before)
})

test('in test mode what a service hears is made up; when its contract has ended it hears nothing', async () => {
  const person = await arrive()
  const trial = await enter('trial', withGroups, true)
  const sub = await visit(person, trial)
  assert.deepEqual((await trial.query(sub)).groups, [rowers, singers])
  await services.contracts.end('trial')
  assert.deepEqual(seen(await trial.query(sub)), { status: 401, code: 'groups.service_refused' })
})

test('whatever is sent as an assertion or subject is refused or answered, and breaks nothing', async () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.base64String(), fc.constant('a.b.c'))
  await fc.assert(
    fc.asyncProperty(text, text, async (assertion, sub) => {
      const { status } = await club.send({ client_assertion_type: club.type, client_assertion: assertion, sub })
      assert.ok(status === 401 || status === 400, String(status))
    }),
    { numRuns: 60 },
  )
})
