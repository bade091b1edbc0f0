import { describe } from '#server/describe'

const about = {
  whose: 'account holder',
  from: 'system',
  purposes: ['sign-in', 'account', 'access'],
  basis: 'eu-gdpr:A6-1-b',
} as const

export const data = describe('oidc', {
  sealed: {
    meaning:
      'a session, code, token, grant or event of the protocol core, readable only together with its bearer value',
    title: { en: 'sign-ins under way', fi: 'käynnissä olevat kirjautumiset' },
    unfindable:
      'it opens only with the value that the person’s browser or a service holds; what names the person is inside',
    keep: { at: 'expires_at' },
    about: { ...about, why: 'carrying out the sign-in that the person asked for', seenBy: ['nobody'] },
    columns: {
      id: 'hash of kind and bearer value',
      model: 'which kind it is',
      sealed: { what: 'pd:Authenticating' },
      second_id: 'hash of the second value it is found by',
      sealed_second: { what: 'pd:Authenticating' },
      grant_id: { what: 'pd:Authenticating', why: 'ending code and tokens of one grant together; a hash' },
      session_hash: { what: 'pd:UID', why: 'ending everything of one session together; a hash' },
      expires_at: 'when it stops being accepted',
      consumed_at: 'when a single-use value was used',
    },
  },
  session: {
    meaning: 'that a person is signed in in one browser, for eight hours at most (ID-30, ID-72)',
    title: { en: 'where you are signed in', fi: 'missä olet kirjautuneena' },
    unscoped: 'a session is found by its cookie before it is known whose it is',
    owner: { column: 'person_id', kind: 'person' },
    keep: { at: 'ends_at' },
    about: { ...about, why: 'the person sees and ends their sessions', seenBy: ['person'] },
    sealed: {
      column: 'sealed',
      row: 'session_id',
      fields: {
        device: { what: 'pd:DeviceSoftware', why: 'telling sessions apart: browser and system by name, nothing finer' },
      },
    },
    columns: {
      session_hash: { what: 'pd:UID' },
      session_id: { what: 'pd:UID' },
      person_id: { what: 'pd:UID' },
      grant_ids: 'hashes of the grants made in it',
      services: { what: 'pd:ServiceConsumptionBehaviour', why: 'the person sees where a session has been used' },
      sids: { what: 'pd:UID', why: 'telling a service of others which of its sessions has ended' },
      began_at: { what: 'pd:AuthenticationHistory' },
      ends_at: 'began_at and eight hours',
      passkey_at: { what: 'pd:AuthenticationHistory', why: 'asking again before a sensitive change' },
      ended_at: { what: 'pd:AuthenticationHistory', why: 'an ended session stays ended' },
    },
  },
  telling: {
    meaning: 'that a service of another still has to hear that one of its sessions has ended; a day at most',
    keep: { at: 'expires_at' },
    columns: {
      telling_id: 'number of the row',
      client_id: 'which service',
      sealed: 'what that service calls the session and the person; readable only with the root key of identity',
      attempts: 'how often it was told',
      next_attempt_at: 'when it is told next',
      expires_at: 'when it is given up: a day later',
    },
  },
  spent: {
    meaning: 'that a value held by a person has been used; about nobody',
    keep: { at: 'expires_at' },
    columns: {
      hash: 'hash of the value',
      expires_at: 'when the value would have ended by itself',
    },
  },
})
