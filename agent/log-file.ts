import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Two files of this size at most. */
const largestBytes = 2 * 1024 * 1024

/** Log lines of a device, where its journal of the system may be anybody's: in a file of our own. */
export function createLogFile(folder: string): { write(text: string): void } {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'agent.log')
  return {
    write(text) {
      try {
        if (existsSync(path) && statSync(path).size > largestBytes) renameSync(path, `${path}.1`)
        appendFileSync(path, text, { mode: 0o600 })
      } catch {
        // A full disk must not stop what protects people.
      }
    },
  }
}
