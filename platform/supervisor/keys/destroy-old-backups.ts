import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { writeWhole } from '#base/write-file'
import { type KeyBackups, keyBackupsFile } from '#server/key-backups'
import { verifyArchive } from '../archive.ts'
import type { DataFolder } from '../data-folder.ts'
import { shredFile } from '../emergency/shred.ts'
import { listBackups } from '../recorded-backups.ts'
import type { Say } from '../say.ts'
import { isTooOld, keysContents } from './contents.ts'

/**
 * Recorded backups of keys that have had their time: with an officer's key they would open what has been erased since. Only a file that still is
 * such a backup is touched; somebody may have put another under its name. Answers also how many are left, or may be.
 */
export async function destroyOldBackups(
  dataFolder: string,
  say: Pick<Say, 'trouble'>,
  now = new Date(),
): Promise<{ destroyed: string[]; left: number }> {
  const destroyed: string[] = []
  let left = 0
  for (const { at, kind, host, path } of listBackups(dataFolder)) {
    if (kind !== 'keys' || host !== hostname() || !isTooOld(new Date(at), now) || !existsSync(path)) continue
    try {
      const found = keysContents.safeParse(await verifyArchive(path))
      if (!found.success || !isTooOld(new Date(found.data.madeAt), now) || !shredFile(path)) continue
      destroyed.push(path)
    } catch (error) {
      left += 1
      say.trouble(
        `A backup of keys that has had its time could not be destroyed; destroy it by hand: ${path} (${error instanceof Error ? error.message : error})`,
      )
    }
  }
  return { destroyed, left }
}

const lookEveryMilliseconds = 60_000

/** At the start and every minute, for as long as Vartio runs; and says for the page of pledges what it has found. */
export function watchOldBackups(
  folder: Pick<DataFolder, 'path' | 'public' | 'accounts'>,
  say: Say,
): { stop(): Promise<void> } {
  let round: Promise<unknown> = Promise.resolve()
  const told = new Set<string>()
  /** Each trouble once, and not every minute. */
  const once = {
    trouble(text: string) {
      if (!told.has(text)) say.trouble(text)
      told.add(text)
    },
  }
  const run = async () => {
    try {
      const { left } = await destroyOldBackups(folder.path, once)
      const recorded = listBackups(folder.path)
      const newest = (wanted: 'data' | 'keys') => recorded.findLast(({ kind }) => kind === wanted)?.at ?? null
      const said: KeyBackups = {
        at: new Date().toISOString(),
        tooOld: left,
        newest: { data: newest('data'), keys: newest('keys') },
      }
      writeWhole(join(folder.public, keyBackupsFile), JSON.stringify(said), undefined, folder.accounts ? 0o644 : 0o600)
    } catch (error) {
      // A full disk, or a list that cannot be read: the page of pledges then says that nobody knows.
      once.trouble(`Recorded backups of keys could not be looked at: ${error instanceof Error ? error.message : error}`)
    }
  }
  const look = () => {
    round = run()
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
