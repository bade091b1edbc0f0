import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  pbkdf2Sync,
  randomBytes,
} from 'node:crypto'
import { AppError } from './errors.ts'
import { describeOfficer, type Officer } from './officers.ts'
import { decodeBase64 } from './signed-note.ts'

// The file an officer keeps: both private keys, sealed with a passphrase. The page makes the same with WebCrypto, which is why it is PBKDF2 and not
// something that costs memory too; the length that is asked of the passphrase makes up for it.

export const officerKeyFormat = 'vartio officer key 1'
const iterations = 600_000
export const shortestPassphrase = 15
const longestFile = 4_096

type File = {
  readonly format: string
  readonly name: string
  readonly iterations: number
  readonly salt: string
  readonly nonce: string
  readonly sealed: string
}

export type OfficerKey = { readonly officer: Officer; readonly signing: KeyObject; readonly opening: KeyObject }

const malformed = () => new AppError('officers.no_key_file', 400, 'This is no key file of an officer.')

function derive(passphrase: string, salt: Buffer): KeyObject {
  // The same letter can be typed as two different sequences of characters.
  return createSecretKey(pbkdf2Sync(passphrase.normalize('NFC'), salt, iterations, 32, 'sha512'))
}

/** RFC 8037: x is the public half, d the private one. */
function halves(key: KeyObject): { x: string; d: string } {
  const { x = '', d = '' } = key.export({ format: 'jwk' })
  return { x, d }
}

const bytes = (half: { x: string }) => Buffer.from(half.x, 'base64url')

export function makeOfficerKey(passphrase: string): { readonly file: string; readonly officer: Officer } {
  if (passphrase.normalize('NFC').length < shortestPassphrase)
    throw new AppError(
      'officers.short_passphrase',
      400,
      `The passphrase must have at least ${shortestPassphrase} characters.`,
    )
  const signing = halves(generateKeyPairSync('ed25519').privateKey)
  const opening = halves(generateKeyPairSync('x25519').privateKey)
  const officer = describeOfficer(bytes(signing), bytes(opening))
  const salt = randomBytes(16)
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', derive(passphrase, salt), nonce)
  cipher.setAAD(Buffer.from(officer.name))
  const secret = JSON.stringify({ signing, opening })
  // WebCrypto lays the tag behind the body.
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
  const file: File = {
    format: officerKeyFormat,
    name: officer.name,
    iterations,
    salt: salt.toString('base64'),
    nonce: nonce.toString('base64'),
    sealed: sealed.toString('base64'),
  }
  return { file: `${JSON.stringify(file, undefined, 1)}\n`, officer }
}

function readFile(text: string): File {
  if (text.length > longestFile) throw malformed()
  try {
    const file = JSON.parse(text) as Partial<Record<keyof File, unknown>> | null
    // A file that says how hard to work could have us work for ever.
    if (file?.format !== officerKeyFormat || file.iterations !== iterations) throw malformed()
    for (const key of ['name', 'salt', 'nonce', 'sealed'] as const) if (typeof file[key] !== 'string') throw malformed()
    return file as File
  } catch (error) {
    if (error instanceof SyntaxError) throw malformed()
    throw error
  }
}

export function openOfficerKey(text: string, passphrase: string): OfficerKey {
  const file = readFile(text)
  const [salt, nonce, sealed] = [file.salt, file.nonce, file.sealed].map(decodeBase64)
  if (!salt || nonce?.length !== 12 || !sealed || sealed.length < 16) throw malformed()
  const decipher = createDecipheriv('aes-256-gcm', derive(passphrase, salt), nonce, { authTagLength: 16 })
  decipher.setAAD(Buffer.from(file.name))
  decipher.setAuthTag(sealed.subarray(-16))
  let secret: { signing: { x: string; d: string }; opening: { x: string; d: string } }
  try {
    secret = JSON.parse(`${decipher.update(sealed.subarray(0, -16), undefined, 'utf8')}${decipher.final('utf8')}`)
  } catch (cause) {
    throw new AppError(
      'officers.wrong_passphrase',
      403,
      'The passphrase is not that of this key file, or the file was changed.',
      {
        cause,
      },
    )
  }
  const key = (crv: string, { x, d }: { x: string; d: string }) =>
    createPrivateKey({ key: { kty: 'OKP', crv, x, d }, format: 'jwk' })
  const officer = describeOfficer(bytes(secret.signing), bytes(secret.opening))
  return { officer, signing: key('Ed25519', secret.signing), opening: key('X25519', secret.opening) }
}
