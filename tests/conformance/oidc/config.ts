import { send } from './client.ts'
import { assert, module, startSuite } from './suite.ts'

const suite = await startSuite()
const { metadata, discovery } = suite

const has = (name: string, ...wanted: string[]) => {
  const values = metadata[name]
  assert.ok(Array.isArray(values), `${name} is no list`)
  for (const value of wanted) assert.ok(values.includes(value), `${name} lacks ${value}`)
  return values as string[]
}

module(
  'oidcc-discovery-endpoint-verification',
  'what the provider says of itself is whole, true and by https',
  async () => {
    assert.equal(discovery.status, 200)
    assert.match(discovery.headers.get('content-type') ?? '', /^application\/json/)
    const issuer = String(metadata.issuer)
    assert.equal(issuer, suite.issuer.origin)
    assert.match(issuer, /^https:\/\/[^?#]+$/)
    has('response_types_supported', 'code')
    has('subject_types_supported', 'pairwise')
    assert.ok(!has('id_token_signing_alg_values_supported', 'RS256').includes('none'))
    has('userinfo_signing_alg_values_supported', 'RS256')
    has('request_object_signing_alg_values_supported', 'RS256')
    has('grant_types_supported', 'authorization_code')
    has('claims_supported', 'sub', 'iss', 'auth_time', 'name', 'email')
    has('code_challenge_methods_supported', 'S256')
    has('token_endpoint_auth_methods_supported', 'client_secret_basic', 'client_secret_post', 'private_key_jwt')
    for (const scope of has('scopes_supported', 'openid')) assert.match(scope, /^[\x21\x23-\x5b\x5d-\x7e]+$/)
    for (const name of ['request_parameter_supported', 'request_uri_parameter_supported', 'claims_parameter_supported'])
      assert.equal(typeof metadata[name], 'boolean', name)
    for (const name of ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'])
      assert.ok(metadata[name], `${name} is missing`)
    for (const [name, value] of Object.entries(metadata))
      if (/(_endpoint|_uri)$/.test(name)) assert.match(String(value), /^https:\/\//, name)

    const { keys } = (await send(String(metadata.jwks_uri), {})).body as { keys: Record<string, unknown>[] }
    assert.ok(keys.length > 0)
    assert.equal(new Set(keys.map(({ kid }) => kid)).size, keys.length, 'a kid names more than one key')
    for (const key of keys) {
      assert.ok(key.kty === 'RSA' || key.kty === 'EC', 'a key that is no public one')
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth'])
        assert.ok(!(secret in key), `${secret} is published`)
      if (key.kty === 'RSA') assert.ok(Buffer.from(String(key.n), 'base64url').length >= 256)
    }
    // What it says of itself does not depend on who asks, and is not to be had under a name that is not its own.
    const elsewhere = await send(
      new URL('/.well-known/openid-configuration', `https://evil.localhost:${suite.issuer.port}`).href,
      {},
    )
    assert.notEqual(elsewhere.status, 200)
  },
)
