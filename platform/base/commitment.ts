import { createHash } from 'node:crypto'

// Somebody who was forgotten can show an entry of the log to be theirs, though nothing in it names them: SHA-256(nonce ‖ handle), where the
// nonce (32 random bytes) was given to them alone.

export type Secret = { readonly nonce: Buffer; readonly handle: string }

const form = /^([A-Za-z0-9_-]{43})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

export const writeSecret = (token: string, handle: string): string => `${token}.${handle}`

export function readSecret(text: string): Secret | undefined {
  const [, nonce, handle] = form.exec(text) ?? []
  return nonce && handle ? { nonce: Buffer.from(nonce, 'base64url'), handle } : undefined
}

/** In hexadecimal. The nonce has a fixed length, so no two pairs make the same bytes. */
export function commitmentOf({ nonce, handle }: Secret): string {
  return createHash('sha256').update(nonce).update(handle).digest('hex')
}
