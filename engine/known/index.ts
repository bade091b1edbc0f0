export { applyDelta, replaceList, writeDelta } from './delta.ts'
export { buildFuse, buildFuseNow, type Fuse, type Width } from './fuse.ts'
export { type FusePart, mostParts, type Signers, type SortedPart } from './header.ts'
export { type KnownBad, openKnownBad, readParts, wordAt } from './known-bad.ts'
export { countGood, findSorted, type KnownGood, openKnownGood, readGoodParts } from './known-good.ts'
export {
  type GoodPart,
  goodPartOf,
  isTight,
  type Part,
  partOf,
  type Signer,
  signParts,
  writeKnownBad,
  writeKnownGood,
} from './write.ts'
