import { describe } from '#server/describe'

export const data = describe('people', {
  person: {
    meaning: 'a person who signs in to the portal, as identity released them to it and as they say themselves',
    about: {
      whose: 'administrator',
      from: 'person',
      why: 'the portal recognises who may manage an organisation (PT-04) and shows it to the others there (EP-10 to EP-12)',
      basis: 'dpv:Contract',
      seenBy: ['administrator', 'privacy_officer', 'the person'],
      keep: 'P3Y from leaving the last organisation, P1D without ever having been in one; until then it goes with the account',
    },
    columns: {
      person_id: 'number of the person in the portal',
      subject: { what: 'dpv:Identifier', from: 'upstream', seenBy: ['system'] },
      name: { what: 'pd:Name' },
      email: { what: 'pd:EmailAddress', from: 'upstream' },
      phone: { what: 'pd:TelephoneNumber' },
      language: { what: 'pd:Language', seenBy: ['the person'] },
      theme: { what: 'pd:Preference', seenBy: ['the person'] },
      created_at: 'when the person first came to the portal',
      erase_at: 'when the row goes, while the person is in no organisation',
    },
  },
  membership: {
    meaning: 'which roles a person has in an organisation',
    about: {
      whose: 'administrator',
      from: 'administrator',
      why: 'what a person may see and do is decided by their roles on every request (PT-04)',
      basis: 'dpv:Contract',
      seenBy: ['administrator', 'privacy_officer', 'the person'],
      keep: 'until the person is removed from the organisation',
    },
    columns: {
      organization_id: 'the organisation',
      person_id: { what: 'dpv:Identifier' },
      roles: { what: 'pd:JobRole' },
      joined_at: 'when the person joined',
      last_seen_at: { what: 'dpv:ServiceUsage', from: 'system' },
    },
  },
})
