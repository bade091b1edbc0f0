import { createHash } from 'node:crypto'
import { closeSync, constants, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import {
  fenceBitsFor,
  frontOf,
  longestName,
  mostNames,
  noName,
  recordBytes,
  type Segment,
  type SegmentHead,
  writeHead,
} from './segment.ts'
import { sortRecords } from './sort-records.ts'

const batchBytes = 4 * 1_024 * 1_024
const malicious = 1
const withdrawn = 0

/** Names by number, each once. Beyond what a segment holds, and longer than a name is, there is none. */
export function createNames() {
  const numbers = new Map<string, number>()
  return {
    number(name: string): number {
      if (name === '' || name.length > longestName || name.includes('\n')) return noName
      const known = numbers.get(name)
      if (known !== undefined) return known
      if (numbers.size >= mostNames) return noName
      numbers.set(name, numbers.size)
      return numbers.size - 1
    },
    text: () => [...numbers.keys()].join('\n'),
  }
}

/** Takes sorted records piece by piece. Until `finish` there is only a half file, which nobody opens. */
export function createSegmentWriter(path: string, atMostEntries: number) {
  const half = `${path}.half`
  const fenceBits = fenceBitsFor(atMostEntries)
  const fences = new Uint32Array(2 ** fenceBits + 1)
  const hash = createHash('sha256')
  // O_SYNC: fsync is one of the things that Node's permission model forbids.
  const { O_CREAT, O_SYNC, O_TRUNC, O_WRONLY } = constants
  const file = openSync(half, O_WRONLY | O_CREAT | O_TRUNC | O_SYNC, 0o600)
  let at = 4_096
  let held: Buffer[] = []
  let heldBytes = 0
  let [entries, isMalicious, fence] = [0, 0, 0]
  const put = (bytes: Buffer, position = at) => {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, position + done)
  }
  const flush = () => {
    const bytes = Buffer.concat(held)
    hash.update(bytes)
    put(bytes)
    at += bytes.length
    held = []
    heldBytes = 0
  }
  const append = (bytes: Buffer) => {
    held.push(bytes)
    heldBytes += bytes.length
    if (heldBytes >= batchBytes) flush()
  }
  return {
    /** The bytes are ours from here on. */
    add(sorted: Buffer): void {
      for (let record = 0; record < sorted.length; record += recordBytes) {
        const own = Math.floor(frontOf(sorted, record) / 2 ** (32 - fenceBits))
        while (fence <= own) fences[fence++] = entries
        if (sorted[record + 32] === malicious) isMalicious += 1
        entries += 1
      }
      append(sorted)
    },
    finish(names: string): SegmentHead {
      while (fence < fences.length) fences[fence++] = entries
      const nameBytes = Buffer.from(names)
      append(Buffer.from(fences.buffer))
      append(nameBytes)
      flush()
      const head = {
        entries,
        malicious: isMalicious,
        fenceBits,
        nameBytes: nameBytes.length,
        sha256: hash.digest('hex'),
      }
      put(writeHead(head), 0)
      closeSync(file)
      renameSync(half, path)
      return head
    },
    abandon(): void {
      closeSync(file)
      rmSync(half, { force: true })
    },
  }
}

/** About as many records at once: a few milliseconds. */
const sliceEntries = 16_384

export type Names = ReturnType<typeof createNames>

/**
 * The records of several segments, given from the oldest to the newest, in order and a slice at a time. Of a hash that stands in more than one the
 * newest verdict stays. Names are numbered anew.
 */
export function* mergedSlices(sources: readonly Segment[], names: Names): Generator<Buffer> {
  const total = sources.reduce((sum, { entries }) => sum + entries, 0)
  const bits = Math.max(0, Math.min(24, Math.ceil(Math.log2(Math.max(1, total / sliceEntries)))))
  const numbers = sources.map((source) => Uint16Array.from(source.names, (name) => names.number(name)))
  for (let slice = 0; slice < 2 ** bits; slice += 1) {
    const pieces = sources.map((source, index) => {
      const records = Buffer.from(source.read(...source.range(bits, slice)))
      const own = numbers[index]!
      for (let record = 0; record < records.length; record += recordBytes)
        records.writeUInt16LE(own[records.readUInt16LE(record + 34)] ?? noName, record + 34)
      return records
    })
    yield sources.length === 1 ? pieces[0]! : sortRecords(Buffer.concat(pieces))
  }
}

/** One segment of several. A verdict that was withdrawn goes when nothing older can be below (`isWhole`). Pauses every few milliseconds. */
export function* mergeSegments(
  path: string,
  sources: readonly Segment[],
  { isWhole }: { isWhole: boolean },
): Generator<void, SegmentHead> {
  const names = createNames()
  const writer = createSegmentWriter(
    path,
    sources.reduce((sum, { entries }) => sum + entries, 0),
  )
  try {
    for (const sorted of mergedSlices(sources, names)) {
      writer.add(isWhole ? withoutWithdrawn(sorted) : sorted)
      yield
    }
    return writer.finish(names.text())
  } catch (error) {
    writer.abandon()
    throw error
  }
}

function withoutWithdrawn(sorted: Buffer): Buffer {
  let kept = 0
  for (let record = 0; record < sorted.length; record += recordBytes) {
    if (sorted[record + 32] === withdrawn) continue
    if (kept !== record) sorted.copy(sorted, kept, record, record + recordBytes)
    kept += recordBytes
  }
  return sorted.subarray(0, kept)
}
