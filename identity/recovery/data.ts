import { describe } from '#server/describe'

const about = {
  whose: 'account holder',
  from: 'system',
  why: 'getting in again after losing every passkey',
  purposes: ['account', 'sign-in'],
  basis: 'eu-gdpr:A6-1-b',
  seenBy: ['nobody'],
} as const

export const data = describe('recovery', {
  code: {
    meaning: 'a recovery code, as a keyed hash; shown to the person once when it was made',
    title: { en: 'your recovery codes', fi: 'palautuskoodisi' },
    owner: { column: 'person_id', kind: 'person' },
    keep: { with: 'account' },
    about,
    columns: {
      person_id: { what: 'pd:UID' },
      hash: { what: 'pd:Authenticating' },
      made_at: { what: 'pd:Historical', seenBy: ['person'] },
      used_at: { what: 'pd:AuthenticationHistory', seenBy: ['person'] },
    },
  },
  help: {
    meaning: 'another administrator helps the person in: a link by mail and a code by voice, each worth nothing alone',
    title: { en: 'help to get in again', fi: 'apu takaisin pääsyyn' },
    owner: { column: 'person_id', kind: 'person' },
    keep: { period: 'P1D', from: 'begun_at', by: 'row' },
    about: { ...about, from: 'administrator' },
    unscoped: 'the link is followed before it is known whose it is',
    columns: {
      token_hash: 'hash of the link’s token',
      person_id: { what: 'pd:UID' },
      language: { what: 'pd:Language', from: 'person' },
      salt: 'of the slow hash',
      hash: 'slow keyed hash of the code given by voice',
      tries_left: 'how many guesses are left',
      begun_at: { what: 'pd:Historical' },
      expires_at: 'when it stops being accepted',
      opened_by: 'hash of the cookie of the browser that brought both halves',
      ended_at: { what: 'pd:Historical' },
    },
  },
})
