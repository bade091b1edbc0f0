import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import type { AppError } from '#base/errors'
import { hashToken } from '#base/ids'
import { createKeys } from '#identity/keys'
import type { Route, RouteRequest } from '#server/routes'
import { Browser } from '#tests/browser'
import { register, startIdentity } from '#tests/identity'
import { createTestLog } from '#tests/log'
import { createRoutes } from './routes.ts'

const clock = createTestClock(new Date())
const house = await startIdentity({ clock })
const inbox = () => new Browser(house.urls.identity)

test('with the key of the link the page shows the letters of this machine, newest first', async () => {
  const person = inbox()
  await person.go('GET', '/sign-in?to=account')
  await register(house, person, { name: 'Aino', email: 'aino@inbox.example' })

  const keeper = inbox()
  const asked = await keeper.go('GET', '/inbox')
  assert.ok(!asked.body.includes('aino@inbox.example'))
  assert.equal((await keeper.ask('POST', '/inbox/open', { json: { key: house.inboxKey } })).status, 204)
  const page = await keeper.go('GET', '/inbox')
  assert.match(page.body, /<article[^>]*>[\s\S]*aino@inbox\.example[\s\S]*\d{4} \d{4}/)
  // The portal is not there in this test, and the page says so instead of looking whole.
  assert.match(page.body, /Some programs did not answer/)
})

test('without script the key can be typed', async () => {
  const keeper = inbox()
  const wrong = await keeper.go('POST', '/inbox', { form: { key: 'wrong' } })
  assert.deepEqual([wrong.status, keeper.cookie('vartio-inbox')], [403, undefined])
  const page = await keeper.go('POST', '/inbox', { form: { key: house.inboxKey } })
  assert.match(page.body, /<article/)
})

test('a wrong key, a made-up or an old cookie shows nothing', async () => {
  const keeper = inbox()
  const answer = await keeper.ask('POST', '/inbox/open', { json: { key: 'A'.repeat(43) } })
  assert.equal(JSON.parse(answer.body).code, 'inbox.key_wrong')
  await keeper.ask('POST', '/inbox/open', { json: { key: house.inboxKey } })
  const cookie = keeper.cookie('vartio-inbox')!
  const [until, signature] = cookie.split('.') as [string, string]
  const later = `${Number(until) + 1}.${signature}`
  for (const value of ['', 'x', later, `${until}.${'A'.repeat(43)}`, `${until}.`]) {
    const page = await inbox().ask('GET', '/inbox', { headers: { cookie: `vartio-inbox=${value}` } })
    assert.ok(!page.body.includes('<article'), value)
  }
  clock.advance(3_601_000)
  assert.ok(!(await keeper.ask('GET', '/inbox')).body.includes('<article'))
})

type Asked = Partial<RouteRequest> & { ip: string }

function page(options: { hasInbox: boolean }) {
  const key = 'key'
  const routes = createRoutes(
    {
      clock,
      log: createTestLog().log,
      mail: { ...house.platform.mail, hasInbox: options.hasInbox },
      calls: house.platform.calls,
    },
    { keys: createKeys(randomBytes(32)), keyHash: hashToken(key) },
  )
  const ask = (method: Route['method'], path: string, request: Asked) =>
    routes
      .find((route) => route.method === method && route.path === path)!
      .run({ language: 'en', cookies: {}, body: { key }, setCookie: () => undefined, ...request } as never)
  return { ask }
}

test('it is shown on the machine itself only', async () => {
  const { ask } = page({ hasInbox: true })
  for (const ip of ['192.0.2.1', '10.0.0.1', '::ffff:10.0.0.1', '2001:db8::1', '127.0.0.1.evil', '']) {
    for (const [method, path] of [
      ['GET', '/inbox'],
      ['POST', '/inbox'],
      ['POST', '/inbox/open'],
    ] as const)
      await assert.rejects(ask(method, path, { ip }), (error) => (error as AppError).code === 'inbox.not_from_here')
  }
  for (const ip of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) await ask('GET', '/inbox', { ip })
})

test('it is closed once a mail server is set, whatever one brings', async () => {
  const { ask } = page({ hasInbox: false })
  for (const [method, path] of [
    ['GET', '/inbox'],
    ['POST', '/inbox'],
  ] as const) {
    const answer = (await ask(method, path, { ip: '127.0.0.1' })) as { status: number; body: string }
    assert.equal(answer.status, 410)
    assert.match(answer.body, /The inbox is closed/)
  }
  await assert.rejects(ask('POST', '/inbox/open', { ip: '127.0.0.1' }), { code: 'inbox.key_wrong' })
})
