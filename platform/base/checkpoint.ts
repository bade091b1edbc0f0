import { AppError } from './errors.ts'
import { hashBytes } from './merkle.ts'
import { decodeBase64, type NoteKey, readNote, verifyNote } from './signed-note.ts'

// What a log signs: which tree it is, how large, and its root. c2sp.org/tlog-checkpoint (v1.0.0, read as of 2026-07-11).

export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Buffer }

const malformed = (why: string) => new AppError('checkpoint.malformed', 400, `This is no checkpoint of a log: ${why}.`)

/** A number as the formats of logs write it: no sign, no leading zero, and no larger than we can count. */
export function readCount(text: string): number | undefined {
  const number = Number(text)
  return /^(0|[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(number) ? number : undefined
}

export function writeCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`
}

export function readCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n')
  if (lines.pop() !== '' || lines.length < 3) throw malformed('it needs three lines')
  if (lines.includes('')) throw malformed('a line is empty')
  const [origin = '', sizeText = '', rootText = ''] = lines
  const size = readCount(sizeText)
  if (size === undefined) throw malformed('its size is no number')
  const root = decodeBase64(rootText)
  if (root?.length !== hashBytes) throw malformed('its root is no SHA-256 hash')
  return { origin, size, root }
}

/** A checkpoint that this log has really signed. Its name must be the origin: a key of one log says nothing of another. */
export function openCheckpoint(signed: string, key: NoteKey): Checkpoint {
  const note = readNote(signed)
  verifyNote(note, [key])
  const checkpoint = readCheckpoint(note.text)
  if (checkpoint.origin !== key.name)
    throw new AppError('checkpoint.other_log', 400, `This is a checkpoint of ${checkpoint.origin}, not of ${key.name}.`)
  return checkpoint
}
