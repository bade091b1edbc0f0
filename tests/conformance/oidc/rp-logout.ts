import { signIn } from './client.ts'
import { askToSignOut, isSignedOut, signOut } from './sign-out.ts'
import { afterSignOut, assert, module, startSuite } from './suite.ts'

const suite = await startSuite()
const { client, issuer, metadata } = suite
const back = afterSignOut(client.id)
const prefix = 'oidcc-rp-initiated-logout'

module(`${prefix}-discovery-endpoint-verification`, 'the endpoint is published, and by https', async () => {
  assert.match(String(metadata.end_session_endpoint), /^https:\/\//)
  assert.equal(new URL(String(metadata.end_session_endpoint)).origin, issuer.origin)
})

module(prefix, 'who signs out comes back with the state of the service, and is signed out', async () => {
  const { browser, idToken } = await signIn(suite)
  await signOut(suite, browser, { id_token_hint: idToken, post_logout_redirect_uri: back, state: 'of-the-service' })
  assert.equal(browser.url.href, `${back}?state=of-the-service`)
  assert.ok(await isSignedOut(suite, browser, client))
})

const changed = (token: string) => {
  const [head, body, signature = ''] = token.split('.')
  return `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
}

for (const [name, states, change] of [
  [
    'bad-post-logout-redirect-uri',
    'an address that is not registered is led to by nobody',
    { post_logout_redirect_uri: `${back}/other` },
  ],
  [
    'query-added-to-post-logout-redirect-uri',
    'a registered address with a query added is another address',
    { post_logout_redirect_uri: `${back}?foo=bar` },
  ],
  ['modified-id-token-hint', 'an ID token whose signature does not hold says nothing', { modify: true }],
  ['bad-id-token-hint', 'what is no ID token says nothing', { id_token_hint: 'bad.id-token.hint' }],
] as const)
  module(`${prefix}-${name}`, `${states}: the person sees a page, and stays signed in`, async () => {
    const { browser, idToken } = await signIn(suite)
    const given = { id_token_hint: idToken, post_logout_redirect_uri: back, state: 'x', ...change }
    const { modify, ...parameters } = given as typeof given & { modify?: boolean }
    const hint = modify ? changed(parameters.id_token_hint) : parameters.id_token_hint
    const page = await askToSignOut(suite, browser, { ...parameters, id_token_hint: hint })
    assert.equal(page.status, 400)
    assert.equal(browser.url.origin, issuer.origin)
    assert.match(page.headers['content-type'] ?? '', /^text\/html/)
    assert.ok(!page.body.includes('.example'), 'the page leads to the address')
    assert.ok(!(await isSignedOut(suite, browser, client)))
  })

for (const [name, states, keeps] of [
  ['no-id-token-hint', 'whose service nobody can tell stays here', ['post_logout_redirect_uri', 'state']],
  ['no-params', 'without anything', []],
  ['no-post-logout-redirect-uri', 'without an address', ['id_token_hint', 'state']],
  ['only-state', 'with a state alone', ['state']],
] as const)
  module(`${prefix}-${name}`, `${states}: the person is signed out and led nowhere else`, async () => {
    const { browser, idToken } = await signIn(suite)
    const all = { id_token_hint: idToken, post_logout_redirect_uri: back, state: 'x' }
    const given = Object.fromEntries(keeps.map((key) => [key, all[key]]))
    const page = await signOut(suite, browser, given)
    assert.equal(page.status, 200)
    assert.equal(browser.url.origin, issuer.origin)
    assert.ok(!browser.url.search.includes('state'), 'a state is told to nobody')
    assert.ok(await isSignedOut(suite, browser, client))
  })

module(`${prefix}-no-state`, 'without a state the address gets none', async () => {
  const { browser, idToken } = await signIn(suite)
  await signOut(suite, browser, { id_token_hint: idToken, post_logout_redirect_uri: back })
  assert.equal(browser.url.href, back)
  assert.ok(await isSignedOut(suite, browser, client))
})
