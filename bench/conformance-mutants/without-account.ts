import { noticedBy } from './mutant.ts'

const answers = noticedBy('identity/upstream/answers.test.ts')
const identify = noticedBy('identity/upstream/identify.test.ts')

const accounts = noticedBy('identity/upstream/accounts.test.ts')
const besides = noticedBy('tests/attacks/beside-an-account.test.ts')

const anew = noticedBy('identity/upstream/anew.test.ts')

const asksAnew =
  'OIDC Core §3.1.2.1 prompt=login and max_age go on to the upstream, and nothing where the service does not ask'
const saysAnew =
  'OIDC Core §3.1.3.7 an upstream that does not say that it asked anew is not believed, and the person is told what to do'
const beside =
  'whoever identifies without their account, where only that is taken, keeps their session, and the service learns nothing of it'
const core = 'OIDC Core §3.1.3.7 an ID token of another issuer, for somebody else, or out of its time is refused'
const walls =
  'SSRF through jwks_uri: doors of an upstream in our own network, of another scheme, or of another’s name are not used'
const ways =
  'ID-45 ID-59 a program of the house lets in nobody without an account, and a service only those of its contract’s ways'
const ends =
  'ID-72 the session of somebody without an account ends after 8 hours, and when they sign out, for kept cookies too'
const carriedBefore =
  'what a browser carried is nothing in another event, and nothing once somebody else has identified in the same one'
const silently =
  'A-82 in the same session the person continues without identifying again, and silently only where they chose so'

/** Checks of what an upstream answers, and of people who identify without an account. */
export const withoutAccount = [
  answers(
    core,
    'identity/upstream/openid-connect.ts',
    'if (Array.isArray(claims.aud) && claims.aud.length > 1)',
    'if (false)',
  ),
  answers(
    core,
    'identity/upstream/openid-connect.ts',
    'if (claims.azp !== undefined && claims.azp',
    'if (claims.sub === "" && claims.azp',
  ),
  answers(walls, 'identity/upstream/openid-connect.ts', "if (url?.protocol !== 'https:' && !isPlain)", 'if (false)'),
  answers(
    walls,
    'identity/upstream/fetch.ts',
    'isPublic(ip) || (mayStayHere && isLoopback(ip))',
    'isPublic(ip) || isLoopback(ip) || mayStayHere',
  ),
  answers(
    'a discovery document that redirects, is huge, no JSON, or never ends is refused, and nobody waits for long',
    'identity/upstream/fetch.ts',
    'if (bytes > mostBytes)',
    'if (false)',
  ),
  answers(
    'an ID token that nobody signed, a shared secret signed, or another key, is refused',
    'identity/upstream/openid-connect.ts',
    'client.enableNonRepudiationChecks, ',
    '',
  ),
  answers(
    'RFC 9700 2.1.1 4.5 code injection: a code of another journey fails by PKCE and nonce; the verifier goes with each code',
    'identity/upstream/openid-connect.ts',
    'pkceCodeVerifier: checks.verifier,',
    '',
  ),
  answers(
    'an address that the upstream has not verified is no item',
    'identity/upstream/openid-connect.ts',
    'const email = isVerified ?',
    'const email = true ?',
  ),
  identify(
    ways,
    'identity/oidc/policy.ts',
    'if (isHeldId(accountId)) return hasAgreed',
    'if (isHeldId(accountId)) return true ||  hasAgreed',
  ),
  identify(
    'ID-31 one event carried on six times at the same moment yields one code, and a code is redeemed once',
    'identity/oidc/adapter.ts',
    "if (model === 'Interaction' && count === 0)",
    'if (false)',
  ),
  identify(
    'whoever presses twice comes home by the second answer, with the code of the first, and nobody else does',
    'identity/oidc/index.ts',
    '(cookie === uid ? ledTo.get(uid) : undefined)',
    'ledTo.get(uid)',
  ),
  identify(
    ends,
    'identity/oidc/held-adapter.ts',
    'return (await isSpent(String(uid))) ? undefined : envelope',
    'return envelope',
  ),
  identify(
    'a code that is on its way when somebody else begins in the same browser is worth nothing',
    'identity/oidc/adapter.ts',
    'and not exists (select 1 from oidc.spent where',
    'and not exists (select 1 from oidc.spent where false and',
  ),
  identify(
    carriedBefore,
    'identity/oidc/finish.ts',
    'if (same || event.result) await persist',
    'if (same) await persist',
  ),
  identify(
    carriedBefore,
    'identity/oidc/index.ts',
    'return carried?.result.login.accountId === accountId ? carried.identified : undefined',
    'return carried?.identified',
  ),
  identify(
    silently,
    'identity/oidc/grants.ts',
    'else if (!memory.remembered || scope === undefined || !isTopLevel(ctx)) return undefined',
    'else if (!memory.remembered || scope === undefined) return undefined',
  ),
  identify(
    silently,
    'identity/oidc/grants.ts',
    'else if (!memory.remembered || scope === undefined || !isTopLevel(ctx)) return undefined',
    'else if (scope === undefined || !isTopLevel(ctx)) return undefined',
  ),
  accounts(
    'where no account is taken, a passkey leads to none either',
    'identity/oidc/policy.ts',
    "return hasAgreed(service, 'account')",
    'return true',
  ),
  anew(asksAnew, 'identity/upstream/openid-connect.ts', "...(within === 0 ? { prompt: 'login' } : {}),", ''),
  anew(
    saysAnew,
    'identity/upstream/openid-connect.ts',
    '(authenticatedAt ?? 0) < checks.notBefore - skewSeconds',
    'authenticatedAt === 1',
  ),
  anew(
    saysAnew,
    'identity/upstream/openid-connect.ts',
    '(authenticatedAt ?? 0) < checks.notBefore - skewSeconds',
    '(authenticatedAt ?? Infinity) < checks.notBefore - skewSeconds',
  ),
  anew(saysAnew, 'identity/upstream/openid-connect.ts', 'authenticatedAt > seconds() + skewSeconds', 'false'),
  anew(
    'a session here is no newer than what was proved to the upstream: max_age asks them again',
    'identity/oidc/library.ts',
    'return at === undefined || Math.floor(',
    'return at !== undefined && Math.floor(',
  ),
  anew(
    'auth_time is when the person proved it to the upstream, and is not told where nobody knows',
    'identity/oidc/library.ts',
    '? this.loginTs : (this.authenticatedAt ?? undefined)',
    '? this.loginTs : (this.authenticatedAt ?? this.loginTs)',
  ),
  besides(
    beside,
    'identity/oidc/held-adapter.ts',
    "return held ? 'held' : 'nobody'",
    "return held ? 'held' : 'account'",
  ),
  besides(beside, 'identity/oidc/held-adapter.ts', 'if (request.isApart) {', 'if (false) {'),
  besides(beside, 'identity/sign-in/routes.ts', 'hasAccounts(event) && !isHeldId(event.accountId)', 'true'),
  identify(
    'ID-27 ID-71 the subject is another one each time, though the contract knows people with an account again',
    'identity/oidc/grants.ts',
    ' && !isHeldId(personId)',
    '',
  ),
  identify(
    'ID-59 in test mode the service gets made-up data, also of whoever comes by an upstream',
    'identity/release/items.ts',
    "const isTest = service.contract.state === 'test'",
    'const isTest = false as boolean',
  ),
]
