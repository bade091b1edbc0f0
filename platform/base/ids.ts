import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

/** UUID version 7 (RFC 9562 §5.7): rows arrive in key order, so indexes stay dense. The time in it is no secret. */
export function newId(now: number = Date.now()): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** 256 random bits, base64url: a bearer value nobody guesses. Only its hash is ever stored. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** SHA-256 suffices because the token itself is 256 random bits; a short code needs more (see one-time codes). */
export function hashToken(token: string): Buffer {
  return Buffer.from(hashTokenHex(token), 'hex')
}

/** The same as text. (In this form Node hashes a short text three times as fast.) */
export function hashTokenHex(token: string): string {
  return hash('sha256', token, 'hex')
}

/** Compares in constant time, so that a wrong guess does not tell how far it was right. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
