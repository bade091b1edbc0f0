import { createHash, type KeyObject, sign, verify } from 'node:crypto'
import { equalBytes } from './ids.ts'

/**
 * HTTP Message Signatures (RFC 9421) with Ed25519 and Content-Digest (RFC 9530): as much of it as our calls need, strict where
 * the standard leaves a choice. One signature a message, components without parameters.
 */

/** What is signed about: the target as the receiver sees it, and header fields by their lower-case names. */
export type SignedMessage = {
  readonly method: string
  readonly authority: string
  /** Path and query as they stand in the request line. */
  readonly target: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

export type SignatureParameters = Readonly<Record<string, string | number>>

export type ParsedSignature = {
  readonly label: string
  readonly components: readonly string[]
  readonly parameters: SignatureParameters
  /** The value of @signature-params exactly as it was sent (RFC 9421 §2.3: what is signed is these bytes). */
  readonly parametersText: string
  readonly signature: Buffer
}

function componentValue(message: SignedMessage, name: string): string | undefined {
  const question = message.target.indexOf('?')
  switch (name) {
    case '@method':
      return message.method
    case '@authority':
      return message.authority.toLowerCase()
    case '@path':
      return question < 0 ? message.target : message.target.slice(0, question)
    case '@query':
      // RFC 9421 §2.2.7: the question mark stands even when there is no query.
      return question < 0 ? '?' : message.target.slice(question)
    default:
      return name.startsWith('@') ? undefined : message.headers[name]?.trim()
  }
}

/** RFC 9421 §2.5. A component that the message lacks makes it impossible, never empty. */
export function signatureBase(
  message: SignedMessage,
  components: readonly string[],
  parametersText: string,
): string | undefined {
  const lines: string[] = []
  for (const name of components) {
    const value = componentValue(message, name)
    // A line break in a value would forge a line of the base.
    if (value === undefined || /[\r\n]/.test(value)) return undefined
    lines.push(`"${name}": ${value}`)
  }
  lines.push(`"@signature-params": ${parametersText}`)
  return lines.join('\n')
}

function writeParameters(components: readonly string[], parameters: SignatureParameters): string {
  const list = components.map((name) => `"${name}"`).join(' ')
  const rest = Object.entries(parameters).map(([name, value]) =>
    typeof value === 'number' ? `;${name}=${value}` : `;${name}="${value}"`,
  )
  return `(${list})${rest.join('')}`
}

/** The two header fields of a signed message. */
export function signMessage(
  message: SignedMessage,
  components: readonly string[],
  parameters: SignatureParameters,
  key: KeyObject,
): { 'signature-input': string; signature: string } {
  const text = writeParameters(components, parameters)
  const base = signatureBase(message, components, text)
  if (base === undefined) throw new Error('the message lacks what its signature is to cover')
  return {
    'signature-input': `call=${text}`,
    signature: `call=:${sign(null, Buffer.from(base), key).toString('base64')}:`,
  }
}

const label = '[a-z][a-z0-9_.*-]{0,30}'
const component = '"[a-z@][a-z0-9-]{0,40}"'
const inputPattern = new RegExp(
  `^(${label})=(\\((${component}(?: ${component}){0,15})\\)((?:;[a-z]{1,10}=(?:\\d{1,15}|"[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]{1,128}")){1,8}))$`,
)
const signaturePattern = new RegExp(`^(${label})=:([A-Za-z0-9+/]{86}==):$`)

/** Reads Signature-Input and Signature (RFC 9421 §4); anything but one well-formed Ed25519 signature is nothing. */
export function parseSignature(input: unknown, value: unknown): ParsedSignature | undefined {
  if (typeof input !== 'string' || typeof value !== 'string' || input.length > 2_000) return undefined
  const inputMatch = inputPattern.exec(input)
  const signatureMatch = signaturePattern.exec(value)
  if (!inputMatch || !signatureMatch || inputMatch[1] !== signatureMatch[1]) return undefined
  const components = inputMatch[3]!.split(' ').map((quoted) => quoted.slice(1, -1))
  const parameters: Record<string, string | number> = Object.create(null)
  for (const [, name, number, text] of inputMatch[4]!.matchAll(/;([a-z]+)=(?:(\d+)|"([^"]*)")/g)) {
    // Twice the same: two readers could take different ones.
    if (name! in parameters) return undefined
    parameters[name!] = number === undefined ? text! : Number(number)
  }
  if (new Set(components).size !== components.length) return undefined
  return {
    label: inputMatch[1]!,
    components,
    parameters,
    parametersText: inputMatch[2]!,
    signature: Buffer.from(signatureMatch[2]!, 'base64'),
  }
}

export function verifySignature(message: SignedMessage, parsed: ParsedSignature, key: KeyObject): boolean {
  const base = signatureBase(message, parsed.components, parsed.parametersText)
  return base !== undefined && verify(null, Buffer.from(base), key, parsed.signature)
}

/** RFC 9530 §2, one algorithm. */
export function contentDigest(body: string | Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
}

export function matchesDigest(header: unknown, body: string | Uint8Array): boolean {
  return typeof header === 'string' && equalBytes(Buffer.from(header), Buffer.from(contentDigest(body)))
}
