import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { aContract } from '#tests/contract'
import { createHouse } from '#tests/house'
import { until } from '#tests/until'
import { findPorts, startVartio } from '#tests/vartio'

// Identity runs twice over one database, as it would behind a balancer. One code comes to both at the same moment.

const vartio = await startVartio()
after(() => vartio.stop())
const house = createHouse(vartio)
const aino = await house.setUp({ name: 'Aino Korhonen', email: 'aino@paja.example' })

const issuer = new URL(vartio.identity)
const callback = 'https://library.example/callback'
const contract = aContract({
  redirectUris: [callback],
  protocol: { authentication: 'client_secret_basic', pkce: 'not-sent', userinfo: 'plain' },
})
const contracts = `/api/organizations/${aino.organizationId}/contracts`
const made = await aino.portal('POST', contracts, contract)
const clientId = String(made.json?.clientId)
const { secret } = (await aino.portal('POST', `${contracts}/${clientId}/secret`)).json
const authorization = `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`

/** A second process of the same program, started as the supervisor has started the first: its command, its user, its environment but the port. */
async function startSecond(): Promise<number> {
  const marks = JSON.parse(readFileSync(join(vartio.folder, 'running.json'), 'utf8')) as Record<string, { pid: number }>
  const first = `/proc/${marks.identity?.pid}`
  const list = (file: string) => readFileSync(join(first, file), 'utf8').split('\0').filter(Boolean)
  const [node = '', ...rest] = list('cmdline')
  const idOf = (line: string) =>
    Number(new RegExp(`^${line}:\\t(\\d+)`, 'm').exec(readFileSync(join(first, 'status'), 'utf8'))?.[1])
  const port = await findPorts(1)
  const environment = Object.fromEntries(
    list('environ').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
  const second = spawn(node, rest, {
    cwd: join(vartio.folder, 'programs', 'identity'),
    env: {
      ...environment,
      VARTIO_PORT: String(port),
      // What both are called, and whom both know, stays as it is.
      VARTIO_IDENTITY_URL: vartio.identity,
      VARTIO_PORTAL_URL: vartio.portal,
      VARTIO_PRIVACY_URL: house.privacy,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    ...(process.getuid?.() === 0 ? { uid: idOf('Uid'), gid: idOf('Gid') } : {}),
  })
  after(() => second.kill())
  await until(
    () =>
      ask(port, 'GET', '/health/ready').then(
        ({ status }) => status === 200,
        () => false,
      ),
    60_000,
  )
  return port
}

/** To a process by its port, under the public name that both have. */
function ask(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  form?: Record<string, string>,
) {
  return new Promise<{ status: number; body: Record<string, string> }>((resolve, reject) => {
    const type = form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}
    const sent = request(
      { host: '127.0.0.1', port, method, path, agent: false, headers: { host: issuer.host, ...type, ...headers } },
      async (answer) => {
        let text = ''
        for await (const part of answer) text += String(part)
        resolve({ status: answer.statusCode ?? 0, body: text.startsWith('{') ? JSON.parse(text) : {} })
      },
    )
    sent.on('error', reject)
    sent.end(form && new URLSearchParams(form).toString())
  })
}

/** From the service to the page of the release and back with a code. */
async function fetchCode(): Promise<string> {
  const parameters = { client_id: clientId, response_type: 'code', redirect_uri: callback, scope: 'openid profile' }
  await aino.browser.go('GET', new URL(`/oidc/auth?${new URLSearchParams(parameters)}`, issuer))
  const page = new URL(aino.browser.url)
  await aino.browser.go('POST', new URL(`${page.pathname}/continue`, issuer), { form: {} })
  const code = aino.browser.url.searchParams.get('code')
  assert.ok(code, `no code at ${aino.browser.url}`)
  return code
}

test('RFC 9700 4.2 one code at two processes: brought at the same moment one answers, and what it has given is worth nothing', async () => {
  const ports = [Number(issuer.port), await startSecond()]
  const redeem = (port: number, code: string) =>
    ask(
      port,
      'POST',
      '/oidc/token',
      { authorization },
      { grant_type: 'authorization_code', code, redirect_uri: callback },
    )
  const lookUp = async (port: number, token = '') =>
    (await ask(port, 'GET', '/oidc/userinfo', { authorization: `Bearer ${token}` })).status

  // A code that comes once works at either, whichever has made it.
  const single = await redeem(ports[1] ?? 0, await fetchCode())
  assert.equal(single.status, 200)
  assert.equal(await lookUp(ports[0] ?? 0, single.body.access_token), 200)

  for (let round = 0; round < 10; round += 1) {
    const code = await fetchCode()
    const answers = await Promise.all(ports.map((port) => redeem(port, code)))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400])
    assert.equal(answers.find(({ status }) => status === 400)?.body.error, 'invalid_grant')
    const token = answers.find(({ status }) => status === 200)?.body.access_token
    assert.deepEqual(await Promise.all(ports.map((port) => lookUp(port, token))), [401, 401])
  }
})
