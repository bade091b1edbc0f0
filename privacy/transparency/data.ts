import { describe } from '#server/describe'

// Nothing here is about a person: the gate in api.ts lets kinds, places of ours, dates, counts and hashes through.
export const data = describe(
  'transparency',
  {
    waiting: {
      meaning: 'entries that will be in the log within seconds',
      keep: { until: 'it is in the log' },
      columns: {
        place: 'in which order they came',
        entry_id: 'number of the entry, given by whoever sends it',
        entry: 'the entry, byte for byte (checked when taken)',
      },
    },
    entry: {
      meaning: 'the log; only ever added to, never pruned',
      keep: { forever: 'a log that only grows; nobody is in it' },
      columns: {
        entry_index: 'its place in the log, from 0',
        entry_id: 'number of the entry, given by whoever sent it',
        entry: 'the entry, byte for byte',
      },
    },
    subtree: {
      meaning: 'hashes of whole subtrees, from which tiles and proofs are made; only ever added to',
      keep: { forever: 'a log that only grows; nobody is in it' },
      columns: {
        level: 'how large the subtree is: 256 to this power',
        position: 'the how-manieth of its level, from 0',
        hash: 'its Merkle tree hash; at level 0 the hash of an entry',
      },
    },
    checkpoint: {
      meaning: 'what was signed: one root for each size; only ever added to',
      keep: { forever: 'a log that only grows; nobody is in it' },
      columns: {
        size: 'how many entries the log had',
        root: 'the root of its tree then',
        key_id: 'which key has signed it',
        signed: 'the checkpoint with its signature, as it is served',
        signed_at: 'when',
      },
    },
  },
  { newest_epochs: 'numbers of key stores and days' },
)
