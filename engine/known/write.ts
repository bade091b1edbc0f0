import type { KeyObject } from 'node:crypto'
import { signNote } from '#base/signed-note'
import { frameNote, sha256 } from './file.ts'
import type { Fuse } from './fuse.ts'
import { type FusePart, mostParts, writeHeader } from './header.ts'

/** Who signs: the name and private half of the key whose verifier key opens the list. */
export type Signer = { readonly name: string; readonly privateKey: KeyObject }

/** A part of a list of known bad, with its bytes. */
export type Part = { readonly part: FusePart; readonly body: Buffer }

export function partOf(fuse: Fuse, entries: number): Part {
  const { slots, shape, seeds } = fuse
  const body = Buffer.from(slots.buffer, slots.byteOffset, slots.byteLength)
  const width = slots instanceof Uint16Array ? 16 : 32
  return { part: { ...shape, width, entries, seeds, sha256: sha256(body), bytes: body.length }, body }
}

const bitsPerEntry = 19

/**
 * Whether a list of these parts is as small as promised. When it is not, or has too many of them, one new filter is made of everything. A list
 * too short for the promise (some ten thousand entries) always has one part.
 */
export function isTight(parts: readonly FusePart[]): boolean {
  const bits = parts.reduce((sum, { bytes }) => sum + bytes * 8, 0)
  const entries = parts.reduce((sum, part) => sum + part.entries, 0)
  return parts.length <= mostParts / 2 && bits <= bitsPerEntry * entries
}

/** The bytes before the body, signed; the bodies of the parts follow in this order. */
export function signParts(version: number, parts: readonly FusePart[], signer: Signer): { note: string; head: Buffer } {
  const note = signNote(writeHeader({ kind: 'known-bad', version, parts }), signer.name, signer.privateKey)
  return { note, head: frameNote(note) }
}

export function writeKnownBad(version: number, parts: readonly Part[], signer: Signer): Buffer {
  const { head } = signParts(
    version,
    parts.map(({ part }) => part),
    signer,
  )
  return Buffer.concat([head, ...parts.map(({ body }) => body)])
}

/** `sorted`: whole SHA-256, one after the other, in order and each once. */
export function writeKnownGood(version: number, sorted: Buffer, signer: Signer): Buffer {
  for (let at = 32; at < sorted.length; at += 32)
    if (sorted.compare(sorted, at - 32, at, at, at + 32) <= 0) throw new RangeError('the entries are not in order')
  const header = writeHeader({ kind: 'known-good', version, entries: sorted.length / 32, sha256: sha256(sorted) })
  return Buffer.concat([frameNote(signNote(header, signer.name, signer.privateKey)), sorted])
}
