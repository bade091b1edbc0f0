import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { bucketOf } from '#server/keys/scopes'
import { aContract } from '#tests/contract'
import { createTestDevice, detected } from '#tests/device'
import { startIdentity } from '#tests/identity'
import { createTestPortal } from '#tests/portal'

// With the real identity, which keeps the company's provider.

const clock = createTestClock(new Date('2026-11-21T12:00:00.000Z'))
const house = await startIdentity({ clock })
const portal = await createTestPortal({ beside: house, clock })
const { admin } = portal
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
const day = 86_400_000
const providerId = await portal.createProvider()
const operatorId = await portal.organizations.createBeneath(
  providerId,
  { name: 'Operaattori', kind: 'partner', partnerKind: 'operator' },
  by,
)
const resellerId = await portal.createBeneath(providerId, 'Jälleenmyyjä', 'partner')
const seller = await portal.person('Operaattorin pomo', { [operatorId]: ['administrator'] })
const reseller = await portal.person('Jälleenmyyjän pomo', { [resellerId]: ['administrator'] })

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
type Somebody = { personId: string; email: string }
const as = async (who: Somebody, method: Method, path: string, body?: unknown) =>
  portal.ask(method, `/api/organizations/${path}`, {
    cookie: await portal.signInAgain(who.personId),
    ...(body === undefined ? {} : { body }),
  })
const read = async (who: Somebody, companyId: string) => (await as(who, 'GET', `${companyId}/removal`)).body
const decide = (who: Somebody, adderId: string, companyId: string, body: object) =>
  as(who, 'PUT', `${adderId}/organizations/${companyId}/removal`, body)
const takeBack = (who: Somebody, adderId: string, companyId: string) =>
  as(who, 'DELETE', `${adderId}/organizations/${companyId}/removal`)
async function company(name: string, adderId = operatorId) {
  const companyId = await portal.createBeneath(adderId, name, 'company')
  return { companyId, boss: await portal.person(`${name} pomo`, { [companyId]: ['administrator'] }) }
}
const subscription = async (who: Somebody, companyId: string) =>
  (await as(who, 'GET', `${companyId}/subscriptions`)).body.modules[0]

test('PT-11 where an operator sold it, the company asks and the operator decides; the law’s own rights are told and not cut', async () => {
  const { companyId, boss } = await company('Kysyjä')
  assert.deepEqual(await read(boss, companyId), {
    removal: null,
    addedBy: 'Operaattori',
    decider: 'Operaattori',
    months: 4,
    mayAsk: true,
  })
  assert.equal((await as(boss, 'POST', `${companyId}/removal`)).status, 204)
  const asked = await read(boss, companyId)
  assert.deepEqual([asked.removal.state, asked.removal.decideBy], ['asked', '2026-12-21T12:00:00.000Z'])
  const { subject, text } = await portal.letterTo(boss.email)
  assert.match(subject, /poistamista on pyydetty/)
  assert.match(text, /operaattorilta, joka päättää/)
  assert.match(text, /Jokainen voi itse pyytää kopion omista tiedoistaan tai niiden poistamisen/)
  // Nothing changes meanwhile, however long it takes; that it is late is shown.
  clock.advance(40 * day)
  assert.deepEqual(await portal.removals.carryOut(), { removed: 0 })
  const listed = (await as(seller, 'GET', `${operatorId}/removals`)).body.companies
  assert.deepEqual(
    listed.map((one: { name: string; isOverdue: boolean }) => [one.name, one.isOverdue]),
    [['Kysyjä', true]],
  )
  assert.equal((await subscription(boss, companyId)).state, 'open')
  assert.equal(
    (await decide(seller, operatorId, companyId, { decision: 'declined', because: 'agreement_runs' })).status,
    204,
  )
  assert.equal((await read(boss, companyId)).removal.because, 'agreement_runs')
  assert.equal(
    (await decide(seller, operatorId, companyId, { decision: 'declined', because: 'agreement_runs' })).code,
    'removals.nothing_asked',
  )
  // It may ask again, and think better of it.
  assert.equal((await as(boss, 'POST', `${companyId}/removal`)).status, 204)
  assert.equal((await as(boss, 'POST', `${companyId}/removal`)).code, 'removals.under_way')
  assert.equal((await as(boss, 'DELETE', `${companyId}/removal`)).status, 204)
  assert.equal((await read(boss, companyId)).removal, null)
  // A person's own right passes by no operator: there is nothing of it in the portal's way.
  const person = await portal.person('Henkilö', { [companyId]: ['viewer'] })
  const described = await portal.rights.describe((await subjectOf(person.personId))!)
  assert.deepEqual(described.obstacles, [])
})

const subjectOf = (personId: string) =>
  portal.database.forPerson(personId, (tx) => portal.people.subjectOf(tx, personId))

