import { describe } from '#server/describe'

export const data = describe('set_up', {
  draft: {
    meaning: 'a set-up under way; all drafts go when one is finished',
    about: {
      whose: 'contract person',
      from: 'administrator',
      why: 'what was given on the first page is needed on the last',
      basis: 'dpv:Contract',
      seenBy: ['whoever sets up'],
      keep: 'until the set-up is finished, P1D from began_at at most',
    },
    unscoped: 'there is no organisation yet; a draft is found by the hash of its cookie',
    columns: {
      draft_hash: 'SHA-256 of the cookie, random',
      controller: { what: 'dpv:ContactInformation' },
      person_id: { what: 'dpv:Identifier', whose: 'administrator', from: 'system' },
      began_at: 'when it was begun',
      expires_at: 'when it is forgotten',
    },
  },
})
