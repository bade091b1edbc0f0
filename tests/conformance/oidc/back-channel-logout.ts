import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'
import { checkSignature, signIn } from './client.ts'
import { signOut } from './sign-out.ts'
import { afterSignOut, assert, module, startSuite } from './suite.ts'

const suite = await startSuite()
const { metadata } = suite

/** What the service was told at its address, by which kind of request. */
const told: { method: string | undefined; type: string | undefined; form: URLSearchParams }[] = []
const server = createServer(async (request, response) => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const form = new URLSearchParams(Buffer.concat(parts).toString('utf8'))
  told.push({ method: request.method, type: request.headers['content-type'], form })
  response.end()
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
after(() => server.close())
const { port } = server.address() as AddressInfo

// Its address lies on this machine, which a contract in test mode may name on a Vartio of a developer.
const address = `http://127.0.0.1:${port}/signed-out`
const client = await suite.enter('told', 'basic', {}, { backChannelLogout: address }, 'test')

module(
  'oidcc-backchannel-logout-discovery-endpoint-verification',
  'it says that it tells, and of which session',
  async () => {
    assert.equal(metadata.backchannel_logout_supported, true)
    assert.equal(metadata.backchannel_logout_session_supported, true)
    assert.match(String(metadata.end_session_endpoint), /^https:\/\//)
  },
)

module(
  'oidcc-backchannel-rp-initiated-logout',
  'who signs out is signed out at the service too: it gets a logout token for this session before the person is led on',
  async () => {
    const { browser, idToken, claims } = await signIn(suite, {}, { client })
    assert.equal(told.length, 0)
    const back = afterSignOut(client.id)
    await signOut(suite, browser, { id_token_hint: idToken, post_logout_redirect_uri: back, state: 'x' })
    assert.equal(browser.url.href, `${back}?state=x`)
    assert.deepEqual(
      told.map(({ method, type, form }) => [method, type, [...form.keys()]]),
      [['POST', 'application/x-www-form-urlencoded', ['logout_token']]],
    )
    // Back-Channel Logout 1.0 §2.4, §2.6: every check that a service has to make.
    const { header, claims: said } = await checkSignature(suite, told[0]?.form.get('logout_token') ?? '')
    assert.deepEqual([header.typ, header.alg], ['logout+jwt', 'RS256'])
    assert.deepEqual([said.iss, [said.aud].flat()], [metadata.issuer, [client.id]])
    const now = Date.now() / 1_000
    assert.ok(Number(said.iat) <= now + 5 && Number(said.iat) > now - 60)
    assert.ok(Number(said.exp) > now && Number(said.exp) <= now + 130)
    assert.ok(String(said.jti).length >= 16)
    assert.deepEqual(said.events, { 'http://schemas.openid.net/event/backchannel-logout': {} })
    assert.ok(!('nonce' in said), 'a nonce would let it pass for an ID token')
    assert.ok(String(claims.sid).length >= 16)
    assert.equal(said.sid, claims.sid)
    assert.equal(said.sub ?? claims.sub, claims.sub)
  },
)
