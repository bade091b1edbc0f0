import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { AppError } from '#base/errors'
import { createTestLog } from '#tests/log'
import { until } from '#tests/until'
import { createHttp, type Http, type HttpOptions } from './http.ts'
import { html, type Permission, type Reply, redirect, route } from './routes.ts'

const { log, lines } = createTestLog()
const host = 'portal.localhost:8481'
const origin = `http://${host}`

function create(options: Partial<HttpOptions> = {}): Http {
  const http = createHttp({
    log,
    publicUrl: new URL(origin),
    cookies: ['vartio-portal'],
    authorize: async ({ permission }, { cookies }) => {
      if (permission === 'anyone') return { kind: 'nobody' }
      if (cookies['vartio-portal'] !== 'good') throw new AppError('sessions.signed_out', 401, 'Sign in first.')
      throw new AppError('http.forbidden', 403, 'Your role does not allow this.')
    },
    ...options,
  })
  after(() => http.app.close())
  http.register('things', [
    route({
      method: 'POST',
      path: '/api/things/:thingId',
      permission: 'anyone',
      purpose: 'service',
      does: 'test',
      params: z.object({ thingId: z.uuid() }),
      query: z.object({ page: z.coerce.number().optional() }),
      body: z.object({ name: z.string().max(50) }),
      answer: z.object({ name: z.string() }),
      run: async ({ body }) => ({ name: body.name, secret: 'not in the answer' }),
    }),
    route({
      method: 'POST',
      path: '/form',
      permission: 'anyone',
      purpose: 'service',
      does: 'test',
      form: true,
      body: z.object({ name: z.string() }),
      run: async ({ body }) => redirect(`/after?${body.name.length}`),
    }),
    route({
      method: 'GET',
      path: '/page',
      permission: 'anyone',
      purpose: 'service',
      does: 'test',
      run: async ({ nonce, setCookie }) => {
        setCookie('vartio-portal', 'value', { maxAgeSeconds: 60 })
        return html(`<style nonce="${nonce}"></style>`)
      },
    }),
    route({
      method: 'GET',
      path: '/own',
      permission: 'signed-in',
      purpose: 'service',
      does: 'test',
      run: async () => undefined,
    }),
    route({
      method: 'GET',
      path: '/fail',
      permission: 'anyone',
      purpose: 'service',
      does: 'test',
      run: async () => {
        throw new Error('maija@example.fi is not in the list')
      },
    }),
    route({
      method: 'GET',
      path: '/limited',
      permission: 'anyone',
      purpose: 'service',
      does: 'test',
      perMinute: 3,
      run: async () => undefined,
    }),
  ])
  return http
}

