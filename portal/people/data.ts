import { describe } from '#server/describe'

export const data = describe(
  'people',
  {
    person: {
      meaning: 'a person who signs in to the portal, as identity released them to it and as they say themselves',
      title: { en: 'you in the portal', fi: 'sinä portaalissa' },
      owner: { column: 'person_id', kind: 'person' },
      subjects: { subject: { whose: 'administrator', by: 'subject' } },
      keep: { at: 'erase_at' },
      about: {
        whose: 'administrator',
        from: 'person',
        why: 'the portal recognises who may manage an organisation (PT-04) and shows it to the others there (EP-10 to EP-12)',
        purposes: ['account', 'members'],
        basis: 'eu-gdpr:A6-1-b',
        seenBy: ['administrator', 'privacy officer', 'person'],
      },
      sealed: {
        column: 'sealed',
        fields: {
          name: { what: 'pd:Name', purposes: ['account', 'members', 'audit'] },
          email: { what: 'pd:EmailAddress', from: 'identity', purposes: ['account', 'members', 'sign-in'] },
          phone: { what: 'pd:TelephoneNumber' },
        },
        tokens: { email_token: 'email' },
        compared: { email: 'without-case' },
      },
      columns: {
        person_id: {
          what: 'pd:UID',
          from: 'system',
          purposes: ['account', 'members', 'access', 'sign-in', 'audit', 'set-up'],
        },
        subject: {
          what: 'pd:UID',
          from: 'identity',
          purposes: ['account', 'members', 'access', 'sign-in'],
          seenBy: ['nobody'],
        },
        language: { what: 'pd:Language', seenBy: ['person'] },
        theme: { what: 'pd:Preference', purposes: ['account'], seenBy: ['person'] },
        created_at: { what: 'pd:Historical', from: 'system' },
        erase_at:
          'when the row goes: three years after the last organisation, a day without one; null while the person is in one',
      },
    },
    role: {
      meaning: 'a role that an organisation has made of permissions',
      keep: { with: 'organization' },
      columns: {
        organization_id: 'whose role it is',
        role_id: 'number of the role',
        name: 'what the organisation calls it',
        permissions: 'what it lets somebody do, words of ours',
        changed_at: 'when it was last changed',
      },
    },
    forgotten: {
      meaning: 'somebody has just been forgotten, so that a sign-in that was under way makes nobody anew',
      keep: { at: 'expires_at', slack: 'PT1H' },
      columns: {
        subject_hash: 'SHA-256 of a random number that leads to nobody any more',
        expires_at: 'when it goes: ten minutes later',
      },
    },
    membership: {
      meaning: 'which roles a person has in an organisation',
      title: { en: 'your organisations', fi: 'organisaatiosi' },
      owner: { column: 'person_id', kind: 'person' },
      keep: { with: 'membership' },
      about: {
        whose: 'administrator',
        from: 'administrator',
        why: 'what a person may see and do is decided by their roles on every request (PT-04)',
        purposes: ['access', 'members', 'account', 'sign-in', 'set-up'],
        basis: 'eu-gdpr:A6-1-b',
        seenBy: ['administrator', 'privacy officer', 'person'],
      },
      columns: {
        organization_id: 'the organisation',
        person_id: { what: 'pd:UID', from: 'system' },
        roles: {
          what: 'pd:GroupMembership',
          purposes: ['access', 'members', 'account', 'sign-in', 'set-up', 'service'],
        },
        own_roles: {
          what: 'pd:GroupMembership',
          purposes: ['access', 'members', 'account', 'sign-in', 'set-up', 'service'],
        },
        joined_at: { what: 'pd:Historical', from: 'system' },
        last_seen_at: { what: 'pd:ServiceConsumptionBehaviour', from: 'system', purposes: ['members', 'access'] },
      },
    },
  },
  {
    find_by_subject: { reads: ['person.person_id'] },
    has_member_at: { reads: ['person.email_token'] },
    held: 'words for roles and for what they let somebody do',
    holders_of: { reads: ['membership.person_id', 'membership.roles', 'membership.own_roles'] },
    members: {
      reads: [
        'person.person_id',
        'person.sealed',
        'membership.roles',
        'membership.own_roles',
        'membership.joined_at',
        'membership.last_seen_at',
      ],
    },
    members_by_joining: { reads: ['membership.person_id', 'membership.joined_at'] },
    mark_seen: 'nothing',
    membership_rows: {
      reads: [
        'membership.person_id',
        'membership.roles',
        'membership.own_roles',
        'membership.joined_at',
        'membership.last_seen_at',
      ],
    },
    memberships_of_person: { reads: ['membership.roles', 'membership.own_roles'] },
    leaving: { reads: ['person.person_id', 'person.subject'] },
    names_of: { reads: ['person.person_id', 'person.sealed'] },
    role_names_of: 'what own roles are called',
    roles_in: { reads: ['membership.roles', 'membership.own_roles'] },
    set_erasure: 'nothing',
  },
)
