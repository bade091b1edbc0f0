import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'

// One record of a segment: its length (4 bytes), nonce (12), sealed content, tag (16). The tag covers the spool and the number, so that a record is
// worth nothing at another place, and makes a torn write visible.

const algorithm = 'aes-256-gcm'
const lengthBytes = 4
const nonceBytes = 12
const tagBytes = 16
export const overheadBytes = lengthBytes + nonceBytes + tagBytes
/** No event of ours is larger; a length above it is no length. */
export const largestRecordBytes = 65_536

const place = (spool: string, number: number) => Buffer.from(`${spool} ${number}`)

export function sealRecord(key: KeyObject, spool: string, number: number, content: Buffer): Buffer {
  const head = Buffer.alloc(lengthBytes)
  head.writeUInt32LE(content.length)
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(place(spool, number))
  return Buffer.concat([head, nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()])
}

export type OpenedRecord = { readonly content: Buffer; readonly end: number }

/** The record of that number at `at`, or undefined when none stands there whole. */
export function openRecord(
  key: KeyObject,
  spool: string,
  number: number,
  segment: Buffer,
  at: number,
): OpenedRecord | undefined {
  if (at + overheadBytes > segment.length) return undefined
  const length = segment.readUInt32LE(at)
  const end = at + overheadBytes + length
  if (length === 0 || length > largestRecordBytes || end > segment.length) return undefined
  const from = at + lengthBytes
  const decipher = createDecipheriv(algorithm, key, segment.subarray(from, from + nonceBytes))
    .setAAD(place(spool, number))
    .setAuthTag(segment.subarray(end - tagBytes, end))
  try {
    const content = Buffer.concat([
      decipher.update(segment.subarray(from + nonceBytes, end - tagBytes)),
      decipher.final(),
    ])
    return { content, end }
  } catch {
    // The tag does not fit: torn, or somebody else's bytes. Node has no code of its own for it.
    return undefined
  }
}
