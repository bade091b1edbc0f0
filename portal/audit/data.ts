import { describe } from '#server/describe'

const about = {
  whose: 'administrator',
  from: 'system',
  why: 'to show afterwards who did what in the portal (PT-05), and to each person what they did themselves (EP-13)',
  basis: 'dpv:LegitimateInterestOfController',
  seenBy: ['administrator', 'privacy_officer', 'the person'],
  keep: 'P3Y from at',
} as const

export const data = describe('audit', {
  record: {
    meaning: 'audit log: who did what, when, from where, to what; only ever added to',
    about,
    columns: {
      organization_id: 'in whose log it is',
      at: 'when',
      audit_id: 'number of the record',
      actor_kind: 'person, program or command',
      actor_id: { what: 'dpv:Identifier' },
      actor_name: 'which of our programs or commands, when it was no person',
      action: 'what was done, a word of ours',
      target_kind: 'what kind of thing it was done to',
      target_id: { what: 'dpv:Identifier' },
      ip: { what: 'pd:IPAddress' },
      user_agent: { what: 'pd:BrowserFingerprint' },
      outcome: 'done or refused',
      details: 'ids, numbers and words of ours (checked when written)',
    },
  },
  activity: {
    meaning: 'activity log: what happened in the portal (PT-06); who did it is in the audit log only',
    about: {
      ...about,
      why: 'to see what has happened in the portal: persons made, profiles changed, subscriptions, devices (PT-06)',
      keep: 'P1Y from at',
    },
    columns: {
      organization_id: 'in whose log it is',
      at: 'when',
      activity_id: 'number of the row',
      what: 'what happened, a word of ours',
      target_kind: 'what kind of thing it happened to',
      target_id: { what: 'dpv:Identifier' },
    },
  },
  sealed_day: {
    meaning:
      'roots over the hashes of the rows of each past day, as they were handed to the transparency log; kept for ever',
    columns: {
      log: 'which of the two logs',
      day: 'which day (UTC)',
      row_count: 'how many rows it had, of all organisations together',
      root: 'Merkle root of their hashes',
      entry_id: 'number of its entry in the transparency log',
      sealed_at: 'when',
    },
  },
})
