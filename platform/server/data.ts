import { describe, describeLibrary } from './describe.ts'

/** What the platform itself keeps, in every program. */
export const messages = describe('messages', {
  subscriber: {
    meaning: 'which area of this program wants to hear of what',
    keep: { until: 'the program starts and no longer has it' },
    columns: { name: 'the subscriber, a word of ours', topic: 'the topic, a word of ours' },
  },
  message: {
    meaning: 'outbox: messages on their way from one area to another',
    keep: { until: 'it is handled' },
    columns: {
      message_id: 'number in order of writing',
      subscriber: 'who is to handle it',
      topic: 'what it tells about, a word of ours',
      key: 'id of the thing it tells about; messages of one thing stay in order',
      payload: 'ids, numbers and words of ours only (checked when published)',
      published_at: 'when it was written',
      attempts: 'how often it was tried',
      not_before: 'when it is tried again',
      failure: 'code of the last error, a word of ours',
    },
  },
})

export const mail = describe('mail', {
  letter: {
    meaning:
      'letters on their way to the mail server, deleted when delivered; the inbox page while no mail server is set',
    title: { en: 'letters on their way', fi: 'matkalla olevat viestit' },
    owner: { column: 'written_at', kind: 'time' },
    subjects: { recipient_token: { whose: 'account holder', by: 'address' } },
    keep: { period: 'P7D', from: 'written_at', by: 'row' },
    about: {
      whose: 'account holder',
      from: 'system',
      why: 'to send the person a letter they asked for or were invited by',
      purposes: ['letters'],
      basis: 'eu-gdpr:A6-1-b',
      seenBy: ['person', 'mail server', 'inbox holder'],
    },
    sealed: {
      column: 'sealed',
      row: 'letter_id',
      fields: {
        recipient: { what: 'pd:EmailAddress', from: 'person' },
        subject: { what: 'pd:EmailContent' },
        body: { what: 'pd:EmailContent' },
        tables: { what: 'pd:EmailContent' },
      },
      tokens: { recipient_token: 'recipient' },
      compared: { recipient: 'without-case' },
    },
    columns: {
      letter_id: 'random number of the letter',
      language: { what: 'pd:Language', from: 'person' },
      written_at: 'when it was written',
      for_inbox: 'whether it was written while no mail server was set',
      attempts: 'how often it was tried',
      next_attempt_at: 'when it is tried next',
      failed_at: 'when it was given up; nothing of what it said is kept then',
      failure: 'number of the answer of the mail server, or code of the network error',
    },
  },
})

export const calls = describe('calls', {
  nonce: {
    meaning: 'numbers of signed calls of programs and devices that were taken, so that none is taken twice',
    keep: { until: 'the next call after expires_at and five minutes' },
    columns: {
      nonce: 'first 64 bits of a hash of who called and of the random number of the call',
      expires_at: 'when the call could not be taken any more anyway',
    },
  },
})

export const sealing = describe(
  'sealing',
  {
    plain: {
      meaning:
        'values of an earlier version that were not sealed yet, between its last stop and the next start; empty otherwise',
      title: { en: 'values being sealed', fi: 'sinetöitävänä olevat tiedot' },
      unfindable: 'it is empty before the program takes any request',
      keep: { with: 'service' },
      about: {
        whose: 'account holder',
        from: 'person',
        why: 'what an earlier version kept in the clear is sealed',
        purposes: ['upkeep'],
        basis: 'eu-gdpr:A6-1-c',
        seenBy: ['nobody'],
      },
      columns: {
        plain_id: 'number in order of moving',
        of_table: 'the table they belong to',
        place: { what: 'pd:UID' },
        fields: { what: 'pd:Profile' },
      },
    },
    erasure: {
      meaning: 'owners whose row is gone and whose key is erased within seconds',
      keep: { until: 'the key is erased' },
      columns: {
        erasure_id: 'number in order of deletion',
        of_table: 'the table the row was in',
        owner_column: 'its column with the owner',
        owner_id: 'whose key',
        scope_id: 'in whose scope, where that is an organisation’s',
      },
    },
  },
  {
    absent: 'numbers of owners that have no row',
    due_erasures: 'numbers of owners whose row is gone and not held',
    empty_plain: 'whether nothing is left',
    erase_key: 'nothing',
    held_days: 'days',
    owners_of: 'numbers of owners',
    prove_unsealed: 'a count',
    scoped_tokens: 'the tokens it was given',
  },
)

export const ledger = describe('platform', {
  migration: {
    meaning: 'which migrations this database has run',
    keep: { forever: 'a database is brought up to date by what it has run already' },
    columns: {
      name: 'file name without its end',
      area: 'the area it belongs to',
      sha256: 'hash of the file as it was run',
      ran_at: 'when',
    },
  },
})

const held = {
  whose: 'account holder',
  from: 'system',
  why: 'a ground of a closed list demands that it stays beyond its time (RT-23)',
  purposes: ['upkeep'],
  basis: 'eu-gdpr:A6-1-c',
  seenBy: ['nobody'],
} as const

