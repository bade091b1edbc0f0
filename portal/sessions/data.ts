import { describe } from '#server/describe'

export const data = describe('sessions', {
  session: {
    meaning: 'a person is signed in to the portal in one browser',
    title: { en: 'your sign-ins to the portal', fi: 'kirjautumisesi portaaliin' },
    owner: { column: 'person_id', kind: 'person' },
    keep: { at: 'ends_at' },
    about: {
      whose: 'administrator',
      from: 'system',
      why: 'the portal recognises who asks (PT-04, ID-87) for at most 8 hours (ID-72)',
      purposes: ['access', 'sign-in'],
      basis: 'eu-gdpr:A6-1-b',
      seenBy: ['nobody'],
    },
    unscoped: 'it is found by the hash of its cookie before anybody knows who asks',
    columns: {
      token_hash: 'SHA-256 of the cookie: the table lets nobody in',
      session_id: { what: 'pd:UID' },
      person_id: { what: 'pd:UID' },
      signed_in_at: { what: 'pd:AuthenticationHistory' },
      only_in: 'the one organisation that it opens, where its own provider said who it is; null: it was a passkey',
      ends_at: 'when it ends, whatever is done meanwhile',
      last_seen_at: { what: 'pd:ServiceConsumptionBehaviour' },
    },
  },
  attempt: {
    meaning: 'a sign-in under way: what must come back from identity; of nobody yet',
    keep: { at: 'expires_at' },
    columns: {
      state_hash: 'SHA-256 of the state (OpenID Connect), random',
      browser_hash: 'SHA-256 of the cookie that ties it to one browser, random',
      nonce: 'random',
      code_verifier: 'random (RFC 7636)',
      purpose: 'what the sign-in is for, a word of ours',
      person_check: 'SHA-256 of the state and of who must come back; without the state it tells of nobody',
      return_to: 'the page of the portal the person was going to, at most with its organisation',
      expires_at: 'when it is too late to come back',
    },
  },
})
