import { describe } from '#server/describe'

const about = {
  whose: 'account holder',
  from: 'person',
  purposes: ['account', 'service'],
  basis: 'eu-gdpr:A6-1-b',
  why: 'a person asks to join a group, and its administrator decides (ID-54 to ID-58)',
  seenBy: ['person', 'group administrator'],
} as const

export const data = describe('groups', {
  named_group: {
    meaning: 'a group: what it is called and what it is for; who belongs to it is another table',
    keep: { until: 'its administrator ends it, or nobody belongs to it any more' },
    columns: {
      group_id: 'its number',
      name: 'what it is called',
      about: 'what it is for, in words of its administrator',
      made_at: 'when it was made',
      staff_role:
        'of whom in the provider it is: a word of ours, or the number of a role it has made; null for every other group (ID-88)',
    },
  },
  membership: {
    meaning: 'a person in a group (ID-26)',
    title: { en: 'groups you belong to', fi: 'ryhmät, joihin kuulut' },
    unscoped: 'the administrator of a group sees its members, who are other persons',
    owner: { column: 'person_id', kind: 'person' },
    keep: { with: 'account' },
    about,
    sealed: {
      column: 'sealed',
      row: 'group_id',
      fields: {
        user_name: { what: 'pd:Name', why: 'what the group calls the person; their own choice (ID-57, A-15)' },
      },
    },
    columns: {
      group_id: { what: 'pd:GroupMembership', seenBy: ['person', 'group administrator', 'service'] },
      person_id: { what: 'pd:UID', from: 'system' },
      is_administrator: { what: 'pd:GroupMembership', seenBy: ['person', 'group administrator', 'group member'] },
      since: { what: 'pd:Historical', from: 'system' },
    },
  },
  join_request: {
    meaning: 'that a person has asked to join a group, with what they wrote; or that it was declined, for 30 days',
    title: { en: 'groups you have asked to join', fi: 'ryhmät, joihin olet pyytänyt liittyä' },
    unscoped: 'the administrator of a group sees who asks',
    owner: { column: 'person_id', kind: 'person' },
    keep: { at: 'expires_at' },
    about,
    sealed: {
      column: 'sealed',
      row: 'request_id',
      fields: {
        user_name: { what: 'pd:Name', why: 'what the group would call the person; their own choice (ID-57, A-15)' },
        reason: { what: 'pd:Behavioural', why: 'why they want to join, in their own words (ID-58)' },
        answer: {
          what: 'pd:Behavioural',
          from: 'group administrator',
          why: 'why the administrator declined, in their words',
        },
      },
    },
    columns: {
      request_id: 'number of the request',
      group_id: { what: 'pd:GroupMembership' },
      person_id: { what: 'pd:UID', from: 'system' },
      asked_at: { what: 'pd:Historical', from: 'system' },
      declined_at: { what: 'pd:Historical', from: 'system' },
      expires_at: 'when it goes: 90 days after it was asked, 30 after it was declined',
    },
  },
  log: {
    meaning: 'who belonged to a group when, and by whose decision (ID-89, A-26); numbers only',
    title: { en: 'your comings and goings in groups', fi: 'liittymisesi ryhmiin ja lähtösi niistä' },
    owner: { column: 'at', kind: 'time' },
    subjects: {
      person_id: { whose: 'account holder', by: 'person' },
      by_id: { whose: 'account holder', by: 'person' },
    },
    keep: { period: 'P1Y', from: 'at', by: 'day' },
    about: {
      ...about,
      from: 'system',
      why: 'being able to say who could do what, now and at any past time (ID-89)',
      purposes: ['account'],
      basis: 'eu-gdpr:A6-1-f',
      interest: 'customer-security',
      // The last two: who of the provider could do what (ID-88).
      seenBy: ['person', 'group administrator', 'administrator', 'privacy officer'],
    },
    columns: {
      at: { what: 'pd:Historical' },
      entry_id: 'number of the entry',
      group_id: { what: 'pd:GroupMembership' },
      what: { what: 'pd:Behavioural' },
      person_id: { what: 'pd:UID' },
      by_id: { what: 'pd:UID' },
      since: { what: 'pd:Historical' },
    },
  },
})
