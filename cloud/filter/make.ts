import { createNames, mergedSlices, recordBytes, type Segment } from '#cloud/verdicts'
import { verdicts } from '#engine/cloud'
import { buildFuse, isTight, type KnownBad, type Part, partOf, wordAt } from '#engine/known'

const malicious = verdicts.indexOf('malicious')

/** The two words by which a filter knows each malicious content, of those that `old` does not say yes to already. */
function* collect(segments: readonly Segment[], most: number, old: KnownBad | undefined): Generator<void, Uint32Array> {
  let words = new Uint32Array(Math.min(most, 1 << 20) * 2)
  let count = 0
  for (const records of mergedSlices(segments, createNames())) {
    for (let record = 0; record < records.length; record += recordBytes) {
      if (records[record + 32] !== malicious) continue
      if (old?.mayHave(records.subarray(record, record + 32))) continue
      if (count * 2 === words.length) {
        const larger = new Uint32Array(words.length * 2)
        larger.set(words)
        words = larger
      }
      words[2 * count] = records.readUInt32LE(record + wordAt)
      words[2 * count + 1] = records.readUInt32LE(record + wordAt + 4)
      count += 1
    }
    yield
  }
  return words.subarray(0, count * 2)
}

function* makePart(words: Uint32Array, width: 16 | 32): Generator<void, Part> {
  return partOf(yield* buildFuse(words, width), words.length / 2)
}

/**
 * The parts of the next filter, or undefined when it would say nothing new. What is new comes as a small part of its own while the whole stays as
 * small as promised; else, and where verdicts were withdrawn in number, everything becomes one new part.
 */
export function* makeParts(
  /** `unread`: those of its segments that are not in `old` yet. */
  store: { readonly segments: readonly Segment[]; readonly unread: readonly Segment[]; readonly malicious: number },
  old: { readonly known: KnownBad; readonly parts: readonly Part[] } | undefined,
): Generator<void, readonly Part[] | undefined> {
  const { segments, unread, malicious: most } = store
  const hasShrunk = old !== undefined && old.known.entries > most * 1.2 + 1_000
  if (old && !hasShrunk) {
    const words = yield* collect(unread, most, old.known)
    if (words.length === 0) return undefined
    const parts = [...old.parts, yield* makePart(words, 32)]
    if (isTight(parts.map(({ part }) => part))) return parts
  }
  const words = yield* collect(segments, most, undefined)
  return words.length === 0 && !old ? undefined : [yield* makePart(words, 16)]
}