const http = create()
const id = '01890a5d-ac96-774b-bcce-b302099a8057'
const post = (url: string, payload: string | object, headers: Record<string, string> = {}) =>
  http.app.inject({
    method: 'POST',
    url,
    headers: { host, 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  })
const get = (url: string, headers: Record<string, string> = {}) =>
  http.app.inject({ url, headers: { host, ...headers } })

test('an answer carries what its schema names and nothing that a row had besides', async () => {
  const response = await post(`/api/things/${id}`, { name: 'a' })
  assert.equal(response.statusCode, 200)
  assert.deepEqual(response.json(), { name: 'a' })
})

test('a route whose data has no schema of its answer is a fault, not a leak', async () => {
  const other = create()
  other.register('bare', [
    route({
      method: 'GET',
      path: '/bare',
      permission: 'anyone',
      purpose: 'service',
      does: 'test',
      run: async () => ({ secret: 1 }) as unknown as Reply,
    }),
  ])
  const response = await other.app.inject({ url: '/bare', headers: { host } })
  assert.equal(response.statusCode, 500)
  assert.doesNotMatch(response.body, /secret/)
})

test('RFC 9700 4.2 4.16 clickjacking: data, pages, errors and unknown addresses all carry the security headers', async () => {
  for (const url of ['/page', '/own', '/nowhere', '/fail', '/%zz', `/${'x'.repeat(9_000)}`, '/x'.repeat(300)]) {
    const { headers, statusCode } = await get(url)
    const where = `${url.slice(0, 20)} ${statusCode}`
    assert.equal(headers['x-content-type-options'], 'nosniff', where)
    assert.equal(headers['referrer-policy'], 'no-referrer', where)
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin', where)
    if (url === '/page') assert.equal(headers['cross-origin-opener-policy'], 'same-origin', where)
    assert.match(String(headers['content-security-policy']), /^default-src 'none'; .*frame-ancestors 'none'$/, where)
    assert.equal(headers['cache-control'], 'no-store', where)
    assert.equal(headers['strict-transport-security'], undefined, where)
  }
})

test('a page has a nonce of its own each time, and its policy no unsafe word', async () => {
  const nonces = new Set<string>()
  for (let count = 0; count < 5; count += 1) {
    const response = await get('/page')
    const policy = String(response.headers['content-security-policy'])
    const nonce = /nonce-([^']+)'/.exec(policy)?.[1] ?? ''
    assert.equal(Buffer.from(nonce, 'base64').length, 16)
    assert.ok(response.body.includes(nonce))
    assert.doesNotMatch(policy, /unsafe|\*|https?:/)
    nonces.add(nonce)
  }
  assert.equal(nonces.size, 5)
})

test('where all data is made up every page begins with it, and data is what it was', async () => {
  const http = create({ mark: '<aside>made up</aside>' })
  http.register('marked', [
    route({
      method: 'GET',
      path: '/marked',
      permission: 'anyone',
      purpose: 'service',
      does: 'test',
      run: async () => html('<html><body class="x"><main></main></body></html>'),
    }),
    route({
      method: 'GET',
      path: '/api/marked',
      permission: 'anyone',
      purpose: 'service',
      does: 'test',
      answer: z.object({ text: z.string() }),
      run: async () => ({ text: '<body>' }),
    }),
  ])
  const get = async (url: string) => (await http.app.inject({ url, headers: { host } })).body
  assert.equal(await get('/marked'), '<html><body class="x"><aside>made up</aside><main></main></body></html>')
  assert.equal(await get('/api/marked'), '{"text":"<body>"}')
})

test('under TLS browsers are told to stay with it, and cookies are Secure and bound to the host', async () => {
  const secure = create({ publicUrl: new URL('https://portal.example.fi') })
  const { headers } = await secure.app.inject({ url: '/page', headers: { host: 'portal.example.fi' } })
  assert.match(String(headers['strict-transport-security']), /max-age=31536000/)
  assert.equal(headers['set-cookie'], '__Host-vartio-portal=value; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60')
  assert.equal(
    (await get('/page')).headers['set-cookie'],
    'vartio-portal=value; Path=/; HttpOnly; SameSite=Lax; Max-Age=60',
  )
})

test('a cookie that is not in the table cannot be set, nor a value that would end it', async () => {
  for (const [name, value] of [
    ['other', 'x'],
    ['vartio-portal', 'x; Domain=example.fi'],
    ['vartio-portal', 'x\r\nset-cookie: y'],
  ] as const) {
    const other = create()
    other.register('cookies', [
      route({
        method: 'GET',
        path: '/set',
        permission: 'anyone',
        purpose: 'service',
        does: 'test',
        run: async ({ setCookie }) => {
          setCookie(name, value)
          return undefined
        },
      }),
    ])
    const response = await other.app.inject({ url: '/set', headers: { host } })
    assert.equal(response.statusCode, 500)
    assert.equal(response.headers['set-cookie'], undefined)
  }
})

test('the caller is known, and refused, before anything of the request is looked at', async () => {
  assert.equal((await get('/own')).statusCode, 401)
  const response = await get('/own', { cookie: 'vartio-portal=good' })
  assert.equal(response.statusCode, 403)
  assert.deepEqual(response.json(), {
    type: 'urn:vartio:error:http.forbidden',
    title: 'Your role does not allow this.',
    status: 403,
    code: 'http.forbidden',
  })
})

test('a fault of ours tells the caller nothing and the log no address', async () => {
  lines.length = 0
  const response = await create().app.inject({ url: '/fail', headers: { host } })
  assert.equal(response.statusCode, 500)
  assert.equal(response.json().code, 'http.internal')
  assert.doesNotMatch(response.body, /maija|list/)
  assert.match(lines.join(''), /"route":"\/fail".*is not in the list/)
  assert.doesNotMatch(lines.join(''), /maija/)
})

test('the same failure a thousand times is one line of the log a second, with how often', async () => {
  lines.length = 0
  const other = create()
  const began = performance.now()
  for (let count = 0; count < 50; count += 1) await other.app.inject({ url: '/fail', headers: { host } })
  const tookSeconds = (performance.now() - began) / 1_000
  const counts = () =>
    lines.filter((line) => line.includes('a request failed')).map((line) => JSON.parse(line).count as number)
  assert.ok(counts()[0] === 1 && counts().length <= 1 + Math.floor(tookSeconds), String(counts()))
  await new Promise((resolve) => setTimeout(resolve, 1_050))
  await other.app.inject({ url: '/fail', headers: { host } })
  assert.equal(
    counts().reduce((sum, count) => sum + count, 0),
    51,
    'every one is counted',
  )
})

test('what is not allowed, and guesses where guessing pays, are on the log by route and number, without who it was', async () => {
  lines.length = 0
  const other = create()
  const ask = (url: string, cookie?: string) =>
    other.app.inject({ url, remoteAddress: '203.0.113.9', headers: { host, ...(cookie ? { cookie } : {}) } })
  assert.equal((await ask('/own', 'vartio-portal=good')).statusCode, 403)
  for (let count = 0; count < 5; count += 1) await ask('/limited')
  // An ended session is everybody's every day.
  assert.equal((await ask('/own')).statusCode, 401)
  const told = lines.filter((line) => line.includes('a request was refused')).map((line) => JSON.parse(line))
  assert.deepEqual(
    told.map(({ method, route, status, count }) => [method, route, status, count]),
    [
      ['GET', '/own', 403, 1],
      ['GET', '/limited', 429, 1],
    ],
  )
  assert.doesNotMatch(lines.join(''), /203\.0\.113|good/)
})

test('the request line of the log, at debug only, has the pattern and never the id', async () => {
  lines.length = 0
  await post(`/api/things/${id}?page=7`, { name: 'a' })
  assert.equal(lines.length, 1)
  const line = JSON.parse(lines[0]!)
  assert.deepEqual(
    { method: line.method, route: line.route, status: line.status },
    { method: 'POST', route: '/api/things/:thingId', status: 200 },
  )
  assert.doesNotMatch(lines[0]!, new RegExp(id))
  const quiet = createTestLog('info')
  const other = create({ log: quiet.log })
  await other.app.inject({ url: '/page', headers: { host } })
  assert.deepEqual(quiet.lines, [])
})

test('a name that is not ours is refused: a page that points its name here (DNS rebinding) reads nothing', async () => {
  const names = [
    'evil.example',
    'portal.localhost',
    'portal.localhost:8480',
    `portal.localhost:8481.evil.example`,
    'portal.localhost:8481@evil.example',
    '127.0.0.1:8481',
    '[::1]:8481',
    '',
  ]
  for (const name of names) {
    const response = await get('/page', { host: name })
    assert.equal(response.statusCode, 421, name)
    assert.equal(response.headers['set-cookie'], undefined)
  }
  assert.equal((await get('/page', { host: 'PORTAL.localhost:8481' })).statusCode, 200)
  // Without a declared proxy nobody may say that he came under another name.
  assert.equal((await get('/page', { 'x-forwarded-host': 'evil.example' })).statusCode, 200)
  assert.equal((await get('/page', { host: 'evil.example', 'x-forwarded-host': host })).statusCode, 421)
})

test('RFC 9700 4.13 a declared proxy may say under which name and from where; nobody else', async () => {
  const proxied = create({ publicUrl: new URL('https://portal.example.fi'), proxy: '192.0.2.1' })
  const ask = (remoteAddress: string, headers: Record<string, string>) =>
    proxied.app.inject({ url: '/page', remoteAddress, headers })
  const forwarded = { host: 'inside', 'x-forwarded-host': 'portal.example.fi', 'x-forwarded-for': '198.51.100.7' }
  assert.equal((await ask('192.0.2.1', forwarded)).statusCode, 200)
  assert.equal((await ask('192.0.2.2', forwarded)).statusCode, 421)
})

test('a request that another site made is not carried out', async () => {
  const body = { name: 'a' }
  const url = `/api/things/${id}`
  assert.equal((await post(url, body, { 'sec-fetch-site': 'same-origin' })).statusCode, 200)
  assert.equal((await post(url, body, { 'sec-fetch-site': 'none' })).statusCode, 200)
  assert.equal((await post(url, body, { origin })).statusCode, 200)
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin },
    { origin: 'null' },
    { origin: 'http://id.localhost:8480' },
    { origin: `${origin}.evil.example` },
  ] as Record<string, string>[])
    assert.equal((await post(url, body, headers)).json().code, 'http.cross_site', JSON.stringify(headers))
})

