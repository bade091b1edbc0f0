import { describe } from '#server/describe'

const about = {
  whose: 'account holder',
  from: 'administrator',
  why: 'data stays beyond its time only for a recorded reason, decided by two (RT-23, ID-79)',
  purposes: ['upkeep'],
  basis: 'eu-gdpr:A6-1-c',
  seenBy: ['privacy officer'],
} as const

export const data = describe(
  'holds',
  {
    hold: {
      meaning: 'a case in which data is kept beyond its time: proposed by one, decided by another',
      title: { en: 'holds', fi: 'säilytyspidot' },
      keep: { at: 'expires_at' },
      about,
      unscoped: 'holds are the privacy office’s, over all organisations',
      unfindable:
        'that something is held is told by the programs with what is held, unless an authority has forbidden it; whose it was goes when the hold ends',
      columns: {
        hold_id: 'number of the hold',
        state: 'how far it has come, a word of ours',
        ground: 'on which ground, a word of a closed list',
        reason: { what: 'pd:Behavioural' },
        reference: 'number of the case, at an authority or elsewhere',
        subject: { what: 'pd:UID' },
        organization_id: 'in which organisation only',
        log: 'of which log only, a word of ours',
        from_at: 'from which time on only',
        to_at: 'before which time only',
        is_told: 'whether the person may be told',
        proposed_by: { what: 'pd:UID', whose: 'administrator' },
        proposed_at: { what: 'pd:Historical', whose: 'administrator' },
        decided_by: { what: 'pd:UID', whose: 'administrator' },
        decided_at: { what: 'pd:Historical', whose: 'administrator' },
        reviewed_at: { what: 'pd:Historical', whose: 'administrator' },
        review_by: 'until when somebody has to look at it again',
        ends_at: 'when it ends, whatever happens',
        ended_by: { what: 'pd:UID', whose: 'administrator' },
        outcome: 'why it could not be held or has ended, a word of ours',
        expires_at: 'when the case itself goes: three years after it was over',
      },
    },
    placement: {
      meaning: 'what one program has been told of a hold, and has answered',
      title: { en: 'holds', fi: 'säilytyspidot' },
      keep: { at: 'expires_at' },
      about,
      unfindable: 'as the hold it belongs to',
      columns: {
        hold_id: 'number of the hold',
        program: 'which program',
        subject: { what: 'pd:UID' },
        outcome: 'what it has answered, a word of ours',
        acknowledged_at: 'when',
        ended_at: 'when it has ended it',
        expires_at: 'when the row goes with its hold',
      },
    },
  },
  { prove_overdue: 'how many holds are past their review or end' },
)
