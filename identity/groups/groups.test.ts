import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { Browser } from '#tests/browser'
import { register, startIdentity } from '#tests/identity'
import { until } from '#tests/until'

const clock = createTestClock(new Date())
const house = await startIdentity({ clock })
const { urls, admin } = house
const { people } = house.identity

let count = 0
async function arrive(name = 'Henkilö') {
  count += 1
  const email = `${name.toLowerCase()}${count}@groups.example`
  const browser = new Browser(urls.identity)
  browser.from = `127.0.1.${count}`
  await browser.go('GET', '/sign-in?to=account')
  await register(house, browser, { name: `${name} ${count}`, email })
  await browser.go('POST', browser.url, { form: {} })
  const api = async (method: string, path: string, json?: unknown) => {
    const answer = await browser.ask(method, `/account/api/groups${path}`, { json: json ?? {} })
    return { status: answer.status, text: answer.body, body: answer.body === '' ? undefined : JSON.parse(answer.body) }
  }
  const personId = (await people.findByAddress(email))!
  const letters = async () => (await house.letters(email)).map(({ subject }) => subject)
  return { name: `${name} ${count}`, email, browser, api, personId, letters }
}
type Person = Awaited<ReturnType<typeof arrive>>

async function make(by: Person, name = 'Lahden soutajat') {
  const { status, body } = await by.api('POST', '', { name, about: 'Soutuvuorot', userName: 'kippari' })
  assert.equal(status, 200)
  return `/${body.groupId}` as const
}
async function ask(person: Person, group: string, reason = 'Soudan') {
  const asked = await person.api('POST', `${group}/join`, { userName: `soutaja-${person.personId.slice(-4)}`, reason })
  assert.equal(asked.status, 204, asked.text)
}
async function join(by: Person, person: Person, group: string) {
  await ask(person, group)
  const { requests } = (await by.api('GET', `${group}/requests`)).body
  const { requestId } = requests.find(({ name }: { name: string }) => name === person.name)
  assert.equal((await by.api('POST', `${group}/requests/${requestId}/accept`)).status, 204)
}
const placeOf = async (person: Person, group: string) => (await person.api('GET', group)).body.place

test('ID-54 ID-55 ID-58 a person asks with a reason, and belongs to the group only when its administrator has accepted', async () => {
  const aino = await arrive('Aino')
  const eero = await arrive('Eero')
  const group = await make(aino)
  assert.equal(await placeOf(eero, group), 'none')
  await ask(eero, group, 'Olen soutanut 20 vuotta.')
  assert.equal(await placeOf(eero, group), 'asked')
  assert.ok((await aino.letters()).includes('Somebody asks to join your group'))
  const { requests, total } = (await aino.api('GET', `${group}/requests`)).body
  assert.equal(total, 1)
  const { requestId, askedAt, ...shown } = requests[0]
  // ID-57: and nothing else of them.
  assert.deepEqual(shown, {
    name: eero.name,
    userName: `soutaja-${eero.personId.slice(-4)}`,
    reason: 'Olen soutanut 20 vuotta.',
  })
  assert.equal(
    (await eero.api('POST', `${group}/join`, { userName: 'x', reason: '' })).body.code,
    'groups.already_there',
  )
  assert.equal((await aino.api('POST', `${group}/requests/${requestId}/accept`)).status, 204)
  assert.equal(await placeOf(eero, group), 'member')
  assert.ok((await eero.letters()).includes('You are in the group'))
  const { members } = (await aino.api('GET', `${group}/members`)).body
  assert.deepEqual(members.map(({ name }: { name: string }) => name).sort(), [aino.name, eero.name].sort())
  assert.equal((await aino.api('POST', `${group}/requests/${requestId}/accept`)).body.code, 'groups.request_not_found')
})

