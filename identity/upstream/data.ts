import { describe } from '#server/describe'

export const data = describe(
  'upstream',
  {
    upstream: {
      meaning: 'somebody else who says who a person is, and what has been agreed with them; about no person',
      keep: { forever: 'until the provider’s staff remove it; it is about no person' },
      columns: {
        upstream_id: 'its name in addresses',
        state: 'test mode, in force, or off',
        name: 'what people call it',
        preset: 'of which make it is, which fills in the rest',
        issuer: 'its address, by which its answers are told from those of others',
        client_id: 'what it calls this Vartio',
        authentication: 'how this Vartio proves to it who asks',
        secret: 'the secret for that, sealed with a key of the root',
        private_key: 'the key for that, sealed with a key of the root',
        public_key: 'the public half of it',
        uses: 'what it may be used for: identifying, signing in, registering',
        claims: 'which of its claims become which of our items',
        identifiers:
          'of a trusted register: which of its claims are identifiers, how surely proved, and how it is asked (ID-32)',
        organization_id: 'the company whose own it is; null: it is the provider’s',
        groups: 'of a company’s: in which claim it says of groups, and what it wants to be asked for',
        made_at: 'when it was made',
        changed_at: 'when it was last changed',
      },
    },
    identifier_type: {
      meaning:
        'a kind of identifier and the register that gives it, as the provider has named them (ID-33); about no person',
      keep: { forever: 'until the provider’s staff remove it; it is about no person' },
      columns: {
        type_id: 'its name in contracts and claims',
        name: 'what people call it, in both languages',
        register: 'what they call its register, in both languages',
        made_at: 'when it was made',
      },
    },
    identifier: {
      meaning: 'what a trusted register calls the holder of an account, as an upstream has proved (ID-32 to ID-34)',
      title: { en: 'identifiers of registers', fi: 'rekisteritunnukset' },
      owner: { column: 'person_id', kind: 'person' },
      keep: { with: 'account' },
      about: {
        whose: 'account holder',
        from: 'upstream',
        why: 'released to a service whose contract names its type, after the person continued',
        purposes: ['sign-in', 'account', 'access'],
        basis: 'eu-gdpr:A6-1-b',
        seenBy: ['person', 'service'],
      },
      sealed: {
        column: 'sealed',
        row: 'identifier_id',
        fields: { value: { what: 'pd:OfficialID' } },
      },
      columns: {
        identifier_id: { what: 'pd:UID', from: 'system', seenBy: ['person'] },
        person_id: { what: 'pd:UID', from: 'system', seenBy: ['person'] },
        type_id: 'which type it is of',
        upstream_id: { what: 'pd:ServiceConsumptionBehaviour', from: 'person' },
        proven_at: { what: 'pd:Historical', from: 'system' },
      },
    },
    link: {
      meaning: 'that somebody known to an upstream is the holder of an account here, as the holder has proved by both',
      title: { en: 'linked ways to sign in', fi: 'yhdistetyt tunnistuslähteet' },
      owner: { column: 'person_id', kind: 'person' },
      keep: { with: 'account' },
      about: {
        whose: 'account holder',
        from: 'upstream',
        why: 'signing in through it',
        purposes: ['sign-in', 'account'],
        basis: 'eu-gdpr:A6-1-b',
        seenBy: ['person'],
      },
      unscoped: 'who comes from an upstream is looked up before it is known whose account it is',
      sealed: {
        column: 'sealed',
        row: 'link_id',
        fields: {
          subject: { what: 'pd:UID', why: 'comparing who comes with who was linked', seenBy: ['nobody'] },
          known_as: { what: 'pd:Profile', why: 'the holder tells their links apart' },
        },
        tokens: { subject_token: 'subject' },
      },
      columns: {
        link_id: { what: 'pd:UID', from: 'system' },
        person_id: { what: 'pd:UID', from: 'system' },
        upstream_id: { what: 'pd:ServiceConsumptionBehaviour', from: 'person' },
        made_at: { what: 'pd:Historical', from: 'system' },
        used_at: { what: 'pd:AuthenticationHistory', from: 'system', why: 'noticing a use by somebody else' },
      },
    },
  },
  { forget_identifiers: 'nothing' },
)
