import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { damaged } from './errors.ts'

// A segment: verdicts sorted by their SHA-256, in a file that never changes once it has its name. Read by position, through the page cache.
//   head     4,096 bytes: magic, then JSON, then zeros
//   records  40 bytes each: SHA-256, verdict, kind, number of the name, seconds since 1970 (little-endian)
//   fences   4 bytes for each prefix of `fenceBits` bits and one more: number of its first record
//   names    a line each

export const recordBytes = 40
const headBytes = 4_096
const magic = Buffer.from('VSEG1\n')
/** The last is no name. */
export const mostNames = 65_535
export const noName = 65_535
export const longestName = 64

export type SegmentHead = {
  readonly entries: number
  readonly malicious: number
  readonly fenceBits: number
  readonly nameBytes: number
  /** Of everything behind the head. */
  readonly sha256: string
}

export type Segment = SegmentHead & {
  readonly path: string
  readonly names: readonly string[]
  /** From which record to which (not included) the hashes begin with a prefix; found with at most one reading. */
  range(bits: number, prefix: number): readonly [from: number, to: number]
  /** Records into a buffer of ours that the next call writes over. */
  read(from: number, to: number): Buffer
  close(): void
}

/** As many records to a fence as there are answers for: few enough to read at once. */
export const fenceBitsFor = (entries: number): number =>
  Math.min(24, Math.max(0, Math.floor(Math.log2(Math.max(1, entries / 50)))))

export const frontOf = (bytes: Buffer, at: number): number => bytes.readUInt32BE(at)

export function writeHead(head: SegmentHead): Buffer {
  const framed = Buffer.alloc(headBytes)
  Buffer.concat([magic, Buffer.from(JSON.stringify(head))]).copy(framed)
  return framed
}

export function openSegment(path: string): Segment {
  const file = openSync(path, 'r')
  try {
    return readSegment(path, file)
  } catch (cause) {
    closeSync(file)
    throw damaged(cause)
  }
}

function readSegment(path: string, file: number): Segment {
  const framed = Buffer.alloc(headBytes)
  readSync(file, framed, 0, headBytes, 0)
  if (!framed.subarray(0, magic.length).equals(magic)) throw new Error('it is no segment')
  const head = JSON.parse(framed.toString('utf8', magic.length, framed.indexOf(0, magic.length))) as SegmentHead
  const fences = new Uint32Array(2 ** head.fenceBits + 1)
  const fencesAt = headBytes + head.entries * recordBytes
  const names = Buffer.alloc(head.nameBytes)
  if (fstatSync(file).size !== fencesAt + fences.byteLength + names.length)
    throw new Error('it is not as long as it says')
  readSync(file, new Uint8Array(fences.buffer), 0, fences.byteLength, fencesAt)
  readSync(file, names, 0, names.length, fencesAt + fences.byteLength)
  if (fences.at(-1) !== head.entries) throw new Error('its fences are not those of its records')
  let buffer = Buffer.allocUnsafe(64 * 1_024)
  const read = (from: number, to: number): Buffer => {
    const length = (to - from) * recordBytes
    if (buffer.length < length) buffer = Buffer.allocUnsafe(length)
    if (length > 0 && readSync(file, buffer, 0, length, headBytes + from * recordBytes) !== length)
      throw damaged(new Error('it became shorter'))
    return buffer.subarray(0, length)
  }
  return {
    ...head,
    path,
    names: head.nameBytes === 0 ? [] : names.toString('utf8').split('\n'),
    read,
    range(bits, prefix) {
      const { fenceBits } = head
      if (fenceBits >= bits) {
        const shift = 2 ** (fenceBits - bits)
        return [fences[prefix * shift]!, fences[(prefix + 1) * shift]!]
      }
      // The fences are further apart than the prefixes: look between two of them.
      const fence = Math.floor(prefix / 2 ** (bits - fenceBits))
      const [from, to] = [fences[fence]!, fences[fence + 1]!]
      const records = read(from, to)
      const begins = (wanted: number) => {
        let [low, high] = [0, to - from]
        while (low < high) {
          const middle = (low + high) >> 1
          if (Math.floor(frontOf(records, middle * recordBytes) / 2 ** (32 - bits)) < wanted) low = middle + 1
          else high = middle
        }
        return from + low
      }
      return [begins(prefix), begins(prefix + 1)]
    },
    close: () => closeSync(file),
  }
}

/** Reads a whole segment and compares its hash, a little at a time. */
export function* verifySegment(segment: Segment): Generator<void, boolean> {
  const file = openSync(segment.path, 'r')
  try {
    const hash = createHash('sha256')
    const chunk = Buffer.allocUnsafe(1 << 20)
    for (let at = headBytes; ; ) {
      const length = readSync(file, chunk, 0, chunk.length, at)
      if (length === 0) return hash.digest('hex') === segment.sha256
      hash.update(chunk.subarray(0, length))
      at += length
      yield
    }
  } finally {
    closeSync(file)
  }
}
