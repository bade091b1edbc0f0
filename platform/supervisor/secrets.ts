import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { chownSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DataFolder } from './data-folder.ts'
import type { Account } from './users.ts'

/** Writes a file whole or not at all, readable by its owner only unless `mode` says otherwise. An unchanged file is left alone. */
export function writePrivate(path: string, text: string, owner?: Account, mode = 0o600): boolean {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return false
  const next = `${path}.new`
  // flush: the rename must not reach the disk before what it names, or a power loss leaves an empty key.
  writeFileSync(next, text, { mode, flush: true })
  if (owner) chownSync(next, owner.uid, owner.gid)
  renameSync(next, path)
  return true
}

/** The 32 bytes from which the set-up link and the inbox link are made. */
function setUpSecret(folder: DataFolder): Buffer {
  const path = join(folder.secrets, 'set-up')
  if (!existsSync(path)) writePrivate(path, `${randomBytes(32).toString('hex')}\n`)
  return Buffer.from(readFileSync(path, 'utf8').trim(), 'hex')
}

export type Links = { readonly setUpToken: string; readonly inboxKey: string }

/** Makes the secrets that are missing and gives each program the hash it compares with: neither could make the link. */
export function prepareSecrets(folder: DataFolder): Links {
  const secret = setUpSecret(folder)
  const derive = (name: string) => createHmac('sha256', secret).update(name).digest('base64url')
  const links = { setUpToken: derive('set-up'), inboxKey: derive('inbox') }
  const give = (program: string, name: string, value: string) =>
    writePrivate(
      join(folder.programs, program, name),
      `${createHash('sha256').update(value).digest('hex')}\n`,
      folder.accounts?.programs[program],
    )
  give('portal', 'set-up-token-hash', links.setUpToken)
  give('identity', 'inbox-key-hash', links.inboxKey)
  return links
}

/** RFC 7638: the name of a key is the hash of its required members in this order. */
function thumbprint(key: KeyObject): string {
  const jwk = key.export({ format: 'jwk' })
  const members =
    jwk.kty === 'EC' ? { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y } : { crv: jwk.crv, kty: jwk.kty, x: jwk.x }
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url')
}

type KeyKind = { readonly name: string; readonly alg: string; generate(): KeyObject }

/** With it a program signs its calls to other programs (RFC 9421, Ed25519). */
const callKey: KeyKind = {
  name: 'call',
  alg: 'EdDSA',
  generate: () => generateKeyPairSync('ed25519').privateKey,
}

/** With it a program that is a service of identity proves itself at the token endpoint (private_key_jwt). */
const clientKey: KeyKind = {
  name: 'client',
  alg: 'ES256',
  generate: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
}

/** Every program has a key for calls; those that sign people in have one as a service of identity. */
export function prepareKeys(folder: DataFolder, programs: readonly string[], clients: readonly string[]): void {
  for (const program of programs)
    for (const kind of clients.includes(program) ? [callKey, clientKey] : [callKey]) {
      const path = join(folder.programs, program, `${kind.name}.jwk.json`)
      if (!existsSync(path)) {
        const key = kind.generate()
        const jwk = { ...key.export({ format: 'jwk' }), kid: thumbprint(key), alg: kind.alg, use: 'sig' }
        writePrivate(path, `${JSON.stringify(jwk)}\n`, folder.accounts?.programs[program])
      }
      const key = createPrivateKey({ key: JSON.parse(readFileSync(path, 'utf8')), format: 'jwk' })
      const open = {
        ...createPublicKey(key).export({ format: 'jwk' }),
        kid: thumbprint(key),
        alg: kind.alg,
        use: 'sig',
      }
      // The public half is made from the private one each time, so that the two cannot come apart.
      writePrivate(
        join(folder.public, `${program}.${kind.name}.jwk.json`),
        `${JSON.stringify(open)}\n`,
        undefined,
        folder.accounts ? 0o644 : 0o600,
      )
    }
}
