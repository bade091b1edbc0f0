import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { verifyArchive } from '../archive.ts'
import { shredFile } from '../emergency/shred.ts'
import { listBackups } from '../recorded-backups.ts'
import type { Say } from '../say.ts'
import { isTooOld, keysContents } from './contents.ts'

/**
 * Recorded backups of keys that have had their time: with an officer's key they would open what has been erased since. Only a file that still is
 * such a backup is touched; somebody may have put another under its name.
 */
export async function destroyOldBackups(
  dataFolder: string,
  say: Pick<Say, 'trouble'>,
  now = new Date(),
): Promise<string[]> {
  const destroyed: string[] = []
  for (const { at, kind, host, path } of listBackups(dataFolder)) {
    if (kind !== 'keys' || host !== hostname() || !isTooOld(new Date(at), now) || !existsSync(path)) continue
    try {
      const found = keysContents.safeParse(await verifyArchive(path))
      if (!found.success || !isTooOld(new Date(found.data.madeAt), now) || !shredFile(path)) continue
      destroyed.push(path)
    } catch (error) {
      say.trouble(
        `A backup of keys that has had its time could not be destroyed; destroy it by hand: ${path} (${error instanceof Error ? error.message : error})`,
      )
    }
  }
  return destroyed
}

const lookEveryMilliseconds = 3_600_000

/** At the start and every hour, for as long as Vartio runs. */
export function watchOldBackups(dataFolder: string, say: Say): { stop(): Promise<void> } {
  let round: Promise<unknown> = Promise.resolve()
  const look = () => {
    round = destroyOldBackups(dataFolder, say)
  }
  look()
  const timer = setInterval(look, lookEveryMilliseconds)
  return {
    async stop() {
      clearInterval(timer)
      await round
    },
  }
}
