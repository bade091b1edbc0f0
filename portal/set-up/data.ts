import { describe } from '#server/describe'

export const data = describe('set_up', {
  draft: {
    meaning: 'a set-up under way; all drafts go when one is finished',
    title: { en: 'a set-up under way', fi: 'käynnissä oleva käyttöönotto' },
    about: {
      whose: 'contract person',
      from: 'administrator',
      why: 'what was given on the first page is needed on the last',
      purposes: ['set-up', 'sign-in'],
      basis: 'eu-gdpr:A6-1-b',
      seenBy: ['person'],
    },
    owner: { column: 'draft_id', kind: 'row' },
    subjects: { person_id: { whose: 'administrator', by: 'person' } },
    keep: { at: 'expires_at' },
    unscoped: 'there is no organisation yet; a draft is found by the hash of its cookie',
    sealed: { column: 'sealed', fields: { controller: { what: 'pd:Contact' } } },
    columns: {
      draft_hash: 'SHA-256 of the cookie, random',
      draft_id: 'number of the draft',
      person_id: { what: 'pd:UID', whose: 'administrator', from: 'system' },
      began_at: 'when it was begun',
      expires_at: 'when it is forgotten',
    },
  },
})
