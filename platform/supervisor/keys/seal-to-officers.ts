import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { z } from 'zod'
import type { OfficerKey } from '#base/officer-key'
import type { Officer } from '#base/officers'

// The form of HPKE's base mode (RFC 9180): a fresh X25519 key for each backup and officer, HKDF-SHA256 over what the two keys agree on, AES-256-GCM. Each
// officer can open a backup alone: it is needed on a day on which one of them may be out of reach.

const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/)
export const sealedKeySchema = z.object({ officer: z.string(), ephemeral: base64, sealed: base64 })
export type SealedKey = z.output<typeof sealedKeySchema>

/** Nonce, tag, body; `bound` is what it is bound to. */
export function sealPart(key: KeyObject, bound: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(bound))
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

export function openPart(key: KeyObject, bound: string, sealed: Buffer): Buffer | undefined {
  if (sealed.length < 28) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(bound))
  decipher.setAuthTag(sealed.subarray(12, 28))
  const body = decipher.update(sealed.subarray(28))
  try {
    return Buffer.concat([body, decipher.final()])
  } catch {
    return undefined
  }
}

function publicKey(bytes: Buffer): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: bytes.toString('base64url') }, format: 'jwk' })
}

function publicBytes(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url')
}

function derive(shared: Buffer, ephemeral: Buffer, officer: Officer): KeyObject {
  const salt = Buffer.concat([ephemeral, officer.opening])
  return createSecretKey(Buffer.from(hkdfSync('sha256', shared, salt, 'vartio keys backup 1', 32)))
}

/** `bound`: what the backup says of itself in the clear. Changed, it opens to nobody: an old backup cannot be made young. */
export function sealToOfficer(officer: Officer, key: Uint8Array, bound: string): SealedKey {
  const { publicKey: ours, privateKey } = generateKeyPairSync('x25519')
  const ephemeral = publicBytes(ours)
  const shared = diffieHellman({ privateKey, publicKey: publicKey(officer.opening) })
  return {
    officer: officer.name,
    ephemeral: ephemeral.toString('base64'),
    sealed: sealPart(derive(shared, ephemeral, officer), bound, key).toString('base64'),
  }
}

/** Undefined when none of them was sealed to this officer, or what they are bound to was changed. */
export function openAsOfficer({ officer, opening }: OfficerKey, sealed: readonly SealedKey[], bound: string) {
  const mine = sealed.find((each) => each.officer === officer.name)
  if (!mine) return undefined
  const ephemeral = Buffer.from(mine.ephemeral, 'base64')
  if (ephemeral.length !== 32) return undefined
  const shared = diffieHellman({ privateKey: opening, publicKey: publicKey(ephemeral) })
  const key = openPart(derive(shared, ephemeral, officer), bound, Buffer.from(mine.sealed, 'base64'))
  return key && createSecretKey(key)
}