test('PT-12 RT-02 a notice ends what is collected at once, shows the day, and is taken back until it; a new sale does so too', async () => {
  const { companyId, boss } = await company('Perujat')
  const sold = { sellerId: operatorId, companyId, module: 'endpoint-protection' } as const
  const endsAt = new Date(clock.now().getTime() + 200 * day).toISOString()
  await portal.subscriptions.sell(sold, { seats: 5, endsAt }, by)
  assert.equal((await decide(seller, operatorId, companyId, { decision: 'ended' })).status, 204)
  const { removal } = await read(boss, companyId)
  const due = new Date(removal.dueAt)
  assert.equal(removal.state, 'noticed')
  assert.ok(due.getTime() - clock.now().getTime() > 110 * day, 'four months')
  assert.equal((await subscription(boss, companyId)).isCollected, false)
  assert.match((await portal.letterTo(boss.email)).text, /poistetaan/)
  assert.equal((await decide(seller, operatorId, companyId, { decision: 'ended' })).code, 'removals.under_way')
  // The company does not undo what the operator has decided; the operator does.
  assert.equal((await as(boss, 'DELETE', `${companyId}/removal`)).code, 'removals.nothing_asked')
  assert.equal((await takeBack(seller, operatorId, companyId)).status, 204)
  const back = await subscription(boss, companyId)
  assert.deepEqual([back.state, back.subscription.endsAt, back.subscription.seats], ['running', endsAt, 5])
  assert.equal((await decide(seller, operatorId, companyId, { decision: 'ended' })).status, 204)
  await portal.subscriptions.sell(sold, { endsAt: null }, by)
  clock.set(new Date(due.getTime() + day))
  assert.deepEqual(await portal.removals.carryOut(), { removed: 0 })
  assert.equal((await read(boss, companyId)).removal, null)
})

test('RT-02 A-30 a subscription that ends by itself begins the same time, and nobody is removed untold', async () => {
  const { companyId, boss } = await company('Päättyneet', resellerId)
  const sold = { sellerId: resellerId, companyId, module: 'endpoint-protection' } as const
  const endsAt = new Date(clock.now().getTime() + day).toISOString()
  await portal.subscriptions.sell(sold, { endsAt }, by)
  // As if nothing had run for a year: the months are over, and still they are told thirty days before.
  clock.advance(366 * day)
  assert.deepEqual(await portal.removals.carryOut(), { removed: 0 })
  const { removal } = await read(boss, companyId)
  assert.equal(removal.cause, 'ended')
  assert.equal(new Date(removal.dueAt).getTime() - clock.now().getTime(), 30 * day)
  clock.advance(29 * day)
  assert.deepEqual(await portal.removals.carryOut(), { removed: 0 })
  clock.advance(2 * day)
  assert.deepEqual(await portal.removals.carryOut(), { removed: 1 })
  assert.equal((await as(boss, 'GET', `${companyId}/removal`)).code, 'organizations.organization_not_found')
})

test('who did not add a company decides nothing of it; nobody removes the provider, a partner, or what lies beneath one', async () => {
  const { companyId, boss } = await company('Muiden')
  assert.equal((await decide(reseller, resellerId, companyId, { decision: 'ended' })).code, 'removals.not_yours')
  assert.equal((await takeBack(reseller, resellerId, companyId)).code, 'removals.not_yours')
  assert.equal((await decide(boss, companyId, companyId, { decision: 'ended' })).code, 'removals.not_yours')
  const top = await portal.person('Tarjoaja', { [providerId]: ['administrator'] })
  for (const managed of [operatorId, providerId, companyId])
    assert.equal((await decide(top, providerId, managed, { decision: 'ended' })).code, 'removals.not_yours')
  assert.equal((await as(top, 'POST', `${providerId}/removal`)).code, 'removals.not_a_company')
  assert.equal((await as(seller, 'POST', `${operatorId}/removal`)).code, 'removals.not_a_company')
  // Of a reseller's company nobody else decides: what it asks for is what happens, and it takes it back itself.
  const own = await company('Itse', resellerId)
  assert.equal((await as(own.boss, 'POST', `${own.companyId}/removal`)).status, 204)
  assert.equal((await read(own.boss, own.companyId)).removal.state, 'noticed')
  assert.equal((await as(own.boss, 'DELETE', `${own.companyId}/removal`)).status, 204)
  assert.equal((await subscription(own.boss, own.companyId)).state, 'open')
})

/** Every table there is, and whether a row of it has this anywhere. */
async function tablesWith(needles: readonly string[]): Promise<string[]> {
  const tables = await admin<{ name: string }[]>`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^(pg_|information_schema$)' order by 1`
  const found: string[] = []
  for (const { name } of tables) {
    const [row] = await admin.unsafe(
      `select 1 from ${name} t where exists (select 1 from unnest($1::text[]) needle where position(needle in t::text) > 0) limit 1`,
      [needles as string[]],
    )
    if (row) found.push(name)
  }
  return found
}

