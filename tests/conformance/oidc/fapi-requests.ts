import { type Parameters, random, request, send } from './client.ts'
import { addressOf, checkPushed, checkRefused, collect, type FapiClient, push, visit } from './fapi-client.ts'
import { assert, module, type Suite } from './suite.ts'

/** FAPI 2.0 Security Profile Final: requests that are not as they must be, and where a pushed one may be used. */
export function defineRequests(suite: Suite, first: FapiClient, second: FapiClient): void {
  const { metadata } = suite
  const person = suite.newBrowser()

  const refused = (name: string, states: string, change: Parameters, ...errors: string[]) =>
    module(`fapi2-security-profile-final-${name}`, states, async () => {
      checkRefused((await push(suite, first, change)).answer, ...errors)
    })

  /** The name of a request that is worth nothing: the person sees why, and is led nowhere. */
  async function checkUnusable(address: URL): Promise<void> {
    const page = await person.ask('GET', address)
    assert.deepEqual([page.status, page.headers.location], [400, undefined])
    assert.match(page.body, /oidc\.invalid_request/)
  }

  // §5.3.2.2: a redirect_uri in each pushed request, also where only one is registered.
  for (const name of [
    'ensure-request-object-without-redirect-uri-fails',
    'ensure-redirect-uri-in-authorization-request',
  ])
    refused(name, 'no request without an address', { redirect_uri: undefined }, 'invalid_request')
  // RFC 9126 §2.4 would let one in that is not registered; a contract names all of them (ID-61).
  for (const name of ['ensure-registered-redirect-uri', 'plain-fapi-tolerate-unregistered-redirect-uri'])
    refused(
      name,
      'an address that is not registered is refused before anybody goes there',
      { redirect_uri: `${first.callback}/${random()}` },
      'invalid_request',
    )
  for (const [name, response_type] of [
    ['code-idtoken', 'code id_token'],
    ['token', 'token'],
  ])
    refused(
      `ensure-response-type-${name}-fails`,
      'nothing but a code goes through the browser',
      { response_type },
      'unsupported_response_type',
      'invalid_request',
    )
  refused(
    'par-ensure-pkce-required',
    'no request without PKCE',
    { code_challenge: undefined, code_challenge_method: undefined },
    'invalid_request',
  )
  refused(
    'par-plain-pkce-rejected',
    'no challenge that is the verifier itself',
    { code_challenge_method: 'plain' },
    'invalid_request',
  )
  refused(
    'par-authorization-request-containing-request_uri-form-param',
    'no request by the name of another',
    { request_uri: `urn:ietf:params:oauth:request_uri:${random()}` },
    'invalid_request',
    'request_uri_not_supported',
  )

  module(
    'fapi2-security-profile-final-ensure-unsigned-authorization-request-without-using-par-fails',
    'a request that was not pushed is refused, with its state and without a code',
    async () => {
      const parameters = request(suite, first, { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' })
      await person.go('GET', `${metadata.authorization_endpoint}?${new URLSearchParams(parameters)}`)
      const answer = person.url.searchParams
      assert.deepEqual(
        [answer.get('error'), answer.get('state'), answer.get('code')],
        ['invalid_request', parameters.state, null],
      )
    },
  )

  module(
    'fapi2-security-profile-final-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds',
    'whoever loads the page again before they have signed in goes on',
    async () => {
      const pushed = await push(suite, first)
      const browser = suite.newBrowser()
      assert.equal((await browser.go('GET', addressOf(suite, pushed))).status, 200)
      assert.equal(browser.url.origin, suite.issuer.origin)
      const begun = await visit(suite, pushed, browser)
      await collect(suite, begun)
    },
  )

  module(
    'fapi2-security-profile-final-par-attempt-reuse-request_uri',
    'a pushed request leads to one code, and no further',
    async () => {
      const pushed = await push(suite, first)
      await collect(suite, await visit(suite, pushed, person))
      await checkUnusable(addressOf(suite, pushed))
    },
  )

  module(
    'fapi2-security-profile-final-par-attempt-to-use-request_uri-for-different-client',
    'what one service pushed is of no use to another',
    async () => {
      const pushed = await push(suite, first)
      await checkUnusable(addressOf(suite, pushed, { client_id: second.id }))
      // It was not the request that was wrong.
      await collect(suite, await visit(suite, pushed, person))
    },
  )

  module(
    'fapi2-security-profile-final-par-attempt-invalid-http-method',
    'a request is pushed by POST, and by no other method',
    async () => {
      const answers = [
        (await push(suite, first, {}, { method: 'PUT' })).answer,
        (await push(suite, first, {}, { method: 'PATCH' })).answer,
        await send(String(metadata.pushed_authorization_request_endpoint), { method: 'GET' }),
      ]
      for (const { status, headers } of answers) assert.deepEqual([status, headers.get('allow')], [405, 'POST'])
      checkPushed(await push(suite, first))
    },
  )

  module(
    'fapi2-security-profile-final-par-without-duplicate-parameters',
    'the name of the request and of the service are enough in the address',
    async () => {
      const pushed = await push(suite, first)
      assert.deepEqual([...addressOf(suite, pushed).searchParams.keys()], ['client_id', 'request_uri'])
      await collect(suite, await visit(suite, pushed, person))
    },
  )
}
