import { describe } from '#server/describe'

const about = {
  whose: 'account holder',
  from: 'identity',
  why: 'carrying out what the person has asked for, in every program (DSR-01, DSR-05, DSR-06)',
  purposes: ['upkeep'],
  basis: 'eu-gdpr:A6-1-c',
  seenBy: ['nobody'],
} as const

export const data = describe('requests', {
  request: {
    meaning:
      'somebody asked for a copy of what is held, to be forgotten, or to have it stored only; of whom, a part says',
    keep: { at: 'expires_at', slack: 'PT1H' },
    columns: {
      request_id: 'number of the request',
      kind: 'what was asked for',
      is_due: 'whether nobody asked: an account was not used for so long that it must go',
      state: 'how far it has come',
      received_at: 'when it was asked for',
      due_at: 'a month later, or three months when it was extended: the limit of the law',
      public_key: 'for a copy: what its pieces are sealed to; made for it alone',
      token_hash: 'for being forgotten: hash of the token in the link that only the person has',
      commitment: 'for being forgotten: SHA-256 that the person alone can show to be theirs; it goes into the log',
      attempts: 'how often it was tried',
      next_attempt_at: 'when it is tried next',
      failure: 'code of the last error, a word of ours',
      refusal: 'code of why it was refused, a word of ours',
      finished_at: 'when it was over',
      extended_at: 'when it was given more time, and the person told why',
      extension_ground: 'why, a word of ours',
      entry_id: 'number of its entry in the transparency log',
      expires_at: 'when this row goes: 30 days after it was over',
    },
  },
  part: {
    meaning: 'what one program has to do for a request',
    title: { en: 'Your requests', fi: 'Pyyntösi' },
    subjects: { subject: { whose: 'account holder', by: 'subject' } },
    about,
    keep: { at: 'expires_at', slack: 'PT1H' },
    columns: {
      request_id: 'number of the request',
      program: 'which program',
      subject: { what: 'pd:UID' },
      restricted_at: 'since when the program only stores what it holds',
      piece_count: 'how many pieces of a copy have come',
      next_piece: 'where the next piece begins; means something to the program alone',
      done_at: 'when the program had done its part',
      acknowledgement: 'counts and words of ours: what was erased, what stays and why',
      expires_at:
        'when this row goes with its request: 30 days after it was over; the number of the person goes as soon as they are forgotten',
    },
  },
  piece: {
    meaning: 'one piece of a copy, sealed by a program to a key that only identity has; opens for nobody here',
    keep: { at: 'expires_at', slack: 'PT1H' },
    columns: {
      request_id: 'number of the request',
      program: 'which program it came from',
      number: 'the how-manieth piece',
      sealed: 'the piece, sealed: bytes that tell nothing here',
      expires_at: 'when it goes: seven days after the copy was ready; at once when the person is forgotten',
    },
  },
})