test('PT-12 A-71 on the day everything that is tied to the company is gone from every table, and its people’s keys with it; logs name nobody', async () => {
  const { companyId, boss } = await company('Katoava')
  const both = await portal.person('Kahdessa', { [companyId]: ['viewer'], [resellerId]: ['viewer'] })
  const locked = await portal.person('Lukittu', { [companyId]: ['viewer'] })
  const mine = `${companyId}`
  const ok = async (...asked: Parameters<typeof as>) => {
    const { status, code, body } = await as(...asked)
    assert.ok(status < 300, `${asked[1]} ${asked[2]}: ${code} ${JSON.stringify(body)}`)
    return body
  }
  const { roleId } = await ok(boss, 'POST', `${mine}/roles`, { name: 'Oma rooli', permissions: ['devices.read'] })
  await ok(boss, 'PUT', `${mine}/people/${both.personId}/roles`, { roles: ['viewer'], ownRoles: [roleId] })
  await ok(boss, 'POST', `${mine}/invitations`, { email: 'kutsuttu@paja.example', roles: ['viewer'], language: 'fi' })
  const expiresAt = new Date(clock.now().getTime() + 30 * day).toISOString()
  await ok(boss, 'POST', `${mine}/api-keys`, { title: 'Avain', permissions: ['devices.read'], expiresAt })
  await ok(boss, 'POST', `${mine}/device-groups`, { name: 'Ryhmä' })
  const { clientId } = await ok(boss, 'POST', `${mine}/contracts`, aContract({ protocol: { authentication: 'none' } }))
  await portal.organizations.beginAsCompany(companyId, operatorId, ['look'], by)
  const company_ = {
    preset: 'google',
    issuer: 'https://accounts.google.com',
    clientId: 'x',
    authentication: 'client_secret_post',
    groups: null,
  }
  await ok(boss, 'PUT', `${mine}/company-sign-in`, {
    company: company_,
    isOn: true,
    secret: 'salaisuus-jota-kukaan-ei-nae',
    mapping: [],
  })
  const device = createTestDevice(portal, { name: 'Kannettava' })
  const { code } = await portal.devices.makeCode(companyId, { uses: 1, hours: 1 }, by)
  assert.equal((await device.enrol(code)).status, 200)
  assert.equal((await device.send(randomUUID(), 1, [detected()])).status, 200)
  const handle = (await subjectOf(locked.personId))!
  await portal.rights.restrict(randomUUID(), handle, true)
  const keysOf = async (personId: string) => (await portal.keys.find(bucketOf(personId), [personId])).size
  assert.equal(await keysOf(boss.personId), 1)
  const before = await tablesWith([companyId])
  for (const table of [
    'organizations.organization',
    'devices.device',
    'detections.detection',
    'people.role',
    'api_keys.key',
    'invitations.invitation',
    'company_sign_in.setting',
    'contracts.owned',
  ])
    assert.ok(before.includes(table), `${table} has something to remove: the search finds it`)
  assert.equal((await decide(seller, operatorId, companyId, { decision: 'ended' })).status, 204)
  const { removal } = await read(boss, companyId)
  clock.set(new Date(removal.dueAt))
  assert.equal((await takeBack(seller, operatorId, companyId)).code, 'removals.nothing_asked', 'the day has come')
  assert.deepEqual(await portal.removals.carryOut(), { removed: 1 })
  assert.deepEqual(await portal.removals.carryOut(), { removed: 0 })
  await portal.sealed.erasing.run()
  // The logs keep their time; what is held is a copy under its hold; who has been told it keeps a message until it is delivered.
  const logs = ['audit.activity', 'audit.record']
  const may = [...logs, 'expiry.held', 'messages.message', 'mail.letter']
  assert.deepEqual(
    (await tablesWith([companyId])).filter((table) => !may.includes(table)),
    [],
  )
  const people = await tablesWith([boss.personId])
  assert.deepEqual(
    people.filter((table) => ![...logs, 'messages.message'].includes(table)),
    [],
  )
  assert.deepEqual([await keysOf(boss.personId), await keysOf(both.personId)], [0, 1])
  assert.deepEqual(
    [...(await portal.people.names(portal.database.sql, [boss.personId, both.personId])).values()],
    ['Kahdessa'],
  )
  // Who works elsewhere too stays there, and whose data is only stored has it held.
  const kept = await portal.database.forPerson(both.personId, (tx) => portal.people.membershipsOf(tx))
  assert.deepEqual(
    kept.map(({ organizationId }) => organizationId),
    [resellerId],
  )
  clock.advance(2 * day)
  await portal.expiry.run()
  assert.ok((await tablesWith([locked.personId])).includes('expiry.held'))
  assert.equal((await house.identity.upstreams.records.list()).upstreams.length, 0)
  assert.equal((await house.identity.services.contracts.find(clientId)).state, 'ended')
  const { records } = (await as(seller, 'GET', `${operatorId}/audit`)).body
  assert.deepEqual([records[0].action, records[0].target.name], ['removals.removed', null])
  assert.equal((await as(seller, 'GET', `${companyId}/devices`)).code, 'organizations.organization_not_found')
  assert.equal((await device.send(randomUUID(), 1, [detected()])).status, 401)
  const { companies } = (await as(seller, 'GET', `${operatorId}/removals`)).body
  assert.ok(!companies.some((one: { name: string }) => one.name === 'Katoava'))
})
