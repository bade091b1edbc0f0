import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '#base/write-file'
import { createCallKey } from '#server/call-keys'
import { createListKeys } from '#server/list-keys'
import type { DataFolder } from './data-folder.ts'
import { prepareInstallation } from './officers.ts'

export type Links = { readonly setUpToken: string; readonly inboxKey: string }

/**
 * Makes the secrets that are missing. They lie in `secrets/`, which only the supervisor's user enters; each program is given a copy of its own keys,
 * and of the set-up and inbox links the hash it compares with: neither program could make the link.
 */
export function prepareSecrets(folder: DataFolder, programs: readonly string[], clients: readonly string[]): Links {
  prepareInstallation(folder)
  const path = join(folder.secrets, 'set-up')
  if (!existsSync(path)) writeWhole(path, `${randomBytes(32).toString('hex')}\n`)
  const secret = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex')
  // A cut file would make links that can be guessed.
  if (secret.length !== 32)
    throw new Error(`${path} is damaged: it must hold 32 bytes in hexadecimal. Restore it from a backup.`)
  const derive = (name: string) => createHmac('sha256', secret).update(name).digest('base64url')
  const endsAt = setUpLinkEnd(join(folder.secrets, 'set-up-link-ends'))
  const links = { setUpToken: derive(`set-up ${endsAt}`), inboxKey: derive('inbox') }
  const hash = (value: string) => createHash('sha256').update(value).digest('hex')
  give(folder, 'portal', 'set-up-token-hash', `${hash(links.setUpToken)} ${endsAt}\n`)
  give(folder, 'identity', 'inbox-key-hash', `${hash(links.inboxKey)}\n`)
  for (const program of programs) {
    const own = join(folder.secrets, program)
    if (!existsSync(own)) mkdirSync(own, { mode: 0o700 })
    createCallKey(own, folder.public, program)
    give(folder, program, 'call-key.pem', readFileSync(join(own, 'call-key.pem')))
    if (program === 'cloud')
      createListKeys(join(folder.programs, program), folder.public, folder.accounts?.programs[program])
    if (clients.includes(program)) prepareClientKey(folder, own, program)
  }
  return links
}

/**
 * The set-up link lasts a day, so that one found in an old terminal or journal opens nothing. A start within that day prints the same link;
 * with less than an hour left it prints a new one, for nobody sets up a Vartio in a few minutes.
 */
function setUpLinkEnd(path: string): string {
  const now = Date.now()
  const hour = 3_600_000
  if (existsSync(path)) {
    const ends = readFileSync(path, 'utf8').trim()
    const left = Date.parse(ends) - now
    // A clock that was set back would otherwise lengthen the day.
    if (left > hour && left <= 24 * hour) return ends
  }
  const ends = new Date(now + 24 * hour).toISOString()
  writeWhole(path, `${ends}\n`)
  return ends
}

function give(folder: DataFolder, program: string, name: string, content: string | Buffer): void {
  writeWhole(join(folder.programs, program, name), content, folder.accounts?.programs[program])
}

/** With it a program that is a service of identity proves itself at the token endpoint (private_key_jwt, ES256). */
function prepareClientKey(folder: DataFolder, own: string, program: string): void {
  const path = join(own, 'client-key.json')
  const describe = (key: KeyObject) => ({
    ...key.export({ format: 'jwk' }),
    kid: thumbprint(key),
    alg: 'ES256',
    use: 'sig',
  })
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    writeWhole(path, `${JSON.stringify(describe(privateKey))}\n`)
  }
  const text = readFileSync(path, 'utf8')
  give(folder, program, 'client-key.json', text)
  // The public half is made from the private one each time, so that the two cannot come apart.
  const key = createPublicKey(createPrivateKey({ key: JSON.parse(text), format: 'jwk' }))
  const mode = folder.accounts ? 0o644 : 0o600
  writeWhole(join(folder.public, `${program}.client.jwk.json`), `${JSON.stringify(describe(key))}\n`, undefined, mode)
}

/** RFC 7638 §3: the name of a key is the hash of its required members in this order. */
function thumbprint(key: KeyObject): string {
  const { crv, kty, x, y } = key.export({ format: 'jwk' })
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
}
