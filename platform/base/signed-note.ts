import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { AppError } from './errors.ts'

// Signed notes with Ed25519 keys, as c2sp.org/signed-note has them (v1.0.0, read as of 2026-04-09).

const longestNoteBytes = 65_536
/** The specification asks for at least 16. */
const mostSignatures = 32
const ed25519Type = 1
const ed25519KeyBytes = 32

/** Who may have signed: what a verifier key (vkey) says. */
export type NoteKey = { readonly name: string; readonly id: string; readonly key: KeyObject; readonly text: string }

export type NoteSignature = { readonly name: string; readonly id: string; readonly signature: Buffer }

export type Note = {
  /** With its final line break; what is signed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

const malformed = (why: string) => new AppError('note.malformed', 400, `This is no signed note: ${why}.`)
const badKey = (why: string) => new AppError('note.bad_key', 400, `This is no verifier key of a log: ${why}.`)

function isKeyName(name: string): boolean {
  return name !== '' && !/[\p{White_Space}+]/u.test(name)
}

/** Padded base64 (RFC 4648 §4) and nothing that decodes to the same: one proof, one text. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

function rawKey(key: KeyObject): Buffer {
  const { x, crv } = key.export({ format: 'jwk' })
  if (crv !== 'Ed25519' || x === undefined) throw badKey('it is not an Ed25519 key')
  return Buffer.from(x, 'base64url')
}

function keyId(name: string, typed: Uint8Array): string {
  return createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4).toString('hex')
}

/** The verifier key of a public key under a name: `name+id+base64(type, key)`. */
export function describeNoteKey(name: string, key: KeyObject): NoteKey {
  if (!isKeyName(name)) throw badKey('its name is empty, or has a space or a plus')
  const typed = Buffer.concat([Uint8Array.of(ed25519Type), rawKey(key)])
  const id = keyId(name, typed)
  return { name, id, key, text: `${name}+${id}+${typed.toString('base64')}` }
}

export function readNoteKey(text: string): NoteKey {
  if (text.length > 1_000) throw badKey('it is too long')
  // Base64 has plus signs of its own: only the first two separate.
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text)
  const typed = match && decodeBase64(match[3]!)
  if (!match || !typed) throw badKey('it is not of the form name+id+key')
  const [, name = '', id] = match
  if (!isKeyName(name)) throw badKey('its name is empty, or has a space or a plus')
  if (typed[0] !== ed25519Type || typed.length !== ed25519KeyBytes + 1) throw badKey('it is not an Ed25519 key')
  if (keyId(name, typed) !== id) throw badKey('its id is not that of its key')
  const x = typed.subarray(1).toString('base64url')
  return { name, id: id!, key: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), text }
}

export function signNote(text: string, name: string, privateKey: KeyObject): string {
  if (!text.endsWith('\n') || hasControls(text))
    throw malformed('its text has no final line break, or control characters')
  const { id } = describeNoteKey(name, createPublicKey(privateKey))
  const signature = Buffer.concat([Buffer.from(id, 'hex'), sign(null, Buffer.from(text), privateKey)])
  return `${text}\n— ${name} ${signature.toString('base64')}\n`
}

function hasControls(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  return /[\u0000-\u0009\u000b-\u001f]/.test(text)
}

/** Takes a note apart. Nothing in it is to be believed before `verifyNote` has. */
export function readNote(note: string): Note {
  if (Buffer.byteLength(note) > longestNoteBytes) throw malformed('it is too long')
  if (!note.isWellFormed() || hasControls(note)) throw malformed('it has characters that none has')
  const split = note.lastIndexOf('\n\n')
  if (split < 0) throw malformed('no empty line stands before its signatures')
  const lines = note.slice(split + 2).split('\n')
  if (lines.pop() !== '' || lines.length === 0) throw malformed('it ends without a signature line')
  if (lines.length > mostSignatures) throw malformed('it has too many signatures')
  const signatures = lines.map((line) => {
    const match = /^— (\S+) ([A-Za-z0-9+/=]+)$/u.exec(line)
    const bytes = match && decodeBase64(match[2]!)
    if (!match || !bytes || bytes.length < 5 || !isKeyName(match[1]!))
      throw malformed('a signature line is not as it must be')
    return { name: match[1]!, id: bytes.subarray(0, 4).toString('hex'), signature: bytes.subarray(4) }
  })
  return { text: note.slice(0, split + 1), signatures }
}

/**
 * Answers the keys that have signed. Signatures of others are passed over, as witnesses come and go; a wrong one under a key we
 * know is an attempt, and the whole note is refused.
 */
export function verifyNote(note: Note, keys: readonly NoteKey[]): NoteKey[] {
  const verified = new Set<NoteKey>()
  for (const { name, id, signature } of note.signatures) {
    const known = keys.find((key) => key.name === name && key.id === id)
    if (!known) continue
    if (!verify(null, Buffer.from(note.text), known.key, signature))
      throw new AppError('note.wrong_signature', 400, `The signature of ${known.name} is wrong: the text was changed.`)
    verified.add(known)
  }
  if (verified.size === 0)
    throw new AppError('note.not_signed', 400, `It is not signed by ${keys.map(({ name }) => name).join(' or ')}.`)
  return [...verified]
}
