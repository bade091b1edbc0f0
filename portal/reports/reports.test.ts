import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import type { Role } from '#portal/people/api'
import { createTestDevice, detected } from '#tests/device'
import { readParts, startMailServer } from '#tests/mail-server'
import { createTestPortal } from '#tests/portal'
import { until } from '#tests/until'
import type { EditionDetail, EditionList, NewReport, ReportList } from './api.ts'

const server = await startMailServer()
// A Saturday.
const portal = await createTestPortal({ at: new Date('2026-11-21T12:00:00.000Z'), smtpUrl: server.url })
await portal.mail.start()
after(() =>
  console.log(
    portal.lines
      .filter((l) => JSON.stringify(l).match(/purpose/))
      .slice(0, 3)
      .map((l) => JSON.stringify(l))
      .join('\n')
      .slice(0, 3500),
  ),
)
after(async () => {
  await portal.mail.stop()
  await server.stop()
})
const { clock } = portal
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
const providerId = await portal.createProvider()
const partnerId = await portal.createBeneath(providerId, 'Kumppani', 'partner')

const at = (organizationId: string, path = '') => `/api/organizations/${organizationId}${path}`
const weekly: Omit<NewReport, 'recipients'> = {
  parts: ['protection', 'detections', 'policies', 'subscription'],
  period: 'week',
  day: 1,
  hour: 8,
  timeZone: 'Europe/Helsinki',
  hasNames: false,
  isOn: true,
}
const formula = '=HYPERLINK("http://evil.example","Kannettava")'

/** A company whose only device has failed, with people of each role. */
async function company(name: string) {
  const organizationId = await portal.createBeneath(partnerId, name, 'company')
  const of = (role: Role) => portal.person(`${name} ${role}`, { [organizationId]: [role] })
  const [boss, viewer] = [await of('administrator'), await of('viewer')]
  const { code } = await portal.devices.makeCode(organizationId, { uses: 1, hours: 1 }, by)
  const device = createTestDevice(portal, { name: formula })
  assert.equal((await device.enrol(code)).status, 200)
  const failed = [{ name: 'real-time', state: 'failed', why: 'not-started', since: '2026-11-21T11:00:00.000Z' }]
  assert.equal((await device.checkIn({ protections: failed })).status, 200)
  assert.equal((await device.send(randomUUID(), 1, [detected()])).status, 200)
  const cookieOf = (person: { personId: string }) => portal.signInAgain(person.personId)
  const make = async (recipients: readonly string[], more: Partial<NewReport> = {}) => {
    const body = { ...weekly, ...more, recipients }
    const made = await portal.ask('POST', at(organizationId, '/reports'), { cookie: await cookieOf(boss), body })
    assert.equal(made.status, 200, JSON.stringify(made.body))
    return made.body.reportId as string
  }
  const editions = async (): Promise<EditionList['editions']> =>
    (await portal.ask('GET', at(organizationId, '/editions'), { cookie: await cookieOf(boss) })).body.editions
  return { organizationId, boss, viewer, device, make, editions, cookieOf }
}
const lettersTo = (email: string) =>
  server.received.filter(({ to }) => to.includes(email)).map(({ text }) => readParts(text))
const sentTo = async (email: string, count: number) => {
  await until(() => lettersTo(email).length === count)
  return lettersTo(email).at(-1) ?? []
}
const audited = async (organizationId: string, action: string) =>
  (await portal.audit.list(organizationId, { action: action as never })).records
const monday = (week: number) => new Date(Date.parse('2026-11-23T06:00:00.000Z') + week * 7 * 86_400_000)

