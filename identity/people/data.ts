import { describe } from '#server/describe'

const account = {
  whose: 'account holder',
  from: 'person',
  purposes: ['sign-in', 'account'],
  basis: 'eu-gdpr:A6-1-b',
  seenBy: ['person'],
} as const

export const data = describe(
  'people',
  {
    person: {
      meaning: 'a human being who has registered',
      title: { en: 'your account', fi: 'tilisi' },
      owner: { column: 'person_id', kind: 'person' },
      keep: { with: 'account' },
      about: { ...account, why: 'account' },
      sealed: {
        column: 'sealed',
        fields: {
          name: {
            what: 'pd:Name',
            why: 'account; released to a service after the person continued',
            seenBy: ['person', 'service'],
          },
          picture: {
            what: 'pd:Picture',
            why: 'the link alone, where the person has given one; released to a service after the person continued (ID-25)',
            seenBy: ['person', 'service'],
          },
        },
      },
      columns: {
        person_id: { what: 'pd:UID', from: 'system' },
        language: { what: 'pd:Language', why: 'pages and mail in the language of the person' },
        theme: { what: 'pd:Preference', why: 'light or dark pages without storing anything in the browser' },
        created_at: { what: 'pd:Historical', from: 'system' },
        last_event_at: {
          what: 'pd:Historical',
          from: 'system',
          why: 'an account that nobody uses is erased four months after its last event (ID-29, ID-76)',
          purposes: ['sign-in', 'account', 'access'],
        },
        told: 'how many letters have told the person that the account will end',
      },
    },
    email_address: {
      meaning:
        'an e-mail address that its holder has proved to receive mail at; unverified ones are never stored here (ID-24)',
      title: { en: 'your e-mail addresses', fi: 'sähköpostiosoitteesi' },
      owner: { column: 'person_id', kind: 'person' },
      keep: { with: 'account' },
      about: {
        ...account,
        why: 'account; mail about its security; released to a service after the person continued',
        seenBy: ['person', 'service'],
      },
      unscoped: 'an address is looked up before it is known whose it is',
      sealed: {
        column: 'sealed',
        row: 'address_token',
        fields: { address: { what: 'pd:EmailAddress' } },
        tokens: { address_token: 'address' },
      },
      columns: {
        person_id: { what: 'pd:UID', from: 'system' },
        is_primary: { what: 'pd:Preference' },
        verified_at: { what: 'pd:Historical', from: 'system' },
      },
    },
    one_time_code: {
      meaning: 'a code sent to an address, to prove that its holder reads it; kept two hours, because limits count it',
      title: { en: 'codes sent to an address', fi: 'osoitteeseen lähetetyt koodit' },
      unfindable: 'the address is a keyed hash that serves to count, and is gone within hours',
      keep: { period: 'PT2H', from: 'made_at', by: 'row' },
      about: {
        whose: 'account holder',
        from: 'person',
        purposes: ['security'],
        basis: 'eu-gdpr:A6-1-f',
        interest: 'customer-security',
        why: 'to keep others from guessing codes',
        seenBy: ['nobody'],
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
  },
  {
    list_quiet: { reads: ['person.person_id', 'person.last_event_at'] },
    prove_unused: { reads: ['person.person_id', 'person.last_event_at'] },
  },
)
