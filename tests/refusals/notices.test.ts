import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cookies } from '#architecture'
import { cookieWords } from '#privacy/notices'
import { startPrograms } from '#tests/programs'

const { clock, privacy, createPortal } = await startPrograms(new Date('2026-11-22T12:00:00.000Z'))
const portal = await createPortal()
await portal.open()

const get = async (url: string) => {
  const answer = await privacy.http.app.inject({ url, headers: { host: privacy.urls.privacy.host } })
  return {
    status: answer.statusCode,
    body: answer.body,
    code: answer.headers['content-type']?.includes('json') ? answer.json().code : '',
  }
}

test('before the set-up there is no controller and so no notice', async () => {
  const { status, code } = await get('/notice')
  assert.deepEqual([status, code], [503, 'notices.not_yet'])
})

test('ID-02 ID-03 ID-07 the Finnish notice binds, names the controller and its licence; the English one says that it does not bind and leads to it', async () => {
  await portal.createProvider('Turva')
  await privacy.pledges.look()
  const { body: fi } = await get('/notice')
  assert.match(fi, /<html lang="fi">[\s\S]*on sitova/)
  for (const text of [
    'Turva Oy',
    'Katu 1, 00100 Helsinki',
    'Y-tunnus',
    'tietosuoja@turva.example',
    'Tietosuojavastaava',
    'CC BY 4.0',
  ])
    assert.ok(fi.includes(text), text)
  const { body: en } = await get('/notice?language=en')
  assert.match(en, /not binding[\s\S]*href="\/notice\?language=fi"/)
})

test('ID-104 the cookies are described in the notice, each of them and no other', async () => {
  assert.deepEqual(Object.keys(cookieWords).sort(), cookies.map(({ name }) => name).sort())
  const { body } = await get('/notice')
  for (const { name } of cookies) assert.ok(body.includes(`<dt>${name}</dt>`), name)
})

test('what the programs hold stands in it, from their descriptions', async () => {
  const { body } = await get('/notice?language=en')
  for (const text of ['<dt>Why</dt>', 'e-mail address', '3 years', 'proving who somebody is'])
    assert.ok(body.includes(text), text)
})

test('it promises only what is kept now, and tells the open ones apart', async () => {
  const { body } = await get('/notice?language=en')
  const [promised, open] = body.split('What we cannot promise right now')
  assert.ok(promised?.includes('No data is kept longer than is stated for it.'))
  // All of this test runs as one user.
  assert.ok(open?.includes('Each program runs as a user of its own on this machine.'))
  assert.ok(!promised?.includes('Each program runs as a user of its own'))
})

test('ID-01 PN-03 PN-06 exactly one version is in force and carries its date; a change is a new one from that day, and the old one stays readable', async () => {
  assert.match((await get('/notice')).body, /Versio <time datetime="2026-11-22">[\s\S]*on voimassa/)
  await privacy.notices.publish()
  clock.advance(3 * 86_400_000)
  await privacy.notices.publish()
  assert.ok(!(await get('/notice')).body.includes('2026-11-25'), 'nothing has changed')
  await portal.admin`update organizations.controller set postal_address = 'Uusi katu 2, 00200 Helsinki'`
  await privacy.notices.publish()
  const now = (await get('/notice')).body
  assert.match(now, /Versio <time datetime="2026-11-25">[\s\S]*on voimassa[\s\S]*Uusi katu 2/)
  const before = (await get('/notice/2026-11-22')).body
  assert.match(before, /Versio <time datetime="2026-11-22">[\s\S]*on korvannut[\s\S]*Katu 1/)
  assert.ok(!before.includes('Tämä versio on voimassa'))
  assert.equal((await get('/notice/2026-11-23')).status, 404)
})

test('ID-06 the notice shows who answers, and of whoever has only delivered the software that it has no access', async () => {
  const providerId = await portal.database.sql<{ id: string }[]>`select organizations.find_provider() as id`
  const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
  const organizationId = providerId[0]?.id ?? ''
  assert.match((await get('/notice')).body, /pitää tätä palvelua yllä itse ja omissa nimissään/)
  for (const [operatorRole, says] of [
    ['processor', /Konesali Oy pitää tätä palvelua yllä rekisterinpitäjän lukuun ja on henkilötietojen käsittelijä/],
    ['none', /toimittanut Konesali Oy, jolla ei ole pääsyä tietoihin/],
  ] as const) {
    await portal.organizations.setOperator(organizationId, { operatorRole, operatorName: 'Konesali Oy' }, by)
    await privacy.notices.publish()
    const { body } = await get('/notice')
    assert.match(body, says)
    assert.match(body, /<h2>Rekisterinpitäjä<\/h2>[\s\S]*<dt>Nimi<\/dt><dd>Turva Oy<\/dd>/)
  }
  assert.match((await get('/notice?language=en')).body, /delivered by Konesali Oy, which has no access to the data/)
})
