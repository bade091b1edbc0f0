import { describe } from '#server/describe'

export const data = describe('own_data', {
  request: {
    meaning: 'what a person has asked about their own data, until it is long over',
    title: { en: 'your requests about your data', fi: 'pyyntösi omista tiedoistasi' },
    unscoped: 'a request is carried on by its number when nobody has asked who it is of',
    owner: { column: 'person_id', kind: 'person' },
    keep: { at: 'expires_at', slack: 'PT1H' },
    about: {
      whose: 'account holder',
      from: 'person',
      why: 'carrying out what the person has asked for, and showing them how far it has come (DSR-01, DSR-05, DSR-06)',
      purposes: ['account', 'upkeep'],
      basis: 'eu-gdpr:A6-1-c',
      seenBy: ['person'],
    },
    columns: {
      request_id: 'number of the request',
      person_id: { what: 'pd:UID', from: 'system' },
      kind: { what: 'pd:Behavioural', why: 'what was asked for: a copy, being forgotten, storing only' },
      is_due: 'whether nobody asked: the account was not used for so long that it must go',
      asked_at: { what: 'pd:Historical', from: 'system' },
      sealed:
        'the key that opens the copy, the token of the link, or why it takes longer; readable only with the root key of identity',
      handed_over_at: 'when the privacy office had taken it',
      finished_at: 'when it was over',
      refusal: 'code of why it was refused, a word of ours',
      downloads: { what: 'pd:Historical', from: 'system', why: 'the person sees when their copy was downloaded' },
      expires_at: 'when this row goes: 30 days after it was over',
    },
  },
})
