import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { writeWhole } from '#base/write-file'

/** Where a backup was written to. Emergency destruction reaches for each of them, and names those it cannot reach. */
export type RecordedBackup = {
  readonly at: string
  readonly kind: 'data' | 'keys'
  readonly host: string
  readonly path: string
}

const fileName = 'backups.jsonl'

/** Before the first byte is written: a backup that nobody knows of would outlive everything. */
export function recordBackup(dataFolder: string, kind: RecordedBackup['kind'], path: string): void {
  const entry: RecordedBackup = { at: new Date().toISOString(), kind, host: hostname(), path }
  appendFileSync(join(dataFolder, fileName), `${JSON.stringify(entry)}\n`, { mode: 0o600, flush: true })
}

/** Files that were made for a moment and are destroyed by whoever made them. */
export function forgetBackups(dataFolder: string, paths: readonly string[]): void {
  const left = listBackups(dataFolder).filter(({ path }) => !paths.includes(path))
  writeWhole(join(dataFolder, fileName), left.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
}

export function listBackups(dataFolder: string): RecordedBackup[] {
  const path = join(dataFolder, fileName)
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as RecordedBackup]
      } catch (error) {
        // Cut off by a power loss; the backup it would name was not begun.
        if (error instanceof SyntaxError) return []
        throw error
      }
    })
}