test('a body in another form than the route asks for is how a foreign page would send it: refused', async () => {
  const url = `/api/things/${id}`
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  assert.equal((await post(url, 'name=a', form)).statusCode, 415)
  assert.equal((await post(url, '{"name":"a"}', { 'content-type': 'text/plain' })).statusCode, 415)
  assert.equal((await post(url, '{"name":"a"}', { 'content-type': 'multipart/form-data; boundary=x' })).statusCode, 415)
  assert.equal((await post('/form', { name: 'a' })).statusCode, 415)
  assert.equal((await post('/form', 'name=a', form)).statusCode, 303)
})

test('limits: size, depth, fields and length of the address', async () => {
  const url = `/api/things/${id}`
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  assert.equal((await post(url, `{"name":"${'a'.repeat(70_000)}"}`)).json().code, 'http.too_large')
  assert.equal((await post(url, `${'['.repeat(30_000)}${']'.repeat(30_000)}`)).json().code, 'http.too_deep')
  assert.equal((await post(url, `{"a":"${'['.repeat(100)}","name":"ok"}`)).statusCode, 200, 'brackets within a text')
  assert.equal((await post('/form', `name=${'a'.repeat(17_000)}`, form)).json().code, 'http.too_large')
  assert.equal((await post('/form', '&x=1'.repeat(60), form)).json().code, 'http.too_many_fields')
  assert.equal((await get(`/page?${'x=1&'.repeat(60)}`)).json().code, 'http.too_many_fields')
  assert.equal((await get(`/page?${'x'.repeat(8_500)}`)).json().code, 'http.url_too_long')
  assert.equal((await post(`/api/things/${'x'.repeat(300)}`, {})).statusCode, 404)
})

