import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'

// One form for everything in the key store: nonce (12 bytes), tag (16), body. AES-256-GCM under a KeyObject, never a raw key.

export const keyBytes = 32
const overheadBytes = 28

export function newKey(): Buffer {
  return randomBytes(keyBytes)
}

/** One behind the other: asking for random bytes costs the same for many as for few. */
export function newKeys(count: number): Buffer {
  return randomBytes(count * keyBytes)
}

export function keyObject(bytes: Uint8Array): KeyObject {
  return createSecretKey(bytes)
}

const nonceBytes = 12
const gcm = { authTagLength: 16 } as const
let nonces = Buffer.alloc(0)

/** Each is handed out once. They are asked for in hundreds, which costs as much as asking for one. */
function nextNonce(): Buffer {
  if (nonces.length === 0) nonces = randomBytes(nonceBytes * 256)
  const nonce = nonces.subarray(0, nonceBytes)
  nonces = nonces.subarray(nonceBytes)
  return nonce
}

/** `bound` is what the bytes are bound to: laid anywhere else, they do not open. */
export function seal(key: KeyObject, bound: string, plain: Uint8Array): Buffer {
  const nonce = nextNonce()
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(bound))
  const body = cipher.update(plain)
  cipher.final()
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** Undefined when these bytes were not sealed by this key for this place. */
export function open(key: KeyObject, bound: string, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < overheadBytes) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), gcm)
  decipher.setAAD(Buffer.from(bound))
  decipher.setAuthTag(sealed.subarray(nonceBytes, overheadBytes))
  const body = decipher.update(sealed.subarray(overheadBytes))
  try {
    decipher.final()
  } catch {
    body.fill(0)
    return undefined
  }
  return body
}
