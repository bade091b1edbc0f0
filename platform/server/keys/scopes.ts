import { createHash } from 'node:crypto'

/** For keys that belong to the whole program and to no organisation. */
export const programScope = '00000000-0000-0000-0000-000000000000'

const buckets = 1_024

/**
 * The scope of a person's keys, in every program: one of 1,024 buckets. An erasure then gives one bucket a new key and not everybody, and a bucket says
 * nothing about whom it holds.
 */
export function bucketOf(personId: string): string {
  const bucket = createHash('sha256').update(personId).digest().readUInt32BE(0) % buckets
  return `00000000-0000-4000-8000-${bucket.toString(16).padStart(12, '0')}`
}
