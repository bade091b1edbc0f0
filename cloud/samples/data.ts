import { describe } from '#server/describe'

export const data = describe('samples', {
  sample: {
    meaning:
      'content that was sent because nobody knew it, and was found to be malicious; whatever else was sent is nowhere (A-43)',
    title: { en: 'samples of malware', fi: 'haittaohjelmien näytteet' },
    owner: { column: 'sample_id', kind: 'row' },
    unfindable: 'who sent a sample is not known here, and nothing in the row says whose it was',
    keep: { period: 'P90D', from: 'found_at', by: 'row' },
    about: {
      whose: 'employee',
      from: 'device',
      why: 'what is found to be malicious is kept for a while, so that a mistake can be told and taken back (SC-08)',
      purposes: ['security'],
      basis: 'eu-gdpr:A6-1-f',
      interest: 'customer-security',
      seenBy: ['nobody'],
    },
    sealed: { column: 'sealed', fields: { content: { what: 'pd:DeviceBased' } } },
    columns: {
      sample_id: 'random number of the row',
      sha256: 'of the content',
      bytes: 'how long it is',
      name: 'the rule that found it',
      found_at: 'the day on which it came',
    },
  },
  seen: {
    meaning: 'how many samples of a name were found on a day',
    keep: { period: 'P365D', from: 'day', by: 'row' },
    columns: {
      day: 'the day',
      name: 'the rule that found them',
      kind: 'a word of ours',
      count: 'how many contents',
    },
  },
})