test('a report of the week is sent once, at its hour, to people who may read it, and only what each may read', async () => {
  clock.set(new Date('2026-11-21T12:00:00.000Z'))
  const { organizationId, boss, viewer, make, editions, cookieOf } = await company('Yritys')
  await make([boss.personId, viewer.personId])
  clock.set(new Date(monday(0).getTime() - 1))
  await portal.reports.makeDue()
  assert.deepEqual(await editions(), [])
  clock.set(monday(0))
  // Two processes, and the same again: it is told once.
  await Promise.all([portal.reports.makeDue(), portal.reports.makeDue()])
  await portal.reports.makeDue()
  const [edition, ...others] = await editions()
  assert.ok(edition)
  assert.deepEqual(others, [])
  assert.deepEqual([edition.sent, edition.withheld, edition.isAsked], [2, 0, false])
  assert.deepEqual([edition.from, edition.until], ['2026-11-15T22:00:00.000Z', '2026-11-22T22:00:00.000Z'])

  const [words, figures, ...more] = await sentTo(boss.email, 1)
  assert.equal(more.length, 0)
  assert.match(words?.content ?? '', /asiaa vaatii toimia, vakavin ensin/)
  assert.match(words?.content ?? '', /Laitteita, joiden suojaus ei toimi: 1\./)
  assert.match(words?.content ?? '', /16\.11\.2026 – 22\.11\.2026/)
  assert.ok(words?.content.includes(`/reports/${edition.editionId}?organization=${organizationId}`))
  assert.match(figures?.content ?? '', /Havainnot,Havaintoja jaksolla,1,0\r\n/)
  assert.match(figures?.content ?? '', /Käytännöt,Muutoksia käytäntöihin,0,0\r\n/)

  // Who may read the overview alone is told of nothing else.
  const theirs = await sentTo(viewer.email, 1)
  assert.match(theirs[1]?.content ?? '', /Suojaus,Laitteita,1,\r\n/)
  assert.doesNotMatch(theirs.map(({ content }) => content).join(), /Käytännöt|Muutoksia käytäntöihin/)
  const page = async (cookie: string): Promise<EditionDetail> =>
    (await portal.ask('GET', at(organizationId, `/editions/${edition.editionId}`), { cookie })).body
  const partsOf = ({ figures: all }: EditionDetail) => new Set(all.map(({ part }) => part))
  assert.deepEqual(partsOf(await page(await cookieOf(boss))), new Set(['protection', 'detections', 'policies']))
  assert.deepEqual(partsOf(await page(await cookieOf(viewer))), new Set(['protection', 'detections']))

  const sent = await audited(organizationId, 'reports.sent')
  assert.deepEqual(new Set(sent.map(({ target }) => target.id)), new Set([boss.personId, viewer.personId]))
  assert.ok(sent.every(({ details }) => (details as { names: boolean }).names === false))

  // The next week tells what it was the week before. After three weeks without anybody, the last one alone is told.
  clock.set(monday(3))
  await portal.reports.makeDue()
  const [words2, figures2] = await sentTo(boss.email, 2)
  assert.match(words2?.content ?? '', /7\.12\.2026 – 13\.12\.2026/)
  assert.match(figures2?.content ?? '', /Havainnot,Havaintoja jaksolla,0,0\r\n/)
  clock.set(monday(4))
  await portal.reports.makeDue()
  const [, figures3] = await sentTo(boss.email, 3)
  assert.match(figures3?.content ?? '', /Suojaus,Laitteita,1,1\r\n/)
  assert.equal((await editions()).length, 3)
})

test('no name of a device or person travels by mail unless the organisation wants it; a name that is a formula is text (CSV injection)', async () => {
  clock.set(new Date('2026-11-21T12:00:00.000Z'))
  const { organizationId, boss, viewer, device, make, cookieOf } = await company('Nimetön')
  assert.equal((await device.checkIn()).status, 200)
  const failed = [{ name: 'real-time', state: 'failed', why: 'not-started', since: '2026-11-21T11:00:00.000Z' }]
  assert.equal((await device.checkIn({ protections: failed })).status, 200)
  const plain = await make([boss.personId])
  const send = async (reportId: string) =>
    portal.ask('POST', at(organizationId, `/reports/${reportId}/send`), { cookie: await cookieOf(boss) })
  const asked = await send(plain)
  assert.equal(asked.status, 200, asked.code)
  const without = await sentTo(boss.email, 1)
  const all = without.map(({ content }) => content).join('\n')
  assert.doesNotMatch(all, /HYPERLINK|evil|aino|Kannettava|lasku\.zip/)
  assert.match(all, /ei ole tässä viestissä/)

  // Behind the sign-in they are, and that somebody took them is recorded.
  const table = await portal.ask('GET', at(organizationId, '/lacking-devices'), { cookie: await cookieOf(boss) })
  assert.ok(String(table.body).includes(`"'=HYPERLINK(""http://evil.example"",""Kannettava"")",aino,failed,real-time`))
  assert.equal((await audited(organizationId, 'reports.exported')).length, 1)
  const refused = await portal.ask('GET', at(organizationId, '/lacking-devices'), { cookie: await cookieOf(viewer) })
  assert.equal(refused.code, 'sessions.not_allowed')

  // Where it is wanted, only who may see devices gets them.
  const named = await make([boss.personId, viewer.personId], { hasNames: true })
  assert.equal((await send(named)).status, 200)
  const [words, , devices] = await sentTo(boss.email, 2)
  assert.match(words?.content ?? '', /organisaatiosi on valinnut, että nimet lähetetään/)
  assert.ok(devices?.content.includes(`"'=HYPERLINK(""http://evil.example"",""Kannettava"")"`))
  clock.set(monday(0))
  await portal.reports.makeDue()
  const theirs = await sentTo(viewer.email, 1)
  assert.equal(theirs.length, 2)
  assert.doesNotMatch(theirs.map(({ content }) => content).join('\n'), /HYPERLINK|aino/)
})

