import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'

// One form for everything in the key store: nonce (12 bytes), tag (16), body. AES-256-GCM under a KeyObject, never a raw key.

export const keyBytes = 32
const overheadBytes = 28

export function newKey(): Buffer {
  return randomBytes(keyBytes)
}

export function keyObject(bytes: Uint8Array): KeyObject {
  return createSecretKey(bytes)
}

/** `bound` is what the bytes are bound to: laid anywhere else, they do not open. */
export function seal(key: KeyObject, bound: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(bound))
  const body = cipher.update(plain)
  cipher.final()
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** Undefined when these bytes were not sealed by this key for this place. */
export function open(key: KeyObject, bound: string, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < overheadBytes) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(bound))
  decipher.setAuthTag(sealed.subarray(12, overheadBytes))
  const body = decipher.update(sealed.subarray(overheadBytes))
  try {
    decipher.final()
  } catch {
    body.fill(0)
    return undefined
  }
  return body
}
