import { headBytes, magic, noName, sizeClasses, verdictBytes, verdicts } from '#engine/cloud'
import { recordBytes, type Segment } from './segment.ts'
import type { Store } from './store.ts'

/** How long an answer may be kept: a malicious verdict longest, since it is the one that is not forgotten silently. */
const keepSeconds = { malicious: 7 * 86_400, good: 86_400, unknown: 600 }
const withdrawn = verdicts.indexOf('withdrawn')
/** A name in an answer is about as long; only for choosing the usual size. */
const usualName = 12

/**
 * The size that all but a few answers of this store fit into: every answer is at least as long, so its length says nothing about the prefix. The few
 * that do not fit are twice as long, and so on: nothing is left out.
 */
export function usualBytes(store: Store): number {
  const bits = store.prefixBits
  const counts = new Uint32Array(2 ** Math.min(bits, 16))
  // Of 65,536 prefixes at most: a sample is as good.
  for (let prefix = 0; prefix < counts.length; prefix += 1)
    for (const segment of store.segments) {
      const [from, to] = segment.range(bits, prefix)
      counts[prefix]! += to - from
    }
  counts.sort()
  const most = counts[Math.floor(counts.length * 0.999)] ?? 0
  return classOf(headBytes + most * (verdictBytes + usualName), sizeClasses[1]!)
}

function classOf(bytes: number, least: number): number {
  const found = sizeClasses.find((size) => size >= bytes && size >= least)
  if (found === undefined) throw new RangeError('an answer is larger than any may be')
  return found
}

/** Everything the store knows under a prefix, filled up with zeros. */
export function writeAnswer(segments: readonly Segment[], bits: number, prefix: number, least: number): Buffer {
  const own = new Map<string, number>()
  const names: string[] = []
  let nameBytes = 0
  let answer = Buffer.alloc(least)
  let at = headBytes
  const seen = segments.length > 1 ? new Set<string>() : undefined
  for (let index = segments.length - 1; index >= 0; index -= 1) {
    const segment = segments[index]!
    const records = segment.read(...segment.range(bits, prefix))
    for (let record = 0; record < records.length; record += recordBytes) {
      if (seen) {
        // The newest verdict counts, a withdrawal too.
        const hash = records.toString('latin1', record, record + 32)
        if (seen.has(hash)) continue
        seen.add(hash)
      }
      if (records[record + 32] === withdrawn) continue
      if (at + verdictBytes > answer.length) answer = grown(answer, at + verdictBytes)
      records.copy(answer, at, record, record + 34)
      const name = segment.names[records.readUInt16LE(record + 34)]
      let number = noName
      if (name !== undefined) {
        const known = own.get(name)
        number = known ?? names.length
        if (known === undefined) {
          own.set(name, number)
          names.push(name)
          nameBytes += Buffer.byteLength(name) + 1
        }
      }
      answer.writeUInt16LE(number, at + 34)
      at += verdictBytes
    }
  }
  if (at + nameBytes > answer.length) answer = grown(answer, at + nameBytes)
  magic.copy(answer)
  answer[4] = bits
  answer.writeUInt16LE((at - headBytes) / verdictBytes, 6)
  answer.writeUInt32LE(keepSeconds.malicious, 8)
  answer.writeUInt32LE(keepSeconds.good, 12)
  answer.writeUInt32LE(keepSeconds.unknown, 16)
  answer.writeUInt32LE(names.length === 0 ? 0 : nameBytes - 1, 20)
  if (names.length > 0) answer.write(names.join('\n'), at)
  return answer
}

function grown(answer: Buffer, bytes: number): Buffer<ArrayBuffer> {
  const larger = Buffer.alloc(classOf(bytes, answer.length))
  answer.copy(larger)
  return larger
}
