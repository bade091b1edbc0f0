import { type Mutant, noticedBy } from './mutant.ts'

const basic = noticedBy('tests/conformance/oidc/basic.ts', 'oidcc-')
const back = noticedBy('tests/conformance/oidc/back-channel-logout.ts', 'oidcc-backchannel-')
const fapi = noticedBy('tests/conformance/oidc/fapi2.ts', 'fapi2-security-profile-final-')
const expired = noticedBy('tests/conformance/oidc/fapi2-expired.ts', 'fapi2-security-profile-final-')
const protocol = noticedBy('identity/oidc/protocol.test.ts')
const tabs = noticedBy('identity/oidc/tabs.test.ts')
const told = noticedBy('identity/oidc/back-channel.test.ts')
const release = noticedBy('identity/release/release.test.ts')
const server = noticedBy('tests/attacks/server.test.ts')
const requests = noticedBy('tests/attacks/requests.test.ts')
const enumeration = noticedBy('identity/sign-in/enumeration.test.ts')
const contracts = noticedBy('identity/services/contracts.test.ts')

const silently =
  'A-82 ID-46 a service is answered silently only where the person chose to be remembered, for no more data, in no frame'
const cannotWork = 'a contract that cannot work is refused for the field that is to be changed'

/** Checks of our own, in identity. */
export const ours: readonly Mutant[] = [
  // What the protocol core does not ask.
  fapi(
    'par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails',
    'identity/oidc/ahead.ts',
    'if (isAhead({ iat: claims.iat }))',
    'if (false)',
  ),
  fapi(
    ['array', 'par-endpoint-url', 'token-endpoint-url'].map((what) => `par-test-${what}-as-audience-fails`),
    'identity/oidc/ahead.ts',
    "if (agreedWith(ctx.oidc.client)?.profile === 'fapi2' && claims.aud !== ctx.oidc.issuer)",
    'if (false)',
  ),
  fapi('dpop-negative-tests', 'identity/oidc/ahead.ts', 'if (isAhead(Object(claims)))', 'if (false)'),
  fapi('par-attempt-invalid-http-method', 'identity/oidc/index.ts', 'ctx.status = 405', ''),

  // RFC 9700.
  server(
    'RFC 9700 4.2 4.12 4.16 clickjacking: from request to answer no page can be framed, tells an address, or loads from others, and no redirect carries a form on',
    'platform/server/http-headers.ts',
    "  'x-frame-options': 'DENY',",
    '',
  ),
  requests(
    'JWE request object: sealing one that nobody signed does not get it past the signature that the contract wants',
    'identity/oidc/client.ts',
    'require_signed_request_object: protocol.signedRequests,',
    '',
  ),
  enumeration(
    'account enumeration by time: whether an address has an account changes no statement, no slow hash and no letter of creating one',
    'identity/sign-in/register.ts',
    'await database.transaction((tx) => mail.send(tx, { to: address,',
    'if (!isKnown) await database.transaction((tx) => mail.send(tx, { to: address,',
  ),

  // What a contract says, as the protocol core is told it.
  fapi(
    'ensure-unsigned-authorization-request-without-using-par-fails',
    'identity/oidc/client.ts',
    'require_pushed_authorization_requests: protocol.pushedRequests,',
    '',
  ),
  fapi(
    'ensure-holder-of-key-required',
    'identity/oidc/client.ts',
    'dpop_bound_access_tokens: protocol.boundTokens,',
    '',
  ),
  fapi(
    'par-ensure-pkce-required',
    'identity/oidc/index.ts',
    "required: (_ctx, client) => agreedWith(client)?.pkce !== 'not-sent'",
    'required: () => false',
  ),
  fapi(
    ['ensure-request-object-without-redirect-uri-fails', 'ensure-redirect-uri-in-authorization-request'],
    'identity/oidc/index.ts',
    "profile: (_ctx, client) => (agreedWith(client)?.profile === 'fapi2' ? '2.0' : undefined),",
    'profile: () => undefined,',
  ),
  fapi(
    ['discovery-end-point-verification', 'dpop-negative-tests'],
    'identity/oidc/index.ts',
    "dPoPSigningAlgValues: ['ES256', 'PS256'],",
    "dPoPSigningAlgValues: ['ES256', 'PS256', 'RS256'],",
  ),

  // Secrets, codes, assertions.
  basic(
    'server-client-secret-post',
    'identity/oidc/library.ts',
    'return isSecret(this.clientId, brought)',
    'return isSecret(this.clientId, brought).then(() => true)',
  ),
  basic(
    'server-client-secret-post',
    'identity/services/index.ts',
    'return rows.some(({ hash }) => equalBytes(hash, brought))',
    'return rows.length > 0 && brought.length > 0',
  ),
  protocol(
    'RFC 9700 4.2 4.3 ID-31 a code is redeemed at most once, even by six at the same moment, and its second use ends what came of the first',
    'identity/oidc/adapter.ts',
    ' and consumed_at is null',
    '',
  ),
  protocol(
    'RFC 9700 2.5 one client assertion is accepted once, even twice at the same moment',
    'identity/oidc/adapter.ts',
    'if (count === 0) throw new AlreadySeen()',
    '',
  ),
  expired(
    'ensure-token-endpoint-fails-with-expired-auth-code',
    'identity/oidc/index.ts',
    'const codeSeconds = 60',
    'const codeSeconds = 600',
  ),
  protocol(
    'A-06 ID-72 a session ends 8 hours after it began, however busy it is, and its codes and grants with it',
    'identity/oidc/adapter.ts',
    '(s.session_hash is null or (o.ended_at',
    '(true or s.session_hash is null or (o.ended_at',
  ),
  protocol(
    'prompt=none: refused without a session, answered with one, refused after signing out, also to who kept the cookies',
    'identity/oidc/adapter.ts',
    '(o.ended_at is null and o.ends_at',
    '(o.ends_at',
  ),
  protocol(
    'login CSRF: ID-84 the address of an event is worth nothing in another browser, and the page leads on',
    'identity/oidc/finish.ts',
    'if (cookie !== uid) return undefined',
    '',
  ),
  tabs(
    'ID-30 two tabs as one person: the service of the first is not signed out by the second, and redeems its code afterwards',
    'identity/oidc/finish.ts',
    'if (current?.accountId !== login.accountId) return false',
    'if (!current) return false',
  ),
  tabs(
    'ID-30 two tabs as one person: the service of the first is not signed out by the second, and redeems its code afterwards',
    'identity/oidc/finish.ts',
    'if (!isSameAccount(event, login, current)) {',
    'if (true) {',
  ),
  protocol(
    'DSR-12 a code that was on its way when its person locked their data is worth nothing',
    'identity/oidc/index.ts',
    'const isRedeeming =',
    'const isRedeeming = false &&',
  ),

  // Who is told of a sign-out.
  told(
    'only an address that a running contract names is asked, and a redirect is not followed',
    'identity/oidc/back-channel.ts',
    "if (states.length === 0) throw new Error('no contract names this address')",
    '',
  ),
  told(
    'an address of this machine is asked for nobody in force, and for nobody where Vartio is no development',
    'identity/oidc/back-channel.ts',
    "options.isDevelopment && states.every((state) => state === 'test')",
    'true',
  ),
  back('rp-initiated-logout', 'identity/oidc/client.ts', 'backchannel_logout_uri: protocol.backChannelLogout,', ''),

  // Release.
  release(
    silently,
    'identity/oidc/grants.ts',
    'if (!memory.remembered || before === undefined || !isTopLevel(ctx)) return undefined',
    'if (!memory.remembered || before === undefined) return undefined',
  ),
  release(
    silently,
    'identity/oidc/grants.ts',
    'if (!memory.remembered || before === undefined || !isTopLevel(ctx)) return undefined',
    'if (before === undefined || !isTopLevel(ctx)) return undefined',
  ),
  release(
    silently,
    'identity/oidc/grants.ts',
    'memory.remembered = consent.remember === true',
    'memory.remembered ||= consent.remember === true',
  ),
  tabs(
    'A-82 ID-46 who chose to be remembered is asked again once something the service has got is another',
    'identity/oidc/grants.ts',
    'name, JSON.stringify(items[at]?.claims)',
    'name',
  ),
  release(
    'ID-71 identification only: another subject each time, kept nowhere; else the same one',
    'identity/oidc/grants.ts',
    "if (service?.contract?.subject !== 'event' && !isHeldId(personId))",
    '',
  ),
  release(
    'ID-14 ID-38 ID-39 ID-40 ID-42 ID-43 the technical log has when, from where, session and contract; the hand-over is its own entry',
    'identity/oidc/grants.ts',
    'if (contractId === undefined || ctx.status >= 400) return',
    'if (contractId === undefined || code?.consumed) return',
  ),
  release(
    'ID-59 in test mode the service gets made-up data, and the page says so',
    'identity/release/items.ts',
    "const isTest = service.contract?.state === 'test'",
    'const isTest = false as boolean',
  ),
  release(
    'ID-60 what the contract does not name is not released, and is not asked of the person',
    'identity/oidc/client.ts',
    "scope: service.scopes.join(' '),",
    "scope: 'openid profile email',",
  ),
  release(
    'ID-92 a contract that ends while somebody is on the page releases nothing',
    'identity/services/index.ts',
    'and (s.is_own or (c.client_id',
    'and (true or s.is_own or (c.client_id',
  ),

  // Contracts.
  contracts(
    'ID-63 ID-62 an organisation outside the EEA gets no contract, by seat or by hosting, nor by a change or past the code',
    'identity/services/contracts.ts',
    'if (![seat, ...hosting].every((country) => eea.includes(country))) throw notInEea()',
    'if (!eea.includes(seat)) throw notInEea()',
  ),
  contracts(
    'ID-59 a contract is in test mode until it is signed; only then is it in force',
    'identity/services/contracts.ts',
    'if (!signatory) throw unsigned()',
    '',
  ),
  contracts(
    'RFC 9700 2.5 ID-60 a secret proves its service alone, two work while it changes over, and only hashes are kept',
    'identity/services/index.ts',
    ' and (ends_at is null or ends_at >',
    ' and (true or ends_at is null or ends_at >',
  ),
  ...[
    "if (asked.pkce !== 'required')",
    'if (!asked.pushedRequests)',
    'if (!asked.boundTokens)',
    "if (has('sig', (alg) => alg === 'RS256'))",
  ].map((was) => contracts(cannotWork, 'identity/services/api.ts', was, 'if (false)')),
  contracts(
    'RFC 9700 2.6 ID-61 an address is registered in the one form in which it is compared, and without TLS only on one’s own machine',
    'identity/services/api.ts',
    "(url.protocol === 'https:' || (url.protocol === 'http:' && isLocal(url)))",
    '/^https?:$/.test(url.protocol)',
  ),
]
