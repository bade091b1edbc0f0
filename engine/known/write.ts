import type { KeyObject } from 'node:crypto'
import { signNote } from '#base/signed-note'
import { frameNote, sha256 } from './file.ts'
import type { Fuse } from './fuse.ts'
import { type FusePart, type Header, mostParts, type SortedPart, sortedBytes, writeHeader } from './header.ts'

/** Who signs: the name and private half of the key whose verifier key opens the list. */
export type Signer = { readonly name: string; readonly privateKey: KeyObject }

/** A part of a list of known bad, with its bytes. */
export type Part = { readonly part: FusePart; readonly body: Buffer }
/** A part of a list of known good, with its bytes. */
export type GoodPart = { readonly part: SortedPart; readonly body: Buffer }

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
  return write({ kind: 'known-bad', version, parts: parts.map(({ part }) => part) }, parts, signer)
}

export function writeKnownGood(version: number, parts: readonly GoodPart[], signer: Signer): Buffer {
  return write({ kind: 'known-good', version, parts: parts.map(({ part }) => part) }, parts, signer)
}

function write(header: Header, parts: readonly { readonly body: Buffer }[], signer: Signer): Buffer {
  const note = signNote(writeHeader(header), signer.name, signer.privateKey)
  return Buffer.concat([frameNote(note), ...parts.map(({ body }) => body)])
}

/** `body`: whole SHA-256, one after the other, in order and each once. */
export function goodPartOf(is: SortedPart['is'], body: Buffer): GoodPart {
  for (let at = sortedBytes; at < body.length; at += sortedBytes)
    if (body.compare(body, at - sortedBytes, at, at, at + sortedBytes) <= 0)
      throw new RangeError('the entries are not in order')
  return { part: { is, entries: body.length / sortedBytes, sha256: sha256(body), bytes: body.length }, body }
}
