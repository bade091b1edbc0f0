// Which modules there are, by name, in the plans of the OpenID Foundation's conformance suite. Modules for a country's profile are left out.

const named = (prefix: string, names: string): readonly string[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => `${prefix}${name}`)

const basic = named(
  'oidcc-',
  `
    server
    response-type-missing
    idtoken-signature
    idtoken-unsigned
    userinfo-get
    userinfo-post-header
    userinfo-post-body
    ensure-request-without-nonce-succeeds-for-code-flow
    scope-profile
    scope-email
    scope-address
    scope-phone
    scope-all
    alternate-happy-flow
    display-page
    display-popup
    prompt-login
    prompt-none-not-logged-in
    prompt-none-logged-in
    max-age-1
    max-age-10000
    ensure-request-with-unknown-parameter-succeeds
    id-token-hint
    login-hint
    ui-locales
    claims-locales
    ensure-request-with-acr-values-succeeds
    codereuse
    codereuse-30seconds
    ensure-registered-redirect-uri
    ensure-post-request-succeeds
    server-client-secret-post
    request-uri-unsigned-supported-correctly-or-rejected-as-unsupported
    unsigned-request-object-supported-correctly-or-rejected-as-unsupported
    claims-essential
    ensure-request-object-with-redirect-uri
    refresh-token
    ensure-request-with-valid-pkce-succeeds`,
)

export type Plan = {
  readonly name: string
  readonly modules: readonly string[]
  /** The files with its modules, run side by side; none: not there yet. */
  readonly files: readonly string[]
}

export const plans: readonly Plan[] = [
  { name: 'Basic', modules: basic, files: ['basic.ts'] },
  { name: 'Config', modules: ['oidcc-discovery-endpoint-verification'], files: ['config.ts'] },
  { name: 'Form Post', modules: basic, files: ['form-post.ts'] },
  {
    name: 'RP-Initiated Logout',
    modules: named(
      'oidcc-rp-',
      `
    initiated-logout-discovery-endpoint-verification
    initiated-logout
    initiated-logout-bad-post-logout-redirect-uri
    initiated-logout-modified-id-token-hint
    initiated-logout-no-id-token-hint
    initiated-logout-no-params
    initiated-logout-no-post-logout-redirect-uri
    initiated-logout-no-state
    initiated-logout-only-state
    initiated-logout-query-added-to-post-logout-redirect-uri
    initiated-logout-bad-id-token-hint`,
    ),
    files: ['rp-logout.ts'],
  },
  {
    name: 'Back-Channel Logout',
    modules: named(
      'oidcc-backchannel-',
      `
    logout-discovery-endpoint-verification
    rp-initiated-logout`,
    ),
    files: ['back-channel-logout.ts'],
  },
  {
    name: 'FAPI 2 Security Profile Final',
    modules: named(
      'fapi2-security-profile-final-',
      `
    discovery-end-point-verification
    happy-flow
    user-rejects-authentication
    ensure-authorization-request-without-state-success
    ensure-authorization-request-without-nonce-success
    ensure-authorization-request-with-64-char-nonce-success
    ensure-other-scope-order-succeeds
    test-claims-parameter-identity-claims
    access-token-type-header-case-sensitivity
    check-dpop-proof-nbf-exp
    ensure-dpopproof-with-iat-10seconds-before-succeeds
    ensure-dpopproof-with-iat-10seconds-after-succeeds
    ensure-mismatched-dpop-jkt-fails
    ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt
    ensure-token-endpoint-fails-with-mismatched-dpop-jkt
    ensure-dpopproof-at-par-endpoint-binding-success
    ensure-dpop-auth-code-binding-success
    ensure-different-nonce-inside-and-outside-request-object
    ensure-different-state-inside-and-outside-request-object
    ensure-authorization-request-with-long-nonce
    ensure-authorization-request-with-long-state
    state-only-outside-request-object-not-used
    ensure-request-object-without-redirect-uri-fails
    ensure-registered-redirect-uri
    plain-fapi-tolerate-unregistered-redirect-uri
    ensure-unsigned-authorization-request-without-using-par-fails
    ensure-redirect-uri-in-authorization-request
    ensure-response-type-code-idtoken-fails
    ensure-response-type-token-fails
    ensure-client-id-in-token-endpoint
    ensure-holder-of-key-required
    ensure-authorization-code-is-bound-to-client
    attempt-reuse-authorization-code-after-one-second
    ensure-token-endpoint-fails-with-expired-auth-code
    ensure-signed-client-assertion-with-RS256-fails
    ensure-client-assertion-in-token-endpoint
    ensure-client-assertion-with-exp-is-5-minutes-in-past-fails
    ensure-client-assertion-with-wrong-aud-fails
    ensure-client-assertion-with-no-sub-fails
    dpop-negative-tests
    refresh-token
    ensure-server-handles-non-matching-intent-id
    test-essential-acr-sca-claim
    par-ensure-reused-request-uri-prior-to-auth-completion-succeeds
    par-attempt-reuse-request_uri
    par-attempt-to-use-expired-request_uri
    par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted
    par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails
    par-attempt-to-use-request_uri-for-different-client
    par-authorization-request-containing-request_uri-form-param
    par-attempt-invalid-http-method
    par-ensure-pkce-required
    ensure-pkce-code-verifier-required
    incorrect-pkce-code-verifier-rejected
    par-plain-pkce-rejected
    par-without-duplicate-parameters
    par-test-array-as-audience-fails
    par-test-par-endpoint-url-as-audience-fails
    par-test-token-endpoint-url-as-audience-fails`,
    ),
    files: ['fapi2.ts', 'fapi2-expired.ts'],
  },
]

/**
 * Modules that the Foundation's own suite passes over against this server, and why. Each is a test here all the same: of what the server does with what it
 * does not offer, or, where the module is not for us at all, of why it is not.
 */
export const passedOver: Readonly<Record<string, string>> = {
  'oidcc-scope-address': 'skipped: no address of anybody is held, so the scope is not offered',
  'oidcc-scope-phone': 'skipped: no telephone number of anybody is held, so the scope is not offered',
  'oidcc-scope-all': 'skipped: not all of the scopes are offered',
  'oidcc-refresh-token': 'skipped: no refresh token is given',
  'oidcc-idtoken-unsigned': 'skipped: unsigned ID tokens are not offered',
  ...Object.fromEntries(
    [
      'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported',
      'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported',
      'oidcc-ensure-request-object-with-redirect-uri',
    ].map((module) => [module, 'skipped: unsigned request objects are not offered']),
  ),
  'fapi2-security-profile-final-test-claims-parameter-identity-claims': 'skipped: the claims parameter is not offered',
  'fapi2-security-profile-final-refresh-token': 'skipped: no refresh token is given',
  'fapi2-security-profile-final-ensure-registered-redirect-uri':
    'not applicable: the plain profile has plain-fapi-tolerate-unregistered-redirect-uri in its place',
  'fapi2-security-profile-final-ensure-server-handles-non-matching-intent-id':
    'not applicable: only the profile of the United Kingdom has intents',
  'fapi2-security-profile-final-test-essential-acr-sca-claim':
    'not applicable: only the profile of the United Kingdom has that class of authentication',
}
