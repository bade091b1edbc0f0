import assert from 'node:assert/strict'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startPrograms } from '#tests/programs'

// Somebody of the provider vouches for a pledge in the portal; the privacy office shows whose word it is, until when, and believes it no longer.

const { clock, privacy, createPortal } = await startPrograms(new Date('2026-11-22T12:00:00.000Z'))
const portal = await createPortal()
// Where the privacy office looks for the key of whoever calls it.
copyFileSync(join(portal.publicFolder, 'portal.call.jwk.json'), join(privacy.publicFolder, 'portal.call.jwk.json'))
await portal.open()
const providerId = await portal.createProvider('Turva')
const companyId = await portal.createBeneath(providerId, 'Metsä', 'company')
const aino = await portal.person('Aino Aalto', { [providerId]: ['privacy_officer'], [companyId]: ['administrator'] })
const otso = await portal.person('Otso Oja', { [providerId]: ['administrator'], [companyId]: ['administrator'] })
const viewer = await portal.person('Vilma Vuori', { [providerId]: ['viewer'] })

const sentence = 'Our contracts hold a term on force majeure, on which the service can end at once in an emergency.'
const path = (organizationId = providerId, rest = '') => `/api/organizations/${organizationId}/declarations${rest}`
const word = {
  pledge: 'force-majeure',
  statement: 'Luin sopimuspohjan 7, kohta 12.',
  until: '2027-03-01T00:00:00.000Z',
}
const declare = async (person = aino, body: object = word, organizationId = providerId) =>
  portal.ask('POST', path(organizationId), { cookie: await portal.signInAgain(person.personId), body })
const list = async () => {
  const { body } = await portal.ask('GET', path(), { cookie: await portal.signInAgain(otso.personId) })
  return body.pledges.find(({ pledge }: { pledge: string }) => pledge === 'force-majeure')
}
const withdraw = async (declarationId: string, person = otso) =>
  portal.ask('DELETE', path(providerId, `/${declarationId}`), { cookie: await portal.signInAgain(person.personId) })

const get = async (url: string) =>
  (await privacy.http.app.inject({ url, headers: { host: privacy.urls.privacy.host } })).body

/** What anybody sees, some seconds later. */
async function shown(): Promise<{ state: string; source: string[]; page: string; promised: boolean; open: boolean }> {
  clock.advance(6_000)
  const { pledges } = JSON.parse(await get('/pledges.json'))
  const { state, source } = pledges.find(({ id }: { id: string }) => id === 'force-majeure')
  const metrics = await privacy.metrics.registry.metrics()
  const value = /vartio_pledge_kept\{[^}]*pledge="force-majeure"[^}]*\} (\d)/.exec(metrics)?.[1]
  assert.equal(value, state === 'kept' ? '1' : '0', 'the metric says the same')
  const [promised = '', open = ''] = (await get('/notice?language=en')).split('What we cannot promise right now')
  return {
    state,
    source,
    page: await get('/pledges?language=en'),
    promised: promised.includes(sentence),
    open: open.includes(sentence),
  }
}
const isOpen = async (why: string) => {
  const { state, promised, open } = await shown()
  assert.deepEqual([state, promised, open], ['unknown', false, true], why)
}

test('ID-100 nobody has declared it: it is open, and the notice does not promise it', async () => {
  await privacy.pledges.look()
  await isOpen('from the start')
  assert.match(await get('/pledges?language=en'), /ID-100 · declared: nobody has declared it/)
  assert.deepEqual([(await list()).isKept, (await list()).declaration], [false, null])
})

