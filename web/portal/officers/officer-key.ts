// The key file of an officer, made and opened in the browser (WebCrypto). The same form as platform/base/officer-key.ts makes: tests/recorded has one of each.

const format = 'vartio officer key 1'
const iterations = 600_000
export const shortestPassphrase = 15

type Half = { x: string; d: string }
type KeyFile = { format: string; name: string; iterations: number; salt: string; nonce: string; sealed: string }

export class WrongPassphrase extends Error {}

const utf8 = (text: string) => new TextEncoder().encode(text)
const base64 = (bytes: Uint8Array) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
const bytesOf = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
const fromUrl = (text: string) => bytesOf(text.replaceAll('-', '+').replaceAll('_', '/'))
const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]))
const sha256 = async (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))

async function derive(passphrase: string, salt: Uint8Array<ArrayBuffer>) {
  // The same letter can be typed as two different sequences of characters.
  const typed = await crypto.subtle.importKey('raw', utf8(passphrase.normalize('NFC')), 'PBKDF2', false, ['deriveKey'])
  const how = { name: 'PBKDF2', hash: 'SHA-512', salt, iterations }
  return crypto.subtle.deriveKey(how, typed, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

async function makePair(algorithm: 'Ed25519' | 'X25519'): Promise<Half> {
  const pair = await crypto.subtle.generateKey(
    algorithm,
    true,
    algorithm === 'Ed25519' ? ['sign', 'verify'] : ['deriveBits'],
  )
  if (!('privateKey' in pair)) throw new Error('not a pair of keys')
  const { x = '', d = '' } = await crypto.subtle.exportKey('jwk', pair.privateKey)
  return { x, d }
}

/** `file` is for the person to keep; `officer` is the public half that the server is told. */
export async function makeOfficerKey(passphrase: string): Promise<{ name: string; file: string; officer: string }> {
  const [signing, opening] = [await makePair('Ed25519'), await makePair('X25519')]
  const [first, second] = [fromUrl(signing.x), fromUrl(opening.x)]
  const name = `officer-${hex(await sha256(join(first, second))).slice(0, 16)}`
  const [salt, nonce] = [crypto.getRandomValues(new Uint8Array(16)), crypto.getRandomValues(new Uint8Array(12))]
  const how = { name: 'AES-GCM', iv: nonce, additionalData: utf8(name) }
  const secret = utf8(JSON.stringify({ signing, opening }))
  const sealed = new Uint8Array(await crypto.subtle.encrypt(how, await derive(passphrase, salt), secret))
  const file: KeyFile = { format, name, iterations, salt: base64(salt), nonce: base64(nonce), sealed: base64(sealed) }
  return {
    name,
    file: `${JSON.stringify(file, undefined, 1)}\n`,
    officer: `officer ${base64(first)} ${base64(second)}`,
  }
}

/** The line of one officer under a text (c2sp.org/signed-note). The key is in memory for as long as this takes. */
export async function signText(keyFile: string, passphrase: string, text: string): Promise<string> {
  const { name, signing } = await openOfficerKey(keyFile, passphrase)
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: signing.x, d: signing.d }
  const key = await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['sign'])
  const id = (await sha256(join(utf8(`${name}\n`), Uint8Array.of(1), fromUrl(signing.x)))).subarray(0, 4)
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', key, utf8(text)))
  return `— ${name} ${base64(join(id, signature))}`
}

async function openOfficerKey(text: string, passphrase: string): Promise<{ name: string; signing: Half }> {
  try {
    const file = JSON.parse(text) as KeyFile
    if (file.format !== format || file.iterations !== iterations) throw new WrongPassphrase()
    const how = { name: 'AES-GCM', iv: bytesOf(file.nonce), additionalData: utf8(file.name) }
    const secret = await crypto.subtle.decrypt(how, await derive(passphrase, bytesOf(file.salt)), bytesOf(file.sealed))
    return { name: file.name, ...(JSON.parse(new TextDecoder().decode(secret)) as { signing: Half }) }
  } catch {
    // Not a key file, another passphrase, or a file that was changed: to the person these are one.
    throw new WrongPassphrase()
  }
}
