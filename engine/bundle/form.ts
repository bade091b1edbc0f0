import { createHash, type KeyObject } from 'node:crypto'
import { AppError } from '#base/errors'
import { type NoteKey, readNote, signNote, verifyNote } from '#base/signed-note'

/** The name under which rule sets are signed; the key is the portal's own. */
export const signedAs = 'vartio/rule-sets'

export type About = {
  readonly kind: 'compiled' | 'source'
  /** As policies name it. */
  readonly set: string
  /** Grows: what is lower than what one has is refused by whoever takes it. */
  readonly version: number
  readonly licence: string
  readonly author?: string
  /** Where it came from, as people may look at it. */
  readonly address?: string
  readonly isRealTime: boolean
  readonly rules: number
}

export type Part = { readonly sha256: string; readonly bytes: number }
export type Bundle = { readonly note: string; readonly parts: readonly Buffer[] }

export const mostParts = 700
export const mostPartBytes = 2 * 1024 * 1024
export const mostFileBytes = 96 * 1024 * 1024
const magic = Buffer.from('VARTIOR1')
const firstLine = 'vartio rule-set 1'
const setName = /^[a-z0-9][a-z0-9._-]{0,60}$/

export const unusable = (why: string, cause?: unknown) =>
  new AppError('bundle.unusable', 400, `The bundle cannot be used: ${why}.`, cause === undefined ? {} : { cause })

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

export function writeBundle(about: About, parts: readonly Buffer[], privateKey: KeyObject): Bundle {
  if (parts.length > mostParts || parts.some(({ length }) => length > mostPartBytes))
    throw unusable('it has more or larger parts than it may')
  const lines = [firstLine, JSON.stringify(about), ...parts.map((part) => `${hashOf(part)} ${part.length}`), '']
  return { note: signNote(lines.join('\n'), signedAs, privateKey), parts }
}

/** As one file. */
export function packBundle({ note, parts }: Bundle): Buffer {
  const text = Buffer.from(note)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return Buffer.concat([magic, length, text, ...parts])
}

export const isBundle = (file: Buffer): boolean => file.subarray(0, magic.length).equals(magic)

/** Verifies first, reads then. Without keys nobody vouches for it but whoever kept it. */
export function readNoteOf(note: string, keys: readonly NoteKey[] | 'kept'): { about: About; parts: readonly Part[] } {
  try {
    const read = readNote(note)
    if (keys !== 'kept') verifyNote(read, keys)
    return parseText(read.text)
  } catch (cause) {
    if (cause instanceof AppError && cause.code.startsWith('note.')) throw unusable(cause.message, cause)
    throw cause
  }
}

function parseText(text: string): { about: About; parts: Part[] } {
  const [first, about, ...lines] = text.split('\n')
  if (first !== firstLine) throw unusable('it is of another kind')
  if (lines.pop() !== '' || lines.length > mostParts) throw unusable('its parts are not told as they must be')
  const parts = lines.map((line) => {
    const [, sha256, bytes] = /^([0-9a-f]{64}) ([1-9]\d{0,7})$/.exec(line) ?? []
    if (sha256 === undefined || Number(bytes) > mostPartBytes) throw unusable('a part is not told as it must be')
    return { sha256, bytes: Number(bytes) }
  })
  return { about: readAbout(about ?? ''), parts }
}

function readAbout(line: string): About {
  let value: Partial<Record<keyof About, unknown>>
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw unusable('what it is about cannot be read', cause)
  }
  const { kind, set, version, licence, author, address, isRealTime, rules } = value ?? {}
  const isCount = (number: unknown) => Number.isSafeInteger(number) && (number as number) >= 0
  const isText = (text: unknown, most: number) => typeof text === 'string' && text.length <= most
  const isWhole =
    (kind === 'compiled' || kind === 'source') &&
    typeof set === 'string' &&
    setName.test(set) &&
    isCount(version) &&
    isCount(rules) &&
    isText(licence, 100) &&
    (author === undefined || isText(author, 200)) &&
    (address === undefined || isText(address, 1_000)) &&
    typeof isRealTime === 'boolean'
  if (!isWhole) throw unusable('what it is about is not as it must be')
  return value as About
}

/** Takes a file apart; every part is what the note says. */
export function readBundle(
  file: Buffer,
  keys: readonly NoteKey[] | 'kept',
): { about: About; note: string; parts: readonly Buffer[] } {
  if (!isBundle(file) || file.length < magic.length + 4) throw unusable('it is none')
  if (file.length > mostFileBytes) throw unusable('it is too large')
  const begin = magic.length + 4
  const end = begin + file.readUInt32BE(magic.length)
  if (end > file.length) throw unusable('it is cut off')
  const note = file.toString('utf8', begin, end)
  const { about, parts } = readNoteOf(note, keys)
  let at = end
  const contents = parts.map((part) => {
    const content = file.subarray(at, at + part.bytes)
    at += part.bytes
    checkPart(part, content)
    return content
  })
  if (at !== file.length) throw unusable('something stands behind its parts')
  return { about, note, parts: contents }
}

export function checkPart({ sha256, bytes }: Part, content: Uint8Array): void {
  if (content.length !== bytes || hashOf(content) !== sha256) throw unusable('a part is not what was signed')
}
