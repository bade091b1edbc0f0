import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { newId, newToken } from '#base/ids'
import { createCallKey } from '#server/call-keys'
import type { Sql } from '#server/database'
import type { Http } from '#server/http'
import type { Route } from '#server/routes'
import { createTestDevice } from '#tests/device'
import { createTestPortal } from '#tests/portal'
import { createTestPrivacy } from '#tests/privacy'
import { signCall } from '#tests/signed'
import { nameOf } from './hold.ts'
import { changed, fingerprint } from './rows.ts'
import { createIdentityScene } from './scene-of-identity.ts'

// Whoever may ask most asks, so that what was sent gets as far as it can.

const portal = await createTestPortal()
const providerId = await portal.createProvider()
const childId = await portal.createBeneath(providerId, 'Yritys', 'company')
const boss = await portal.person('Pomo', { [providerId]: ['administrator'], [childId]: ['administrator'] })
createCallKey(join(portal.folder, 'identity'), portal.publicFolder, 'identity')
const device = createTestDevice(portal)
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
await device.enrol((await portal.devices.makeCode(providerId, { uses: 1, hours: 1 }, by)).code)
const identity = await createIdentityScene()
const privacy = await createTestPrivacy()

type Program = {
  readonly name: string
  readonly http: Http
  readonly admin: Sql
  readonly host: string
  readonly cookie: () => Promise<string>
  readonly sign: (path: string, body: string) => Record<string, string>
  readonly parameter: (name: string) => string
  /** Tables that an honest request of this kind writes as well. */
  readonly notLooked: readonly string[]
  /** Where all ask in one session, one that ends it would have the others refused for that alone. */
  readonly atOnce: number
}

const programs: readonly Program[] = [
  {
    name: 'portal',
    http: portal.http,
    admin: portal.admin,
    host: portal.urls.portal.host,
    cookie: () => portal.signInAgain(boss.personId),
    sign: (path, body) =>
      signCall(
        { program: 'identity', folder: join(portal.folder, 'identity'), port: 2, at: portal.clock.now() },
        path,
        body,
      ),
    parameter: (name) =>
      name === 'organizationId'
        ? providerId
        : name === 'managedId'
          ? childId
          : name === 'personId'
            ? boss.personId
            : newId(),
    notLooked: ['sessions.session', 'calls.nonce'],
    atOnce: 8,
  },
  {
    name: 'identity',
    http: identity.http,
    admin: identity.admin,
    host: identity.urls.identity.host,
    cookie: identity.cookie,
    sign: (path, body) => identity.sign('portal', path, body),
    parameter: (name) => (name === 'uid' || name === 'token' ? newToken() : newId()),
    // That somebody is active is noted to the minute, also of whoever is refused: they have begun something themselves.
    notLooked: ['calls.nonce', 'people.person.last_event_at'],
    atOnce: 1,
  },
  {
    name: 'privacy',
    http: privacy.http,
    admin: privacy.admin,
    host: privacy.urls.privacy.host,
    cookie: async () => '',
    sign: (path, body) => privacy.sign('portal', path, body),
    parameter: () => newId(),
    notLooked: ['calls.nonce'],
    atOnce: 8,
  },
]

let asked = 0

type Sent = { readonly body?: string | Buffer; readonly type?: string; readonly url?: string }

async function send(program: Program, route: Route, { body, type, url }: Sent) {
  asked += 1
  const path = url ?? route.path.replace(/:([a-zA-Z]+)/g, (_all, name: string) => program.parameter(name))
  const isForProgram = route.permission.startsWith('program:')
  const isForDevice = route.permission === 'device'
  const answer = await program.http.app.inject({
    method: route.method,
    url: path,
    remoteAddress: `10.${(asked >> 16) & 255}.${(asked >> 8) & 255}.${asked & 255}`,
    headers: {
      accept: 'application/json',
      host: program.host,
      ...(isForProgram ? {} : { cookie: await program.cookie() }),
      ...(isForProgram && body !== undefined ? program.sign(path, body.toString()) : {}),
      ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }),
      ...(isForDevice && body !== undefined && type === undefined ? device.headersFor(path, body.toString()) : {}),
    },
    ...(body === undefined ? {} : { payload: body }),
  })
  const type_ = String(answer.headers['content-type'] ?? '')
  const isJson = type_.includes('json') && answer.body !== ''
  return {
    status: answer.statusCode,
    code: isJson ? (answer.json().code as string | undefined) : undefined,
    isPage: type_.startsWith('text/html'),
  }
}

/** A refusal with a code, or a page that says what is the matter; or an honest answer; never a failure. */
async function tryOne(program: Program, route: Route, what: string, sent: Sent): Promise<boolean> {
  const { status, code, isPage } = await send(program, route, sent)
  const said = `${nameOf(route)} sent ${what}: ${status} ${code ?? ''}`
  // What another program or the mail server would be needed for may be missing here.
  if (status >= 500) assert.match(code ?? '', /unavailable$/, said)
  if (status >= 400 && !isPage) assert.match(code ?? '', /^[a-z_]+\.[a-z_]+$/, said)
  return status >= 400
}

