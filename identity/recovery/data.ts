import { describe } from '#server/describe'

const about = {
  whose: 'account holder',
  from: 'system',
  why: 'getting in again after losing every passkey',
  basis: 'dpv:Contract',
  seenBy: ['identity'],
} as const

export const data = describe('recovery', {
  code: {
    meaning: 'a recovery code, as a keyed hash; shown to the person once when it was made',
    about: { ...about, keep: 'until the person makes new ones or account erased' },
    columns: {
      person_id: { what: 'pd:UID' },
      hash: { what: 'dpv:AuthenticationData' },
      made_at: { what: 'dpv:AuthenticationData', seenBy: ['the person', 'identity'] },
      used_at: { what: 'dpv:AuthenticationData', seenBy: ['the person', 'identity'] },
    },
  },
  help: {
    meaning: 'another administrator helps the person in: a link by mail and a code by voice, each worth nothing alone',
    about: { ...about, keep: 'P1D from begun_at' },
    unscoped: 'the link is followed before it is known whose it is',
    columns: {
      token_hash: 'hash of the link’s token',
      person_id: { what: 'pd:UID' },
      language: { what: 'pd:Language' },
      salt: 'of the slow hash',
      hash: 'slow keyed hash of the code given by voice',
      tries_left: 'how many guesses are left',
      begun_at: { what: 'dpv:AuthenticationData' },
      expires_at: 'when it stops being accepted',
      opened_by: 'hash of the cookie of the browser that brought both halves',
      ended_at: { what: 'dpv:AuthenticationData' },
    },
  },
})
