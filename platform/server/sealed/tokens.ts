import { createCipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto'

/**
 * What a sealed field is found by: keyed numbers beside the sealed value. Equal values have equal tokens and frequent ones frequent tokens, so they
 * are personal data and go with the row; without the scope's token key, which is erased with it, nobody can make or check one.
 */

/** How a value is brought into the one form in which it is compared. The description of the field says which. */
export const comparisons = {
  /** Byte by byte. */
  exactly: (value: string) => value,
  /** Capitals and composition make no difference (an address, a name). */
  'without-case': (value: string) => value.normalize('NFC').toLowerCase(),
} as const
export type Compared = keyof typeof comparisons

/** 64 bits of HMAC-SHA-256 as PostgreSQL's int8, which it compares without switching off an index behind row-level security. */
export function exactToken(key: KeyObject, field: string, value: string): bigint {
  return createHmac('sha256', key).update(`exact|${field}|`).update(value).digest().readBigInt64BE(0)
}

/** A search of fewer letters has no trigram; the list of names answers it. */
const fewestLetters = 3
/** Of one value: more would be more than a name. */
const mostTrigrams = 1_000

/**
 * One form for searching: as in a list of names. Cut into characters, since what is a letter outside the basic plane is two units of a string.
 */
export function folded(value: string): string {
  return value.normalize('NFC').toLowerCase()
}

function trigramsOf(value: string): string[] {
  const text = folded(value)
  const found = new Set<string>()
  // Where each letter is one unit of the string, which is nearly always, it is cut as it is.
  const isFlat = !/[\ud800-\udfff]/.test(text)
  const letters = isFlat ? text : [...text]
  for (let at = 0; at + fewestLetters <= letters.length && found.size < mostTrigrams; at += 1) {
    const part = letters.slice(at, at + fewestLetters)
    found.add(typeof part === 'string' ? part : part.join(''))
  }
  return [...found]
}

/**
 * The key of one field's trigrams in one scope. Each trigram is one block of AES-256, all in one call: a keyed pseudo-random function at a tenth
 * of the price of an HMAC for each.
 */
export function trigramKey(key: KeyObject, field: string): KeyObject {
  return createSecretKey(createHmac('sha256', key).update(`trigrams|${field}`).digest())
}

const blockBytes = 16

/**
 * Tokens of 16 bits, each once: for an `int2[]`. So short that some trigrams share one, so what a search finds is opened and looked at. Sorted, or
 * their order would tell which trigrams stand beside each other in the name.
 */
export function trigramTokens(key: KeyObject, value: string): number[] {
  const trigrams = trigramsOf(value)
  if (trigrams.length === 0) return []
  const blocks = Buffer.alloc(trigrams.length * blockBytes)
  // At most 12 bytes each; what is behind them stays zero, and no letter is.
  for (const [place, trigram] of trigrams.entries()) blocks.write(trigram, place * blockBytes)
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
  const sealed = cipher.update(blocks)
  const tokens = new Int16Array(trigrams.length)
  for (let place = 0; place < trigrams.length; place += 1) tokens[place] = sealed.readInt16BE(place * blockBytes)
  // As numbers, which an array of any values would not be.
  tokens.sort()
  return [...new Set(tokens)]
}
