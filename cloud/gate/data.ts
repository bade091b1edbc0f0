import { describe } from '#server/describe'

export const data = describe(
  'gate',
  {},
  { prove_persons: 'how many rows about persons there are in the tables that every program has' },
)
