import { AppError } from '#base/errors'
import { type NoteKey, readNote, readNoteKey, verifyNote } from '#base/signed-note'
import { mostEntries, type Shape, slotsOf, type Width } from './fuse.ts'

// What stands before the bytes of a filter or list: a signed note (C2SP) of one line for each part, with the hash of its bytes. Nothing of
// a file is used before the note is verified and every hash compared.

export type FusePart = Shape & {
  readonly width: Width
  readonly entries: number
  readonly seeds: readonly [number, number]
  readonly sha256: string
  readonly bytes: number
}

/** Whole SHA-256 in order. `without`: what stands in another part and is not good any more. */
export type SortedPart = {
  readonly is: 'sorted' | 'without'
  readonly entries: number
  readonly sha256: string
  readonly bytes: number
}

export type Header =
  | { readonly kind: 'known-bad'; readonly version: number; readonly parts: readonly FusePart[] }
  | { readonly kind: 'known-good'; readonly version: number; readonly parts: readonly SortedPart[] }

/** Of an entry of a sorted part. */
export const sortedBytes = 32

/** Verifier keys (vkey) of who may sign: one, or while one key follows another both. */
export type Signers = { readonly key: string | readonly string[] }
export const readKeys = ({ key }: Signers): NoteKey[] => [key].flat().map(readNoteKey)

/** One large part and a few small ones of what came since. */
export const mostParts = 16

export const unusable = (why: string, cause?: unknown) =>
  new AppError('known.unusable', 400, `The list cannot be used: ${why}.`, cause === undefined ? {} : { cause })

export function writeHeader(header: Header): string {
  const lines =
    header.kind === 'known-good'
      ? header.parts.map(({ is, entries, sha256 }) => `${is} ${entries} ${sha256}`)
      : header.parts.map(
          ({ width, entries, seeds, segmentLength, segmentCount, sha256 }) =>
            `fuse ${width} ${entries} ${seeds.map((seed) => seed >>> 0).join(' ')} ${segmentLength} ${segmentCount} ${sha256}`,
        )
  return [`vartio ${header.kind} 1`, `version ${header.version}`, ...lines, ''].join('\n')
}

const integer = (text: string | undefined, most: number): number => {
  const value = Number(text)
  if (text === undefined || !/^(0|[1-9]\d{0,15})$/.test(text) || value > most)
    throw unusable('a number in its header is not as it must be')
  return value
}

const digest = (text: string | undefined): string => {
  if (text === undefined || !/^[0-9a-f]{64}$/.test(text)) throw unusable('a hash in its header is not as it must be')
  return text
}

/** Verifies first, reads then. */
export function readHeader<Kind extends Header['kind']>(
  note: string,
  kind: Kind,
  keys: readonly NoteKey[],
): Extract<Header, { kind: Kind }> {
  try {
    const read = readNote(note)
    verifyNote(read, keys)
    return parseHeader(read.text, kind) as Extract<Header, { kind: Kind }>
  } catch (cause) {
    if (cause instanceof AppError && cause.code.startsWith('note.'))
      throw unusable('it is not signed by who may sign it', cause)
    throw cause
  }
}

function parseHeader(text: string, kind: Header['kind']): Header {
  const [title, versionLine = '', ...lines] = text.split('\n')
  lines.pop()
  if (title !== `vartio ${kind} 1`) throw unusable(`it is no list of the kind ${kind}, or of a newer form`)
  const [word, number, ...more] = versionLine.split(' ')
  if (word !== 'version' || more.length > 0) throw unusable('it has no version')
  const version = integer(number, Number.MAX_SAFE_INTEGER)
  if (lines.length > mostParts) throw unusable('it has too many parts')
  return kind === 'known-good'
    ? { kind, version, parts: lines.map(readSortedPart) }
    : { kind, version, parts: lines.map(readPart) }
}

function readSortedPart(line: string): SortedPart {
  const [is, count, sha256, ...rest] = line.split(' ')
  if ((is !== 'sorted' && is !== 'without') || rest.length > 0) throw unusable('its header is not as it must be')
  const entries = integer(count, mostEntries)
  return { is, entries, sha256: digest(sha256), bytes: entries * sortedBytes }
}

function readPart(line: string): FusePart {
  const [name, width, entries, seedA, seedB, segmentLength, segmentCount, sha256, ...rest] = line.split(' ')
  if (name !== 'fuse' || (width !== '16' && width !== '32') || rest.length > 0)
    throw unusable('its header is not as it must be')
  const shape = { segmentLength: integer(segmentLength, 262_144), segmentCount: integer(segmentCount, mostEntries) }
  // A power of two, or places would fall outside of the slots.
  const { segmentLength: length, segmentCount: count } = shape
  if (length === 0 || (length & (length - 1)) !== 0 || count === 0)
    throw unusable('the shape of a filter is not as it must be')
  const slots = slotsOf(shape)
  if (slots > 2 * mostEntries) throw unusable('a filter is too large')
  return {
    ...shape,
    width: Number(width) as Width,
    entries: integer(entries, mostEntries),
    seeds: [integer(seedA, 0xffffffff), integer(seedB, 0xffffffff)],
    sha256: digest(sha256),
    bytes: (slots * Number(width)) / 8,
  }
}
