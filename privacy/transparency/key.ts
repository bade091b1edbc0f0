import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { closeSync, constants, existsSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describeNoteKey, type NoteKey } from '#base/signed-note'
import { keyUnreadable } from './errors.ts'

/** In no backup (see README): what is restored goes on under a new name. */
const keyFile = 'log-key.pem'
/** The verifier key as text, for the command that verifies receipts. Its name stays, whatever the host is called later. */
const publicFile = 'log-key.txt'

export type LogKey = NoteKey & { readonly privateKey: KeyObject }

/**
 * Reads the key of the log, or makes it. The name of the log (its origin) is the public address without scheme, with a few digits of the
 * key: a log that goes on under another key is another log, and must not be taken for the first.
 */
export function openLogKey(folder: string, publicUrl: URL): LogKey {
  const [privatePath, publicPath] = [join(folder, keyFile), join(folder, publicFile)]
  try {
    if (!existsSync(privatePath)) {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519')
      const digits = createHash('sha256')
        .update(publicKey.export({ format: 'der', type: 'spki' }))
        .digest('hex')
        .slice(0, 8)
      // The public half first: without the private one it is made anew, and neither is ever half a file.
      writeWhole(publicPath, `${describeNoteKey(`${publicUrl.host}/log/${digits}`, publicKey).text}\n`)
      writeWhole(privatePath, privateKey.export({ format: 'pem', type: 'pkcs8' }) as string)
    }
    const privateKey = createPrivateKey(readFileSync(privatePath))
    const text = readFileSync(publicPath, 'utf8').trim()
    const key = describeNoteKey(text.slice(0, text.indexOf('+')), createPublicKey(privateKey))
    if (key.text !== text) throw new Error(`${publicFile} is not the public half of ${keyFile}`)
    return { ...key, privateKey }
  } catch (cause) {
    throw keyUnreadable(cause)
  }
}

function writeWhole(path: string, text: string): void {
  // O_SYNC: fsync is one of the things that Node's permission model forbids.
  const { O_CREAT, O_SYNC, O_TRUNC, O_WRONLY } = constants
  const file = openSync(`${path}.new`, O_WRONLY | O_CREAT | O_TRUNC | O_SYNC, 0o600)
  writeSync(file, text)
  closeSync(file)
  renameSync(`${path}.new`, path)
}
