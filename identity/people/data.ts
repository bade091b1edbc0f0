import { describe } from '#server/describe'

const account = {
  whose: 'account holder',
  from: 'person',
  basis: 'dpv:Contract',
  seenBy: ['the person', 'identity'],
  keep: 'until account erased',
} as const

export const data = describe('people', {
  person: {
    meaning: 'a human being who has registered',
    about: { ...account, why: 'account' },
    columns: {
      person_id: { what: 'pd:UID', from: 'system' },
      name: { what: 'pd:Name', why: 'account; released to a service after the person continued' },
      language: { what: 'pd:Language', why: 'pages and mail in the language of the person' },
      theme: { what: 'dpv:Preference', why: 'light or dark pages without storing anything in the browser' },
      created_at: { what: 'dpv:RegistrationData', from: 'system' },
    },
  },
  email_address: {
    meaning:
      'an e-mail address that its holder has proved to receive mail at; unverified ones are never stored here (ID-24)',
    about: { ...account, why: 'account; mail about its security; released to a service after the person continued' },
    unscoped: 'an address is looked up before it is known whose it is',
    columns: {
      address: { what: 'pd:EmailAddress' },
      person_id: { what: 'pd:UID', from: 'system' },
      is_primary: { what: 'dpv:Preference' },
      verified_at: { what: 'dpv:VerificationData', from: 'system' },
    },
  },
  one_time_code: {
    meaning: 'a code sent to an address, to prove that its holder reads it; kept an hour, because limits count it',
    about: {
      whose: 'account holder',
      from: 'person',
      basis: 'dpv:LegitimateInterestOfController',
      why: 'to keep others from guessing codes',
      seenBy: ['identity'],
      keep: 'PT2H from made_at',
    },
    columns: {
      code_id: 'which code',
      purpose: 'what the code proves an address for',
      address_token: { what: 'pd:EmailAddress', why: 'to limit codes for one address; a keyed hash, not readable' },
      ip_token: {
        what: 'pd:IPAddress',
        from: 'system',
        why: 'to limit codes from one address; a keyed hash, not readable',
      },
      salt: 'of the slow hash',
      hash: 'slow keyed hash of the code',
      tries_left: 'how many guesses are left',
      made_at: 'when it was sent',
      expires_at: 'when it stops being accepted',
    },
  },
})
