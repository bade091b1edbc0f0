import { describe } from '#server/describe'

export const data = describe(
  'company_sign_in',
  {
    setting: {
      meaning: 'which groups of a company’s own provider give which role here; of no person',
      keep: { with: 'organization' },
      columns: {
        organization_id: 'whose it is',
        mapping: 'groups as the provider calls them, and the role of each',
        changed_at: 'when it was last changed',
      },
    },
    domain: {
      meaning: 'a mail domain of an organisation, and whether it is proved; of no person',
      keep: { with: 'organization' },
      columns: {
        organization_id: 'whose it is said to be',
        domain: 'the domain, as it is asked for in the network',
        challenge: 'what its name servers are to tell, random',
        answer: 'what they told when they were last asked, a word of ours',
        added_at: 'when it was named',
        asked_at: 'when they were last asked',
        seen_at: 'when they last told the value',
        proven_at: 'since when it is proved; no organisation proves it beside',
        lost_at: 'since when the value has been gone',
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
  },
  { led_by: 'domains that are proved', due_domains: 'domains that are proved' },
)