test('a field of JSON that would change the prototype is refused', async () => {
  const url = `/api/things/${id}`
  for (const body of ['{"__proto__":{"name":"x"}}', '{"constructor":{"prototype":{"a":1}},"name":"x"}'])
    assert.equal((await post(url, body)).statusCode, 400)
})

test('a wrong input is told field by field, without repeating what was sent', async () => {
  const response = await post(`/api/things/${id}`, { name: { secret: 'x' } })
  assert.equal(response.statusCode, 400)
  assert.deepEqual(Object.keys(response.json().fields), ['name'])
  assert.doesNotMatch(response.body, /secret/)
  assert.equal((await post('/api/things/7', { name: 'a' })).statusCode, 404)
})

test('garbage of any kind at any route is a problem of the caller, never of ours', async () => {
  const known = ['/form', '/page', '/own', '/limited', `/api/things/${id}`]
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.constantFrom(...known),
        fc.webPath().map((path) => path || '/'),
        fc.string().map((text) => `/${encodeURIComponent(text)}`),
      ),
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'),
      fc.constantFrom(
        'application/json',
        'application/x-www-form-urlencoded',
        'text/plain',
        'application/json; charset=utf-16',
        '',
      ),
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.json(),
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      ),
      fc.webQueryParameters(),
      async (path, method, type, payload, query) => {
        const response = await http.app.inject({
          method: method as 'POST',
          url: `${path}${query ? `?${query}` : ''}`,
          headers: { host, ...(type ? { 'content-type': type } : {}) },
          ...(method === 'GET' || method === 'HEAD' ? {} : { payload }),
        })
        assert.ok(response.statusCode < 500, `${method} ${path} answered ${response.statusCode}`)
        if (response.statusCode >= 400 && method !== 'HEAD') assert.match(response.json().code, /^[a-z]+\.[a-z_]+$/)
      },
    ),
    { numRuns: 600 },
  )
})

