import { openFile } from './file.ts'
import { readKeys, type Signers, type SortedPart, sortedBytes } from './header.ts'
import type { GoodPart } from './write.ts'

/** What is known to be good, exactly: whole SHA-256, sorted. */
export type KnownGood = {
  readonly version: number
  readonly entries: number
  has(sha256: Uint8Array): boolean
  close(): void
}

export function openKnownGood(path: string, signers: Signers): KnownGood {
  const { header, bodies, mapped } = openFile(path, 'known-good', readKeys(signers))
  const of = (wanted: SortedPart['is']) => bodies.filter((_, at) => header.parts[at]?.is === wanted)
  let [sorted, without] = [of('sorted'), of('without')]
  return {
    version: header.version,
    entries: countGood(header.parts),
    has: (sha256) =>
      sorted.some((body) => findSorted(body, sha256)) && !without.some((body) => findSorted(body, sha256)),
    close() {
      sorted = []
      without = []
      mapped.close()
    },
  }
}

export const countGood = (parts: readonly SortedPart[]): number =>
  parts.reduce((sum, { is, entries }) => sum + (is === 'sorted' ? entries : -entries), 0)

/** What a list is made of, for whoever makes the next one or a delta. A copy: what is being sent must not be unmapped meanwhile. */
export function readGoodParts(path: string, signers: Signers) {
  const { header, note, bodies, mapped } = openFile(path, 'known-good', readKeys(signers))
  const bytes = Buffer.from(mapped.bytes)
  let at = bytes.length - bodies.reduce((sum, { length }) => sum + length, 0)
  const parts = header.parts.map((part): GoodPart => {
    at += part.bytes
    return { part, body: bytes.subarray(at - part.bytes, at) }
  })
  mapped.close()
  return { version: header.version, note, parts, bytes }
}

/**
 * Hashes are uniform, so the place of one can be guessed from its value: about log log n steps. A list made to mislead the guess
 * costs no more than halving does, since every other step halves.
 */
export function findSorted(body: Buffer, sha256: Uint8Array): boolean {
  if (sha256.length !== sortedBytes) throw new RangeError('a SHA-256 has 32 bytes')
  const wanted = Buffer.from(sha256.buffer, sha256.byteOffset, sortedBytes)
  const aim = wanted.readUInt32BE(0)
  let low = 0
  let high = body.length / sortedBytes - 1
  for (let step = 0; low <= high; step += 1) {
    const [least, most] = [body.readUInt32BE(low * sortedBytes), body.readUInt32BE(high * sortedBytes)]
    if (aim < least || aim > most) return false
    const guess = step % 2 === 0 && most > least ? (aim - least) / (most - least) : 0.5
    const at = Math.min(high, low + Math.floor((high - low) * guess))
    const order = body.compare(wanted, 0, sortedBytes, at * sortedBytes, (at + 1) * sortedBytes)
    if (order === 0) return true
    if (order < 0) low = at + 1
    else high = at - 1
  }
  return false
}
