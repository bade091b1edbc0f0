import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeNoteKey } from '#base/signed-note'
import { writeWhole } from '#cloud/verdicts'
import type { Signer } from '#engine/known'

/** In the backup of keys, like everything private in the program's folder: devices know its other half. */
const keyFile = 'list-key.pem'
/** Not the host: it may change, and the key must go on. */
const name = 'vartio/known-bad'

/** Reads the key that signs lists, or makes it. */
export function openListKey(folder: string): Signer & { readonly key: string } {
  const path = join(folder, keyFile)
  if (!existsSync(path))
    writeWhole(path, generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string)
  const privateKey = createPrivateKey(readFileSync(path))
  return { name, privateKey, key: describeNoteKey(name, createPublicKey(privateKey)).text }
}
