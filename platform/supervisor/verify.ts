import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { commitmentOf, readSecret } from '#base/commitment'
import { AppError } from '#base/errors'
import { longestProofBytes, readLogProof, verifyLogProof } from '#base/log-proof'
import { readSettings } from '#base/settings'
import { type NoteKey, readNoteKey } from '#base/signed-note'
import { dataPath } from './data-path.ts'
import { Refusal } from './refusal.ts'
import type { Say } from './say.ts'

const longestKeyBytes = 1_000

/** No more than this is ever read: the file is somebody else's, and may be a device without end. */
function readText(path: string, mostBytes: number): string {
  const bytes = Buffer.alloc(mostBytes + 1)
  let length = 0
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null)
  } catch (cause) {
    throw new AppError('verify.file_unreadable', 400, `${path} cannot be read.`, { cause })
  } finally {
    if (file !== undefined) closeSync(file)
  }
  if (length > mostBytes)
    throw new AppError('verify.file_too_large', 400, `${path} is larger than any receipt or key (${mostBytes} bytes).`)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length))
  } catch (cause) {
    throw new AppError('verify.not_text', 400, `${path} is no receipt or key: it is not text.`, { cause })
  }
}

/** Which log is trusted is never taken from the receipt: whoever forged one would bring a key that fits. */
function chooseKey(word: string | undefined): NoteKey {
  if (word !== undefined) return readNoteKey(word.includes('+') ? word : readText(word, longestKeyBytes).trim())
  const own = join(dataPath(readSettings(process.env).text('VARTIO_DATA')), 'programs', 'privacy', 'log-key.txt')
  if (!existsSync(own))
    throw new Refusal(
      'usage',
      'Say which log you trust: vartio verify FILE KEY. The key stands on the page /log of the privacy office.',
    )
  return readNoteKey(readText(own, longestKeyBytes).trim())
}

/** What came out of a file may not move the cursor of a terminal or turn its text round. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}')
}

/** When the entry says it was written; what the log vouches for is only that the entry says so. */
function timeOf(entry: string): string | undefined {
  try {
    const value: unknown = JSON.parse(entry)
    const at = typeof value === 'object' && value !== null && 'at' in value ? value.at : undefined
    return typeof at === 'string' ? at : undefined
  } catch (error) {
    // Entries of other logs need not be JSON.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** What the entry commits to, if it does. */
function commitmentIn(entry: string): string | undefined {
  try {
    const value: unknown = JSON.parse(entry)
    const found = typeof value === 'object' && value !== null && 'commitment' in value ? value.commitment : undefined
    return typeof found === 'string' ? found : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/**
 * `vartio verify FILE [KEY] [NUMBER]`. With the number that somebody was given when they asked to be forgotten: also whether the entry is theirs. Everything that does not hold ends in one line and exit code 1. */
export async function verify(words: readonly string[], say: Say): Promise<void> {
  const [file = '', ...others] = words
  const secret = others.map(readSecret).find(Boolean)
  const key = chooseKey(others.find((word) => !readSecret(word)))
  const proof = readLogProof(readText(file, longestProofBytes))
  const { entry, checkpoint } = verifyLogProof(proof, key)
  const text = entry.toString('utf8')
  const at = timeOf(text)
  if (secret && commitmentIn(text) !== commitmentOf(secret))
    throw new AppError('verify.not_yours', 400, 'The receipt holds, but it is not the one of this number.')
  say('The receipt holds: this entry is in this log.')
  say(`  entry    ${printable(text)}`)
  if (secret) say(`  account  ${secret.handle}: the entry is of this account`)
  if (at !== undefined) say(`  time     ${printable(at)}, as the entry says`)
  say(`  place    ${proof.index}, counted from 0; the log has ${checkpoint.size} entries`)
  say(`  log      ${printable(checkpoint.origin)}`)
  say(`  key      ${printable(key.text)}`)
  say(`  root     ${checkpoint.root.toString('base64')}`)
}
