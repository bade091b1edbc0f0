import { readSync } from 'node:fs'
import { typeOf } from '#engine/types'

const blockBytes = 4_096
const leastBytes = 512
const head = Buffer.alloc(blockBytes)
const body = Buffer.alloc(blockBytes)
const counts = new Uint32Array(256)

/** Kinds of file whose inside is text, so that nothing in them looks like chance. */
const plain: ReadonlySet<string> = new Set(['text', 'script', 'html', 'xml', 'mail', 'rtf'])

/**
 * Whether a file now looks encrypted: nothing that is known and all chance, or text whose middle is chance. Formats that are packed look like chance by
 * themselves and are told apart by their beginning; whoever keeps that is found by what else they do.
 */
export function looksEncrypted(fd: number, size: number): boolean {
  if (size < leastBytes) return false
  const inHead = readSync(fd, head, 0, blockBytes, 0)
  const beginning = head.subarray(0, inHead)
  if (isChance(beginning)) return !isZlib(beginning) && typeOf(beginning) === 'data'
  if (size < 2 * blockBytes || !plain.has(typeOf(beginning))) return false
  // In three places: whoever encrypts every other piece has left some as they were.
  for (const part of [1 / 4, 1 / 2, 3 / 4]) {
    const from = Math.max(blockBytes, Math.floor((size * part) / blockBytes) * blockBytes)
    const inBody = readSync(fd, body, 0, blockBytes, from)
    if (inBody >= leastBytes && isChance(body.subarray(0, inBody))) return true
    const next = readSync(fd, body, 0, blockBytes, from + blockBytes)
    if (next >= leastBytes && isChance(body.subarray(0, next))) return true
  }
  return false
}

/** Git keeps each object as one such stream. The two bytes check each other (RFC 1950 §2.2). */
const isZlib = (bytes: Buffer) =>
  (bytes[0]! & 0x0f) === 8 && bytes[0]! >> 4 <= 7 && ((bytes[0]! << 8) | bytes[1]!) % 31 === 0

/** Shannon's entropy, near to what chance gives in so few bytes: n bytes of chance fall short of 8 bits by about 255 / (2 n ln 2). */
function isChance(bytes: Buffer): boolean {
  counts.fill(0)
  for (const byte of bytes) counts[byte]! += 1
  let sum = 0
  for (const count of counts) if (count > 0) sum += count * Math.log2(count)
  const entropy = Math.log2(bytes.length) - sum / bytes.length
  return entropy > 8 - 255 / (2 * bytes.length * Math.LN2) - 0.12
}
