import { createPublicKey } from 'node:crypto'
import { describeNoteKey, type NoteKey } from '#base/signed-note'
import { signedAs } from '#engine/bundle'

/** Ed25519, raw, base64url: as a device gets it when it is enrolled. */
export const keyOfPortal = (raw: string): NoteKey =>
  describeNoteKey(signedAs, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw }, format: 'jwk' }))
