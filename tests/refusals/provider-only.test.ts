import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { newId } from '#base/ids'
import { type Role, roles } from '#portal/people/api'
import { fieldsOf } from '#server/describe'
import { within } from '#server/purpose'
import type { Route } from '#server/routes'
import { createTestDevice, detected } from '#tests/device'
import { createTestPortal } from '#tests/portal'
import { described } from '../../tools/register.ts'
import { readTree } from '../../tools/tree.ts'
import { permissionsOfKey } from './tables.ts'

// What only people of the provider may see is planted as it would come about, and then everybody asks for everything: it must be found as the provider's, so that
// the walk can find it at all, and nowhere else.

const portal = await createTestPortal()
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
before(() => portal.messages.start())
after(() => portal.messages.stop())

const providerId = await portal.createProvider('Turva')
const partnerId = await portal.createBeneath(providerId, 'Kumppani', 'partner')
const companyId = await portal.createBeneath(partnerId, 'Yritys', 'company')
const places = { provider: providerId, partner: partnerId, company: companyId } as const
const people: { who: string; place: keyof typeof places; personId: string }[] = []
for (const [place, organizationId] of Object.entries(places) as [keyof typeof places, string][])
  for (const role of roles) {
    const { personId } = await portal.person(`${place} ${role}`, { [organizationId]: [role as Role] })
    people.push({ who: `${role} of ${place}`, place, personId })
  }
await portal.organizations.beginAsCompany(
  companyId,
  partnerId,
  ['it-management', 'invoicing', 'customer-management'],
  by,
)
const device = createTestDevice(portal, { name: 'Kone' })
await device.enrol((await portal.devices.makeCode(companyId, { uses: 1, hours: 1 }, by)).code, { language: 'en' })
await device.checkIn({ language: 'en' })
const found = detected()
await device.send(randomUUID(), 1, [found])

const canaries = {
  'why somebody looked into the technical log': 'kanaria-loki-7f31',
  'whom a voucher is with': 'kanaria-osapuoli-52aa',
  'a contact of the books': 'kanaria-yhteys-90cd',
  'the address of that contact': 'kanaria-osoite-11e4@example.fi',
  'the number of a voucher': 'kanaria-tosite-c3b8',
  'what stands in a voucher': 'kanaria-teksti-d5f6',
  'the machine of a command': 'kanaria-kone-a871',
  'who gave a command': 'kanaria-komentaja-0b92',
} as const
/** EP-35: the field is a word of two letters, so it is found by its name. */
const language = '"language":"en","devices":1'

const staff = async (wanted: Role) => {
  const one = people.find(({ who }) => who === `${wanted} of provider`)
  return portal.signInAgain(one?.personId ?? '')
}
const provider = (path: string) => `/api/organizations/${providerId}${path}`
const planted = await portal.ask('POST', provider('/bookkeeping'), {
  cookie: await staff('administrator'),
  body: {
    kind: 'invoice',
    number: canaries['the number of a voucher'],
    party: canaries['whom a voucher is with'],
    contactName: canaries['a contact of the books'],
    contactEmail: canaries['the address of that contact'],
    text: canaries['what stands in a voucher'],
    at: '2026-11-01',
    financialYearEnd: '2026-12-31',
  },
})
assert.ok(planted.status < 300, planted.code)
// Identity is away here: the look stands all the same, as one that was tried.
await portal.ask('POST', provider('/technical-log/looks'), {
  cookie: await staff('administrator'),
  body: {
    ground: 'fault',
    why: canaries['why somebody looked into the technical log'],
    from: '2026-11-20T00:00:00.000Z',
    to: '2026-11-21T00:00:00.000Z',
  },
})

const waits = Promise.withResolvers<void>()
const asking = new AbortController()
after(() => asking.abort())
void within('security', () =>
  portal.commands.ask({
    wanted: {
      id: randomUUID(),
      command: 'backup',
      file: '/backups/one.backup',
      officers: [],
      machine: canaries['the machine of a command'],
      user: canaries['who gave a command'],
      folder: '/var/lib/vartio',
    },
    isLive: true,
    waits: () => waits.resolve(),
    signal: asking.signal,
  }),
).catch(waits.reject)
await waits.promise

/** Where each is planted. A new field of the provider’s own is in none of these, so it fails the test below until somebody plants it. */
const plan = {
  'bookkeeping.record.contact_email': 'here',
  'bookkeeping.record.contact_name': 'here',
  'bookkeeping.record.voucher': 'here',
  'commands.confirmation.said': 'here',
  'declarations.declaration.name': 'public: whoever vouches does it by name, on the page of pledges',
  'declarations.declaration.statement': 'declarations.test.ts, beside the privacy office',
  'devices.device.language': 'here',
  'technical_log.look.why': 'here',
} as const

const ids: Readonly<Record<string, string>> = {
  deviceId: device.deviceId,
  detectionId: found.id,
  managedId: companyId,
  number: '0',
  name: 'no-such-set',
  module: 'endpoint-protection',
  upstreamId: 'u-0000000000000000',
  typeId: 'no-such-type',
}
/** What is only read, and what writes a file to read: everything that answers with what is held. */
const isReading = ({ method, path }: Route) => method === 'GET' || /search|export|look|preview/.test(path)
const bodies: Readonly<Record<string, object>> = { 'device-search': { search: 'Kone' }, 'device-export': {} }

