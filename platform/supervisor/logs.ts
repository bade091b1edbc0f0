import { appendFileSync, chmodSync, existsSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Say } from './say.ts'

/** Two files of this size at most are kept for each program. */
const largestBytes = 8 * 1024 * 1024

/** Keeps what a program writes in logs/NAME.log, and shows the person in front what is a warning or worse. */
export function createLogFile(folder: string, name: string, say: Say): (chunk: string) => void {
  const path = join(folder, `${name}.log`)
  let size = existsSync(path) ? statSync(path).size : 0
  let rest = ''
  let isBroken = false
  const write = (text: string) => {
    try {
      if (size > largestBytes) {
        renameSync(path, `${path}.1`)
        size = 0
      }
      appendFileSync(path, text, { mode: 0o600 })
      if (size === 0) chmodSync(path, 0o600)
      size += Buffer.byteLength(text)
      isBroken = false
    } catch (error) {
      // A full disk must not stop what protects people; it is said once, and the log goes on when there is room again.
      if (!isBroken) say.trouble(`${path} cannot be written: ${(error as Error).message}`)
      isBroken = true
    }
  }
  return (chunk) => {
    write(chunk)
    const lines = (rest + chunk).split('\n')
    rest = (lines.pop() ?? '').slice(-16_384)
    for (const line of lines) {
      const words = readWarning(line)
      if (words) say.trouble(`${name}: ${words}`)
    }
  }
}

/** pino's levels: 40 is a warning, 50 an error. A line that is not a log line is for the file only. */
function readWarning(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined
  let entry: { level?: unknown; text?: unknown; code?: unknown; error?: { text?: unknown } }
  try {
    entry = JSON.parse(line)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
  if (typeof entry.level !== 'number' || entry.level < 40 || typeof entry.text !== 'string') return undefined
  // Which of several it is about: an error says so itself, anything else by its code.
  const which = entry.error?.text ?? entry.code
  return typeof which === 'string' ? `${entry.text}: ${which}` : entry.text
}
