import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createTestLog } from '#tests/log'
import { createHttp, type Http } from './http.ts'
import { route } from './routes.ts'

const { log } = createTestLog()

function create(): Http {
  const http = createHttp({
    log,
    publicUrl: new URL('http://id.localhost:8480'),
    cookies: [],
    authorize: async () => ({ kind: 'nobody' }),
    formAction: ['http://portal.localhost:8481'],
  })
  after(() => http.app.close())
  return http
}

const host = 'id.localhost:8480'

test('a mounted library reads the body itself, whatever its type, over a real connection', async () => {
  const http = create()
  http.mount(['/oidc', '/.well-known/openid-configuration'], 'sign-in', (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      response.setHeader('x-library', 'yes')
      response.end(`${request.method} ${request.url} ${Buffer.concat(parts).toString('utf8')}`)
    })
  })
  await http.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = http.app.server.address() as AddressInfo
  const { request } = await import('node:http')
  const send = (method: string, path: string, headers: Record<string, string>, body = '') =>
    new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, method, path, headers: { host, ...headers } }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      })
      sent.on('error', reject).end(body)
    })
  const form = 'grant_type=authorization_code&code=a%20b'
  for (const type of ['application/x-www-form-urlencoded', 'application/json', 'text/plain', 'application/jwt']) {
    const answer = await send('POST', '/oidc/token', { 'content-type': type }, form)
    assert.equal(answer.status, 200)
    assert.equal(answer.text, `POST /oidc/token ${form}`)
  }
  assert.equal(
    (await send('POST', '/oidc/token', { 'transfer-encoding': 'chunked' }, form)).text,
    `POST /oidc/token ${form}`,
  )
  assert.equal((await send('GET', '/oidc/auth?a=1&b=%20', {})).text, 'GET /oidc/auth?a=1&b=%20 ')
  assert.equal((await send('GET', '/.well-known/openid-configuration', {})).status, 200)
  const { headers } = await send('OPTIONS', '/oidc', {})
  assert.equal(headers['x-library'], 'yes')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.match(String(headers['content-security-policy']), /form-action 'self' http:\/\/portal\.localhost:8481/)
  assert.equal((await send('GET', '/oidc/auth', { host: 'evil.example' })).status, 421)
  assert.equal((await send('GET', '/oidcx', {})).status, 404)
})

test('a mounted library stands behind the limit of requests like every route', async () => {
  const http = create()
  http.mount(['/oidc'], 'sign-in', (_request, response) => response.end('ok'))
  let last = 0
  for (let count = 0; count < 1_300; count += 1)
    last = (await http.app.inject({ url: '/oidc/auth', remoteAddress: '192.0.2.9', headers: { host } })).statusCode
  assert.equal(last, 429)
})

const folder = mkdtempSync(join(tmpdir(), 'vartio-web-'))
after(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'assets'))
writeFileSync(
  join(folder, 'index.html'),
  '<meta nonce="__CSP_NONCE__"><script nonce="__CSP_NONCE__" src="/a.js"></script>',
)
writeFileSync(join(folder, 'assets', 'main-3f9c.js'), 'let a')
writeFileSync(join(folder, 'assets', 'main-3f9c.js.map'), 'source')
writeFileSync(join(folder, 'icon.svg'), '<svg/>')
writeFileSync(join(folder, '.secret.json'), '{}')
symlinkSync('/etc/passwd', join(folder, 'assets', 'link.txt'))

test('the web is served with a fresh nonce in its page, and hashed files for ever', async () => {
  const http = create()
  http.register('things', [
    route({
      method: 'GET',
      path: '/api/things',
      permission: 'anyone',
      purpose: 'service',
      does: 'test',
      run: async () => undefined,
    }),
  ])
  http.serveWeb(folder, { prefix: '/', fallback: true })
  const get = (url: string, method: 'GET' | 'POST' | 'HEAD' = 'GET') =>
    http.app.inject({ url, method, headers: { host } })
  const [page, again] = [await get('/'), await get('/')]
  const nonce = /nonce-([^']+)'/.exec(String(page.headers['content-security-policy']))?.[1]
  assert.equal(page.body, `<meta nonce="${nonce}"><script nonce="${nonce}" src="/a.js"></script>`)
  assert.notEqual(page.body, again.body)
  assert.equal(page.headers['cache-control'], 'no-store')
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8')
  const script = await get('/assets/main-3f9c.js')
  assert.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable')
  assert.equal(script.headers['content-type'], 'text/javascript; charset=utf-8')
  assert.equal(script.headers['x-content-type-options'], 'nosniff')
  assert.equal((await get('/icon.svg')).headers['cache-control'], 'public, max-age=3600')
  for (const deep of ['/people', '/organizations/1/audit?x=1', '/sign-in/nothing'])
    assert.match((await get(deep)).body, /^<meta nonce=/, deep)
  assert.equal((await get('/people', 'HEAD')).statusCode, 200)
  assert.equal((await get('/api/things')).statusCode, 204)
  for (const url of [
    '/api/nothing',
    '/api',
    '/calls/x',
    '/assets/main-0000.js',
    '/assets/main-3f9c.js.map',
    '/.secret.json',
  ])
    assert.equal((await get(url)).statusCode, 404, url)
  assert.equal((await get('/people', 'POST')).statusCode, 404)
})

test('no address of the web leads out of its folder', async () => {
  const http = create()
  http.serveWeb(folder, { prefix: '/account/', fallback: false })
  for (const url of [
    '/account/../../etc/passwd',
    '/account/%2e%2e/%2e%2e/etc/passwd',
    '/account/..%2f..%2fetc%2fpasswd',
    '/account/assets/link.txt',
    '/account//etc/passwd',
    '/account/assets/..\\..\\index.html',
    '/account/index.html%00.svg',
  ])
    assert.equal((await http.app.inject({ url, headers: { host } })).statusCode, 404, url)
  assert.equal((await http.app.inject({ url: '/account/', headers: { host } })).statusCode, 200)
  assert.equal((await http.app.inject({ url: '/account/nothing', headers: { host } })).statusCode, 404)
})
