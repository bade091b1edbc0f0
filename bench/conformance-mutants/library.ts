import { type Mutant, noticedBy } from './mutant.ts'

const lib = 'node_modules/oidc-provider/lib'
const server = noticedBy('tests/attacks/server.test.ts')
const basic = noticedBy('tests/conformance/oidc/basic.ts', 'oidcc-')
const leaving = noticedBy('tests/conformance/oidc/rp-logout.ts', 'oidcc-rp-initiated-logout-')
const fapi = noticedBy('tests/conformance/oidc/fapi2.ts', 'fapi2-security-profile-final-')

/** Checks of the protocol core. A new version of it may say them otherwise: then the bench fails until they are found again. */
export const library: readonly Mutant[] = [
  // Client authentication.
  fapi(
    [
      'ensure-client-id-in-token-endpoint',
      'ensure-signed-client-assertion-with-RS256-fails',
      'ensure-client-assertion-with-exp-is-5-minutes-in-past-fails',
    ],
    `${lib}/shared/jwt_client_auth.js`,
    'await JWT.verify(ctx.oidc.params.client_assertion, keystore, {',
    'await Promise.resolve({',
  ),
  fapi(
    'ensure-client-assertion-with-exp-is-5-minutes-in-past-fails',
    `${lib}/helpers/jwt.js`,
    'if (timestamp - clockTolerance >= payload.exp)',
    'if (false)',
  ),
  fapi(
    'par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails',
    `${lib}/helpers/jwt.js`,
    'if (payload.nbf > timestamp + clockTolerance)',
    'if (false)',
  ),
  basic(
    'server-client-secret-post',
    `${lib}/shared/client_auth.js`,
    'const matches = await ctx.oidc.client.compareClientSecret(clientSecret);',
    'const matches = true;',
  ),

  // The authorization request.
  basic(
    'ensure-registered-redirect-uri',
    `${lib}/actions/authorization/response_parameters.js`,
    'if (!ctx.oidc.client.redirectUriAllowed(ctx.oidc.params.redirect_uri)) {',
    'if (false) {',
  ),
  fapi(
    ['ensure-registered-redirect-uri', 'plain-fapi-tolerate-unregistered-redirect-uri'],
    `${lib}/actions/authorization/response_parameters.js`,
    'throw new InvalidRedirectUri();',
    'return next();',
  ),
  fapi(
    ['ensure-request-object-without-redirect-uri-fails', 'ensure-redirect-uri-in-authorization-request'],
    `${lib}/actions/authorization/response_parameters.js`,
    " || ctx.oidc.isFapi('2.0')) {",
    ') {',
  ),
  fapi(
    'ensure-unsigned-authorization-request-without-using-par-fails',
    `${lib}/actions/authorization/process_request_object.js`,
    "if (client.requirePushedAuthorizationRequests && route === 'authorization' && !pushedRequestObject) {",
    'if (false) {',
  ),
  fapi(
    'par-authorization-request-containing-request_uri-form-param',
    `${lib}/actions/authorization/request_parameters.js`,
    "&& (ctx.oidc.route !== 'authorization' || !pushedAuthorizationRequests.enabled)",
    '&& !pushedAuthorizationRequests.enabled',
  ),
  fapi(
    'par-attempt-reuse-request_uri',
    `${lib}/actions/authorization/pushed_authorization_requests.js`,
    'if (!pushedAuthorizationRequest?.isValid) {',
    'if (!pushedAuthorizationRequest) {',
  ),
  basic(
    'request-uri-unsigned-supported-correctly-or-rejected-as-unsupported',
    `${lib}/actions/authorization/pushed_authorization_requests.js`,
    'throw new RequestUriNotSupported();',
    '',
  ),
  fapi(
    'state-only-outside-request-object-not-used',
    `${lib}/actions/authorization/process_request_object.js`,
    'params[key] = undefined;',
    '',
  ),
  fapi('happy-flow', `${lib}/actions/authorization/respond.js`, 'out.iss = ctx.oidc.provider.issuer;', ''),

  // PKCE.
  fapi(
    'par-plain-pkce-rejected',
    `${lib}/actions/authorization/sender_constraints.js`,
    "if (params.code_challenge_method !== 'S256') {",
    'if (false) {',
  ),
  fapi(
    'par-ensure-pkce-required',
    `${lib}/actions/authorization/sender_constraints.js`,
    "if (boolean(pkce.required(ctx, ctx.oidc.client), 'pkce.required')) {",
    'if (false) {',
  ),
  fapi(
    'ensure-pkce-code-verifier-required',
    `${lib}/helpers/pkce.js`,
    'if (verifier || challenge) {',
    'if (verifier) {',
  ),
  server(
    'RFC 9700 2.1.1 4.8 PKCE downgrade: a verifier without a challenge is refused, and so is a challenge without its verifier',
    `${lib}/helpers/pkce.js`,
    'if (verifier || challenge) {',
    'if (challenge) {',
  ),
  fapi(
    'incorrect-pkce-code-verifier-rejected',
    `${lib}/helpers/pkce.js`,
    'if (!constantEquals(challenge, expected)) {',
    'if (false) {',
  ),

  // The code.
  fapi(
    'ensure-authorization-code-is-bound-to-client',
    `${lib}/actions/grants/authorization_code.js`,
    'if (code.redirectUri !== ctx.oidc.params.redirect_uri) {',
    'if (false) {',
  ),
  fapi(
    'ensure-holder-of-key-required',
    `${lib}/helpers/sender_constraints.js`,
    'if (!dPoP && ctx.oidc.client.dpopBoundAccessTokens) {',
    'if (false) {',
  ),
  fapi(
    [
      'ensure-token-endpoint-fails-with-mismatched-dpop-jkt',
      'ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt',
    ],
    `${lib}/helpers/grant_common.js`,
    '&& dPoP && source.dpopJkt && source.dpopJkt !== dPoP.thumbprint',
    '&& false',
  ),
  fapi(
    'ensure-mismatched-dpop-jkt-fails',
    `${lib}/actions/authorization/sender_constraints.js`,
    'if (params.dpop_jkt && params.dpop_jkt !== dPoP.thumbprint) {',
    'if (false) {',
  ),

  // Proofs.
  ...(
    [
      ["if (typeof payload.iat !== 'number' || !payload.iat) {", 'if (false) {'],
      ["if (typeof payload.jti !== 'string' || !payload.jti) {", 'if (false) {'],
      ['if (diff > CHALLENGE_OK_WINDOW) {', 'if (false) {'],
      ['if (payload.htm !== ctx.method) {', 'if (false) {'],
      ['if (actual?.href !== expected) {', 'if (false) {'],
      ['if (payload.ath !== ath) {', 'if (false) {'],
      // The text that identity/oidc/core.ts mends stays in it.
      [", typ: 'dpop+jwt' }", ", ...{ typ: 'dpop+jwt' }, typ: undefined }"],
      ['{ algorithms: dPoPSigningAlgValues, ', '{ '],
      ["ctx.assert(unique, new ErrorClass('DPoP proof JWT Replay detected'));", ''],
    ] as const
  ).map(([was, is]) => fapi('dpop-negative-tests', `${lib}/helpers/validate_dpop.js`, was, is)),
  fapi(
    ['happy-flow', 'dpop-negative-tests'],
    `${lib}/shared/access_token.js`,
    'if (accessToken.jkt && (!dPoP || accessToken.jkt !== dPoP.thumbprint)) {',
    'if (false) {',
  ),

  // Who is signed in, and whether they are asked.
  basic(
    'prompt-none-not-logged-in',
    `${lib}/actions/authorization/interactions.js`,
    "if (oidc.promptPending('none')) {",
    'if (false) {',
  ),
  basic(
    'max-age-1',
    `${lib}/helpers/interaction_policy/prompts/login.js`,
    'if (oidc.session.past(oidc.params.max_age) && (!ctx.oidc.result?.login)) {',
    'if (false) {',
  ),
  leaving(
    ['bad-post-logout-redirect-uri', 'query-added-to-post-logout-redirect-uri'],
    `${lib}/actions/end_session.js`,
    'if (!client.postLogoutRedirectUriAllowed(params.post_logout_redirect_uri)) {',
    'if (false) {',
  ),
  leaving(
    'modified-id-token-hint',
    `${lib}/actions/end_session.js`,
    'await ctx.oidc.provider.IdToken.validate(params.id_token_hint, client);',
    '',
  ),
]