async function answersTo(
  asker: { cookie?: string; key?: string },
  organizationId: string,
): Promise<Map<string, string>> {
  const answers = new Map<string, string>()
  for (const route of portal.http.routes.filter(isReading)) {
    if (route.permission === 'device' || route.permission.startsWith('program:')) continue
    const address = route.path
      .replace(':organizationId', organizationId)
      .replace(/:([a-zA-Z]+)/g, (_all, name: string) => ids[name] ?? newId())
    const query = route.path.endsWith('/bookkeeping/export') ? '?year=2026' : ''
    const { status, body } = await portal.ask(route.method, address + query, {
      ...(asker.cookie ? { cookie: asker.cookie } : {}),
      ...(asker.key ? { headers: { authorization: `Bearer ${asker.key}` } } : {}),
      body: bodies[route.path.split('/').at(-1) ?? ''] ?? {},
    })
    if (status < 300)
      answers.set(`${route.method} ${route.path}`, typeof body === 'string' ? body : JSON.stringify(body))
  }
  return answers
}
const leaks = (answers: ReadonlyMap<string, string>, words: readonly string[]) =>
  [...answers].flatMap(([route, text]) =>
    words.filter((word) => text.includes(word)).map((word) => `${route}: ${word}`),
  )

test('EP-34 every field that is the provider’s alone is planted: those of areas that refuse everybody else, and those said to be seen by it', () => {
  const areas = [...readTree()].flatMap(([path, text]) => {
    const area = /^portal\/([a-z-]+)\/errors\.ts$/.exec(path)?.[1]
    // Devices and organisations are everybody's, but for one thing each; contracts are their owners' as well.
    return area && /'[a-z_]+\.provider_only'/.test(text) && !/^(contracts|devices|organizations)$/.test(area)
      ? [area]
      : []
  })
  assert.ok(areas.length > 8, areas.join())
  const isNumberOrTime = (what: string | undefined) => /^pd:(UID|Historical)$/.test(what ?? '')
  const found = (described.portal ?? []).flatMap((description) =>
    fieldsOf(description).flatMap(({ schema, table, name, what, isSealed, seenBy = [] }) => {
      const isOfArea = areas.includes(schema.replaceAll('_', '-')) && (isSealed || !isNumberOrTime(what))
      return isOfArea || seenBy.includes('provider') ? [`${schema}.${table}.${name}`] : []
    }),
  )
  assert.deepEqual(found.sort(), Object.keys(plan).sort())
})

test('EP-34 PT-03 what only the provider may see is found as its people, each piece of it', async () => {
  const seen = new Set<string>()
  for (const role of ['administrator', 'privacy_officer'] as const) {
    const answers = await answersTo({ cookie: await staff(role) }, providerId)
    for (const leak of leaks(answers, [...Object.values(canaries), language]))
      seen.add(leak.slice(leak.indexOf(': ') + 2))
  }
  assert.deepEqual([...seen].sort(), [...Object.values(canaries), language].sort())
})

test('EP-34 EP-35 PT-03 and nowhere as anybody else: no page, API, export or report of a company or partner has it', async () => {
  const words = [...Object.values(canaries), language]
  let opened = 0
  for (const { who, place, personId } of people.filter((one) => one.place !== 'provider'))
    for (const organizationId of Object.values(places)) {
      const answers = await answersTo({ cookie: await portal.signInAgain(personId) }, organizationId)
      opened += answers.size
      assert.deepEqual(leaks(answers, words), [], `${who} of ${place} asks of ${organizationId}`)
      // A device's own answers do not name its language to anybody here.
      for (const [route, text] of answers)
        if (/\/devices|device-|detection/.test(route))
          assert.doesNotMatch(text, /"language"|kieli/i, `${who}: ${route}`)
    }
  assert.ok(opened > 100, `${opened} answers were looked into`)
})

test('EP-34 PT-03 nor does a key of a company, nor somebody who has not signed in', async () => {
  const { key } = await portal.apiKeys.make(
    companyId,
    {
      title: 'Kaikki',
      permissions: [...permissionsOfKey],
      expiresAt: new Date(portal.clock.now().getTime() + 86_400_000).toISOString(),
    } as never,
    by,
  )
  const words = [...Object.values(canaries), language]
  const answers = await answersTo({ key }, companyId)
  assert.ok(answers.size > 5)
  assert.deepEqual(leaks(answers, words), [])
  for (const organizationId of Object.values(places))
    assert.deepEqual(leaks(await answersTo({}, organizationId), words), [])
})

test('EP-34 nor does it lie in a message, a job, a letter or a line of the log', async () => {
  const rows = await portal.admin`
    select to_jsonb(m)::text as text from messages.message m union all select to_jsonb(j)::text from jobs.job j
    union all select to_jsonb(a)::text from audit.record a union all select to_jsonb(a)::text from audit.activity a
    union all select to_jsonb(s)::text from overview.standing s`
  const text = JSON.stringify([...rows]) + JSON.stringify(portal.lines)
  assert.ok(text.includes('bookkeeping.recorded'))
  for (const [what, word] of Object.entries(canaries)) assert.ok(!text.includes(word), what)
})
