import { describe } from '#server/describe'

const published = 'what others publish, for the whole installation; no organisation, person or device is in it'

export const data = describe('rule_sets', {
  rule_set: {
    meaning: 'a rule set that the provider has chosen',
    keep: { forever: 'it is what devices look for; whoever takes it out of the list removes it' },
    columns: {
      name: 'a word of ours for it',
      title: 'what it is called by its publisher',
      licence: 'under which licence it is published',
      author: 'who publishes it',
      address: 'where it is published',
      pinned_sha256: 'what it must be, where that is known beforehand',
      is_used: 'whether devices get it',
      is_real_time: 'whether it decides while somebody waits for a file',
      state: 'how far it has come',
      why: 'why it is not ready, as a code',
      step: 'what is being done',
      done: 'how much of that',
      out_of: 'of how much',
      asked_at: 'when it was last asked for',
      looked_at: 'when its address was last asked',
      etag: 'what its address calls the version we have',
      source_sha256: 'hash of the file it came in',
      source_bytes: 'size of that file',
      version: 'counts what was made of it',
      rules: 'how many rules can be used',
      note: 'what is signed about the newest version',
      skipped: 'rules that were left out, and why',
      skipped_count: 'how many',
      tried: 'on how many clean files it was tried, and which rules found one',
      made_at: 'when the newest version was made',
    },
  },
  source_piece: {
    meaning: 'a piece of the file that a rule set came in',
    keep: { forever: 'it goes with its rule set' },
    columns: { name: 'the rule set', number: 'which piece', content: published },
  },
  part: {
    meaning: 'a part of a rule set as devices get it',
    keep: { forever: 'it goes with its rule set' },
    columns: { name: 'the rule set', sha256: 'hash of the part', content: published },
  },
})
