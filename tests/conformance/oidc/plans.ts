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
  readonly modules: readonly string[] /** The file with its modules; none: not there yet. */
  readonly file?: string
}

export const plans: readonly Plan[] = [
  { name: 'Basic', modules: basic, file: 'basic.ts' },
  { name: 'Config', modules: ['oidcc-discovery-endpoint-verification'], file: 'config.ts' },
  { name: 'Form Post', modules: basic, file: 'form-post.ts' },
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
    file: 'rp-logout.ts',
  },
  {
    name: 'Back-Channel Logout',
    modules: named(
      'oidcc-backchannel-',
      `
    logout-discovery-endpoint-verification
    rp-initiated-logout`,
    ),
    file: 'back-channel-logout.ts',
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
  },
]
