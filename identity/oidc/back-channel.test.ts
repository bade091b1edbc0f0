import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { aContract } from '#tests/contract'
import { startIdentity } from '#tests/identity'
import { createBackChannel } from './back-channel.ts'

const { services } = (await startIdentity()).identity

const asked: string[] = []
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`)
  if (request.url === '/silent') return
  if (request.url === '/elsewhere') response.writeHead(302, { location: '/other' })
  response.end()
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
after(() => {
  server.closeAllConnections()
  server.close()
})
const at = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
const make = (clientId: string, backChannelLogout: string) =>
  services.contracts.make(
    clientId,
    aContract({ protocol: { authentication: 'client_secret_basic', backChannelLogout } }),
  )

const onDevelopment = createBackChannel({ services, isDevelopment: true })
const inEarnest = createBackChannel({ services, isDevelopment: false })
const post = { method: 'POST', body: new URLSearchParams({ logout_token: 'x' }) }

test('only an address that a running contract names is asked, and a redirect is not followed', async () => {
  await assert.rejects(onDevelopment(at('/named'), post), /no contract/)
  await make('named', at('/named'))
  await make('elsewhere', at('/elsewhere'))
  assert.equal((await onDevelopment(at('/named'), post)).status, 200)
  await assert.rejects(onDevelopment(at('/named?x'), post), /no contract/)
  assert.equal((await onDevelopment(at('/elsewhere'), post)).status, 302)
  assert.deepEqual(asked.splice(0), ['POST /named', 'POST /elsewhere'])
})

test('an address of this machine is asked for nobody in force, and for nobody where Vartio is no development', async () => {
  await make('here', at('/here'))
  await assert.rejects(inEarnest(at('/here'), post), /not reached/)
  assert.equal((await onDevelopment(at('/here'), post)).status, 200)
  await services.contracts.enforce('here')
  await assert.rejects(onDevelopment(at('/here'), post), /not reached/)
  // By a name that leads here, and by TLS: nothing is sent, whatever would answer.
  const byName = `https://localhost:${(server.address() as AddressInfo).port}/`
  await make('by-name', byName)
  await services.contracts.enforce('by-name')
  await assert.rejects(onDevelopment(byName, post), /not reached/)
  assert.deepEqual(asked.splice(0), ['POST /here'])
})

test('a service that takes the connection and says nothing holds nobody up for long', async () => {
  await make('silent', at('/silent'))
  const began = performance.now()
  await assert.rejects(onDevelopment(at('/silent'), post), /silent/)
  // It would never answer.
  assert.ok(performance.now() - began < 30_000)
})
