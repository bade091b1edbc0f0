import { describe } from '#server/describe'

export const data = describe(
  'api_keys',
  {
    key: {
      meaning: 'a key with which programs of an organisation use the portal; it is the organisation’s and of no person',
      keep: { at: 'expires_at', slack: 'PT1H' },
      columns: {
        organization_id: 'whose key it is',
        key_id: 'number of the key',
        title: 'what the organisation calls it',
        token_hash: 'SHA-256 of the key: the table opens nothing',
        permissions: 'what it may',
        role_id: 'which role of the organisation says what it may, where one does',
        made_at: 'when it was made',
        expires_at: 'until when it can be used: a year at most',
        last_used_at: 'when it was last used, to the hour',
      },
    },
  },
  {
    find: 'whose key has this hash, what it may, and until when',
    names_of: 'what keys are called',
  },
)
