import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser } from '#tests/browser'
import { register, signIn, startIdentity } from '#tests/identity'
import { createService } from '#tests/service'

const house = await startIdentity({ scheme: 'https' })
const service = await createService({
  issuer: house.urls.identity,
  key: house.portalKey,
  callback: new URL('/sign-in/callback', house.urls.portal),
})

test('ID-80 ID-84 behind TLS every cookie is Secure and bound to this host, and every address is https', async () => {
  const browser = new Browser(house.urls.identity)
  const lines: string[] = []
  const { url, checks } = await service.begin({ prompt: 'create' })
  assert.equal(url.protocol, 'https:')
  lines.push(...((await browser.ask('GET', url)).headers['set-cookie'] ?? []))
  await browser.go('GET', url)
  const { authenticator } = await register(house, browser, { name: 'Aino', email: 'aino@secure.example' })
  await browser.go('POST', browser.url, { form: {} })
  assert.ok((await service.redeem(browser.url, checks)).claims())

  const again = new Browser(house.urls.identity)
  const second = await service.begin()
  await again.go('GET', second.url)
  const next = await signIn(again, authenticator)
  assert.ok(next.startsWith(house.urls.identity.origin))
  const answer = await again.ask('GET', next)
  lines.push(...(answer.headers['set-cookie'] ?? []))

  assert.ok(lines.length >= 4)
  for (const line of lines) {
    assert.match(line, /; *secure/i, line)
    assert.match(line, /; *httponly/i, line)
    assert.match(line, /; *samesite=lax/i, line)
    assert.ok(!/domain=/i.test(line), line)
    assert.match(line, /^(__Host-vartio-session|__Secure-vartio-(event|resume))=/)
    if (line.startsWith('__Host-')) assert.match(line, /; *path=\/(;|$)/i)
  }
  assert.equal(answer.headers['strict-transport-security']?.includes('max-age'), true)

  // The pages of this program read the same cookies.
  again.url = answer.url
  const own = await again.ask('GET', '/account/api/own', { json: {} })
  assert.equal(own.status, 200, own.body)
})

test('RFC 9700 4.13 what a caller says of scheme, host or its own address in headers changes nothing', async () => {
  const browser = new Browser(house.urls.identity)
  const headers = {
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-for': '203.0.113.9',
    forwarded: 'host=evil.example;proto=http',
  }
  const answer = await browser.ask('GET', '/.well-known/openid-configuration', { headers })
  assert.ok(!answer.body.includes('evil') && !answer.body.includes('"http://'))
  const begun = await browser.ask('GET', (await service.begin()).url, { headers })
  assert.ok(!JSON.stringify(begun.headers).includes('evil'))
  assert.match((begun.headers['set-cookie'] ?? []).join(), /Secure/i)
})
