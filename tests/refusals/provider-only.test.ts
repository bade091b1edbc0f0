import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#base/ids'
import type { Http } from '#server/http'
import { enterPurpose } from '#server/purpose'
import type { Route } from '#server/routes'
import { until } from '#tests/until'
import { behind, providerAreas, providerFields } from './provider-fields.ts'
import { elsewhere } from './provider-plan.ts'
import {
  aino,
  asProvider,
  boss,
  by,
  clientId,
  clock,
  cloud,
  companyId,
  device,
  found,
  herOwn,
  identity,
  ids,
  looked,
  otso,
  people,
  placed,
  places,
  planted,
  portal,
  privacy,
  received,
  requestId,
  toDevice,
  toService,
  words,
  year,
} from './scene-of-provider.ts'
import { permissionsOfKey } from './tables.ts'

// What only people of the provider may see is planted in every program (scene-of-provider.ts); here everybody asks every program for everything. It
// must be found as the provider's by each role that may see it, so that the walk can find it at all, and nowhere else.

// What this test asks itself, past routes.
enterPurpose('rights')

let senders = 0
/** Nobody is refused for having asked often: everybody comes from an address of their own. */
const newAddress = () => {
  senders += 1
  return `10.3.${senders >> 8}.${senders & 255}`
}
type Asker = { readonly cookie?: string; readonly key?: string; readonly from: string }
async function send(
  program: { readonly http: Http },
  host: string,
  method: string,
  url: string,
  asker: Asker,
  body?: object,
) {
  const answer = await program.http.app.inject({
    method: method as 'GET',
    url,
    remoteAddress: asker.from,
    headers: {
      host,
      ...(asker.cookie ? { cookie: asker.cookie } : {}),
      ...(asker.key ? { authorization: `Bearer ${asker.key}` } : {}),
    },
    ...(method === 'GET' ? {} : { payload: body ?? {} }),
  })
  const said = `${method} ${url}: ${answer.statusCode} ${answer.body}`
  assert.notEqual(answer.statusCode, 429, said)
  // A failure would hide what the route answers when it works.
  assert.ok(answer.statusCode < 500 || / 50[23] /.test(said), said)
  return { status: answer.statusCode, text: `${JSON.stringify(answer.headers)} ${answer.body}` }
}

/** What is only read, and what writes a file to read: everything that answers with what is held. */
const isReading = ({ method, path }: Route) => method === 'GET' || /search|export|look|preview/.test(path)
const bodies: Readonly<Record<string, object>> = {
  'device-search': { search: 'Kone' },
  'device-export': {},
  looks: looked,
}

type Answers = ReadonlyMap<string, string>
async function walk(
  program: { readonly http: Http },
  host: string,
  asker: Asker,
  organizationId: string,
): Promise<Answers> {
  const answers = new Map<string, string>()
  for (const route of program.http.routes.filter(isReading)) {
    if (route.permission === 'device' || route.permission.startsWith('program:')) continue
    const address = route.path
      .replace(':organizationId', organizationId)
      .replace(/:([a-zA-Z]+)/g, (_all, name: string) => ids[name] ?? newId())
      .replace('*', '0/000.p/1')
    const query = route.path.endsWith('/bookkeeping/export') ? `?year=${year}` : ''
    const body = bodies[route.path.split('/').at(-1) ?? '']
    const { status, text } = await send(program, host, route.method, address + query, asker, body)
    // What a refusal says is an answer too.
    answers.set(`${status < 400 ? 'answer' : 'refusal'} ${route.method} ${route.path}`, text)
  }
  return answers
}
const inPortal = (asker: Omit<Asker, 'from'>, organizationId: string) =>
  walk(portal, portal.urls.portal.host, { ...asker, from: newAddress() }, organizationId)
const opened = (answers: Answers) => [...answers.keys()].filter((route) => route.startsWith('answer')).length
const leaks = (answers: Iterable<readonly [string, string]>, some: readonly string[] = words) =>
  [...answers].flatMap(([route, text]) => some.filter((one) => text.includes(one)).map((one) => `${route}: ${one}`))
const named = (pages: readonly string[]) => pages.map((page, at) => [`page ${at}`, page] as const)

test('EP-34 every field that is the provider’s alone, of whatever program, is planted or said to be seen elsewhere', () => {
  assert.ok(providerAreas.length > 10, providerAreas.join())
  for (const schema of [
    'identity.services',
    'identity.upstream',
    'privacy.contact',
    'privacy.holds',
    'privacy.requests',
  ])
    assert.ok(behind.has(schema), schema)
  const fields = Object.values(planted).flatMap(({ field }) => field ?? [])
  assert.deepEqual([...providerFields].sort(), [...new Set([...fields, ...Object.keys(elsewhere)])].sort())
  for (const field of fields) assert.ok(!(field in elsewhere), field)
})

test('EP-34 PT-03 what only the provider may see is found as its people: each piece of it by whoever has the permission, and by nobody else of them', async () => {
  await until(async () => (await asProvider('GET', `/contracts/${clientId}/use`)).body.failures.length > 0)
  for (const { who, personId, permissions } of people.filter(({ place }) => place === 'provider')) {
    const answers = await inPortal({ cookie: await portal.signInAgain(personId) }, places.provider)
    const seen = Object.entries(planted).filter(([, { word }]) => leaks(answers, [word]).length > 0)
    const expected = Object.entries(planted).filter(([, { may }]) => permissions.includes(may))
    assert.deepEqual(seen.map(([what]) => what).sort(), expected.map(([what]) => what).sort(), who)
  }
  const everybodys = new Set(people.flatMap(({ permissions }) => permissions))
  for (const [what, { may }] of Object.entries(planted)) assert.ok(may === 'nobody' || everybodys.has(may), what)
})

