import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * UUID version 7 (RFC 9562 §5.7): rows arrive in key order, so indexes stay dense. Within one millisecond, and for a clock that stands, the order is
 * that of the calls, in all processes of the machine (§6.2, method 3): a list by time then id shows what happened first first. The time is no secret.
 */
export function newId(now: number = Date.now()): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  // The monotonic clock in steps of 64 ns, 32 bits of it: it comes round every 275 s, which only two ids of the same millisecond could notice.
  const [seconds, nanoseconds] = process.hrtime()
  const ticks = Math.floor((seconds * 1e9 + nanoseconds) / 64) % 2 ** 32
  bytes.writeUInt16BE(0x7000 | (ticks >>> 20), 6)
  bytes[8] = 0x80 | ((ticks >>> 14) & 0x3f)
  bytes[9] = (ticks >>> 6) & 0xff
  bytes[10] = ((ticks & 0x3f) << 2) | (bytes[10]! & 0x03)
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
