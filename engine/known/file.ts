import { createHash } from 'node:crypto'
import type { NoteKey } from '#base/signed-note'
import { type Header, readHeader, unusable } from './header.ts'
import { type Mapped, mapFile } from './map-file.ts'

// A file of known contents:
//   8 bytes  VKNOWN1 and a line break
//   4 bytes  length of the note, little-endian
//   note     see header.ts; filled up with zeros to 4,096 bytes or a multiple
//   body     the parts in the order of the note, nothing between them and nothing after

const magic = Buffer.from('VKNOWN1\n')
const page = 4_096
const longestNote = 65_536
const largestFile = 4_000_000_000

const bodyAt = (noteBytes: number) => Math.ceil((magic.length + 4 + noteBytes) / page) * page

/** What stands before the body, filled up. */
export function frameNote(note: string): Buffer {
  const text = Buffer.from(note)
  const framed = Buffer.alloc(bodyAt(text.length))
  magic.copy(framed)
  framed.writeUInt32LE(text.length, magic.length)
  text.copy(framed, magic.length + 4)
  return framed
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The note of a file that is whole enough to have one, and its body. */
export function splitFile(bytes: Buffer): { note: string; body: Buffer } {
  if (bytes.length < page || !bytes.subarray(0, magic.length).equals(magic))
    throw unusable('it is no file of this kind')
  const length = bytes.readUInt32LE(magic.length)
  const from = bodyAt(length)
  if (length > longestNote || from > bytes.length) throw unusable('its header is too long')
  const noteEnd = magic.length + 4 + length
  if (bytes.subarray(noteEnd, from).some((byte) => byte !== 0)) throw unusable('something stands behind its header')
  return { note: bytes.toString('utf8', magic.length + 4, noteEnd), body: bytes.subarray(from) }
}

export type OpenFile<Kind extends Header['kind']> = {
  readonly header: Extract<Header, { kind: Kind }>
  readonly note: string
  /** One for each part. */
  readonly bodies: readonly Buffer[]
  readonly mapped: Mapped
}

/** Opens a file, and closes it again if its note or a hash of it is wrong. */
export function openFile<Kind extends Header['kind']>(
  path: string,
  kind: Kind,
  keys: readonly NoteKey[],
): OpenFile<Kind> {
  const mapped = mapChecked(path)
  try {
    const { note, body } = splitFile(mapped.bytes)
    const header = readHeader(note, kind, keys)
    return { header, note, bodies: splitBody(header, body), mapped }
  } catch (error) {
    mapped.close()
    throw error
  }
}

function mapChecked(path: string): Mapped {
  try {
    return mapFile(path, largestFile)
  } catch (cause) {
    throw unusable('it cannot be read', cause)
  }
}

/** The parts of a body, every hash compared. */
function splitBody(header: Header, body: Buffer): Buffer[] {
  const parts: readonly { bytes: number; sha256: string }[] = header.parts
  if (parts.reduce((sum, { bytes }) => sum + bytes, 0) !== body.length)
    throw unusable('it is not as long as it must be')
  let at = 0
  return parts.map((part) => {
    const bytes = body.subarray(at, at + part.bytes)
    at += part.bytes
    if (sha256(bytes) !== part.sha256) throw unusable('it is damaged')
    return bytes
  })
}
