import { describe } from '#server/describe'

export const data = describe('company_sign_in', {
  setting: {
    meaning: 'which groups of a company’s own provider give which role here; of no person',
    keep: { with: 'organization' },
    columns: {
      organization_id: 'whose it is',
      mapping: 'groups as the provider calls them, and the role of each',
      changed_at: 'when it was last changed',
    },
  },
  attempt: {
    meaning: 'a sign-in by a company’s own provider under way; of nobody yet',
    keep: { at: 'expires_at' },
    unscoped: 'what comes back is found by its state before anything else is known',
    columns: {
      state_hash: 'SHA-256 of the state (OpenID Connect), random',
      browser_hash: 'SHA-256 of the cookie that ties it to one browser, random',
      organization_id: 'the company',
      errand: 'what it is for, a word of ours',
      person_check: 'SHA-256 of the state and of who must come back; without the state it tells of nobody',
      checks: 'what the answer is held to, sealed by identity',
      expires_at: 'when it is too late to come back',
    },
  },
})
