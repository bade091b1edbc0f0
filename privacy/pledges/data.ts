import { describe } from '#server/describe'

export const data = describe('pledges', {
  figure: {
    meaning: 'the latest figure of each proof of each program',
    keep: { until: 'the next look replaces it; a figure and a time tell nothing about anybody' },
    columns: {
      program: 'which program',
      name: 'which proof, a word of ours',
      unit: 'what it counts, a word of ours',
      at_most: 'the limit up to which the pledge is kept',
      figure: 'the figure; nothing when it could not be taken',
      taken_at: 'when the program took it',
      looked_at: 'when privacy asked for it',
    },
  },
  broken: {
    meaning: 'which pledges were not kept at the last look',
    keep: { until: 'the pledge is kept again' },
    columns: { pledge: 'which pledge, a word of ours', since: 'since when' },
  },
})
