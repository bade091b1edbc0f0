import { request } from 'node:http'
import { checkUserinfo } from './client.ts'
import {
  begin,
  checkPushed,
  checkRefused,
  collect,
  type FapiClient,
  flow,
  type Held,
  makeKey,
  now,
  type ProofChange,
  proof,
  push,
  redeem,
  signJwt,
  thumbprint,
  use,
  visit,
} from './fapi-client.ts'
import { assert, module, type Suite } from './suite.ts'

/** FAPI 2.0 Security Profile Final: tokens and codes that are worth something only with a key (RFC 9449). */
export function defineProofs(suite: Suite, first: FapiClient): void {
  const { metadata } = suite
  const [par, token] = [metadata.pushed_authorization_request_endpoint, metadata.token_endpoint]
  const userinfo = String(metadata.userinfo_endpoint)
  const person = suite.newBrowser()

  /** The whole way with proofs that are changed like this at each of the three endpoints. */
  async function wholeWith(change: () => ProofChange): Promise<void> {
    const key = makeKey()
    const begun = await begin(
      suite,
      first,
      {},
      { browser: person, proof: proof(key, 'POST', par, undefined, change()) },
    )
    const held = await collect(suite, begun, key, { proof: proof(key, 'POST', token, undefined, change()) })
    const answer = await use(suite, held, { proof: proof(key, 'GET', userinfo, held.accessToken, change()) })
    checkUserinfo(answer, held.claims.sub)
  }

  module(
    'fapi2-security-profile-final-check-dpop-proof-nbf-exp',
    'a proof that says from when and until when is as good',
    async () => {
      await wholeWith(() => ({ claims: { nbf: now(), exp: now() + 300 } }))
      // §5.3.2.1: nor is it the worse for a clock that is some seconds ahead.
      await wholeWith(() => ({ claims: { iat: now() + 8, nbf: now() + 8, exp: now() + 300 } }))
    },
  )
  // §5.3.2.1: whose clock is ten seconds off is let in, either way.
  for (const [name, seconds] of [
    ['before', -10],
    ['after', 10],
  ] as const)
    module(
      `fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-${name}-succeeds`,
      `a proof made ${seconds} s from now is taken`,
      () => wholeWith(() => ({ claims: { iat: now() + seconds } })),
    )

  module(
    'fapi2-security-profile-final-ensure-mismatched-dpop-jkt-fails',
    'a request that names one key and proves another is refused',
    async () => {
      const { answer } = await push(
        suite,
        first,
        { dpop_jkt: thumbprint(makeKey()) },
        { proof: proof(makeKey(), 'POST', par) },
      )
      checkRefused(answer, 'invalid_request', 'invalid_dpop_proof')
    },
  )

  // RFC 9449 §10: a code for one key is worth nothing with another, whichever way the key was named.
  for (const [name, how] of [
    ['proof-jkt', () => ({ change: {}, options: { proof: proof(makeKey(), 'POST', par) } })],
    ['jkt', () => ({ change: { dpop_jkt: thumbprint(makeKey()) }, options: {} })],
  ] as const)
    module(
      `fapi2-security-profile-final-ensure-token-endpoint-fails-with-mismatched-dpop-${name}`,
      'a code that was asked for with one key is worth nothing with another',
      async () => {
        const { change, options } = how()
        const begun = await begin(suite, first, change, { browser: person, ...options })
        checkRefused(await redeem(suite, begun), 'invalid_grant', 'invalid_request', 'invalid_dpop_proof')
      },
    )

  module(
    'fapi2-security-profile-final-ensure-dpopproof-at-par-endpoint-binding-success',
    'with the key that was proved when the request was pushed, a code is good',
    async () => {
      const key = makeKey()
      await flow(suite, first, {}, { browser: person, key, proof: proof(key, 'POST', par) })
    },
  )

  module(
    'fapi2-security-profile-final-ensure-dpop-auth-code-binding-success',
    'with the key that was named and proved when the request was pushed, a code is good',
    async () => {
      const key = makeKey()
      const pushed = await push(suite, first, { dpop_jkt: thumbprint(key) }, { proof: proof(key, 'POST', par) })
      checkPushed(pushed)
      await collect(suite, await visit(suite, pushed, person), key)
    },
  )

  module(
    'fapi2-security-profile-final-dpop-negative-tests',
    'each thing that makes a proof one is looked at, at the resource, and where tokens are given too',
    async () => {
      const held = await flow(suite, first, {}, { browser: person })
      const { key, accessToken, claims } = held
      const good = (change: ProofChange = {}) => proof(key, 'GET', userinfo, accessToken, change)
      const refuses = async (what: string, wrong: string) => {
        const { status, headers } = await use(suite, held, { proof: wrong })
        assert.equal(status, 401, `${what}: ${status}`)
        assert.match(headers.get('www-authenticate') ?? '', /^DPoP .*algs="ES256 PS256"/, what)
      }
      const takes = async (what: string, right: string) =>
        assert.equal((await use(suite, held, { proof: right })).status, 200, what)

      await refuses('no JWT', `${good().slice(0, 40)}`)
      for (const name of ['typ', 'jwk']) await refuses(`no ${name}`, good({ header: { [name]: undefined } }))
      for (const name of ['jti', 'htm', 'htu', 'iat', 'ath'])
        await refuses(`no ${name}`, good({ claims: { [name]: undefined } }))
      await refuses('no alg', good({ header: { alg: undefined } }))
      await refuses('another typ', good({ header: { typ: 'jwt' } }))
      await refuses(
        'alg none',
        `${good({ header: { alg: 'none' } })
          .split('.')
          .slice(0, 2)
          .join('.')}.`,
      )
      await refuses('a signature that does not hold', good().replace(/.{8}$/, 'AAAAAAAA'))
      await refuses('a private key', good({ header: { jwk: key.privateKey.export({ format: 'jwk' }) } }))
      await refuses('another method', good({ claims: { htm: 'PUT' } }))
      await refuses('another address', good({ claims: { htu: `${userinfo}/other` } }))
      await refuses('an hour ahead', good({ claims: { iat: now() + 3_600 } }))
      await refuses('an hour ago', good({ claims: { iat: now() - 3_600 } }))
      // §5.3.2.1 of the profile: more than a minute ahead is refused, of any JWT.
      await refuses('62 s ahead', good({ claims: { iat: now() + 62 } }))
      await refuses('from 62 s ahead on', good({ claims: { nbf: now() + 62 } }))
      await refuses('another token', good({ claims: { ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo' } }))
      await refuses('another key', proof(makeKey(), 'GET', userinfo, accessToken))
      // There are none here, so none can be right.
      await refuses('a nonce of nobody', good({ claims: { nonce: 'x' } }))

      const once = good()
      await takes('the first time', once)
      await refuses('the second time', once)

      await takes('a query and a fragment', good({ claims: { htu: `${userinfo}?a=b#c` } }))
      const { host } = suite.issuer
      await takes('large letters', good({ claims: { htu: userinfo.replace(host, host.toUpperCase()) } }))
      await takes('more than is needed', good({ claims: { more: 1 }, header: { more: 1 } }))

      // RSA is as good a key, but not with every algorithm (§5.4.1).
      const rsa = makeKey('PS256')
      const other = await flow(suite, first, {}, { browser: person, key: rsa })
      const by = (alg: 'PS256' | 'RS256') => proof(rsa, 'GET', userinfo, other.accessToken, { alg })
      assert.deepEqual(
        [
          (await use(suite, other, { proof: by('PS256') })).status,
          (await use(suite, other, { proof: by('RS256') })).status,
        ],
        [200, 401],
      )

      assert.ok([400, 401].includes((await use(suite, held, { proof: null })).status), 'no proof')
      assert.equal((await use(suite, held, { proof: null, scheme: 'Bearer' })).status, 401)
      assert.ok([400, 401].includes((await use(suite, held, { scheme: 'Bearer' })).status), 'as a bearer token')
      assert.equal(await rawStatus(held, [['DPOP', good()]]), 200)
      for (const second of [good(), 'x'])
        assert.ok(
          [400, 401].includes(
            await rawStatus(held, [
              ['DPoP', good()],
              ['DPoP', second],
            ]),
          ),
          'two proofs',
        )

      const begun = await begin(suite, first, {}, { browser: person })
      for (const change of [
        { htm: 'GET' },
        { htu: par },
        { iat: now() + 62 },
        { iat: now() - 3_600 },
        { jti: undefined },
      ])
        checkRefused(
          await redeem(suite, begun, { proof: proof(key, 'POST', token, undefined, { claims: change }) }),
          'invalid_dpop_proof',
        )
      const [head, body] = proof(key, 'POST', token).split('.')
      checkRefused(await redeem(suite, begun, { proof: `${head}.${body}.${'A'.repeat(86)}` }), 'invalid_dpop_proof')
      checkRefused(
        await redeem(suite, begun, { proof: signJwt(key, { typ: 'dpop+jwt', alg: 'ES256' }, { jti: 'x' }) }),
        'invalid_dpop_proof',
      )

      // All of this was the proofs' doing.
      checkUserinfo(await use(suite, held), claims.sub)
    },
  )

  /** Header by header, as no client of HTTP would send it. */
  function rawStatus({ accessToken }: Held, proofs: readonly (readonly [string, string])[]): Promise<number> {
    const { port, host, pathname } = new URL(userinfo)
    const headers = ['host', host, 'authorization', `DPoP ${accessToken}`, ...proofs.flat()]
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path: pathname, headers }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      sent.once('error', reject)
      sent.end()
    })
  }
}
