// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is source as it stands, not a template
import { type Mutant, noticedBy } from './mutant.ts'

// The classes of attacks that docs/rfc9700.md names, where none of the other lists takes their defence out.

const requests = noticedBy('identity/oidc/requests.test.ts')
const answers = noticedBy('identity/upstream/answers.test.ts')
const accounts = noticedBy('identity/upstream/accounts.test.ts')
const flow = noticedBy('identity/sign-in/flow.test.ts')
const addresses = noticedBy('identity/account/addresses.test.ts')
const enumeration = noticedBy('identity/sign-in/enumeration.test.ts')
const people = noticedBy('identity/people/people.test.ts')
const groups = noticedBy('identity/groups/groups.test.ts')
const release = noticedBy('identity/release/release.test.ts')

export const classes: readonly Mutant[] = [
  requests(
    'RFC 9700 2.1 4.1 4.11 open redirect: no request leads to an address that is not exactly one of the service’s',
    'node_modules/oidc-provider/lib/models/client.js',
    'return this.#redirectAllowed(value, this.redirectUris);',
    'return true;',
  ),
  answers(
    'RFC 9700 2.1 4.4 mix-up: an answer that names another issuer, or none where one was promised (RFC 9207), is refused',
    'node_modules/oauth4webapi/build/index.js',
    'throw OPE(\'unexpected "iss" (issuer) response parameter value\', INVALID_RESPONSE, {',
    'void ({',
  ),
  accounts(
    'account pre-hijacking: an equal address opens nobody’s account, whoever says it',
    'identity/sign-in/upstream/through.ts',
    '(await people.findByAddress(proof.email)) !== undefined ||',
    '',
  ),
  flow(
    'account enumeration by text: the page of creating an account answers the same for an address that has one; only its mail tells',
    'identity/sign-in/register.ts',
    'const letter = isKnown ?',
    'if (isKnown) throw outOfOrder()\n    const letter = isKnown ?',
  ),
  addresses(
    'account enumeration by text: whether another account has an address is told to whoever reads it alone',
    'identity/account/addresses.ts',
    'const letter = isTaken ?',
    "if (isTaken) throw new Error('taken')\n      const letter = isTaken ?",
  ),
  enumeration(
    'account enumeration by passkey hints: no page and no question says which passkeys, or whose, there are',
    'identity/passkeys/index.ts',
    'allowCredentials: [],',
    "allowCredentials: [{ type: 'public-key', id: 'AAAA' }] as never,",
  ),
  people(
    'brute force of one-time codes: after five wrong tries the right code is refused, also when they come at once',
    'identity/people/one-time-codes.ts',
    'set tries_left = tries_left - 1',
    'set tries_left = tries_left',
  ),
  people(
    'brute force of one-time codes: five an hour for one address, thirty from one IP address, however they come',
    'identity/people/one-time-codes.ts',
    '(counts?.address ?? 0) >= codesAnHourForOneAddress ||',
    '',
  ),
  groups(
    'group escalation: nobody gives themselves or others more than they have, by whatever number they ask',
    'identity/groups/store.ts',
    ' and is_administrator`\n      if (!row)',
    '`\n      if (!row)',
  ),
  release(
    'ID-48 ID-61 a code is worth nothing once the person has stopped the service, or its contract has ended, before it was redeemed',
    'identity/release/index.ts',
    'where d.stopped_at is null or',
    'where true or',
  ),
]
