import { listTests } from './pledges.ts'
import type { Tree } from './tree.ts'

/** Every section of RFC 9700 that asks something, and what it asks of us: as an authorization server, as a client of upstreams, as a program of the house. */
export const sections: Readonly<Record<string, string>> = {
  '2.1': 'redirects: addresses byte by byte, no open redirector, against CSRF and mix-up',
  '2.1.1': 'authorization code: PKCE with S256, or a nonce, of one journey and one browser',
  '2.1.2': 'implicit grant: no token in an answer',
  '2.2.1': 'access tokens: bound to a key, where the contract says so',
  '2.2.2': 'refresh tokens: none are given',
  '2.3': 'access tokens: no more than was released, and for one place',
  '2.4': 'password grant: none',
  '2.5': 'client authentication: keys before secrets, of which only hashes are kept',
  '2.6': 'metadata, TLS, and no reading of the authorization endpoint by pages (CORS)',
  '4.1': 'redirect addresses that are not looked at closely',
  '4.2': 'codes and states that leak by the Referer header',
  '4.3': 'codes and tokens in the history of a browser',
  '4.4': 'mix-up of one issuer with another',
  '4.5': 'injection of a code',
  '4.6': 'injection of an access token',
  '4.7': 'cross-site request forgery',
  '4.8': 'PKCE downgrade',
  '4.9': 'access tokens that leak where they are used',
  '4.10': 'use of a stolen access token',
  '4.11': 'open redirection, as a client and as a server',
  '4.12': 'redirects with 307, which carry a form on',
  '4.13': 'proxies that end TLS',
  '4.14': 'refresh tokens: none are given',
  '4.15': 'a client that passes for a person',
  '4.16': 'clickjacking',
  '4.17': 'answers by messages between windows: none',
}

/** Classes of attacks by the words that a test of one has in its name. */
export const classes = [
  'open redirect',
  'mix-up',
  'code injection',
  'token injection',
  'PKCE downgrade',
  'one code at two processes',
  'JWE request object',
  'SSRF through request_uri',
  'SSRF through jwks_uri',
  'clickjacking',
  'login CSRF',
  'session fixation',
  'account enumeration by text',
  'account enumeration by time',
  'account enumeration by passkey hints',
  'account pre-hijacking',
  'brute force of one-time codes',
  'group escalation',
] as const

type Held = ReadonlyMap<string, readonly { name: string; path: string }[]>

/** The sections that a test's name says it holds: `RFC 9700 2.1 4.4 …`. */
const sectionsIn = (name: string) => /\bRFC 9700((?: \d+(?:\.\d+)+)+)/.exec(name)?.[1]?.trim().split(' ') ?? []

/** What holds each section and each class; a section that the list does not know is in it as well. */
export function readAttacks(tests: readonly { name: string; path: string }[]): Held {
  const held = new Map<string, { name: string; path: string }[]>(
    [...Object.keys(sections), ...classes].map((one) => [one, []]),
  )
  for (const test of tests) {
    for (const section of sectionsIn(test.name)) held.set(section, [...(held.get(section) ?? []), test])
    for (const one of classes) if (test.name.includes(one)) held.get(one)?.push(test)
  }
  return held
}

/** docs/rfc9700.md, whole. */
export function describeAttacks(tree: Tree): string {
  const held = readAttacks(listTests(tree))
  const row = (one: string, what?: string) => {
    const tests = (held.get(one) ?? []).map(({ name, path }) => `${path}: ${name.replaceAll('|', '\\|')}`)
    return `| ${[one, ...(what === undefined ? [] : [what]), tests.join('<br>')].join(' | ')} |`
  }
  return `# Attacks

Made by \`npm run check -- --write\` from the names of the tests. Where one of these has no test any more, \`tests/checks/attacks.test.ts\` fails.

## RFC 9700, Best Current Practice for OAuth 2.0 Security

Sections 2 and 4, each of which is held by tests of that name. The modules of the conformance suite ([conformance](conformance.md)) hold many of them again.

| section | what it is about here | tests |
| --- | --- | --- |
${Object.entries(sections)
  .map(([section, what]) => row(section, what))
  .join('\n')}

What they do not show: two things that the RFC only encourages are not there. Nobody looks whether a service sends the same challenge or nonce each time, and a service cannot say who may frame a page: nobody may. And its exception for native apps (§4.1.3), whose port on \`localhost\` may be another each time, is for nobody here: a contract names every address whole (ID-61).

## Classes

| class | tests |
| --- | --- |
${classes.map((one) => row(one)).join('\n')}
`
}
