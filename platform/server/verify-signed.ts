import type { KeyObject } from 'node:crypto'
import type { Clock } from '#base/clock'
import type { AppError } from '#base/errors'
import { matchesDigest, parseSignature, type SignedMessage, verifySignature } from '#base/signatures'
import type { Nonces } from './nonces.ts'

/** Covered by each signed request: where it goes, what it says. Exactly these, in this order. */
export const covered = ['@method', '@authority', '@path', '@query', 'content-digest', 'content-type'] as const

export type Rules<Signer extends { readonly key: KeyObject }> = {
  /** Whose number this is, and their key. */
  readonly find: (keyid: string) => Signer | undefined | Promise<Signer | undefined>
  readonly isHere: (authority: string) => boolean
  /** The longest that a request may be on its way, and how far two clocks may differ. */
  readonly longestSeconds: number
  readonly skewSeconds: number
  readonly refused: (why: string) => AppError
  readonly unknown: () => AppError
}

/** Who signed this request; throws unless it is somebody known, now, for this address, for the first time. */
export async function verifySigned<Signer extends { readonly key: KeyObject }>(
  { nonces, clock }: { readonly nonces: Nonces; readonly clock: Clock },
  message: SignedMessage,
  body: Uint8Array,
  rules: Rules<Signer>,
): Promise<Signer> {
  const { longestSeconds, skewSeconds, refused } = rules
  const parsed = parseSignature(message.headers['signature-input'], message.headers.signature)
  if (!parsed) throw refused('no well-formed signature')
  if (parsed.components.join() !== covered.join()) throw refused('the signature covers something else')
  const { created, expires, nonce, keyid, alg } = parsed.parameters
  if (typeof created !== 'number' || typeof expires !== 'number' || typeof nonce !== 'string' || nonce.length < 16)
    throw refused('a parameter is missing')
  if (typeof keyid !== 'string' || (alg !== undefined && alg !== 'ed25519')) throw refused('another algorithm')
  const now = clock.now().getTime() / 1_000
  if (expires - created > longestSeconds || created > now + skewSeconds || expires < now) throw refused('not now')
  const signer = await rules.find(keyid)
  if (!signer) throw rules.unknown()
  if (!rules.isHere(message.authority.toLowerCase())) throw refused('signed for another address')
  if (!verifySignature(message, parsed, signer.key)) throw refused('the signature is wrong')
  if (!matchesDigest(message.headers['content-digest'], body)) throw refused('the body is not the one signed')
  // Last, so that nobody without a key can fill this table.
  if (!(await nonces.take(`${keyid} ${nonce}`, new Date((expires + 1) * 1_000)))) throw refused('taken before')
  return signer
}
