import { describe } from '#server/describe'

export const data = describe('sign_in', {
  draft: {
    meaning: 'what a person has filled in during a sign-in under way; readable only with the cookie of their browser',
    about: {
      whose: 'identified person',
      from: 'person',
      why: 'carrying out the sign-in that the person asked for',
      basis: 'dpv:Contract',
      seenBy: ['the person', 'identity'],
      keep: 'PT1H',
    },
    columns: {
      event_hash: 'hash of the event’s value (ID-31)',
      sealed: { what: 'dpv:RegistrationData', sealed: true },
      expires_at: 'when it is forgotten',
    },
  },
})
