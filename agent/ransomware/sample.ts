import { readSync } from 'node:fs'
import { type FileType, typeOf } from '#engine/types'

/** Enough to tell chance from anything people write. */
const blockBytes = 1_024
/** What encryptors that leave pieces as they were count in. */
const pageBytes = 4_096
const leastBytes = 512
/** Where a file is looked at before and after, besides its beginning: whoever encrypts less than a twelfth of it may be missed. */
const places = 12
const head = Buffer.alloc(blockBytes)
const body = Buffer.alloc(blockBytes)
const counts = new Uint16Array(256)
/** n log n for every count there can be: this runs for each file that anybody writes. */
const weights = Float64Array.from({ length: blockBytes + 1 }, (_, n) => (n === 0 ? 0 : n * Math.log2(n)))

/** What a file was before somebody wrote to it. */
export type Before = {
  readonly size: number
  /** `chance`: of no known type and without any order. */
  readonly head: FileType | 'chance'
  /** Of each place, whether it was chance. */
  readonly chance: readonly boolean[]
}

export function sampleBefore(fd: number, size: number): Before {
  const beginning = head.subarray(0, readSync(fd, head, 0, blockBytes, 0))
  const type = beginning.length === 0 ? 'empty' : typeOf(beginning)
  const isLost = type === 'data' && isChance(beginning)
  return { size, head: isLost ? 'chance' : type, chance: placesOf(size).map((at) => isChanceAt(fd, at)) }
}

function placesOf(size: number): number[] {
  if (size < 2 * pageBytes) return []
  const pages = Math.floor(size / pageBytes)
  const step = Math.max(1, Math.floor(pages / places))
  return Array.from({ length: Math.min(places, pages - 1) }, (_, index) => (index * step + 1) * pageBytes)
}

const isChanceAt = (fd: number, at: number) => isChance(body.subarray(0, readSync(fd, body, 0, blockBytes, at)))

/**
 * How much of a file was lost since: all of it (1) when what could be read or named has become chance; a third when a program that people encrypt and pack
 * with has put its own format in its place, which is also what an encryptor would pretend. A file that was chance before has nothing to lose.
 */
export function lostSince(before: Before, fd: number, size: number): number {
  if (before.head === 'chance' || size < leastBytes) return 0
  const beginning = head.subarray(0, readSync(fd, head, 0, blockBytes, 0))
  if (isSealedByHand(beginning)) return 1 / 3
  const type = typeOf(beginning)
  if (isChance(beginning)) return isZlib(beginning) ? 0 : type === 'data' ? 1 : isText(before.head) ? 1 / 3 : 0
  if (!isText(before.head) || !isPlain()) return 0
  // Text has no places without order, unless somebody made them.
  return placesOf(before.size).some((at, index) => !before.chance[index] && at < size && isChanceAt(fd, at)) ? 1 : 0
}

const isText = (type: Before['head']) =>
  type === 'text' || type === 'html' || type === 'xml' || type === 'script' || type === 'mail'

/**
 * Whether a file now looks encrypted: nothing that is known and all chance, or text whose middle is chance. Formats that are packed look like chance by
 * themselves and are told apart by their beginning; whoever keeps that is found by what else they do.
 */
export function looksEncrypted(fd: number, size: number): boolean {
  if (size < leastBytes) return false
  const beginning = head.subarray(0, readSync(fd, head, 0, blockBytes, 0))
  if (isChance(beginning)) return !isZlib(beginning) && !isSealedByHand(beginning) && typeOf(beginning) === 'data'
  if (size < 2 * pageBytes || !isPlain()) return false
  // In pairs of pages side by side: whoever encrypts every other one has left some as they were.
  for (const part of [1 / 3, 2 / 3]) {
    const from = Math.max(pageBytes, Math.floor((size * part) / pageBytes) * pageBytes)
    for (const at of [from, from + pageBytes]) if (isChanceAt(fd, at)) return true
  }
  return false
}

/** What people encrypt single files with: OpenPGP (RFC 9580 §5: a packet of a session key), OpenSSL, age. */
export function isSealed(fd: number): boolean {
  return isSealedByHand(head.subarray(0, readSync(fd, head, 0, blockBytes, 0)))
}

function isSealedByHand(bytes: Buffer): boolean {
  if (bytes.length < 16) return false
  const first = bytes.toString('latin1', 0, 18)
  if (first.startsWith('Salted__') || first === 'age-encryption.org') return true
  const [tag = 0, length = 0, version = 0] = bytes
  // Old form with one or two bytes of length, or new: symmetric (3) or public (1), of the versions there are.
  if (tag === 0x8c || tag === 0xc3) return length < 0x40 && version >= 4 && version <= 6
  if (tag === 0x85) return bytes[3] === 3 || bytes[3] === 6
  return tag === 0xc1 && length >= 0x20 && (bytes[2] === 3 || bytes[3] === 3 || bytes[2] === 6)
}

/** Git keeps each object as one such stream. The two bytes check each other (RFC 1950 §2.2). */
const isZlib = (bytes: Buffer) =>
  (bytes[0]! & 0x0f) === 8 && bytes[0]! >> 4 <= 7 && ((bytes[0]! << 8) | bytes[1]!) % 31 === 0

/** Of the block that was counted last: no control characters but tab, line feed and carriage return, as in text of any language. */
function isPlain(): boolean {
  for (let byte = 0; byte < 32; byte += 1)
    if (counts[byte] !== 0 && byte !== 9 && byte !== 10 && byte !== 13) return false
  return true
}

/** Shannon's entropy, near to what chance gives in so few bytes: n bytes of chance fall short of 8 bits by about 255 / (2 n ln 2). */
function isChance(bytes: Buffer): boolean {
  const { length } = bytes
  if (length < leastBytes) return false
  counts.fill(0)
  for (let at = 0; at < length; at += 1) counts[bytes[at] as number]! += 1
  let sum = 0
  for (let byte = 0; byte < 256; byte += 1) sum += weights[counts[byte] as number] as number
  return Math.log2(length) - sum / length > 8 - 255 / (2 * length * Math.LN2) - 0.12
}

const mostPages = 64
const leastCounted = 16_384
/** For 255 degrees of freedom chance gives 255 ± 23; what is packed stands far above it in this many bytes. */
const mostChiSquare = 400

/**
 * Longer, and sure: whether the pages that look like chance are as even as only encryption makes them. Of too few bytes nothing more can be said than
 * before: then it is.
 */
export function isEncryption(fd: number, size: number): boolean {
  const pages = Math.floor(size / pageBytes)
  const step = Math.max(1, Math.floor(pages / mostPages))
  const sums = new Float64Array(256)
  const page = Buffer.alloc(pageBytes)
  let counted = 0
  for (let index = 0; index < pages; index += step) {
    if (readSync(fd, page, 0, pageBytes, index * pageBytes) < pageBytes) break
    if (!isChance(page.subarray(0, blockBytes))) continue
    for (const byte of page) sums[byte]! += 1
    counted += pageBytes
  }
  if (counted < leastCounted) return true
  const expected = counted / 256
  return sums.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0) < mostChiSquare
}
