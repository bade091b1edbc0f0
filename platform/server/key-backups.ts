import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

// What the supervisor says in the public folder of the backups of keys that it has recorded, for the page of pledges. Where they are it tells nobody.

/** A person who was erased must be gone from every backup of keys after so many days; so none that is older is ever used. */
export const backupLivesDays = 2
export const epochOfDate = (at: Date): number => Math.floor(at.getTime() / 86_400_000)

export const keyBackupsFile = 'key-backups.json'

const said = z.object({
  at: z.iso.datetime(),
  /** Those that have had their time and are there still, or of which it cannot tell. */
  tooOld: z.int().min(0),
  /** When the newest recorded backups were begun; null where there is none. Of a supervisor before this version nothing. */
  newest: z.object({ data: z.iso.datetime().nullable(), keys: z.iso.datetime().nullable() }).optional(),
})
export type KeyBackups = z.output<typeof said>

/** Throws when the supervisor has said nothing: then nobody knows. */
export function readKeyBackups(publicFolder: string): KeyBackups {
  return said.parse(JSON.parse(readFileSync(join(publicFolder, keyBackupsFile), 'utf8')))
}
