import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { within } from '#server/purpose'
import { readStatutory, recordsIn } from '#supervisor/statutory'
import { createTestPortal } from '#tests/portal'

const portal = await createTestPortal()
const { ask, clock } = portal
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Metsä', 'company')
const administrator = await portal.person('Aino Aalto', {
  [providerId]: ['administrator'],
  [companyId]: ['administrator'],
})
const officer = await portal.person('Otso Oja', { [providerId]: ['privacy_officer'] })
const contact = await portal.person('Maija Metsä', {}, 'Maija@metsa.example')

const path = (organizationId = providerId, rest = '') => `/api/organizations/${organizationId}/bookkeeping${rest}`
const invoice = {
  kind: 'invoice',
  number: '2026-17',
  party: 'Metsä Oy',
  contactName: 'Maija Metsä',
  contactEmail: 'maija@metsa.example',
  at: '2026-11-01',
  financialYearEnd: '2026-12-31',
  amountCents: 12_400,
  text: 'Suojaus, 10 laitetta',
}
const cookieOf = (person = administrator) => portal.signInAgain(person.personId)
const enter = async (body: object = invoice) => ask('POST', path(), { cookie: await cookieOf(), body })
const list = async (query = '') => (await ask('GET', path(providerId, query), { cookie: await cookieOf() })).body

test('ID-77 an invoice is entered, listed, handed out as a file, and its copy lies apart under a key of its own', async () => {
  const { status, body } = await enter()
  assert.equal(status, 200)
  assert.equal(body.keptUntilEndOf, 2032)
  const [row] = (await list()).records
  assert.deepEqual(
    [row.number, row.party, row.contactEmail, row.amountCents],
    ['2026-17', 'Metsä Oy', invoice.contactEmail, 12_400],
  )
  assert.equal((await list('?year=2026')).records.length, 1)
  assert.equal((await list('?year=2025')).records.length, 0)
  const file = await ask('GET', path(providerId, '/export?year=2026'), { cookie: await cookieOf() })
  assert.match(String(file.headers['content-disposition']), /bookkeeping-2026\.ndjson/)
  assert.equal(file.body.party, 'Metsä Oy')
  const { records, failed } = await readStatutory(portal.root)
  assert.deepEqual([records.length, failed], [1, []])
  assert.deepEqual({ ...records[0], currency: undefined }, { ...row, currency: undefined })
  const audited = await ask('GET', `/api/organizations/${providerId}/audit`, { cookie: await cookieOf() })
  const actions = audited.body.records.map(({ action }: { action: string }) => action)
  assert.deepEqual(actions.filter((action: string) => action.startsWith('bookkeeping.')).sort(), [
    'bookkeeping.exported',
    'bookkeeping.recorded',
  ])
})

test('ID-95 nothing of it lies in the database in the clear, and it is read for bookkeeping and nothing else', async () => {
  const [row] = await portal.admin<{ text: string }[]>`select r::text as text from bookkeeping.record r limit 1`
  assert.doesNotMatch(row?.text ?? '', /Mets|maija|2026-17/)
  const bytes = Buffer.from(/\\\\x([0-9a-f]+)/.exec(row?.text ?? '')?.[1] ?? '', 'hex').toString('latin1')
  assert.doesNotMatch(bytes, /Mets|maija|2026-17/)
  for (const purpose of ['service', 'members', 'security', 'audit', 'proof'] as const)
    await assert.rejects(
      within(purpose, async () => portal.database.sql`select sealed from bookkeeping.record`),
      { code: 'purpose.not_allowed' },
      purpose,
    )
})

test('who is no administrator of the provider neither reads nor writes, and nobody changes a record', async () => {
  for (const method of ['GET', 'POST'] as const) {
    const asked = await ask(method, path(), { cookie: await cookieOf(officer), body: invoice })
    assert.equal(asked.status, 403)
    const elsewhere = await ask(method, path(companyId), { cookie: await cookieOf(), body: invoice })
    assert.equal(elsewhere.code, 'bookkeeping.provider_only')
  }
  for (const change of ['update bookkeeping.record set kind = kind', 'delete from bookkeeping.record'])
    await assert.rejects(
      within('bookkeeping', async () => portal.database.sql.unsafe(change)),
      /permission denied/,
    )
})

test('a financial year that cannot be the voucher’s, or whose time is over, is refused', async () => {
  for (const [at, financialYearEnd] of [
    ['2026-11-01', '2026-10-31'],
    ['2026-01-01', '2027-12-31'],
    ['2019-05-01', '2019-12-31'],
    ['2029-05-01', '2029-12-31'],
  ])
    assert.equal((await enter({ ...invoice, at, financialYearEnd })).code, 'bookkeeping.bad_year', financialYearEnd)
  // Of 2020: until the end of this year.
  assert.equal(
    (await enter({ ...invoice, number: 'old', at: '2020-05-01', financialYearEnd: '2020-12-31' })).body.keptUntilEndOf,
    2026,
  )
})

test('what cannot be written where destruction does not reach is not recorded at all', async () => {
  const before = await portal.countRows('bookkeeping.record')
  const keys = join(portal.publicFolder, 'statutory-keys.json')
  const kept = readFileSync(keys)
  rmSync(keys)
  assert.equal((await enter()).code, 'bookkeeping.no_place')
  assert.equal(await portal.countRows('bookkeeping.record'), before)
  writeFileSync(keys, kept)
})

test('copies that a restore did not bring are written again, and only those', async () => {
  const [name = ''] = readdirSync(recordsIn(portal.root))
  rmSync(join(recordsIn(portal.root), name))
  assert.equal(await portal.bookkeeping.copy(), 1)
  assert.equal(await portal.bookkeeping.copy(), 0)
  assert.equal((await readStatutory(portal.root)).failed.length, 0)
})

test('RT-25 whoever is named as contact is told of it, and it stays because the law demands it', async () => {
  const subject = await portal.database.transaction((tx) => portal.people.subjectOf(tx, contact.personId))
  const { tables } = await portal.rights.describe(subject ?? '')
  const told = tables.find(({ table }) => table === 'bookkeeping.record')
  assert.equal(told?.rows, 2)
  const before = await portal.countRows('bookkeeping.record')
  const forgotten = await portal.rights.forget(contact.personId, subject ?? '')
  assert.equal(forgotten.outcome, 'done')
  const answer =
    forgotten.outcome === 'done' ? forgotten.tables.find(({ table }) => table === 'bookkeeping.record') : undefined
  assert.deepEqual([answer?.erased, answer?.kept, answer?.because.map(({ en }) => en)], [0, 2, ['the law demands it']])
  assert.equal(await portal.countRows('bookkeeping.record'), before)
})

test('ID-77 a record goes at the end of its years, by the same expiry as everything else', async () => {
  clock.set(new Date('2026-12-31T23:59:59.000Z'))
  await portal.expiry.run()
  assert.equal(await portal.countRows('bookkeeping.record'), 2)
  clock.set(new Date('2027-01-01T00:00:00.000Z'))
  await portal.expiry.run()
  assert.equal(await portal.countRows('bookkeeping.record'), 1)
  assert.equal(await portal.expiry.countPastDeadline(), 0)
})
