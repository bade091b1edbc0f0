import { describe } from '#server/describe'

export const data = describe('sessions', {
  session: {
    meaning: 'a person is signed in to the portal in one browser',
    about: {
      whose: 'administrator',
      from: 'system',
      why: 'the portal recognises who asks (PT-04, ID-87) for at most 8 hours (ID-72)',
      basis: 'dpv:Contract',
      seenBy: ['system'],
      keep: 'PT8H from signed_in_at',
    },
    unscoped: 'it is found by the hash of its cookie before anybody knows who asks',
    columns: {
      token_hash: 'SHA-256 of the cookie: the table lets nobody in',
      session_id: 'number of the session',
      person_id: { what: 'dpv:Identifier' },
      signed_in_at: { what: 'dpv:ServiceUsage' },
      ends_at: 'when it ends, whatever is done meanwhile',
      last_seen_at: { what: 'dpv:ServiceUsage' },
    },
  },
  attempt: {
    meaning: 'a sign-in under way: what must come back from identity; of nobody yet',
    columns: {
      state_hash: 'SHA-256 of the state (OpenID Connect), random',
      browser_hash: 'SHA-256 of the cookie that ties it to one browser, random',
      nonce: 'random',
      code_verifier: 'random (RFC 7636)',
      purpose: 'what the sign-in is for, a word of ours',
      expires_at: 'when it is too late to come back',
    },
  },
})
