export type { Cached } from './cache.ts'
export { type CloudClient, type CloudClientOptions, createCloudClient, type Sent } from './client.ts'
export { createKnownBad } from './known-bad.ts'
export {
  type Answer,
  type CloudVerdict,
  headBytes,
  type Kind,
  type Known,
  kinds,
  leastPrefixBits,
  magic,
  mediaType,
  mostPrefixBits,
  noName,
  prefixOf,
  readAnswer,
  readPrefix,
  sizeClasses,
  verdictBytes,
  verdicts,
} from './wire.ts'
