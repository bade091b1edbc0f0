import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#base/errors'

/**
 * The root of what identity keeps secret: 32 random bytes in the program's folder, outside the database. Whoever has only the database opens
 * nothing; destroying the file makes every sealed row and every short code unreadable at once.
 */
export type Keys = {
  /** Keyed hash for what is too short to hash plainly (codes, addresses): without the file it cannot be guessed from the database. */
  mac(purpose: string, ...parts: readonly (string | Uint8Array)[]): Buffer
  /** The place of a sealed row: from the bearer value, which is itself never stored. */
  locate(kind: string, bearer: string): Buffer
  /** AES-256-GCM under a key that needs both the bearer value and the root. */
  seal(kind: string, bearer: string, value: unknown): Buffer
  /** Undefined when the bytes were not sealed for this kind and bearer: a row put in another's place does not open. */
  open(kind: string, bearer: string, sealed: Uint8Array): unknown
}

const rootLength = 32
/** What is sealed for the hour of one event at most; and, under a name that everybody knows, what an upstream carries there and back. */
const ofEvents = new Set(['Interaction', 'sign-in draft', 'held person', 'upstream state'])
const nonceLength = 12
/** Of each of two generations; more events are seldom under way. */
const mostRecent = 500

/** Reads the root key, or makes it on the first start. Two starting at once: the one who creates the file decides. */
export function readRootKey(folder: string): Buffer {
  const file = join(folder, 'root-key')
  try {
    writeFileSync(file, randomBytes(rootLength), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new AppError('keys.root_unwritable', 500, 'The root key of identity cannot be written.', { cause: error })
  }
  const root = readFileSync(file)
  // A cut file would silently make a weaker key, and all that was sealed with the whole one unreadable.
  if (root.length !== rootLength)
    throw new AppError('keys.root_damaged', 500, 'The root key of identity is not 32 bytes; restore it from a backup.')
  return root
}

export function createKeys(root: Buffer): Keys {
  const macKeys = new Map<string, KeyObject>()

  function macKey(purpose: string): KeyObject {
    let key = macKeys.get(purpose)
    if (!key) {
      key = createSecretKey(Buffer.from(hkdfSync('sha256', root, '', `vartio mac ${purpose}`, 32)))
      macKeys.set(purpose, key)
    }
    return key
  }

  // A KeyObject, always: a raw key costs several times as much per call in this Node.
  const makeSealingKey = (kind: string, bearer: string) =>
    createSecretKey(Buffer.from(hkdfSync('sha256', bearer, root, `vartio seal ${kind}`, 32)))

  let [recent, before] = [new Map<string, KeyObject>(), new Map<string, KeyObject>()]
  /** An event is opened at each of its steps. Of what lives longer, sessions above all, no key stays here: nobody who reads memory finds one. */
  function sealingKey(kind: string, bearer: string): KeyObject {
    if (!ofEvents.has(kind)) return makeSealingKey(kind, bearer)
    const name = `${kind} ${bearer}`
    const known = recent.get(name) ?? before.get(name)
    if (known) return known
    if (recent.size === mostRecent) [recent, before] = [new Map(), recent]
    const key = makeSealingKey(kind, bearer)
    recent.set(name, key)
    return key
  }

  let nonces = Buffer.alloc(0)
  /** Asked of the system for many at once: none is a secret, and none comes twice. */
  function newNonce(): Buffer {
    if (nonces.length === 0) nonces = randomBytes(256 * nonceLength)
    const nonce = nonces.subarray(0, nonceLength)
    nonces = nonces.subarray(nonceLength)
    return nonce
  }

  return {
    mac(purpose, ...parts) {
      // Lengths are counted in: ('ab','c') and ('a','bc') must not meet.
      const counted = parts.flatMap((part) => {
        const bytes = typeof part === 'string' ? Buffer.from(part) : part
        const length = Buffer.alloc(4)
        length.writeUInt32BE(bytes.length)
        return [length, bytes]
      })
      return createHmac('sha256', macKey(purpose)).update(Buffer.concat(counted)).digest()
    },

    locate: (kind, bearer) => hash('sha256', `${kind}\0${bearer}`, 'buffer'),

    seal(kind, bearer, value) {
      const nonce = newNonce()
      const cipher = createCipheriv('aes-256-gcm', sealingKey(kind, bearer), nonce)
      cipher.setAAD(Buffer.from(kind))
      const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body])
    },

    open(kind, bearer, sealed) {
      if (sealed.length < 28) return undefined
      const decipher = createDecipheriv('aes-256-gcm', sealingKey(kind, bearer), sealed.subarray(0, 12), {
        authTagLength: 16,
      })
      decipher.setAAD(Buffer.from(kind))
      decipher.setAuthTag(sealed.subarray(12, 28))
      let text: string
      try {
        text = Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8')
      } catch {
        return undefined
      }
      return JSON.parse(text)
    },
  }
}
