import { randomBytes } from 'node:crypto'
import { type Claims, checkOthers, type Parameters, send } from './client.ts'
import {
  addressOf,
  begin,
  checkRefused,
  collect,
  type FapiClient,
  flow,
  makeKey,
  proof,
  push,
  redeem,
  thumbprint,
  use,
} from './fapi-client.ts'
import { assert, module, type Suite } from './suite.ts'

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const text = (length: number) => randomBytes(length).toString('base64url').slice(0, length)

/** FAPI 2.0 Security Profile Final: what is said of itself, and flows that lead to the service. */
export function defineFlows(suite: Suite, first: FapiClient, second: FapiClient): void {
  const { metadata } = suite

  /** Somebody who is signed in already; most modules are not about that. */
  const person = suite.newBrowser()
  const whole = (change: Parameters = {}, beside?: Parameters) =>
    flow(suite, first, change, { browser: person, ...(beside ? { beside } : {}) })

  module(
    'fapi2-security-profile-final-discovery-end-point-verification',
    'the provider says that it can do what the profile wants, by https, and the same for OAuth alone',
    async () => {
      const has = (name: string, ...wanted: string[]) =>
        assert.ok(
          wanted.some((value) => list(metadata[name]).includes(value)),
          `${name} has none of ${wanted}`,
        )
      has('response_types_supported', 'code')
      assert.equal(metadata.authorization_response_iss_parameter_supported, true)
      assert.equal(typeof (metadata.require_pushed_authorization_requests ?? false), 'boolean')
      // §5.4.1
      for (const what of ['dpop', 'id_token', 'token_endpoint_auth', 'userinfo'])
        has(`${what}_signing_alg_values_supported`, 'PS256', 'ES256', 'EdDSA', 'Ed25519')
      assert.ok(!list(metadata.dpop_signing_alg_values_supported).includes('RS256'))
      has('token_endpoint_auth_methods_supported', 'private_key_jwt')
      assert.deepEqual(metadata.code_challenge_methods_supported, ['S256'])
      has('scopes_supported', 'openid')
      for (const type of list(metadata.subject_types_supported))
        assert.ok(['pairwise', 'public'].includes(String(type)))
      for (const scope of list(metadata.scopes_supported)) assert.match(String(scope), /^[\x21\x23-\x5b\x5d-\x7e]+$/)
      for (const name of ['authorization', 'token', 'pushed_authorization_request', 'userinfo'])
        assert.equal(new URL(String(metadata[`${name}_endpoint`])).origin, suite.issuer.origin)
      assert.equal(metadata.issuer, suite.issuer.origin)
      const oauth = await send(new URL('/.well-known/oauth-authorization-server', suite.issuer).href, {})
      for (const name of ['issuer', 'token_endpoint', 'pushed_authorization_request_endpoint'])
        assert.equal(oauth.body[name], metadata[name], name)
      // §5.4.1: RSA of 2,048 bits, elliptic curves of 224 or more.
      const { keys } = (await send(String(metadata.jwks_uri), {})).body as { keys: Record<string, string>[] }
      for (const { kty, n, crv, kid } of keys) {
        assert.ok(kty === 'EC' ? crv === 'P-256' : Buffer.from(n ?? '', 'base64url').length >= 256)
        assert.ok(kid)
      }
    },
  )

  module(
    'fapi2-security-profile-final-happy-flow',
    'two services, each to the end: bound tokens that serve nobody else, in the header alone, and no more data than was asked for',
    async () => {
      const one = await flow(suite, first, {}, { beside: { response_type: 'code', scope: 'openid profile' } })
      const known = 'aud auth_time at_hash amr exp iat iss locale name nonce sid sub'.split(' ')
      assert.deepEqual(
        Object.keys(one.claims).filter((name) => !known.includes(name)),
        [],
      )
      const inQuery = await use(suite, one, { query: { access_token: one.accessToken } })
      assert.ok([400, 401].includes(inQuery.status), `in the query: ${inQuery.status}`)
      const alone = await send(`${metadata.userinfo_endpoint}?access_token=${one.accessToken}`, {})
      assert.ok([400, 401].includes(alone.status), `in the query alone: ${alone.status}`)
      for (const accept of ['application/json;charset=UTF-8', 'application/json, application/*+json, */*']) {
        const answer = await use(suite, one, { headers: { accept } })
        assert.equal(answer.status, 200)
        assert.ok(answer.headers.get('date'))
      }
      // The second has an address with a query, a longer state, a key of RSA, and names the key of its tokens beforehand.
      const key = makeKey('PS256')
      const change = { state: text(128), nonce: text(43), dpop_jkt: thumbprint(key) }
      const other = await flow(suite, second, change, { key })
      assert.equal(other.begun.answer.get('dummy1'), 'lorem')
      assert.notEqual(other.claims.sub, one.claims.sub, 'two services could tell that it is the same person')
      // RFC 9449 §7.1: the second's token with the first's key.
      assert.equal((await use(suite, { ...other, key: one.key })).status, 401)
    },
  )

  module(
    'fapi2-security-profile-final-user-rejects-authentication',
    'who cancels is led back with access_denied, the state and the issuer, and nothing else',
    async () => {
      for (const client of [first, second]) {
        const browser = suite.newBrowser()
        const pushed = await push(suite, client, { state: text(128) })
        await browser.go('GET', addressOf(suite, pushed))
        await browser.go('POST', `${browser.url.pathname}/cancel`, { form: {} })
        const answer = browser.url.searchParams
        assert.equal(browser.url.host, `${client.id}.example`)
        assert.deepEqual(
          [answer.get('error'), answer.get('state'), answer.get('iss')],
          ['access_denied', pushed.parameters.state, metadata.issuer],
        )
        checkOthers(answer, pushed.parameters, ['error', 'error_description', 'state', 'iss'])
      }
    },
  )

  module(
    'fapi2-security-profile-final-ensure-authorization-request-without-state-success',
    'a state is not needed, and none is made up',
    async () => {
      const { begun, claims } = await whole({ state: undefined })
      assert.deepEqual([begun.answer.get('state'), claims.s_hash], [null, undefined])
    },
  )

  module(
    'fapi2-security-profile-final-ensure-authorization-request-without-nonce-success',
    'a nonce is not needed, and none is made up',
    async () => {
      assert.ok(!('nonce' in (await whole({ nonce: undefined })).claims))
    },
  )

  // §5.3.2.2 wants 64 characters. Longer ones come back as they were too, which the suite leaves open.
  for (const [name, length] of [
    ['with-64-char-nonce-success', 64],
    ['with-long-nonce', 384],
  ] as const)
    module(
      `fapi2-security-profile-final-ensure-authorization-request-${name}`,
      `a nonce of ${length} characters comes back whole`,
      async () => {
        const nonce = text(length)
        assert.equal((await whole({ nonce })).claims.nonce, nonce)
      },
    )

  module(
    'fapi2-security-profile-final-ensure-authorization-request-with-long-state',
    'a state of 1,000 characters comes back whole',
    async () => {
      const state = text(1_000)
      assert.equal((await whole({ state })).begun.answer.get('state'), state)
    },
  )

  module(
    'fapi2-security-profile-final-ensure-other-scope-order-succeeds',
    'the order of scopes does not matter',
    async () => {
      assert.equal((await whole({ scope: 'profile openid' })).claims.name, 'Aino Korhonen')
    },
  )

  module(
    'fapi2-security-profile-final-test-claims-parameter-identity-claims',
    'the claims parameter is not offered, which is allowed; it brings no data that no scope asked for',
    async () => {
      assert.equal(metadata.claims_parameter_supported, false)
      const claims = JSON.stringify({ userinfo: { email: { essential: true } }, id_token: { email: null } })
      const held = await whole({ scope: 'openid', claims })
      const { body } = await use(suite, held)
      for (const given of [held.claims, body]) assert.ok(!('email' in given))
    },
  )

  module(
    'fapi2-security-profile-final-access-token-type-header-case-sensitivity',
    'the name of the scheme means the same in small and large letters',
    async () => {
      const held = await whole()
      for (const scheme of ['dPOP', 'dpop', 'DPOP']) assert.equal((await use(suite, held, { scheme })).status, 200)
    },
  )

  // A pushed request is the whole request: what stands beside its name in the address counts for nothing.
  module(
    'fapi2-security-profile-final-ensure-different-nonce-inside-and-outside-request-object',
    'another nonce in the address than was pushed is not taken',
    async () => {
      const nonce = text(20)
      assert.notEqual((await whole({}, { nonce })).claims.nonce, nonce)
    },
  )

  module(
    'fapi2-security-profile-final-ensure-different-state-inside-and-outside-request-object',
    'another state in the address than was pushed is not taken',
    async () => {
      const state = text(20)
      assert.notEqual((await whole({}, { state })).begun.answer.get('state'), state)
    },
  )

  module(
    'fapi2-security-profile-final-state-only-outside-request-object-not-used',
    'a state that is only in the address is not used',
    async () => {
      const { begun, claims } = await whole({ state: undefined }, { state: text(20) })
      assert.deepEqual([begun.answer.get('state'), claims.s_hash], [null, undefined])
    },
  )

  module(
    'fapi2-security-profile-final-refresh-token',
    'refresh tokens are not offered, none is given, and none is taken, with or without proof',
    async () => {
      assert.ok(!list(metadata.grant_types_supported).includes('refresh_token'))
      const begun = await begin(suite, first, { scope: 'openid offline_access', prompt: 'consent' })
      const key = makeKey()
      const { tokens } = await collect(suite, begun, key)
      assert.ok(!('refresh_token' in tokens))
      const form: Parameters = { grant_type: 'refresh_token', refresh_token: text(43), code: undefined }
      for (const proved of [null, proof(key, 'POST', metadata.token_endpoint)])
        checkRefused(await redeem(suite, begun, { form, proof: proved }), 'unsupported_grant_type')
      checkRefused(await redeem(suite, begun, { form, assertion: null }), 'invalid_request')
    },
  )

  const unknown = (says: unknown) => list(says).filter((value) => String(value).includes('openbanking'))
  const nothingOfTheKind = async () => {
    const said: Claims = metadata
    for (const name of ['scopes_supported', 'claims_supported', 'acr_values_supported'])
      assert.deepEqual(unknown(said[name]), [], name)
  }
  // Both are for the profile of the United Kingdom, so what is held is that they do not apply.
  module(
    'fapi2-security-profile-final-ensure-server-handles-non-matching-intent-id',
    'there are no intents here',
    nothingOfTheKind,
  )
  module(
    'fapi2-security-profile-final-test-essential-acr-sca-claim',
    'there is no such class of authentication here',
    nothingOfTheKind,
  )
}
