import { openFile } from './file.ts'
import { Fuse, slotsOf } from './fuse.ts'
import { type FusePart, readKeys, type Signers } from './header.ts'
import type { Part } from './write.ts'

/**
 * A filter of what is known to be bad. It says yes to every entry and to one stranger in 65,536, so a yes condemns nothing: an exact
 * query follows. A no says only that the list of this version has no such entry, never that a file is clean.
 */
export type KnownBad = {
  readonly version: number
  readonly entries: number
  readonly bitsPerEntry: number
  /** True while several processes can look into the same memory. */
  readonly isShared: boolean
  /** By the 32 bytes of a SHA-256. */
  mayHave(sha256: Uint8Array): boolean
  close(): void
}

/** Where the two words of an entry lie in its SHA-256. Not in front: by its front the Cloud is asked. */
export const wordAt = 8

const word = (bytes: Uint8Array, at: number): number =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)

export function openKnownBad(path: string, signers: Signers): KnownBad {
  const { header, bodies, mapped } = openFile(path, 'known-bad', readKeys(signers))
  let fuses = header.parts.map((part, at) => openFuse(part, bodies[at]!))
  const entries = header.parts.reduce((sum, part) => sum + part.entries, 0)
  return {
    version: header.version,
    entries,
    bitsPerEntry: entries === 0 ? 0 : (mapped.bytes.length * 8) / entries,
    isShared: mapped.isShared,
    mayHave(sha256) {
      if (sha256.length !== 32) throw new RangeError('a SHA-256 has 32 bytes')
      const [a, b] = [word(sha256, wordAt), word(sha256, wordAt + 4)]
      for (let at = 0; at < fuses.length; at += 1) if (fuses[at]!.has(a, b)) return true
      return false
    },
    close() {
      fuses = []
      mapped.close()
    },
  }
}

/** What a list is made of, for whoever makes the next one or a delta. */
export function readParts(path: string, signers: Signers): { note: string; version: number; parts: Part[] } {
  const { header, note, bodies, mapped } = openFile(path, 'known-bad', readKeys(signers))
  const parts = header.parts.map((part, at) => ({ part, body: Buffer.from(bodies[at]!) }))
  mapped.close()
  return { note, version: header.version, parts }
}

function openFuse(part: FusePart, body: Buffer): Fuse {
  const Slots = part.width === 16 ? Uint16Array : Uint32Array
  return new Fuse(part, part.seeds, new Slots(body.buffer as ArrayBuffer, body.byteOffset, slotsOf(part)))
}