export const expiry = describe(
  'expiry',
  {
    rule: {
      meaning:
        'how long the rows of each table are kept, from the descriptions; written when a program is brought up to date',
      keep: { until: 'the table is gone' },
      columns: {
        table_name: 'which table, with its schema; for a library all of its schema',
        how: 'each row at its time, whole days, or with what it belongs to',
        starts: 'the column from which the time is counted',
        period: 'how long',
        slack: 'how much later a row may go',
        anchor: 'the table of what it belongs to',
        anchor_key: 'the key by which',
        person_columns: 'the columns that say whose a row is',
        organization_column: 'the column that says of which organisation',
        grounds: 'the only grounds on which its rows may be held; null: each',
        standing: 'columns with the end of what holds a row by itself',
        standing_grounds: 'the ground of each',
      },
    },
    run: {
      meaning: 'how far each table has been expired',
      keep: { until: 'the table is gone' },
      columns: { table_name: 'which table, with its schema', expired_to: 'what was due by then may be gone' },
    },
    hold: {
      meaning: 'what is to stay beyond its time, on which ground and until when; decided by two at the privacy office',
      title: { en: 'holds', fi: 'säilytyspidot' },
      keep: { at: 'ends_at' },
      unfindable: 'that something is held is told with what is held, unless an authority has forbidden it',
      unscoped: 'the running program can read no row of it',
      about: held,
      columns: {
        hold_id: 'number of the case at the privacy office',
        ground: 'on which ground, a word of a closed list',
        person_id: { what: 'pd:UID' },
        organization_id: 'in which organisation only',
        table_name: 'of which table or log only',
        from_at: 'from which time on only',
        to_at: 'before which time only',
        is_told: 'whether the person may be told',
        placed_at: 'when',
        ends_at: 'when it ends, whatever happens',
      },
    },
    held: {
      meaning: 'rows that a hold has kept beyond their time, as documents',
      title: { en: 'data kept beyond its time', fi: 'määräaikaa pidempään säilytetty tieto' },
      keep: { with: 'hold' },
      subjects: { person_ids: { whose: 'account holder', by: 'person' } },
      about: held,
      columns: {
        held_id: 'number of the copy',
        hold_id: 'for which hold',
        table_name: 'from which table',
        person_ids: { what: 'pd:UID' },
        content: { what: 'pd:Behavioural' },
        held_at: 'when it was copied out',
      },
    },
  },
  {
    clock: 'the time of the database',
    copy_out: 'how many rows were copied',
    count_held: 'how many held rows there are of somebody',
    covers: 'a condition in SQL',
    end_hold: 'nothing',
    grounds_on: 'words of the list of grounds',
    held_of: { reads: ['held.content'] },
    place_hold: 'whether the hold was placed',
    prove_holds: 'how many holds and held rows there are',
    follow_restriction: 'nothing',
    expire_rows: 'how many rows went',
    is_due: 'a condition in SQL',
    remove_organization: 'how many rows went',
    keep_days: 'how many days went',
    past_deadline: 'for each table how many rows are past their deadline, and since when',
    prove_past_deadline: 'how many rows are past their deadline, and since when',
  },
)

export const rights = describe('rights', {
  done: {
    meaning: 'requests to forget somebody that this program has carried out, so that none is carried out twice',
    keep: { at: 'expires_at', slack: 'PT1H' },
    columns: {
      request_id: 'number of the request',
      answer: 'counts and words of ours: what was erased, what stays and why',
      key_owner: 'whose key is still to be destroyed: seconds at most, then nothing',
      expires_at: 'when the privacy office does not ask any more',
    },
  },
  restricted: {
    meaning: 'somebody whose data is stored and not used for anything else',
    title: { en: 'that your data is only stored', fi: 'tietojesi käytön rajoitus' },
    subjects: { subject: { whose: 'account holder', by: 'person' } },
    keep: { at: 'ends_at' },
    about: {
      whose: 'account holder',
      from: 'person',
      why: 'to carry out what the person asked for: storing and nothing else (DSR-11, DSR-12)',
      // Whoever would use the data asks first.
      purposes: ['access', 'sign-in', 'account', 'members', 'audit', 'service', 'set-up', 'upkeep'],
      basis: 'eu-gdpr:A6-1-c',
      seenBy: ['person'],
    },
    columns: {
      subject: { what: 'pd:UID', from: 'system' },
      request_id: 'number of the request it came of',
      since: { what: 'pd:Historical', from: 'system' },
      ends_at: 'when it ends by itself; nothing: it lasts until it is lifted or the person is forgotten',
    },
  },
})

export const proofs = describe(
  'proofs',
  {},
  { rights_of: 'which rights the roles of the program have in this database' },
)

export const jobs = describeLibrary(
  'jobs',
  'queues of pg-boss: ids, numbers and words of ours only (checked when sent); errors are kept as codes; done jobs go after a day',
)

/** All of it, for the comparison with the live schema. */
export const data = [messages, mail, calls, rights, expiry, sealing, ledger, proofs, jobs]