test('ID-21 ID-56 ID-57 A-14 A-15 members see who administers, by name and user name, and nothing of each other', async () => {
  const aino = await arrive('Aino')
  const eero = await arrive('Eero')
  const liisa = await arrive('Liisa')
  const group = await make(aino)
  await join(aino, eero, group)
  await join(aino, liisa, group)
  const seen = await liisa.api('GET', group)
  assert.deepEqual(seen.body.administrators, [{ name: aino.name, userName: 'kippari' }])
  for (const path of ['', '/members', '/requests', '/log']) {
    const { text } = await liisa.api('GET', `${group}${path}`)
    for (const secret of [
      eero.name,
      eero.email,
      eero.personId,
      aino.email,
      aino.personId,
      'soutaja-'.concat(eero.personId.slice(-4)),
    ])
      assert.ok(!text.includes(secret), `${path} tells ${secret}`)
  }
  // Whoever only has the link sees what it is for, and nobody.
  const stranger = await arrive('Ville')
  const outside = (await stranger.api('GET', group)).body
  assert.deepEqual([outside.name, outside.administrators, outside.services], ['Lahden soutajat', [], []])
  // A user name is the person's own choice, at any time.
  assert.equal((await eero.api('PUT', `${group}/user-name`, { userName: 'airo' })).status, 204)
  const { members } = (await aino.api('GET', `${group}/members`)).body
  assert.equal(members.find(({ name }: { name: string }) => name === eero.name).userName, 'airo')
  const text = JSON.stringify(
    await admin`select m::text, g::text from groups.membership m join groups.named_group g using (group_id)`,
  )
  for (const name of ['airo', 'kippari', eero.name]) assert.ok(!text.includes(name), 'user names lie sealed')
})

test('a request that is declined is answered with a sentence, which the person alone sees; then they may ask again', async () => {
  const aino = await arrive('Aino')
  const eero = await arrive('Eero')
  const group = await make(aino)
  await ask(eero, group)
  const [{ requestId }] = (await aino.api('GET', `${group}/requests`)).body.requests
  const declined = await aino.api('POST', `${group}/requests/${requestId}/decline`, { answer: 'Vuorot ovat täynnä.' })
  assert.equal(declined.status, 204)
  const seen = (await eero.api('GET', group)).body
  assert.deepEqual([seen.place, seen.answer], ['declined', 'Vuorot ovat täynnä.'])
  assert.ok((await eero.letters()).includes('Your request to join was declined'))
  assert.equal((await aino.api('GET', `${group}/requests`)).body.total, 0)
  await ask(eero, group)
  assert.equal((await eero.api('DELETE', `${group}/join`)).status, 204)
  assert.equal(await placeOf(eero, group), 'none')
})

test('group escalation: nobody gives themselves or others more than they have, by whatever number they ask', async () => {
  const aino = await arrive('Aino')
  const eero = await arrive('Eero')
  const liisa = await arrive('Liisa')
  const group = await make(aino)
  await join(aino, eero, group)
  await ask(liisa, group)
  const [{ requestId }] = (await aino.api('GET', `${group}/requests`)).body.requests
  const other = await make(eero, 'Eeron oma')
  // A member, whoever has asked, and the administrator of another group: none may what only this one's administrator may.
  for (const person of [eero, liisa])
    for (const [method, path, body] of [
      ['GET', '/requests', undefined],
      ['GET', '/members', undefined],
      ['GET', '/log', undefined],
      ['PUT', '', { name: 'Minun', about: 'minun' }],
      ['POST', `/requests/${requestId}/accept`, {}],
      ['POST', `/requests/${requestId}/decline`, { answer: 'ei' }],
      ['DELETE', `/members/${aino.personId}`, undefined],
      ['DELETE', `/members/${eero.personId}`, undefined],
      ['POST', `/members/${person.personId}/appoint`, {}],
      ['POST', '/step-down', {}],
      ['POST', '/end', { typed: 'Lahden soutajat' }],
    ] as const) {
      const answer = await person.api(method, `${group}${path}`, body)
      assert.deepEqual([answer.status, answer.body.code], [404, 'groups.not_found'], `${method} ${path}`)
    }
  // A request of one group is not accepted through another's address; nor is a stranger made a member by appointing them.
  for (const path of [
    `/requests/${requestId}/accept`,
    `/members/${liisa.personId}/appoint`,
    `/members/${aino.personId}`,
  ]) {
    const answer = await eero.api(path.endsWith(aino.personId) ? 'DELETE' : 'POST', `${other}${path}`)
    assert.equal(answer.status, 404, path)
  }
  assert.equal(await placeOf(liisa, group), 'asked')
  assert.equal(await placeOf(liisa, other), 'none')
  assert.equal(await placeOf(aino, group), 'administrator')
  assert.equal(await placeOf(aino, other), 'none')
})

