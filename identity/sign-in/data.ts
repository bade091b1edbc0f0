import { describe } from '#server/describe'

export const data = describe('sign_in', {
  draft: {
    meaning: 'what a person has filled in during a sign-in under way; readable only with the cookie of their browser',
    title: { en: 'what was filled in so far', fi: 'tähän asti täytetty' },
    unfindable: 'it opens only with the cookie of the browser it was filled in with',
    keep: { at: 'expires_at' },
    about: {
      whose: 'identified person',
      from: 'person',
      why: 'carrying out the sign-in that the person asked for',
      purposes: ['sign-in', 'account'],
      basis: 'eu-gdpr:A6-1-b',
      seenBy: ['person'],
    },
    columns: {
      event_hash: 'hash of the event’s value (ID-31)',
      sealed: { what: 'pd:Profile' },
      expires_at: 'when it is forgotten',
    },
  },
})