test('where guessing pays a route has a limit of its own, per address and also on this machine', async () => {
  const other = create()
  const ask = (remoteAddress: string) => other.app.inject({ url: '/limited', remoteAddress, headers: { host } })
  for (let count = 0; count < 3; count += 1) assert.equal((await ask('127.0.0.1')).statusCode, 204)
  const refused = await ask('127.0.0.1')
  assert.equal(refused.statusCode, 429)
  assert.equal(refused.json().code, 'http.too_many_requests')
  const wait = Number(refused.headers['retry-after'])
  assert.ok(wait >= 1 && wait <= 60)
  assert.equal((await ask('192.0.2.9')).statusCode, 204, 'another address waits too')
})

test('a flood of unknown addresses counts as well', async () => {
  const other = create()
  let last = 0
  for (let count = 0; count < 1_300; count += 1) {
    const response = await other.app.inject({ url: `/x${count}`, remoteAddress: '192.0.2.9', headers: { host } })
    last = response.statusCode
  }
  assert.equal(last, 429)
})

test('more at once than can be served is refused at once, while probes are answered', async () => {
  const other = create()
  let release: () => void = () => undefined
  const waiting = new Promise<void>((resolve) => {
    release = resolve
  })
  other.register('slow', [
    route({
      method: 'GET',
      path: '/slow',
      permission: 'anyone',
      purpose: 'service',
      does: 'test',
      async run() {
        await waiting
        return undefined
      },
    }),
  ])
  other.app.get('/health/test', { config: { host: 'any' } }, async () => 'ok')
  const all = Array.from({ length: 2_020 }, () => other.app.inject({ url: '/slow', headers: { host } }))
  await until(() => lines.some((line) => line.includes('http.busy')))
  assert.equal((await other.app.inject({ url: '/health/test' })).statusCode, 200)
  release()
  const statuses = (await Promise.all(all)).map(({ statusCode }) => statusCode)
  assert.equal(statuses.filter((status) => status === 204).length, 2_000)
  assert.equal(statuses.filter((status) => status === 503).length, 20)
  assert.equal((await other.app.inject({ url: '/slow', headers: { host } })).statusCode, 204, 'it never recovers')
})

test('an error is a page where a person navigates, and problem+json for everybody else', async () => {
  const other = create({ errorPage: ({ code }, { language, nonce }) => `<p class="${nonce}">${language} ${code}</p>` })
  const page = await other.app.inject({ url: '/own', headers: { host, accept: 'text/html', 'accept-language': 'en' } })
  assert.equal(page.statusCode, 401)
  assert.match(page.body, /en sessions\.signed_out/)
  assert.ok(String(page.headers['content-security-policy']).includes(/class="([^"]+)"/.exec(page.body)?.[1] ?? '-'))
  const data = await other.app.inject({ url: '/own', headers: { host, accept: 'application/json' } })
  assert.match(String(data.headers['content-type']), /^application\/problem\+json/)
  for (const url of ['/%zz', '/nowhere', `/${'x'.repeat(9_000)}`])
    assert.ok((await other.app.inject({ url, headers: { host, accept: 'text/html' } })).statusCode < 500)
})

test('a route for programs without anything to verify their calls answers nobody', async () => {
  const other = create()
  const permission: Permission = 'program:portal'
  other.register('calls', [
    route({
      method: 'POST',
      path: '/calls/x',
      permission,
      purpose: 'service',
      does: 'test',
      run: async () => undefined,
    }),
  ])
  const response = await other.app.inject({ method: 'POST', url: '/calls/x', headers: { host } })
  assert.equal(response.statusCode, 500)
})
