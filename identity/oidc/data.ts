import { describe } from '#server/describe'

export const data = describe('oidc', {
  sealed: {
    meaning:
      'a session, code, token, grant or event of the protocol core, readable only together with its bearer value',
    about: {
      whose: 'account holder',
      from: 'system',
      why: 'carrying out the sign-in that the person asked for',
      basis: 'dpv:Contract',
      seenBy: ['identity'],
      keep: 'PT8H at most, from when it was made',
    },
    columns: {
      id: 'hash of kind and bearer value',
      model: 'which kind it is',
      sealed: { what: 'dpv:AuthenticationData', sealed: true },
      second_id: 'hash of the second value it is found by',
      sealed_second: { what: 'dpv:AuthenticationData', sealed: true },
      grant_id: { what: 'dpv:AuthenticationData', why: 'ending code and tokens of one grant together; a hash' },
      session_hash: { what: 'pd:UID', why: 'ending everything of one session together; a hash' },
      expires_at: 'when it stops being accepted',
      consumed_at: 'when a single-use value was used',
    },
  },
  session: {
    meaning: 'that a person is signed in in one browser, for eight hours at most (ID-30, ID-72)',
    unscoped: 'a session is found by its cookie before it is known whose it is',
    about: {
      whose: 'account holder',
      from: 'system',
      why: 'the person sees and ends their sessions',
      basis: 'dpv:Contract',
      seenBy: ['the person', 'identity'],
      keep: 'PT9H from began_at',
    },
    columns: {
      session_hash: { what: 'pd:UID' },
      session_id: { what: 'pd:UID' },
      person_id: { what: 'pd:UID' },
      grant_ids: 'hashes of the grants made in it',
      device: { what: 'pd:DeviceBased', why: 'telling sessions apart: browser and system by name, nothing finer' },
      services: { what: 'dpv:ServiceUsage', why: 'the person sees where a session has been used' },
      began_at: { what: 'dpv:AuthenticationData' },
      ends_at: 'began_at and eight hours',
      passkey_at: { what: 'dpv:AuthenticationData', why: 'asking again before a sensitive change' },
      ended_at: { what: 'dpv:AuthenticationData', why: 'an ended session stays ended' },
    },
  },
  spent: {
    meaning: 'that a value held by a person has been used; about nobody',
    columns: {
      hash: 'hash of the value',
      expires_at: 'when the value would have ended by itself',
    },
  },
})
