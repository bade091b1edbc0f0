import { describe } from '#server/describe'

export const data = describe('invitations', {
  invitation: {
    meaning: 'somebody was asked to join an organisation',
    about: {
      whose: 'administrator',
      from: 'administrator',
      why: 'to send the invitation, to show who is still expected, and to let in exactly who was invited',
      basis: 'dpv:LegitimateInterestOfController',
      seenBy: ['administrator', 'the invited person'],
      keep: 'P30D from expires_at',
    },
    columns: {
      organization_id: 'who invites',
      invitation_id: 'number of the invitation',
      token_hash: 'SHA-256 of the link’s token: the table opens no invitation',
      email: { what: 'pd:EmailAddress' },
      name: { what: 'pd:Name' },
      roles: { what: 'pd:JobRole' },
      language: { what: 'pd:Language' },
      invited_by: { what: 'dpv:Identifier' },
      created_at: 'when it was made',
      expires_at: 'until when it can be accepted',
      accepted_at: 'when it was accepted',
      withdrawn_at: 'when it was withdrawn',
    },
  },
})
