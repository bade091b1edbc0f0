import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { copyFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { newToken } from '#base/ids'
import { type Role, roles } from '#portal/people/api'
import { within } from '#server/purpose'
import { Browser } from '#tests/browser'
import { createCertificate } from '#tests/certificate'
import { aContract, accepted } from '#tests/contract'
import { createTestDevice, detected } from '#tests/device'
import { register } from '#tests/identity'
import type { Answer } from '#tests/portal'
import { startPrograms } from '#tests/programs'
import { createService, makeClientKey } from '#tests/service'
import { type Canary, canaries } from './provider-plan.ts'
import { permissionsOfRole } from './tables.ts'

// What only people of the provider may see, planted in every program as it would come about, and everybody who could ask for it.

const { cert, key: certificateKey } = createCertificate('localhost')
export const received: string[] = []
const receiving = createServer({ cert, key: certificateKey }, async (request, answer) => {
  let body = ''
  for await (const part of request) body += part
  received.push(`${JSON.stringify(request.headers)} ${body}`)
  answer.writeHead(204).end()
}).listen(0, '127.0.0.1')
await once(receiving, 'listening')
after(() => receiving.close())
const receivers = `localhost:${(receiving.address() as AddressInfo).port}`

// The libraries on both sides of a sign-in go by the real time.
const start = new Date()
const inDays = (days: number) => new Date(start.getTime() + days * 86_400_000).toISOString()
const [today = ''] = inDays(0).split('T')
export const year = today.slice(0, 4)
export const { clock, identity, privacy, cloud, createPortal } = await startPrograms(start)
export const portal = await createPortal(undefined, { receivers })
// Where the privacy office looks for the keys of those who call it.
for (const [program, from] of [
  ['portal', portal.publicFolder],
  ['identity', identity.folder],
] as const)
  copyFileSync(join(from, `${program}.call.jwk.json`), join(privacy.publicFolder, `${program}.call.jwk.json`))
await portal.open()
before(() => portal.messages.start())
after(() => portal.messages.stop())

type Place = 'provider' | 'partner' | 'company'
export const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
const providerId = await portal.createProvider('Turva')
const partnerId = await portal.createBeneath(providerId, 'Kumppani', 'partner')
export const companyId = await portal.createBeneath(partnerId, 'Yritys', 'company')
export const places: Readonly<Record<Place, string>> = { provider: providerId, partner: partnerId, company: companyId }
export const placed = Object.entries(places) as [Place, string][]
await portal.organizations.beginAsCompany(
  companyId,
  partnerId,
  ['it-management', 'invoicing', 'customer-management'],
  by,
)

type Person = { who: string; place: Place; personId: string; permissions: readonly string[] }
export const people: Person[] = []
for (const [place, organizationId] of placed) {
  for (const role of roles) {
    const { personId } = await portal.person(`${place} ${role}`, { [organizationId]: [role as Role] })
    people.push({ who: `${role} of ${place}`, place, personId, permissions: permissionsOfRole[role] })
  }
}
const find = (who: string) => people.find((one) => one.who === who) ?? assert.fail(who)
/** As somebody who has used their passkey just now. */
async function as(
  who: string,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  organizationId: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const cookie = await portal.signInAgain(find(who).personId)
  const answer = await portal.ask(method, `/api/organizations/${organizationId}${path}`, {
    cookie,
    ...(body ? { body } : {}),
  })
  assert.ok(answer.status < 300, `${who}: ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer
}
export const asProvider = (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) =>
  as('administrator of provider', method, providerId, path, body)
// Of each organisation somebody with a role of its own, which holds as much as such a role can.
for (const [place, organizationId] of placed) {
  const boss = `administrator of ${place}`
  const { mayGrant } = (await as(boss, 'GET', organizationId, '/roles')).body
  const { roleId } = (await as(boss, 'POST', organizationId, '/roles', { name: 'Kaikki', permissions: mayGrant })).body
  const { personId } = await portal.person(`${place} own role`, { [organizationId]: ['viewer'] })
  await as(boss, 'PUT', organizationId, `/people/${personId}/roles`, { roles: [], ownRoles: [roleId] })
  people.push({ who: `own role of ${place}`, place, personId, permissions: mayGrant })
}

// Devices, their language, and an organisation that has everything sent elsewhere.
export const device = createTestDevice(portal, { name: 'Kone' })
await device.enrol((await portal.devices.makeCode(companyId, { uses: 1, hours: 1 }, by)).code, { language: 'en' })
for (const kind of ['json', 'ocsf'] as const)
  await as('administrator of company', 'POST', companyId, '/receivers', {
    title: kind,
    kind,
    address: `https://${receivers}/${kind}`,
    events: kind === 'json' ? ['detection', 'detection-changed', 'protection-off', 'policy-changed'] : ['detection'],
    language: 'fi',
    hasNames: true,
    certificate: cert,
  })
clock.advance(1_000)
export const found = detected({ at: clock.now().toISOString() })
export const toDevice = [
  await device.checkIn({ language: 'en', protections: [{ name: 'real-time', state: 'on', since: inDays(-1) }] }),
  await device.send(randomUUID(), 1, [found]),
]
export const boss = find('administrator of company')
const { reportId } = (
  await as('administrator of company', 'POST', companyId, '/reports', {
    parts: ['protection', 'detections', 'policies', 'subscription'],
    period: 'week',
    day: 1,
    hour: 8,
    timeZone: 'Europe/Helsinki',
    hasNames: true,
    isOn: true,
    recipients: [boss.personId],
  })
).body
const { editionId } = (await as('administrator of company', 'POST', companyId, `/reports/${reportId}/send`)).body

const word = (what: keyof typeof canaries) => canaries[what].word

await asProvider('POST', '/bookkeeping', {
  kind: 'invoice',
  number: word('the number of a voucher'),
  party: word('whom a voucher is with'),
  contactName: word('a contact of the books'),
  contactEmail: word('the address of that contact'),
  text: word('what stands in a voucher'),
  at: today,
  financialYearEnd: `${year}-12-31`,
})
await asProvider('POST', '/declarations', {
  pledge: 'force-majeure',
  statement: word('on what a pledge was declared'),
  until: inDays(90),
})

// A company looks after a service of its own; another contract has no owner, and is the provider's.
await as(
  'administrator of company',
  'POST',
  companyId,
  '/contracts',
  aContract({ name: 'Yrityksen oma palvelu', protocol: { authentication: 'client_secret_basic' } }),
)

const clientKey = await makeClientKey()
clientKey.publicJwk.kid = word('which key a service has')
const callback = new URL('http://library.localhost:9/callback')
export const { clientId } = (
  await asProvider(
    'POST',
    '/contracts',
    aContract({
      persons: [
        {
          role: 'contact',
          name: word('who is to be reached about a contract'),
          email: word('the address of that person'),
          phone: word('the telephone of that person'),
        },
        { role: 'signatory', name: word('who has signed a contract'), email: null, phone: null },
      ],
      invoicedAt: word('where invoices of a contract go'),
      redirectUris: [callback.href, new URL(`/${word('another address of a service')}`, callback).href],
      postLogoutRedirectUris: [`https://${word('where a service sends people after signing out')}.example/`],
      keys: [clientKey.publicJwk] as never,
      protocol: { backChannelLogout: `https://${word('where a service is told of sign-outs')}.example/` },
    }),
  )
).body
await asProvider('POST', `/contracts/${clientId}/force`, accepted)

await asProvider('POST', '/identifier-types', {
  typeId: 'asiointikoodi',
  name: { fi: 'Asiointikoodi', en: 'Code' },
  register: { fi: 'Rekisteri', en: 'Register' },
})
const { upstreamId } = (
  await asProvider('POST', '/upstreams', {
    name: 'Tekolähde',
    preset: 'generic',
    // Nobody listens there.
    issuer: 'http://upstream.localhost:9',
    clientId: 'vartio',
    authentication: 'client_secret_basic',
    uses: ['identify'],
    claims: { name: word('what an upstream calls a name'), email: null, emailVerified: null },
    identifiers: {
      claims: [{ typeId: 'asiointikoodi', claim: 'code' }],
      levels: [word('how surely an upstream must have proved somebody')],
      scopes: [],
    },
  })
).body
await asProvider('PUT', `/upstreams/${upstreamId}/secret`, { secret: word('the secret of an upstream') })
const { upstreams } = (await asProvider('GET', '/upstreams')).body
const publicKey = upstreams.find((one: { upstreamId: string }) => one.upstreamId === upstreamId).publicKey.x
assert.match(publicKey, /^[A-Za-z0-9_-]{43}$/)

await privacy.http.app.inject({
  method: 'POST',
  url: '/contact?language=fi',
  headers: { host: privacy.urls.privacy.host, 'content-type': 'application/x-www-form-urlencoded' },
  payload: new URLSearchParams({
    message: word('a message to the controller'),
    reach: word('how whoever wrote it is reached'),
  }).toString(),
})
const [{ messageId }] = (await asProvider('GET', '/contact')).body.messages
const { holdId } = (
  await as('privacy_officer of provider', 'POST', providerId, '/holds', {
    ground: 'remedy',
    reason: word('why data is held'),
    reference: word('the number of that case'),
    log: 'activity-log',
    reviewBy: inDays(30),
    endsAt: inDays(90),
  })
).body

/** Somebody with an account, and every page that their browser is shown from then on. */
async function arrive(name: string, userAgent: string, from: string, language = 'en') {
  const browser = Object.assign(new Browser(identity.urls.identity), { from, language, now: () => clock.now() })
  const pages: string[] = []
  const ask = browser.ask.bind(browser)
  browser.ask = async (method, to, options = {}) => {
    const answer = await ask(method, to, { ...options, headers: { ...options.headers, 'user-agent': userAgent } })
    pages.push(`${method} ${answer.url}: ${JSON.stringify(answer.headers)} ${answer.body}`)
    return answer
  }
  await browser.go('GET', '/sign-in?to=account')
  await register(identity, browser, { name, email: `${name.toLowerCase()}@example.fi` })
  await browser.go('POST', browser.url, { form: {} })
  const cookie = () => `vartio-session=${browser.cookie('vartio-session')}`
  return { browser, pages, cookie, email: `${name.toLowerCase()}@example.fi` }
}
export const aino = await arrive(
  'Aino',
  word('from which browser somebody identified'),
  word('from which address somebody identified'),
  word('which languages the browser wanted with which somebody identified'),
)
export const otso = await arrive('Otso', 'Mozilla/5.0', '127.81.92.104')
const library = await createService({
  issuer: identity.urls.identity,
  key: clientKey,
  clientId,
  callback,
})
const begun = await library.begin()
await aino.browser.go('GET', begun.url)
assert.match(aino.pages.at(-1) ?? '', /Kirjaston varauspalvelu[\s\S]*Lahden kirjastoyhtiö Oy/)
await aino.browser.go('POST', `${aino.browser.url.pathname}/continue`, { form: {} })
const tokens = await library.redeem(aino.browser.url, begun.checks)
export const toService = JSON.stringify([tokens, tokens.claims(), library.configuration.serverMetadata()])
assert.match(toService, /aino@example\.fi/)
const wrong = `https://elsewhere.example/${word('how a refused request of a service asked')}`
await aino.browser.go('GET', (await library.begin({ redirect_uri: wrong })).url)
const asked = await aino.browser.ask('POST', '/account/api/own-data/copy', { json: {} })
export const { requestId } = JSON.parse(asked.body)
assert.match(String(requestId), /^[0-9a-f-]{36}$/, asked.body)

const waits = Promise.withResolvers<void>()
const terminal = new AbortController()
after(() => terminal.abort())
void within('security', () =>
  portal.commands.ask({
    wanted: {
      id: randomUUID(),
      command: 'backup',
      file: '/backups/one.backup',
      officers: [],
      machine: word('the machine of a command'),
      user: word('who gave a command'),
      folder: '/var/lib/vartio',
    },
    isLive: true,
    waits: () => waits.resolve(),
    signal: terminal.signal,
  }),
).catch(waits.reject)
await waits.promise

export const planted: Readonly<Record<string, Canary>> = {
  ...canaries,
  'the public half of a key for an upstream': {
    field: 'identity.upstream.upstream.public_key',
    word: publicKey,
    may: 'upstreams.manage',
  },
  'the number of a request of a person': { field: null, word: requestId, may: 'requests.manage' },
}
/** What Aino herself sees of her own: her request, where she signed in from, and the address that she asked with. */
export const herOwn: readonly string[] = [
  requestId,
  word('from which browser somebody identified'),
  word('from which address somebody identified'),
  word('how a refused request of a service asked'),
]
export const words = Object.values(planted).map((one) => one.word)

export const ids: Readonly<Record<string, string>> = {
  deviceId: device.deviceId,
  detectionId: found.id,
  managedId: companyId,
  number: '0',
  name: 'no-such-set',
  module: 'endpoint-protection',
  typeId: 'asiointikoodi',
  day: today,
  uid: newToken(),
  token: newToken(),
  clientId,
  upstreamId,
  messageId,
  holdId,
  requestId,
  reportId,
  editionId,
}
export const looked = {
  ground: 'misuse',
  why: word('why somebody looked into the technical log'),
  from: inDays(-1),
  to: inDays(1),
}
await asProvider('POST', '/technical-log/looks', looked)
