import { describe } from '#server/describe'

export const data = describe(
  'invitations',
  {
    invitation: {
      meaning: 'somebody was asked to join an organisation',
      title: { en: 'invitations', fi: 'kutsut' },
      owner: { column: 'invitation_id', kind: 'row', scope: 'organization_id' },
      subjects: {
        email_token: { whose: 'invited person', by: 'address' },
        invited_by: { whose: 'administrator', by: 'person' },
      },
      keep: { period: 'P30D', from: 'expires_at', by: 'row' },
      about: {
        whose: 'invited person',
        from: 'administrator',
        why: 'to send the invitation, to show who is still expected, and to let in exactly who was invited',
        purposes: ['members', 'sign-in', 'audit'],
        basis: 'eu-gdpr:A6-1-f',
        interest: 'one-framework',
        seenBy: ['administrator', 'invited person'],
      },
      sealed: {
        column: 'sealed',
        fields: { email: { what: 'pd:EmailAddress' }, name: { what: 'pd:Name' } },
        tokens: { email_token: 'email' },
        compared: { email: 'without-case' },
      },
      columns: {
        organization_id: 'who invites',
        invitation_id: 'number of the invitation',
        token_hash: 'SHA-256 of the link’s token: the table opens no invitation',
        roles: { what: 'pd:GroupMembership' },
        own_roles: { what: 'pd:GroupMembership' },
        language: { what: 'pd:Language' },
        invited_by: { what: 'pd:UID', whose: 'administrator', from: 'system' },
        created_at: 'when it was made',
        expires_at: 'until when it can be accepted',
        accepted_at: 'when it was accepted',
        withdrawn_at: 'when it was withdrawn',
      },
    },
  },
  {
    count_about: 'how many rows there are',
    find: {
      reads: [
        'invitation.sealed',
        'invitation.email_token',
        'invitation.roles',
        'invitation.own_roles',
        'invitation.language',
        'invitation.invited_by',
      ],
    },
    forget_addresses: 'how many rows went',
    names_of: { reads: ['invitation.sealed'] },
    rows_about: {
      reads: [
        'invitation.sealed',
        'invitation.email_token',
        'invitation.roles',
        'invitation.own_roles',
        'invitation.language',
        'invitation.invited_by',
      ],
    },
  },
)
