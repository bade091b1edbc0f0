import { readSync } from 'node:fs'
import { typeOf } from '#engine/types'

/** Enough to tell chance from anything people write. */
const blockBytes = 1_024
/** What encryptors that leave pieces as they were count in. */
const pageBytes = 4_096
const leastBytes = 512
const head = Buffer.alloc(blockBytes)
const body = Buffer.alloc(blockBytes)
const counts = new Uint16Array(256)
/** n log n for every count there can be: this runs for each file that anybody writes. */
const weights = Float64Array.from({ length: blockBytes + 1 }, (_, n) => (n === 0 ? 0 : n * Math.log2(n)))

/**
 * Whether a file now looks encrypted: nothing that is known and all chance, or text whose middle is chance. Formats that are packed look like chance by
 * themselves and are told apart by their beginning; whoever keeps that is found by what else they do.
 */
export function looksEncrypted(fd: number, size: number): boolean {
  if (size < leastBytes) return false
  const inHead = readSync(fd, head, 0, blockBytes, 0)
  if (isChance(head, inHead)) {
    const beginning = head.subarray(0, inHead)
    return !isZlib(beginning) && typeOf(beginning) === 'data'
  }
  if (size < 2 * pageBytes || !isPlain()) return false
  // In pairs of pages side by side: whoever encrypts every other one has left some as they were.
  for (const part of [1 / 3, 2 / 3]) {
    const from = Math.max(pageBytes, Math.floor((size * part) / pageBytes) * pageBytes)
    for (const at of [from, from + pageBytes]) if (isChance(body, readSync(fd, body, 0, blockBytes, at))) return true
  }
  return false
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
function isChance(bytes: Buffer, length: number): boolean {
  if (length < leastBytes) return false
  counts.fill(0)
  for (let at = 0; at < length; at += 1) counts[bytes[at] as number]! += 1
  let sum = 0
  for (let byte = 0; byte < 256; byte += 1) sum += weights[counts[byte] as number] as number
  return Math.log2(length) - sum / length > 8 - 255 / (2 * length * Math.LN2) - 0.12
}
