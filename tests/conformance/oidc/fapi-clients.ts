import type { Claims } from './client.ts'
import {
  assertion,
  begin,
  checkPushed,
  checkRefused,
  collect,
  type FapiClient,
  now,
  type Pushed,
  push,
  type RedeemOptions,
  redeem,
  use,
} from './fapi-client.ts'
import { assert, module, type Suite } from './suite.ts'

/** FAPI 2.0 Security Profile Final: how a service proves itself, and what a code is worth in whose hands. */
export function defineClients(suite: Suite, first: FapiClient, second: FapiClient): void {
  const { metadata } = suite
  const person = suite.newBrowser()
  const code = () => begin(suite, first, {}, { browser: person })

  /** A code that is refused when it comes like this, and was good: it is worth something when it comes as it should. */
  const refused = (name: string, states: string, how: () => RedeemOptions, ...errors: string[]) =>
    module(`fapi2-security-profile-final-${name}`, states, async () => {
      const begun = await code()
      checkRefused(await redeem(suite, begun, how()), ...errors)
      await collect(suite, begun)
    })
  const asserted = (name: string, states: string, change: () => Claims) =>
    refused(name, states, () => ({ assertion: assertion(suite, first, change()) }), 'invalid_client', 'invalid_request')

  refused(
    'ensure-client-id-in-token-endpoint',
    'a service that names another, but signs with its own key, is nobody',
    () => ({
      form: { client_id: second.id },
      assertion: assertion(suite, second, {}, first.key),
    }),
    'invalid_client',
  )
  refused(
    'ensure-holder-of-key-required',
    'no token without a proof of the key that it is bound to',
    () => ({ proof: null }),
    'invalid_request',
    'invalid_grant',
    'invalid_dpop_proof',
  )
  refused(
    'ensure-client-assertion-in-token-endpoint',
    'the name of a service alone proves nothing',
    () => ({ assertion: null, form: { client_id: first.id } }),
    'invalid_client',
    'invalid_request',
  )
  // §5.4.1. The same key: only the algorithm is not as agreed.
  refused(
    'ensure-signed-client-assertion-with-RS256-fails',
    'no signature by RS256',
    () => ({ assertion: assertion(suite, first, {}, { ...first.key, alg: 'RS256' }) }),
    'invalid_client',
  )
  asserted(
    'ensure-client-assertion-with-exp-is-5-minutes-in-past-fails',
    'an assertion of the past proves nothing',
    () => ({ exp: now() - 300 }),
  )
  asserted(
    'ensure-client-assertion-with-wrong-aud-fails',
    'an assertion for another server proves nothing here',
    () => ({
      aud: 'https://elsewhere.example/token',
    }),
  )
  // Otherwise a signed request would do for one.
  asserted('ensure-client-assertion-with-no-sub-fails', 'an assertion about nobody proves nothing', () => ({
    sub: undefined,
  }))
  // RFC 7636 §4.6
  refused(
    'ensure-pkce-code-verifier-required',
    'a code without its verifier is worth nothing',
    () => ({ form: { code_verifier: undefined } }),
    'invalid_grant',
  )
  refused(
    'incorrect-pkce-code-verifier-rejected',
    'a code with another verifier is worth nothing',
    () => ({ form: { code_verifier: 'x'.repeat(64) } }),
    'invalid_grant',
  )

  module(
    'fapi2-security-profile-final-ensure-authorization-code-is-bound-to-client',
    'a code that another service brings, with its own proof, is worth nothing to it, nor for another address than it was asked for',
    async () => {
      const begun = await code()
      checkRefused(await redeem(suite, { ...begun, client: second }), 'invalid_grant')
      checkRefused(await redeem(suite, begun, { form: { redirect_uri: second.callback } }), 'invalid_grant')
    },
  )

  module(
    'fapi2-security-profile-final-attempt-reuse-authorization-code-after-one-second',
    'a code that comes a second time is worth nothing, and what came of it ends',
    async () => {
      const begun = await begin(suite, first)
      const held = await collect(suite, begun)
      assert.equal((await use(suite, held)).status, 200)
      await suite.pass(1)
      checkRefused(await redeem(suite, begun, { key: held.key }), 'invalid_grant')
      assert.equal((await use(suite, held)).status, 401)
    },
  )

  const pushedWith = (change: Claims): Promise<Pushed> =>
    push(suite, first, {}, { assertion: assertion(suite, first, change) })

  module(
    'fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted',
    'a service whose clock is some seconds ahead is let in',
    async () => {
      checkPushed(await pushedWith({ iat: now() + 8, nbf: now() + 8 }))
    },
  )

  module(
    'fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails',
    'one whose clock is more than a minute ahead is not, by which of the two times it may say so',
    async () => {
      const ahead = now() + 62
      for (const change of [{ iat: ahead, nbf: ahead }, { nbf: ahead }, { iat: ahead, nbf: undefined }]) {
        const { answer } = await pushedWith({ ...change, exp: ahead + 60 })
        checkRefused(answer, 'invalid_client', 'invalid_request')
      }
    },
  )

  // §5.3.2.1: our name as one string and nothing else, at whichever endpoint. An assertion that would do here and elsewhere could be carried from there.
  for (const [name, audience] of [
    ['array', () => [metadata.issuer, 'https://other1.example']],
    ['par-endpoint-url', () => metadata.pushed_authorization_request_endpoint],
    ['token-endpoint-url', () => metadata.token_endpoint],
  ] as const)
    module(
      `fapi2-security-profile-final-par-test-${name}-as-audience-fails`,
      `an assertion for ${name} proves nothing, neither where a request is pushed nor where a code is redeemed`,
      async () => {
        checkRefused((await pushedWith({ aud: audience() })).answer, 'invalid_client', 'invalid_request')
        const begun = await code()
        const refusal = await redeem(suite, begun, { assertion: assertion(suite, first, { aud: audience() }) })
        checkRefused(refusal, 'invalid_client', 'invalid_request')
      },
    )
}
