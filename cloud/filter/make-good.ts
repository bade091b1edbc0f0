import { createNames, mergedSlices, recordBytes, type Segment } from '#cloud/verdicts'
import { verdicts } from '#engine/cloud'
import { findSorted, type GoodPart, goodPartOf, mostParts } from '#engine/known'

const good = verdicts.indexOf('good')
const hashBytes = 32
/** 64 MB on the disk of each device. What is good beyond it is answered when it is asked, and looked into otherwise. */
export const mostGood = 2_000_000
/** Of so many hashes at once. */
const slice = 16_384

/** Hashes one behind the other, in the order they come. */
function createHashes() {
  let bytes = Buffer.allocUnsafe(64 * 1_024)
  let length = 0
  return {
    add(from: Buffer, at: number): void {
      if (length === bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(bytes.length)])
      length += from.copy(bytes, length, at, at + hashBytes)
    },
    get count() {
      return length / hashBytes
    },
    bytes: () => bytes.subarray(0, length),
  }
}

/** Every good content, in order; those beyond the most are counted. */
function* collect(segments: readonly Segment[], most: number): Generator<void, { list: Buffer; left: number }> {
  const hashes = createHashes()
  let left = 0
  for (const records of mergedSlices(segments, createNames())) {
    for (let record = 0; record < records.length; record += recordBytes) {
      if (records[record + hashBytes] !== good) continue
      if (hashes.count < most) hashes.add(records, record)
      else left += 1
    }
    yield
  }
  return { list: hashes.bytes(), left }
}

/**
 * Whether other parts may be needed: where something good is new, or something on the list has another verdict. The oldest segment is compared as a whole: where it was merged, verdicts
 * that were taken back are gone from it.
 */
export function* isTouched(
  store: { readonly segments: readonly Segment[]; readonly unread: readonly Segment[] },
  old: readonly GoodPart[],
): Generator<void, boolean> {
  const { segments, unread } = store
  if (segments[0] && unread.includes(segments[0])) return true
  for (const records of mergedSlices(unread, createNames())) {
    for (let record = 0; record < records.length; record += recordBytes) {
      if (records[record + hashBytes] === good) return true
      const hash = records.subarray(record, record + hashBytes)
      if (old.some(({ body }) => findSorted(body, hash))) return true
    }
    yield
  }
  return false
}

function* without(list: Buffer, others: readonly Buffer[]): Generator<void, Buffer> {
  const rest = createHashes()
  for (let at = 0; at < list.length; at += hashBytes) {
    const hash = list.subarray(at, at + hashBytes)
    if (!others.some((other) => findSorted(other, hash))) rest.add(list, at)
    if ((at / hashBytes) % slice === 0) yield
  }
  return rest.bytes()
}

/**
 * The parts of the next list of known good, or undefined when it would say nothing new. What is new comes as a small part of its own, what is not good any more as another
 * that takes it back: a device fetches those alone. Where they become many or large, everything becomes one new part. Compared with the whole store: a content that
 * stayed on the list after its verdict was taken back would be let through unseen.
 */
export function* makeGood(
  segments: readonly Segment[],
  old: readonly GoodPart[] | undefined,
  most = mostGood,
): Generator<void, { parts: readonly GoodPart[]; left: number } | undefined> {
  const { list, left } = yield* collect(segments, most)
  const whole = () => ({ parts: list.length > 0 ? [goodPartOf('sorted', list)] : [], left })
  if (!old) return list.length > 0 ? whole() : undefined
  const sorted = old.filter(({ part }) => part.is === 'sorted')
  const bodies = sorted.map(({ body }) => body)
  const added = yield* without(list, bodies)
  const gone = createHashes()
  for (const body of bodies) {
    const rest = yield* without(body, [list])
    for (let at = 0; at < rest.length; at += hashBytes) gone.add(rest, at)
  }
  const taken = gone.bytes()
  const before = old.find(({ part }) => part.is === 'without')
  if (added.length === 0 && sameHashes(taken, before?.body)) return undefined
  const isMany = sorted.length + 1 > mostParts / 2
  if (isMany || added.length + taken.length > list.length / 4 + slice * hashBytes) return whole()
  const parts = [
    ...sorted,
    ...(added.length > 0 ? [goodPartOf('sorted', added)] : []),
    ...(taken.length > 0 ? [goodPartOf('without', sort(taken))] : []),
  ]
  return { parts, left }
}

const sameHashes = (taken: Buffer, before: Buffer | undefined) =>
  before === undefined ? taken.length === 0 : sort(taken).equals(before)

/** Parts share no entry, and are few. */
function sort(hashes: Buffer): Buffer {
  const each = Array.from({ length: hashes.length / hashBytes }, (_, at) =>
    hashes.subarray(at * hashBytes, (at + 1) * hashBytes),
  )
  return Buffer.concat(each.sort(Buffer.compare))
}
