import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId, newToken } from '#base/ids'
import type { Route } from '#server/routes'
import { createTestPrivacy } from '#tests/privacy'
import { hold, nameOf, type Try } from './hold.ts'

const privacy = await createTestPrivacy()
const { routes } = privacy.http

type AskOptions = { cookie?: string; program?: string }

let asked = 0

async function ask(route: Route, options: AskOptions) {
  const url = route.path
    .replace(/:entryId/g, () => newId())
    .replace(/:day/g, () => '2026-11-22')
    .replace(/:token/g, () => newToken())
    .replace('*', '0/000.p/1')
  assert.doesNotMatch(url, /[:*]/, `${nameOf(route)}: say in tests/refusals how its address is filled`)
  asked += 1
  const isRead = route.method === 'GET'
  const isForProgram = route.permission.startsWith('program:') && options.program !== undefined
  const answer = await privacy.http.app.inject({
    method: route.method,
    url,
    remoteAddress: `10.2.${(asked >> 8) & 255}.${asked & 255}`,
    headers: {
      ...(options.cookie ? { cookie: options.cookie } : {}),
      ...(isRead || options.program ? {} : { 'content-type': 'application/json' }),
      ...(options.program ? privacy.sign(options.program, url, '{}') : {}),
      ...(isForProgram ? {} : { host: privacy.urls.privacy.host }),
    },
    ...(isRead ? {} : { payload: '{}' }),
  })
  const isJson = String(answer.headers['content-type'] ?? '').includes('json') && answer.body !== ''
  return {
    status: answer.statusCode,
    code: isJson ? (answer.json().code as string | undefined) : undefined,
    cookies: answer.cookies,
  }
}

const programs = ['identity', 'portal', 'privacy', 'nobody-knows'] as const
const tries: Try<AskOptions>[] = [
  { who: 'nobody', asker: { kind: 'nobody' }, with: async () => ({}) },
  {
    who: 'a session of the portal',
    asker: { kind: 'nobody' },
    with: async () => ({ cookie: `vartio-portal=${newToken()}; vartio-session=${newToken()}` }),
  },
  ...programs.map((program) => ({
    who: `the program ${program}`,
    asker: program === 'nobody-knows' ? ({ kind: 'nobody' } as const) : ({ kind: 'program', program } as const),
    with: async () => ({ program }),
  })),
]

test('every route × everybody', () => hold({ routes, admin: privacy.admin, notLooked: ['calls.nonce'], ask }, tries))

test('open to anyone is the log, the pledges, the notice and the look of pages, and of what writes the form for messages alone; no cookie is set', async () => {
  for (const route of routes.filter(({ permission }) => permission === 'anyone')) {
    assert.ok(route.method === 'GET' || nameOf(route) === 'POST /contact', nameOf(route))
    assert.match(
      route.path,
      /^\/(log(\/.*)?|pledges(\.json)?|notice(\/:day)?|contact(\/sent)?|pages\/look\.css|requests\/receipt\/:token(\/file)?)?$/,
      nameOf(route),
    )
    assert.deepEqual((await ask(route, {})).cookies, [])
  }
})

test('what the portal hands over by a signed call is in the log, with addresses that may be kept for ever', async () => {
  const entryId = newId()
  const entry = {
    kind: 'day-sealed',
    log: 'audit.record',
    day: '2026-11-20',
    count: 3,
    root: 'ab'.repeat(32),
    at: '2026-11-21T00:37:00Z',
  }
  const path = '/calls/transparency/append'
  const call = (what: unknown) => {
    const body = JSON.stringify(what)
    return privacy.http.app.inject({
      method: 'POST',
      url: path,
      payload: body,
      headers: privacy.sign('portal', path, body),
    })
  }
  for (let time = 0; time < 2; time += 1) assert.deepEqual((await call({ entryId, entry })).json(), { entryId })
  assert.equal((await call({ entryId, entry: { ...entry, count: 4 } })).json().code, 'transparency.entry_id_taken')
  assert.equal((await call({ entryId: newId(), entry: { ...entry, name: 'Aino' } })).statusCode, 400)
  await privacy.transparency.sequence()
  const get = (url: string) => privacy.http.app.inject({ url, headers: { host: privacy.urls.privacy.host } })
  const tile = await get('/log/tile/0/000.p/1')
  assert.equal(tile.rawPayload.length, 32)
  assert.equal(tile.headers['content-type'], 'application/octet-stream')
  assert.equal(tile.headers['cache-control'], 'public, max-age=31536000, immutable')
  const checkpoint = await get('/log/checkpoint')
  assert.equal(checkpoint.headers['content-type'], 'text/plain; charset=utf-8')
  assert.equal(checkpoint.headers['cache-control'], 'public, max-age=1')
  assert.match(checkpoint.body, /^privacy\.localhost:8482\/log\/[0-9a-f]{8}\n1\n/)
  const missing = await get('/log/tile/0/001.p/1')
  assert.deepEqual([missing.statusCode, missing.headers['cache-control']], [404, 'no-store'])
  assert.equal((await get('/log')).statusCode, 200)
  assert.match((await get(`/log/receipt/${entryId}`)).body, /^c2sp\.org\/tlog-proof@v1\nextra /)
})

test('a person who goes to a wrong address sees words in their language and a way on; a program sees data', async () => {
  const get = (accept: string) =>
    privacy.http.app.inject({
      url: '/nowhere',
      headers: { host: privacy.urls.privacy.host, accept, 'accept-language': 'fi' },
    })
  const page = await get('text/html,*/*;q=0.8')
  assert.equal(page.statusCode, 404)
  assert.match(page.body, /<html lang="fi">[\s\S]*<h1>Täällä ei ole sivua<\/h1>[\s\S]*href="\/"[\s\S]*http\.not_found/)
  const look = /href="(\/pages\/look\.css\?v=[0-9a-f]{12})"/.exec(page.body)?.[1] ?? ''
  const style = await privacy.http.app.inject({ url: look, headers: { host: privacy.urls.privacy.host } })
  assert.deepEqual([style.statusCode, style.headers['content-type']], [200, 'text/css; charset=utf-8'])
  assert.equal((await get('application/json')).json().code, 'http.not_found')
})
