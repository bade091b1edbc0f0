import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#base/errors'

const privateFile = 'call-key.pem'
const publicFile = (program: string) => `${program}.call.jwk.json`

/**
 * Makes the key with which a program signs its calls, once, and lays its public half beside those of the others. Whoever calls this
 * (the supervisor) gives `folder` to the program's user afterwards.
 */
export function createCallKey(folder: string, publicFolder: string, program: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  mkdirSync(publicFolder, { recursive: true, mode: 0o755 })
  const file = join(folder, privateFile)
  if (!existsSync(file))
    writeWhole(
      file,
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      0o600,
    )
  const jwk = createPublicKey(readFileSync(file, 'utf8')).export({ format: 'jwk' })
  const text = `${JSON.stringify({ ...jwk, use: 'sig', kid: program })}\n`
  const target = join(publicFolder, publicFile(program))
  if (!existsSync(target) || readFileSync(target, 'utf8') !== text) writeWhole(target, text, 0o644)
}

/** Power loss in the middle leaves the old file or none, never half of one. */
function writeWhole(file: string, text: string, mode: number): void {
  writeFileSync(`${file}.new`, text, { mode, flush: true })
  renameSync(`${file}.new`, file)
}

export function readCallKey(folder: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(join(folder, privateFile), 'utf8'))
  } catch (cause) {
    throw new AppError('calls.no_key', 500, 'This program has no key to sign its calls with.', { cause })
  }
}

/** Read at each call: a new key works without a restart. `program` is one of ours, never text from outside. */
export function readPublicCallKey(publicFolder: string, program: string): KeyObject | undefined {
  const file = join(publicFolder, publicFile(program))
  if (!existsSync(file)) return undefined
  const key = createPublicKey({ key: JSON.parse(readFileSync(file, 'utf8')) as { kty: string }, format: 'jwk' })
  return key.asymmetricKeyType === 'ed25519' ? key : undefined
}