test('ID-100 a named person declares it: the page says who, since when and until when, and the notice promises it', async () => {
  const { status, body } = await declare()
  assert.equal(status, 200)
  const { state, source, page, promised, open } = await shown()
  assert.deepEqual([state, promised, open], ['kept', true, false])
  assert.equal(source[0], 'Aino Aalto')
  assert.match(page, /declared: by Aino Aalto on 22 November 2026 until 1 March 2027/)
  assert.match(await get('/pledges?language=fi'), /vakuutettu: Aino Aalto 22\.11\.2026, voimassa 1\.3\.2027 asti/)
  // What they looked at is kept, for those who may declare.
  assert.doesNotMatch(page, /sopimuspohjan/)
  const listed = await list()
  assert.deepEqual(
    [listed.isKept, listed.declaration.by, listed.declaration.statement],
    [true, 'Aino Aalto', word.statement],
  )
  assert.equal(listed.declaration.declarationId, body.declarationId)
  const audit = await portal.ask('GET', `/api/organizations/${providerId}/audit`, {
    cookie: await portal.signInAgain(otso.personId),
  })
  const record = audit.body.records.find(({ action }: { action: string }) => action === 'declarations.declared')
  assert.deepEqual([record.actor.name, record.details.pledge], ['Aino Aalto', 'force-majeure'])
  // Nothing of it lies with the privacy office, and in the portal it lies sealed.
  const [row] = await portal.admin<{ text: string }[]>`select d::text as text from declarations.declaration d`
  assert.doesNotMatch(row?.text ?? '', /sopimuspohjan|Aino/)
})

test('who may not, or has used their passkey long ago, declares nothing; nor is anything else declared, or for ever', async () => {
  assert.equal((await declare(viewer)).status, 403)
  assert.equal((await declare(aino, word, companyId)).code, 'declarations.provider_only')
  assert.equal((await declare(aino, { ...word, pledge: 'nothing-past-its-limit' })).code, 'declarations.not_declarable')
  for (const until of ['2026-11-22T12:00:00.000Z', '2027-11-23T12:10:00.000Z'])
    assert.equal((await declare(aino, { ...word, until })).code, 'declarations.bad_until', until)
  const stale = await portal.signInAgain(aino.personId)
  clock.advance(5 * 60_000 + 1)
  assert.equal((await portal.ask('POST', path(), { cookie: stale, body: word })).code, 'sessions.passkey_wanted')
  assert.equal(await portal.countRows('declarations.declaration'), 1)
})

test('ID-100 its day comes: the pledge is open again and its sentence leaves the notice', async () => {
  clock.set(new Date('2027-02-28T23:59:50.000Z'))
  await privacy.pledges.look()
  assert.equal((await shown()).state, 'kept')
  await isOpen('a moment later')
  assert.match(await get('/pledges?language=en'), /by Aino Aalto[\s\S]*the time of the declaration is over/)
  await declare(otso, { ...word, until: '2027-06-01T00:00:00.000Z' })
  assert.equal((await shown()).source[0], 'Otso Oja')
})

test('taken back, by whoever may declare, it is open at once, and recorded', async () => {
  const { declaration } = await list()
  assert.equal((await withdraw(declaration.declarationId, viewer)).status, 403)
  assert.equal((await withdraw(declaration.declarationId, aino)).status, 204)
  await isOpen('taken back')
  assert.equal((await withdraw(declaration.declarationId)).code, 'declarations.not_found')
})

test('DSR-12 nobody vouches for it any more who is restricted, and DSR-05 nothing is left of the word of who is forgotten', async () => {
  await declare(aino, { ...word, until: '2027-06-01T00:00:00.000Z' })
  assert.equal((await shown()).state, 'kept')
  const subject = (await portal.database.transaction((tx) => portal.people.subjectOf(tx, aino.personId))) ?? ''
  await portal.rights.restrict(aino.personId, subject, true)
  await isOpen('restricted')
  await portal.rights.restrict(aino.personId, subject, false)
  assert.equal((await shown()).state, 'kept')
  const before = await portal.countRows('declarations.declaration')
  const { tables } = await portal.rights.describe(subject)
  assert.equal(tables.find(({ table }) => table === 'declarations.declaration')?.rows, 2)
  const { outcome } = await portal.rights.forget(aino.personId, subject)
  assert.equal(outcome, 'done')
  assert.equal(await portal.countRows('declarations.declaration'), before - 2)
  await isOpen('forgotten')
})

test('while the portal does not say who has declared it, nobody has', async () => {
  await declare(otso, { ...word, until: '2027-06-01T00:00:00.000Z' })
  assert.equal((await shown()).state, 'kept')
  await portal.http.app.close()
  await isOpen('no answer')
})