test('PT-03 who has lost the right since gets nothing, and that is recorded', async () => {
  clock.set(new Date('2026-11-21T12:00:00.000Z'))
  const { organizationId, boss, viewer, make, editions, cookieOf } = await company('Muuttuva')
  const helper = await portal.person('Auttaja', { [partnerId]: ['administrator'] })
  const notYet = { ...weekly, recipients: [helper.personId] }
  const cookie = await cookieOf(boss)
  const refusal = await portal.ask('POST', at(organizationId, '/reports'), { cookie, body: notYet })
  assert.equal(refusal.code, 'reports.not_readers')
  await portal.organizations.beginAsCompany(organizationId, partnerId, ['look'], by)
  await make([boss.personId, viewer.personId, helper.personId])
  await portal.organizations.endAsCompany(organizationId, partnerId, by)
  await portal.people.remove(organizationId, viewer.personId, by)
  clock.set(monday(0))
  await portal.reports.makeDue()
  await sentTo(boss.email, 1)
  const [edition] = await editions()
  assert.deepEqual([edition?.sent, edition?.withheld], [1, 2])
  const withheld = await audited(organizationId, 'reports.withheld')
  assert.deepEqual(new Set(withheld.map(({ target }) => target.id)), new Set([viewer.personId, helper.personId]))
  assert.equal(lettersTo(viewer.email).length + lettersTo(helper.email).length, 0)
  const listed: ReportList = (await portal.ask('GET', at(organizationId, '/reports'), { cookie: await cookieOf(boss) }))
    .body
  assert.deepEqual(
    listed.reports[0]?.recipients.filter(({ isReader }) => isReader).map(({ personId }) => personId),
    [boss.personId],
  )
  assert.deepEqual(listed.parts, ['protection', 'detections', 'policies', 'subscription'])
})

test('what is asked for goes to whoever asks alone, and does not stand in for the week', async () => {
  clock.set(new Date('2026-11-21T12:00:00.000Z'))
  const { organizationId, boss, viewer, make, editions, cookieOf } = await company('Heti')
  const reportId = await make([viewer.personId])
  const { status } = await portal.ask('POST', at(organizationId, `/reports/${reportId}/send`), {
    cookie: await cookieOf(boss),
  })
  assert.equal(status, 200)
  await sentTo(boss.email, 1)
  clock.set(monday(0))
  await portal.reports.makeDue()
  await sentTo(viewer.email, 1)
  assert.equal(lettersTo(boss.email).length, 1)
  assert.deepEqual(
    (await editions()).map(({ isAsked, sent }) => [isAsked, sent]),
    [
      [false, 1],
      [true, 1],
    ],
  )
  // Switched off it is not sent; removed, its history stays.
  const off = { ...weekly, isOn: false, recipients: [viewer.personId] }
  const url = at(organizationId, `/reports/${reportId}`)
  assert.equal((await portal.ask('PUT', url, { cookie: await cookieOf(boss), body: off })).status, 204)
  clock.set(monday(1))
  await portal.reports.makeDue()
  assert.equal((await editions()).length, 2)
  assert.equal((await portal.ask('DELETE', url, { cookie: await cookieOf(boss) })).status, 204)
  assert.equal((await editions()).length, 2)
  for (const [wrong, code] of [
    [{ timeZone: 'Europe/Vartio' }, 'reports.bad_time_zone'],
    [{ day: 8 }, 'http.invalid_input'],
    [{ recipients: [] }, 'http.invalid_input'],
    [{ parts: [] }, 'http.invalid_input'],
  ] as const) {
    const body = { ...weekly, recipients: [boss.personId], ...wrong }
    const refused = await portal.ask('POST', at(organizationId, '/reports'), { cookie: await cookieOf(boss), body })
    assert.equal(refused.code, code)
  }
})

test('PT-02 a partner is told of the companies it looks after while it does, in figures, and keeps nothing of one that has ended it', async () => {
  clock.set(new Date('2026-11-21T12:00:00.000Z'))
  const { organizationId, device } = await company('Hoidettu')
  const head = await portal.person('Kumppanin johto', { [partnerId]: ['administrator'] })
  const body = { ...weekly, parts: ['companies'], recipients: [head.personId] }
  const made = await portal.ask('POST', at(partnerId, '/reports'), { cookie: head.cookie, body })
  assert.equal(made.status, 200, made.code)
  await portal.organizations.beginAsCompany(organizationId, partnerId, ['look'], by)
  clock.set(monday(0))
  assert.equal((await device.checkIn()).status, 200)
  await portal.reports.makeDue()
  const [words, figures] = await sentTo(head.email, 1)
  assert.match(figures?.content ?? '', /Yritykset,Yrityksiä,1,\r\n/)
  assert.match(figures?.content ?? '', /Yritykset,Laitteita yrityksissä,1,\r\n/)
  assert.doesNotMatch(words?.content ?? '', /Hoidettu/)
  await portal.organizations.endAsCompany(organizationId, partnerId, by)
  clock.set(monday(1))
  await portal.reports.makeDue()
  const [, next] = await sentTo(head.email, 2)
  assert.match(next?.content ?? '', /Yritykset,Yrityksiä,0,1\r\n/)
  const rows = await portal.admin`select * from reports.edition where organization_id = ${partnerId}`
  assert.ok(!JSON.stringify(rows).includes(organizationId))
})
