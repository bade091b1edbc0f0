import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { newToken } from '#base/ids'
import type { Route } from '#server/routes'
import { createTestCloud } from '#tests/cloud'
import { hold, nameOf, type Try } from './hold.ts'

const cloud = await createTestCloud()
// A filter in two versions, so that there is something to ask for.
for (const number of [1, 2]) {
  const own = join(cloud.folder, 'imports', `import-${number}`)
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'list'), `${String(number).repeat(64)}\n`)
  writeFileSync(join(own, 'asked.json'), JSON.stringify({ verdict: 'malicious' }))
  while (await cloud.lists.work());
  while (await cloud.filter.update());
}
const { routes } = cloud.http

type AskOptions = { headers?: Record<string, string>; program?: string }

let asked = 0

async function ask(route: Route, options: AskOptions) {
  const url = route.path
    .replace(/:bits/g, '4')
    .replace(/:prefix/g, 'a')
    .replace(/:(version|from)/g, '1')
    .replace(/:to/g, '2')
  assert.doesNotMatch(url, /[:*]/, `${nameOf(route)}: say in tests/refusals how its address is filled`)
  asked += 1
  const isRead = route.method === 'GET'
  const isForProgram = route.permission.startsWith('program:') && options.program !== undefined
  const answer = await cloud.http.app.inject({
    method: route.method,
    url,
    remoteAddress: `10.2.${(asked >> 8) & 255}.${asked & 255}`,
    headers: {
      'user-agent': 'vartio',
      ...options.headers,
      ...(isRead || options.program
        ? {}
        : { 'content-type': isBehindTheGate(route) ? 'application/octet-stream' : 'application/json' }),
      ...(options.program ? cloud.sign(options.program, url, '{}') : {}),
      ...(isForProgram ? {} : { host: cloud.urls.cloud.host }),
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

const programs = ['identity', 'portal', 'privacy', 'cloud', 'nobody-knows'] as const
const isBehindTheGate = ({ path }: Route) => /^\/(verdicts|filter|samples)\//.test(path)
const tries: Try<AskOptions>[] = [
  { who: 'nobody', asker: { kind: 'nobody' }, with: async () => ({}) },
  ...programs.map((program) => ({
    who: `the program ${program}`,
    asker: program === 'nobody-knows' ? ({ kind: 'nobody' } as const) : ({ kind: 'program', program } as const),
    with: async () => ({ program }),
  })),
]

test('every route × everybody', () =>
  hold(
    { routes: routes.filter((route) => !isBehindTheGate(route)), admin: cloud.admin, notLooked: ['calls.nonce'], ask },
    tries,
  ))

test('SC-04 A-40 a question is answered without a credential, and with any credential or mark it is refused', async () => {
  const behind = routes.filter(isBehindTheGate)
  assert.ok(behind.length >= 6)
  for (const route of behind) {
    assert.equal(route.permission, 'anyone', nameOf(route))
    const plain = await ask(route, {})
    // The newest is served whole; the first is not there any more.
    assert.ok(
      plain.status < 400 || plain.code === 'filter.other_version',
      `${nameOf(route)}: ${plain.status} ${plain.code}`,
    )
    assert.deepEqual(plain.cookies, [])
    for (const headers of [
      { cookie: `vartio-session=${newToken()}` },
      { authorization: `Bearer ${newToken()}` },
      { 'x-device-id': newToken() },
      { 'x-forwarded-for': '192.0.2.7' },
      { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
      { 'accept-language': 'fi-FI' },
      { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' },
      { 'if-none-match': '"unique"' },
      { accept: 'application/vnd.aino+json' },
    ] as Record<string, string>[]) {
      const refused = await ask(route, { headers })
      assert.deepEqual([refused.status, refused.code], [400, 'gate.header_refused'], JSON.stringify(headers))
    }
    for (const program of programs)
      assert.equal((await ask(route, { program })).code, 'gate.header_refused', `${nameOf(route)} by ${program}`)
  }
})

test('SC-04 the page says by what the Cloud is anonymous, in both languages, and to everybody alike', async () => {
  const get = (language: string) =>
    cloud.http.app.inject({ url: '/', headers: { host: cloud.urls.cloud.host, 'accept-language': language } })
  assert.match((await get('fi')).body, /<html lang="fi">[\s\S]*tehtävien erottamiseen/)
  const english = await get('en')
  assert.match(english.body, /by separation of roles/)
  assert.deepEqual(english.cookies, [])
})

test('SC-04 the Cloud proves that nobody is in its database, and that its files are whole', async () => {
  const figures = new Map((await cloud.proofs.measure()).map(({ name, figure }) => [name, figure]))
  assert.equal(figures.get('gate.persons'), 0)
  assert.equal(figures.get('verdicts.damaged'), 0)
  assert.equal(figures.get('database.undescribed'), 0)
  await cloud.admin`insert into rights.done (request_id, answer, expires_at) values (gen_random_uuid(), '{}', now())`
  const planted = (await cloud.proofs.measure()).find(({ name }) => name === 'gate.persons')
  assert.equal(planted?.figure, 1)
})

test('an office of a thousand devices behind one address is answered, and a flood from one is not', async () => {
  const ask = async ({ http, urls }: typeof cloud, questions: number) => {
    const counts: Record<number, number> = {}
    for (let question = 0; question < questions; question += 1) {
      const headers = { host: urls.cloud.host, 'user-agent': 'vartio' }
      const { statusCode } = await http.app.inject({ url: '/verdicts/about', remoteAddress: '198.51.100.7', headers })
      counts[statusCode] = (counts[statusCode] ?? 0) + 1
    }
    return counts
  }
  assert.deepEqual(await ask(cloud, 3_000), { 200: 3_000 })
  const strict = await createTestCloud({ perMinute: 1_200 })
  const counts = await ask(strict, 2_000)
  assert.ok((counts[429] ?? 0) > 0 && (counts[200] ?? 0) >= 1_200, JSON.stringify(counts))
  assert.ok(!JSON.stringify([cloud.lines, strict.lines]).includes('198.51.100'))
})