test('an administrator hands over to a member, and can be thrown out by nobody', async () => {
  const aino = await arrive('Aino')
  const eero = await arrive('Eero')
  const group = await make(aino)
  await join(aino, eero, group)
  assert.equal((await aino.api('POST', `${group}/step-down`)).body.code, 'groups.only_administrator')
  assert.equal((await aino.api('POST', `${group}/leave`)).body.code, 'groups.only_administrator')
  assert.equal((await aino.api('POST', `${group}/members/${eero.personId}/appoint`)).status, 204)
  assert.ok((await eero.letters()).includes('You are now an administrator of a group'))
  assert.equal((await eero.api('DELETE', `${group}/members/${aino.personId}`)).body.code, 'groups.is_administrator')
  assert.equal(
    (await eero.api('POST', `${group}/end`, { typed: 'Lahden soutajat' })).body.code,
    'groups.others_administer',
  )
  assert.equal((await aino.api('POST', `${group}/step-down`)).status, 204)
  assert.equal(await placeOf(aino, group), 'member')
  assert.equal((await aino.api('GET', `${group}/members`)).status, 404)
  assert.equal((await eero.api('DELETE', `${group}/members/${aino.personId}`)).status, 204)
  assert.ok((await aino.letters()).includes('You were removed from a group'))
  assert.equal(
    (await eero.api('POST', `${group}/end`, { typed: 'jokin muu' })).body.code,
    'groups.typed_something_else',
  )
  assert.equal((await eero.api('POST', `${group}/end`, { typed: 'Lahden soutajat' })).status, 204)
  assert.equal((await eero.api('GET', group)).status, 404)
})

test('of two administrators who step down at once one stays, and a request accepted twice at once is one membership', async () => {
  const aino = await arrive('Aino')
  const eero = await arrive('Eero')
  const liisa = await arrive('Liisa')
  for (let round = 0; round < 3; round += 1) {
    const group = await make(aino, `Kilpa ${round}`)
    await join(aino, eero, group)
    await aino.api('POST', `${group}/members/${eero.personId}/appoint`)
    await ask(liisa, group)
    const [{ requestId }] = (await aino.api('GET', `${group}/requests`)).body.requests
    const accepted = await Promise.all(
      [aino, eero].map((one) => one.api('POST', `${group}/requests/${requestId}/accept`)),
    )
    assert.deepEqual(accepted.map(({ status }) => status).sort(), [204, 404])
    const left = await Promise.all([aino.api('POST', `${group}/step-down`), eero.api('POST', `${group}/leave`)])
    assert.deepEqual(left.map(({ status }) => status).sort(), [204, 409])
  }
})

test('ID-89 A-26 the administrator can say who belonged when and by whose decision, and an erased account has no name there', async () => {
  const aino = await arrive('Aino')
  const eero = await arrive('Eero')
  const group = await make(aino)
  clock.advance(1_000)
  await ask(eero, group)
  clock.advance(1_000)
  const [{ requestId }] = (await aino.api('GET', `${group}/requests`)).body.requests
  await aino.api('POST', `${group}/requests/${requestId}/accept`)
  clock.advance(1_000)
  await eero.api('POST', `${group}/leave`)
  const entries = async () => (await aino.api('GET', `${group}/log`)).body.entries
  assert.deepEqual(
    (await entries()).map(({ what, name, by }: { what: string; name: string; by: string | null }) => [what, name, by]),
    [
      ['left', eero.name, null],
      ['accepted', eero.name, aino.name],
      ['asked', eero.name, null],
      ['made', aino.name, null],
    ],
  )
  assert.notEqual((await entries())[0].since, null)
  await house.platform.rights.forget(crypto.randomUUID(), eero.personId)
  assert.deepEqual((await entries())[0].name, '')
})

