import { randomBytes } from 'node:crypto'
import { AppError } from '#base/errors'

// Binary fuse filter with three places an entry: Thomas Mueller Graf and Daniel Lemire, "Binary Fuse Filters: Fast and Smaller Than Xor
// Filters", ACM Journal of Experimental Algorithmics 27 (2022), arXiv:2201.01174; sizes and peeling as there. What differs: an entry is
// eight bytes of a SHA-256, so it is uniform already, and is mixed with the seeds in 32-bit steps, which JavaScript has.

/** Bits of a fingerprint: 16 says yes to one stranger in 65,536, 32 to one in four thousand million. */
export type Width = 16 | 32

export type Shape = {
  /** A power of two. The three places of an entry lie in three segments side by side. */
  readonly segmentLength: number
  /** In how many segments the first place may lie. */
  readonly segmentCount: number
}

export type Slots = Uint16Array | Uint32Array

export const mostEntries = 100_000_000
const longestSegment = 262_144

export function shapeOf(entries: number): Shape {
  const n = Math.max(2, entries)
  const segmentLength = Math.min(longestSegment, 2 ** Math.floor(Math.log(n) / Math.log(3.33) + 2.25))
  const factor = Math.max(1.125, 0.875 + (0.25 * Math.log(1_000_000)) / Math.log(n))
  return { segmentLength, segmentCount: Math.max(1, Math.ceil((n * factor) / segmentLength) - 2) }
}

export const slotsOf = ({ segmentLength, segmentCount }: Shape) => (segmentCount + 2) * segmentLength

// The last entry that was looked for: three places and a fingerprint. Kept here so that a look-up makes no object.
let first = 0
let second = 0
let third = 0
let mark = 0

/**
 * The seeds are drawn after the entries are known, and each place hangs on all 64 bits of the entry and both seeds: who may
 * choose entries cannot choose where they fall.
 */
function locate(a: number, b: number, seedA: number, seedB: number, length: number, firsts: number): void {
  let x = a ^ seedA
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  let y = b ^ seedB ^ x ^ (x >>> 16)
  y = Math.imul(y ^ (y >>> 16), 0x85ebca6b)
  y = Math.imul(y ^ (y >>> 13), 0xc2b2ae35)
  y ^= y >>> 16
  x = Math.imul(x ^ y ^ (x >>> 15), 0x9e3779b1)
  x ^= x >>> 15
  const z = Math.imul(y ^ (x >>> 7), 0x2c1b3c6d)
  const mask = length - 1
  first = Math.floor((x >>> 0) * (firsts / 4_294_967_296))
  second = (first + length) ^ (y & mask)
  third = (first + 2 * length) ^ ((z >>> 8) & mask)
  mark = x ^ Math.imul(y ^ (z >>> 15), 0x297a2d39)
}

export class Fuse {
  readonly shape: Shape
  readonly seeds: readonly [number, number]
  readonly slots: Slots
  readonly #length: number
  readonly #firsts: number
  readonly #mask: number
  readonly #seedA: number
  readonly #seedB: number

  constructor(shape: Shape, seeds: readonly [number, number], slots: Slots) {
    if (slots.length !== slotsOf(shape)) throw new RangeError('the slots are not as many as their shape says')
    this.shape = shape
    this.seeds = seeds
    this.slots = slots
    this.#length = shape.segmentLength
    this.#firsts = shape.segmentCount * shape.segmentLength
    this.#mask = slots instanceof Uint16Array ? 0xffff : -1
    this.#seedA = seeds[0] | 0
    this.#seedB = seeds[1] | 0
  }

