import { openFile } from './file.ts'
import { readKeys, type Signers } from './header.ts'

/** What is known to be good, exactly: whole SHA-256, sorted. */
export type KnownGood = {
  readonly version: number
  readonly entries: number
  has(sha256: Uint8Array): boolean
  close(): void
}

export const entryBytes = 32

export function openKnownGood(path: string, signers: Signers): KnownGood {
  const { header, bodies, mapped } = openFile(path, 'known-good', readKeys(signers))
  let body = bodies[0]!
  return {
    version: header.version,
    entries: header.entries,
    has: (sha256) => findSorted(body, sha256),
    close() {
      body = Buffer.alloc(0)
      mapped.close()
    },
  }
}

/**
 * Hashes are uniform, so the place of one can be guessed from its value: about log log n steps. A list made to mislead the guess
 * costs no more than halving does, since every other step halves.
 */
export function findSorted(body: Buffer, sha256: Uint8Array): boolean {
  if (sha256.length !== entryBytes) throw new RangeError('a SHA-256 has 32 bytes')
  const wanted = Buffer.from(sha256.buffer, sha256.byteOffset, entryBytes)
  const aim = wanted.readUInt32BE(0)
  let low = 0
  let high = body.length / entryBytes - 1
  for (let step = 0; low <= high; step += 1) {
    const [least, most] = [body.readUInt32BE(low * entryBytes), body.readUInt32BE(high * entryBytes)]
    if (aim < least || aim > most) return false
    const guess = step % 2 === 0 && most > least ? (aim - least) / (most - least) : 0.5
    const at = Math.min(high, low + Math.floor((high - low) * guess))
    const order = body.compare(wanted, 0, entryBytes, at * entryBytes, (at + 1) * entryBytes)
    if (order === 0) return true
    if (order < 0) low = at + 1
    else high = at - 1
  }
  return false
}
