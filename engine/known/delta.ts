import { closeSync, constants, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { frameNote, openFile } from './file.ts'
import { type Header, readHeader, readKeys, type Signers, unusable } from './header.ts'

// A delta is the signed note of the newer version and the bytes of those parts that the older one lacks. What is put together of both is
// verified as a whole, as any list is; the number of the older version only tells early that it does not fit.
//   8 bytes  VDELTA1 and a line break
//   8 bytes  version it goes on from, little-endian
//   4 bytes  length of the note
//   note, then the new parts in the order of the note

const magic = Buffer.from('VDELTA1\n')
const headBytes = magic.length + 12

type AnyPart = { readonly part: { readonly sha256: string }; readonly body: Buffer }

/** The delta from a version that has the parts of these hashes. */
export function writeDelta(from: number, has: ReadonlySet<string>, note: string, parts: readonly AnyPart[]): Buffer {
  const text = Buffer.from(note)
  const head = Buffer.alloc(headBytes)
  magic.copy(head)
  head.writeBigUInt64LE(BigInt(from), magic.length)
  head.writeUInt32LE(text.length, magic.length + 8)
  const added = parts.filter(({ part }) => !has.has(part.sha256)).map(({ body }) => body)
  return Buffer.concat([head, text, ...added])
}

/**
 * Brings the list in `path` to the version of the delta. Whatever is wrong with the delta, the old list stays as it was: the
 * new one is written beside it, opened as a reader would, and takes its name only then.
 */
export function applyDelta(path: string, delta: Buffer, signers: Signers, kind: Header['kind'] = 'known-bad'): number {
  const keys = readKeys(signers)
  const next = `${path}.new`
  const old = openFile(path, kind, keys)
  try {
    const { from, note, added } = splitDelta(delta)
    if (from !== old.header.version) throw unusable('the delta goes on from another version')
    const header = readHeader(note, kind, keys)
    if (header.version <= old.header.version) throw unusable('the delta leads to no newer version')
    const had = new Map(old.header.parts.map((part, at) => [part.sha256, old.bodies[at]!]))
    let at = 0
    const bodies = header.parts.map((part) => {
      const known = had.get(part.sha256)
      if (known) return known
      at += part.bytes
      return added.subarray(at - part.bytes, at)
    })
    if (at !== added.length) throw unusable('the delta is not as long as it must be')
    writeParts(next, [frameNote(note), ...bodies])
    openFile(next, kind, keys).mapped.close()
    renameSync(next, path)
    return header.version
  } finally {
    old.mapped.close()
    rmSync(next, { force: true })
  }
}

/** Puts a whole list in the place of the one in `path`, if it is signed, undamaged and not older. */
export function replaceList(
  path: string,
  whole: Buffer,
  { least, ...signers }: Signers & { least: number },
  kind: Header['kind'] = 'known-bad',
): number {
  const next = `${path}.new`
  try {
    writeParts(next, [whole])
    const { header, mapped } = openFile(next, kind, readKeys(signers))
    mapped.close()
    if (header.version < least) throw unusable('it is older than what is here')
    renameSync(next, path)
    return header.version
  } finally {
    rmSync(next, { force: true })
  }
}

function splitDelta(delta: Buffer): { from: number; note: string; added: Buffer } {
  if (delta.length < headBytes || !delta.subarray(0, magic.length).equals(magic)) throw unusable('it is no delta')
  const from = Number(delta.readBigUInt64LE(magic.length))
  const length = delta.readUInt32LE(magic.length + 8)
  if (length > 65_536 || headBytes + length > delta.length) throw unusable('the header of the delta is too long')
  const end = headBytes + length
  return { from, note: delta.toString('utf8', headBytes, end), added: delta.subarray(end) }
}

function writeParts(path: string, parts: readonly Buffer[]): void {
  // O_SYNC: fsync is one of the things that Node's permission model forbids.
  const { O_CREAT, O_SYNC, O_TRUNC, O_WRONLY } = constants
  const file = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_SYNC, 0o644)
  try {
    for (const part of parts)
      for (let at = 0; at < part.length; ) at += writeSync(file, part, at, Math.min(part.length - at, 1 << 26))
  } finally {
    closeSync(file)
  }
}
