import { describe } from '#server/describe'

const about = {
  whose: 'administrator',
  from: 'system',
  why: 'to show afterwards who did what in the portal (PT-05), and to each person what they did themselves (EP-13)',
  purposes: ['audit'],
  basis: 'eu-gdpr:A6-1-f',
  interest: 'customer-security',
  seenBy: ['administrator', 'privacy officer', 'person'],
} as const

export const data = describe(
  'audit',
  {
    record: {
      meaning: 'audit log: who did what, when, from where, to what; only ever added to',
      title: { en: 'what you did in the portal', fi: 'mitä olet tehnyt portaalissa' },
      owner: { column: 'at', kind: 'time' },
      subjects: {
        actor_id: { whose: 'administrator', by: 'person' },
        target_id: { whose: 'administrator', by: 'person' },
      },
      keep: { period: 'P3Y', from: 'at', by: 'day' },
      about,
      sealed: {
        column: 'sealed',
        row: 'audit_id',
        fields: { ip: { what: 'pd:IPAddress' }, user_agent: { what: 'pd:UserAgent' } },
      },
      columns: {
        organization_id: 'in whose log it is',
        at: { what: 'pd:Historical' },
        audit_id: 'number of the record',
        actor_kind: 'person, program, command or API key',
        actor_id: { what: 'pd:UID' },
        actor_name: 'which of our programs or commands, or the number of the key, when it was no person',
        action: { what: 'pd:Behavioural', why: 'what was done, a word of ours' },
        target_kind: 'what kind of thing it was done to',
        target_id: { what: 'pd:UID' },
        outcome: 'done or refused',
        details: 'ids, numbers and words of ours (checked when written)',
      },
    },
    activity: {
      meaning: 'activity log: what happened in the portal (PT-06); who did it is in the audit log only',
      title: { en: 'what happened in the portal', fi: 'mitä portaalissa on tapahtunut' },
      owner: { column: 'at', kind: 'time', scope: 'organization_id' },
      subjects: { target_id: { whose: 'administrator', by: 'person' } },
      keep: { period: 'P1Y', from: 'at', by: 'day' },
      about: {
        ...about,
        why: 'to see what has happened in the portal: persons made, profiles changed, subscriptions, devices (PT-06)',
      },
      columns: {
        organization_id: 'in whose log it is',
        at: 'when',
        activity_id: 'number of the row',
        what: 'what happened, a word of ours',
        target_kind: 'what kind of thing it happened to',
        target_id: { what: 'pd:UID' },
      },
    },
    sealed_day: {
      meaning: 'roots over the hashes of the rows of each past day, as they were handed to the transparency log',
      keep: { forever: 'a root tells nothing about the rows and shows later that none was changed' },
      columns: {
        log: 'which of the two logs',
        day: 'which day (UTC)',
        row_count: 'how many rows it had, of all organisations together',
        root: 'Merkle root of their hashes',
        entry_id: 'number of its entry in the transparency log',
        form: 'of what bytes of the rows the hashes are: 2 with the origin sealed, 1 as it was before',
        sealed_at: 'when',
      },
    },
  },
  {
    activity_rows: { reads: ['activity.target_id'] },
    carry_origin: 'nothing',
    count_activities: 'how many rows there are',
    count_records: 'how many rows there are',
    days_to_seal: 'names of the logs and past days',
    hash_day: 'hashes of rows, from which nothing can be read',
    list_own: {
      reads: ['record.at', 'record.actor_id', 'record.action', 'record.target_id', 'record.sealed'],
    },
    record_rows: {
      reads: ['record.at', 'record.actor_id', 'record.action', 'record.target_id', 'record.sealed'],
    },
    seal_again: 'whether the day had the earlier form',
    row_bytes: 'the bytes of a row, to hash_day only',
  },
)