test('A-26 ID-74 the record says when an account expired, came back, and was erased', async (t) => {
  t.after(() => house.platform.messages.stop())
  await house.platform.messages.start()
  const aino = await arrive('Aino')
  const eero = await arrive('Eero')
  const group = await make(aino)
  await join(aino, eero, group)
  const { groups, lifeCycle } = house.identity
  const what = async () => (await groups.members.log(aino.personId, group.slice(1))).entries
  clock.advance(95 * 86_400_000)
  await people.noteEvent(aino.personId)
  await lifeCycle.round()
  await lifeCycle.round()
  const expired = (await what()).filter((entry) => entry.what === 'expired')
  const { life } = (await people.find(eero.personId))!
  assert.deepEqual(
    expired.map(({ at, name }) => [at, name]),
    [[life.expiresAt.toISOString(), eero.name]],
  )
  await people.arrive(eero.personId, async () => false)
  await until(async () => (await what())[0]?.what === 'returned')
  clock.advance(1_000)
  await house.platform.rights.forget(crypto.randomUUID(), eero.personId)
  assert.deepEqual(
    (await what()).slice(0, 3).map((entry) => entry.what),
    ['erased', 'returned', 'expired'],
  )
})

test('ID-74 A-03 an expired account is shown greyed, is let into nothing and named to nobody', async () => {
  const aino = await arrive('Aino')
  const eero = await arrive('Eero')
  const liisa = await arrive('Liisa')
  const group = await make(aino)
  await join(aino, eero, group)
  await ask(liisa, group)
  // Three months later only Aino has been here again; nobody has a session of then.
  clock.advance(95 * 86_400_000)
  await people.noteEvent(aino.personId)
  const { members, joining } = house.identity.groups
  const groupId = group.slice(1)
  const list = (await members.list(aino.personId, groupId)).members
  assert.equal(list.find(({ name }) => name === eero.name)?.isAway, true)
  assert.equal((await joining.list(aino.personId, groupId)).total, 0)
  const notFound = { code: 'groups.member_not_found' }
  await assert.rejects(members.appoint(aino.personId, groupId, eero.personId), notFound)
  // An administrator who is away is named to nobody as one who would answer.
  await people.noteEvent(eero.personId)
  clock.advance(95 * 86_400_000)
  await people.noteEvent(eero.personId)
  assert.deepEqual((await house.identity.groups.look(eero.personId, groupId)).administrators, [])
})

test('DSR-05 who is erased is gone from every group, and the only administrator is told beforehand to hand over', async () => {
  const aino = await arrive('Aino')
  const eero = await arrive('Eero')
  const group = await make(aino)
  await join(aino, eero, group)
  const alone = await make(aino, 'Yksin')
  const { rights } = house.platform
  assert.deepEqual((await rights.describe(aino.personId)).obstacles, [
    { code: 'groups.only_administrator', names: ['Lahden soutajat'] },
  ])
  assert.equal((await rights.forget(crypto.randomUUID(), aino.personId)).outcome, 'done')
  assert.equal((await admin`select 1 from groups.membership where person_id = ${aino.personId}`).length, 0)
  assert.equal((await admin`select 1 from groups.named_group where group_id = ${alone.slice(1)}`).length, 0)
  assert.deepEqual((await eero.api('GET', group)).body.administrators, [])
  assert.equal((await eero.api('POST', `${group}/leave`)).status, 204)
})