/** What was refused wrote nothing. Looked at for all together, and one by one only if some were answered. */
async function tryAll(program: Program, route: Route, all: readonly (readonly [what: string, sent: Sent])[]) {
  const look = () => fingerprint(program.admin, program.notLooked)
  const before = await look()
  const refused: (readonly [what: string, sent: Sent])[] = []
  const go = async (left: (typeof refused)[number][]) => {
    for (let one = left.pop(); one; one = left.pop()) if (await tryOne(program, route, ...one)) refused.push(one)
  }
  const left = [...all]
  await Promise.all(Array.from({ length: program.atOnce }, () => go(left)))
  const written = changed(before, await look())
  if (written.length === 0) return
  if (refused.length === all.length) assert.deepEqual(written, [], nameOf(route))
  for (const [what, sent] of refused) {
    const then = await look()
    await tryOne(program, route, what, sent)
    assert.deepEqual(changed(then, await look()), [], `${nameOf(route)} sent ${what}`)
  }
}

const bodies: readonly (readonly [what: string, sent: Sent])[] = [
  ['no JSON', { body: 'not json' }],
  ['half a JSON', { body: '{"name": "x' }],
  ['bytes that are no text', { body: Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc3, 0x28]) }],
  ['nothing, said to be JSON', { body: '' }],
  ['null', { body: 'null' }],
  ['a list', { body: '[]' }],
  ['a word', { body: '"x"' }],
  ['a number', { body: '1e999' }],
  ['a prototype', { body: '{"__proto__":{"permission":"anyone"},"constructor":{"prototype":{"x":1}}}' }],
  [
    'NUL in every likely field',
    { body: '{"name":"a\\u0000","email":"a\\u0000@b.fi","token":"\\u0000","roles":["\\u0000"],"code":"\\u0000"}' },
  ],
  ['half a character', { body: '{"name":"\\ud800","phone":"\\ud800"}' }],
  [
    'wrong kinds',
    { body: '{"name":{},"email":[],"roles":"administrator","activities":{},"token":1,"controller":[],"language":5}' },
  ],
  ['something as deep as it fits', { body: `${'['.repeat(30_000)}${']'.repeat(30_000)}` }],
  ['another kind of content', { body: '<a/>', type: 'text/xml' }],
  ['a form', { body: 'name=x&name=y&__proto__=z', type: 'application/x-www-form-urlencoded' }],
  ['a form of too many fields', { body: 'a=1&'.repeat(2_000), type: 'application/x-www-form-urlencoded' }],
  ['files', { body: '--x\r\n\r\n--x--', type: 'multipart/form-data; boundary=x' }],
  ['a kind of content that is none', { body: '{}', type: 'x'.repeat(300) }],
]

const encoded = (text: string) => Buffer.from(text).toString('base64url')
const queries = [
  'cursor=%00&search=%00&from=%00&to=x&action=%00&personId=%00&purpose=%00&ui_locales=%00',
  `search=${'a'.repeat(4_000)}&cursor=${'a'.repeat(4_000)}`,
  'cursor=e30&search=a%00b',
  'cursor[]=1&search[$ne]=1&cursor=1&cursor=2',
  `cursor=${encoded('2026-99-99T99:99:99.999Z 0')}`,
  `cursor=${encoded('275760-01-01T00:00:00.000Z')}`,
  `cursor=${encoded('["\\u0000","x"]')}`,
  'from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z',
  '%',
  'x=1&'.repeat(1_000),
  `state=${'x'.repeat(3_000)}&code=%00&error=%00`,
]

for (const program of programs) {
  const routes = program.http.routes.filter(({ method }) => method !== 'GET')

  test(`garbage as a body is refused at every route of ${program.name}, and nothing is written`, async () => {
    for (const route of routes) await tryAll(program, route, bodies)
  })

  test(`a body that is too large is refused at every route of ${program.name}`, async () => {
    const large = JSON.stringify({ name: 'x'.repeat(2_000_000) })
    for (const route of routes) {
      const { status, code } = await send(program, route, { body: large })
      assert.equal(`${status} ${code}`, '413 http.too_large', nameOf(route))
    }
  })

  test(`any JSON at every route of ${program.name} is answered or refused, never a failure`, async () => {
    for (const route of routes)
      await fc.assert(
        fc.asyncProperty(fc.json({ maxDepth: 3 }), async (body) => {
          const { status, code } = await send(
            program,
            route,
            route.form ? { body, type: 'application/x-www-form-urlencoded' } : { body },
          )
          if (status >= 500)
            assert.match(code ?? '', /unavailable$/, `${nameOf(route)} sent ${body}: ${status} ${code}`)
        }),
        { numRuns: 15 },
      )
  })

  test(`addresses and queries of any content are answered or refused at every route of ${program.name}`, async () => {
    const pieces = [
      '%00',
      '%ff',
      '%2e%2e%2f',
      '..',
      "'",
      '%F0%9F%A6%8A',
      'a'.repeat(190),
      '%',
      '-1',
      'null',
      '__proto__',
    ]
    for (const route of program.http.routes) {
      const body = route.method === 'GET' ? {} : { body: '{}' }
      const strange = pieces.map(
        (piece) => [piece, { url: route.path.replace(/:([a-zA-Z]+)/g, () => piece), ...body }] as const,
      )
      if (route.path.includes(':')) await tryAll(program, route, strange)
      const path = route.path.replace(/:([a-zA-Z]+)/g, (_all, name: string) => program.parameter(name))
      if (route.method === 'GET')
        await tryAll(
          program,
          route,
          queries.map((query) => [query.slice(0, 60), { url: `${path}?${query}` }] as const),
        )
    }
  })
}

test('nothing of all this garbage is in the logs', () => {
  const said = [...portal.lines, ...identity.lines, ...privacy.lines].join('\n')
  assert.doesNotMatch(said, /example\.fi|vartio-session=|vartio-portal=/)
})