test('EP-34 EP-35 PT-03 and nowhere as anybody else: no page, API, export or report of a company or partner has it', async () => {
  let answered = 0
  for (const { who, place, personId } of people.filter((one) => one.place !== 'provider'))
    for (const organizationId of Object.values(places)) {
      const answers = await inPortal({ cookie: await portal.signInAgain(personId) }, organizationId)
      answered += opened(answers)
      assert.deepEqual(leaks(answers), [], `${who} asks of ${organizationId}`)
      // Contracts of its own an organisation sees.
      if (who === 'administrator of company' && organizationId === companyId)
        assert.match(
          answers.get('answer GET /api/organizations/:organizationId/contracts') ?? '',
          /Yrityksen oma palvelu/,
        )
      // A device's own answers do not name its language to anybody here.
      for (const [route, text] of answers)
        if (/\/devices|device-|detection/.test(route))
          assert.doesNotMatch(text, /"language"|kieli/i, `${who} of ${place}: ${route}`)
    }
  assert.ok(answered > 150, `${answered} answers were looked into`)
})

test('EP-34 PT-03 nor does a key of a company or partner, somebody of no organisation, or somebody who has not signed in', async () => {
  const stranger = await portal.person('Ei missään')
  for (const [place, organizationId] of placed) {
    if (place !== 'provider') {
      const { key } = await portal.apiKeys.make(
        organizationId,
        {
          title: 'Kaikki',
          permissions: [...permissionsOfKey],
          expiresAt: new Date(clock.now().getTime() + 86_400_000).toISOString(),
        } as never,
        by,
      )
      const answers = await inPortal({ key }, organizationId)
      assert.ok(opened(answers) > 5, place)
      assert.deepEqual(leaks(answers), [], place)
    }
    assert.deepEqual(leaks(await inPortal({}, organizationId)), [], place)
    assert.deepEqual(leaks(await inPortal({ cookie: await portal.signInAgain(stranger.personId) }, organizationId)), [])
  }
})

test('EP-34 nor do identity, the privacy office or the Cloud show it to anybody: not on the way of a person to a service, nor on the pages of an account', async () => {
  await privacy.pledges.look()
  assert.ok(aino.pages.length > 10)
  const hers = words.filter((one) => !herOwn.includes(one))
  assert.deepEqual(leaks(named(aino.pages), hers), [])
  assert.deepEqual(leaks(named(otso.pages)), [])
  assert.deepEqual(leaks([['what the service was handed', toService]], hers), [])
  for (const [who, cookie, some] of [
    ['nobody', undefined, words],
    ['Otso', otso.cookie(), words],
    ['Aino', aino.cookie(), hers],
  ] as const)
    for (const [program, host] of [
      [identity, identity.urls.identity.host],
      [privacy, privacy.urls.privacy.host],
      [cloud, identity.urls.cloud.host],
    ] as const) {
      const answers = await walk(program, host, { ...(cookie ? { cookie } : {}), from: newAddress() }, companyId)
      assert.ok(opened(answers) > 1, `${who}: ${host}`)
      assert.deepEqual(leaks(answers, some), [], `${who}: ${host}`)
    }
})

test('EP-34 EP-35 nor is it told to a device, sent to a receiver, or written into a report', async () => {
  for (const route of portal.http.routes.filter(({ permission }) => permission === 'device'))
    toDevice.push(
      await device.post(
        route.path.replace(/:([a-zA-Z]+)/g, () => newId()),
        {},
      ),
    )
  assert.deepEqual(
    toDevice.slice(0, 2).map(({ status }) => status),
    [200, 200],
  )
  assert.deepEqual(leaks([['device', JSON.stringify(toDevice)]]), [])
  clock.advance(60_000)
  await portal.receivers.work()
  const sent = received.join('\n')
  assert.ok(sent.includes(found.id) && received.length >= 2, sent)
  assert.deepEqual(leaks([['receivers', sent]]), [])
  assert.doesNotMatch(sent, /"language"|kieli/i)
  const answers = await inPortal({ cookie: await portal.signInAgain(boss.personId) }, companyId)
  assert.match(
    answers.get('answer GET /api/organizations/:organizationId/editions/:editionId/figures') ?? '',
    /Havainnot/,
  )
})

test('EP-34 nor does it lie in a message, a job, a letter, an audit log or a line of a log, of whatever program', async () => {
  const portals = await portal.admin`
    select to_jsonb(a)::text as text from audit.record a union all select to_jsonb(a)::text from audit.activity a
    union all select to_jsonb(s)::text from overview.standing s`
  assert.ok(JSON.stringify(portals).includes('bookkeeping.recorded'))
  const letters = await portal.mail.inbox(500)
  assert.ok(
    letters.some(({ text }) => text.includes('Havaintoja jaksolla')),
    'the report was sent',
  )
  const lies: [string, string][] = [
    ['audit', JSON.stringify([...portals])],
    ['letters of the portal', JSON.stringify(letters)],
    // What is written to Aino is hers.
    [
      'letters of identity',
      JSON.stringify((await identity.platform.mail.inbox(200)).filter(({ to }) => to !== aino.email)),
    ],
  ]
  for (const [name, { admin, lines }] of Object.entries({ portal, identity, privacy })) {
    const rows = await admin`
      select to_jsonb(m)::text as text from messages.message m union all select to_jsonb(j)::text from jobs.job j`
    lies.push([`messages and jobs of ${name}`, JSON.stringify([...rows])], [`log of ${name}`, lines.join('\n')])
  }
  // A request has one number in every program that carries it out.
  assert.deepEqual(
    leaks(
      lies,
      words.filter((one) => one !== requestId),
    ),
    [],
  )
})
