import { AppError } from '#base/errors'

// What is said between whoever asks and the Cloud. A question is the first bits of a SHA-256; the answer is everything the Cloud
// knows under those bits, filled up to the size that answers have. So neither the question nor the length of the answer tells which content it was about.
//   0  4 bytes  VVA1
//   4  1 byte   bits of the prefix, and one byte of zero
//   6  2 bytes  how many verdicts follow, little-endian as all numbers
//   8  4 bytes  seconds for which a malicious verdict, 12: a good one, 16: that nothing is known, may be kept
//  20  4 bytes  length of the names
//  24  36 bytes each: SHA-256, verdict, kind, and number of the name (65,535: none); then the names, a line each; then zeros

/** How a verdict came about is told apart (SC-10): content that is only unwanted somewhere is not malice. */
export const kinds = ['none', 'malware', 'ransomware', 'phishing', 'unwanted', 'test', 'content'] as const
export type Kind = (typeof kinds)[number]
export const verdicts = ['withdrawn', 'malicious', 'good'] as const
export type CloudVerdict = 'malicious' | 'good' | 'unknown'

export const headBytes = 24
export const verdictBytes = 36
export const noName = 0xffff
export const magic = Buffer.from('VVA1')

/** Fewer bits tell less and cost more. Beyond 24 one prefix would mean one content in the whole world. */
export const mostPrefixBits = 24
export const leastPrefixBits = 4
/** Answers are as long as one of these. */
export const sizeClasses = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024].map((kibibytes) => kibibytes * 1_024)
export const mediaType = 'application/octet-stream'

/** The first `bits` of a hash as the address has them: whole hexadecimal digits, the bits behind the prefix zero. */
export function prefixOf(sha256: Uint8Array, bits: number): { prefix: number; text: string } {
  const word = ((sha256[0]! << 24) | (sha256[1]! << 16) | (sha256[2]! << 8) | sha256[3]!) >>> 0
  const prefix = Math.floor(word / 2 ** (32 - bits))
  return {
    prefix,
    text: (prefix * 2 ** (32 - bits))
      .toString(16)
      .padStart(8, '0')
      .slice(0, Math.ceil(bits / 4)),
  }
}

/** The number in an address, or undefined where it has bits behind the prefix: those would tell more than was asked. */
export function readPrefix(text: string, bits: number): number | undefined {
  const whole = Number.parseInt(text.padEnd(8, '0'), 16)
  const prefix = Math.floor(whole / 2 ** (32 - bits))
  return text.length === Math.ceil(bits / 4) && prefix * 2 ** (32 - bits) === whole ? prefix : undefined
}

export type Known = {
  readonly sha256: string
  readonly verdict: Exclude<CloudVerdict, 'unknown'>
  readonly kind: Kind
  readonly name: string | undefined
}
export type Answer = {
  readonly known: readonly Known[]
  readonly keepSeconds: { readonly malicious: number; readonly good: number; readonly unknown: number }
}

const wrong = (why: string) =>
  new AppError('cloud.wrong_answer', 502, `The answer of the Cloud is not as it must be: ${why}.`)

/** Takes an answer apart, and refuses one that is not exactly what was asked for: of another prefix, of a telling length, with anything hidden in its filling. */
export function readAnswer(bytes: Buffer, asked: { bits: number; prefix: number }): Answer {
  if (!sizeClasses.includes(bytes.length)) throw wrong('its length is none that answers have')
  if (!bytes.subarray(0, 4).equals(magic) || bytes[4] !== asked.bits || bytes[5] !== 0) throw wrong('its head')
  const count = bytes.readUInt16LE(6)
  const namesAt = headBytes + count * verdictBytes
  const end = namesAt + bytes.readUInt32LE(20)
  if (end > bytes.length) throw wrong('it is cut short')
  for (let at = end; at < bytes.length; at += 1) if (bytes[at] !== 0) throw wrong('something stands in its filling')
  const names = bytes.toString('utf8', namesAt, end).split('\n')
  const known = Array.from({ length: count }, (_, index): Known => {
    const at = headBytes + index * verdictBytes
    const sha256 = bytes.subarray(at, at + 32)
    const verdict = verdicts[bytes[at + 32]!]
    const kind = kinds[bytes[at + 33]!]
    const number = bytes.readUInt16LE(at + 34)
    const name = number === noName ? undefined : names[number]
    if (prefixOf(sha256, asked.bits).prefix !== asked.prefix) throw wrong('it tells of another prefix')
    // Of a newer Cloud: it means something that this version does not know, so it means nothing here.
    if (!verdict || verdict === 'withdrawn' || !kind) return { sha256: '', verdict: 'good', kind: 'none', name }
    if (number !== noName && name === undefined) throw wrong('a name is missing')
    return { sha256: sha256.toString('hex'), verdict, kind, name }
  })
  const seconds = (at: number, most: number) => Math.min(bytes.readUInt32LE(at), most)
  return {
    known: known.filter(({ sha256 }) => sha256 !== ''),
    keepSeconds: { malicious: seconds(8, 30 * 86_400), good: seconds(12, 86_400), unknown: seconds(16, 1_800) },
  }
}