  /** True for every entry, and for a few strangers. `a` and `b` are the two words of an entry. */
  has(a: number, b: number): boolean {
    locate(a, b, this.#seedA, this.#seedB, this.#length, this.#firsts)
    const { slots } = this
    return ((mark ^ slots[first]! ^ slots[second]! ^ slots[third]!) & this.#mask) === 0
  }
}

/** How many entries are worked on between two pauses: a few milliseconds. */
const stride = 65_536

/**
 * Builds a filter over entries of two words each. It pauses (yields) every few milliseconds, so that a program that answers requests can build one.
 * Equal entries make building fail for every seed, and whoever can make two files with eight equal bytes could stop every
 * update: so they are looked for when seeds have failed.
 */
export function* buildFuse(words: Uint32Array, width: Width): Generator<void, Fuse> {
  if (words.length % 2 !== 0 || words.length / 2 > mostEntries) throw new RangeError('entries are two words each')
  let entries = words
  for (let attempt = 0; attempt < 60; attempt += 1) {
    if (attempt === 5) entries = unique(entries)
    const built = yield* tryBuild(entries, width, randomBytes(8))
    if (built) return built
  }
  throw new AppError('known.not_built', 500, 'The filter could not be built.')
}

/** For whoever has nothing else to do meanwhile. */
export function buildFuseNow(words: Uint32Array, width: Width): Fuse {
  const building = buildFuse(words, width)
  for (;;) {
    const { done, value } = building.next()
    if (done) return value
  }
}

function unique(words: Uint32Array): Uint32Array {
  const whole = new BigUint64Array(words.length / 2)
  new Uint32Array(whole.buffer).set(words)
  whole.sort()
  let kept = 0
  for (let at = 0; at < whole.length; at += 1) if (at === 0 || whole[at] !== whole[at - 1]) whole[kept++] = whole[at]!
  return new Uint32Array(whole.buffer, 0, kept * 2)
}

function* tryBuild(words: Uint32Array, width: Width, random: Buffer): Generator<void, Fuse | undefined> {
  const entries = words.length / 2
  const shape = shapeOf(entries)
  const length = shape.segmentLength
  const firsts = shape.segmentCount * length
  const size = slotsOf(shape)
  const [seedA, seedB] = [random.readInt32LE(0), random.readInt32LE(4)]
  // Of each slot: how many entries have a place there, the exclusive or of which place it is to them, and of their numbers.
  const count = new Uint32Array(size)
  const which = new Uint8Array(size)
  const number = new Uint32Array(size)
  for (let from = 0; from < entries; from += stride) {
    for (let entry = from; entry < Math.min(entries, from + stride); entry += 1) {
      locate(words[2 * entry]!, words[2 * entry + 1]!, seedA, seedB, length, firsts)
      count[first]! += 1
      number[first]! ^= entry
      count[second]! += 1
      which[second]! ^= 1
      number[second]! ^= entry
      count[third]! += 1
      which[third]! ^= 2
      number[third]! ^= entry
    }
    yield
  }
  // Peeling: a slot that only one entry has belongs to it; without that entry others have slots to themselves.
  const alone = new Uint32Array(size)
  let waiting = 0
  for (let slot = 0; slot < size; slot += 1) if (count[slot] === 1) alone[waiting++] = slot
  yield
  const order = new Uint32Array(entries)
  const owned = new Uint8Array(entries)
  let peeled = 0
  const leave = (slot: number, place: number, entry: number) => {
    if (count[slot] === 2) alone[waiting++] = slot
    count[slot]! -= 1
    which[slot]! ^= place
    number[slot]! ^= entry
  }
  for (let steps = 1; waiting > 0; steps += 1) {
    const slot = alone[--waiting]!
    if (count[slot] !== 1) continue
    const entry = number[slot]!
    const place = which[slot]!
    order[peeled] = entry
    owned[peeled] = place
    peeled += 1
    count[slot] = 0
    locate(words[2 * entry]!, words[2 * entry + 1]!, seedA, seedB, length, firsts)
    if (place !== 0) leave(first, 0, entry)
    if (place !== 1) leave(second, 1, entry)
    if (place !== 2) leave(third, 2, entry)
    if (steps % stride === 0) yield
  }
  if (peeled !== entries) return undefined
  const slots = width === 16 ? new Uint16Array(size) : new Uint32Array(size)
  for (let at = entries - 1; at >= 0; at -= 1) {
    const entry = order[at]!
    locate(words[2 * entry]!, words[2 * entry + 1]!, seedA, seedB, length, firsts)
    const own = owned[at] === 0 ? first : owned[at] === 1 ? second : third
    slots[own] = 0
    slots[own] = mark ^ slots[first]! ^ slots[second]! ^ slots[third]!
    if (at % stride === 0) yield
  }
  return new Fuse(shape, [seedA, seedB], slots)
}
