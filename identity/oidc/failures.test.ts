import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTestClock } from '#base/clock'
import { Browser } from '#tests/browser'
import { aContract, enforceContract } from '#tests/contract'
import { startIdentity } from '#tests/identity'
import { localFetch } from '#tests/service'
import { until } from '#tests/until'
import { describeFailure } from './failures.ts'

const clock = createTestClock(new Date())
const house = await startIdentity({ clock })
const { identity, urls } = house
const { services } = identity
const callback = 'https://library.example/callback'
await enforceContract(
  services,
  'library',
  aContract({ redirectUris: [callback], protocol: { authentication: 'client_secret_basic', pkce: 'not-sent' } }),
)
const { secret } = await services.contracts.makeSecret('library')

const ask = (change: Record<string, string>) =>
  new Browser(urls.identity).go(
    'GET',
    `/oidc/auth?${new URLSearchParams({
      client_id: 'library',
      redirect_uri: callback,
      response_type: 'code',
      scope: 'openid',
      state: 'a-state-of-one-person',
      login_hint: 'aino@hint.example',
      ...change,
    })}`,
  )
const noted = async (count: number) => {
  await until(async () => (await services.failures.list('library')).failures.length === count)
  return (await services.failures.list('library')).failures
}

test('whoever writes a service sees which request was refused and why, and nothing of the person', async () => {
  await ask({ redirect_uri: 'https://library.example/calback?person=aino' })
  const [wrongAddress] = await noted(1)
  assert.deepEqual(wrongAddress && { ...wrongAddress, at: '' }, {
    at: '',
    step: 'authorization',
    error: 'invalid_redirect_uri',
    why: wrongAddress?.why,
    sent: { redirect_uri: 'https://library.example/calback', response_type: 'code', scope: 'openid' },
  })
  assert.match(wrongAddress?.why ?? '', /redirect_uri/)
  clock.set(new Date(clock.now().getTime() + 1_000))
  const basic = Buffer.from(`library:${secret}`).toString('base64')
  const answer = await localFetch(new URL('/oidc/token', urls.identity).href, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: 'x'.repeat(43),
      redirect_uri: callback,
    }).toString(),
  } as never)
  assert.equal(answer.status, 400)
  const [wrongCode] = await noted(2)
  assert.deepEqual([wrongCode?.step, wrongCode?.error], ['token', 'invalid_grant'])
  const rows = JSON.stringify(await services.failures.list('library'))
  for (const hidden of ['a-state-of-one-person', 'aino', 'x'.repeat(43), secret])
    assert.ok(!rows.includes(hidden), hidden)
})

test('what a service asked for is no failure: nobody is signed in, and it wanted no page', async () => {
  const before = (await services.failures.list('library')).failures.length
  await ask({ prompt: 'none' })
  clock.set(new Date(clock.now().getTime() + 1_000))
  // The next one is noted, so the one before would have been.
  await ask({ response_type: 'token' })
  const failures = await noted(before + 1)
  assert.equal(failures[0]?.sent.response_type, 'token')
})

test('what no table can hold is left out of what is noted, and the rest stands', async () => {
  const before = (await services.failures.list('library')).failures.length
  clock.set(new Date(clock.now().getTime() + 1_000))
  await ask({ response_type: 'to\0ken' })
  const failures = await noted(before + 1)
  assert.equal(failures[0]?.sent.response_type, 'token')
})

test('whatever is sent, only what says how a service asks is noted, and no more than a line of it', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom('redirect_uri', 'scope', 'state', 'login_hint', 'request', 'code', 'client_secret', 'prompt'),
        fc.anything(),
      ),
      fc.string(),
      (params, message) => {
        const ctx = { oidc: { client: { clientId: 'library' }, params } } as never
        const failure = describeFailure('token', ctx, Object.assign(new Error(message), { error: 'invalid_request' }))
        for (const [name, value] of Object.entries(failure?.sent ?? {})) {
          assert.ok(['redirect_uri', 'scope', 'prompt'].includes(name), name)
          assert.ok(value.length <= 200 && value.isWellFormed() && !value.includes('\0'))
        }
      },
    ),
  )
})
