import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readSettings } from '#base/settings'
import { statutoryFolder } from '#server/statutory'
import { withServer } from './backup.ts'
import { awaitConfirmation } from './confirmation.ts'
import { openDataFolder } from './data-folder.ts'
import { dataPath } from './data-path.ts'
import { isOrdered } from './emergency/order.ts'
import { refuseOverwriting } from './officer-command.ts'
import { programs } from './programs.ts'
import { Refusal } from './refusal.ts'
import type { Say } from './say.ts'
import { expireStatutory, readStatutory } from './statutory.ts'

/** `vartio bookkeeping export FILE`: of a copy, or after a destruction, it needs no program and no database. One line of JSON for each record. */
export async function exportBookkeeping(words: readonly string[], say: Say): Promise<void> {
  const file = words[0] ?? ''
  const settings = readSettings(process.env)
  const path = dataPath(settings.text('VARTIO_DATA'))
  if (!existsSync(join(path, statutoryFolder, 'keys')))
    throw new Refusal('folder', `There are no bookkeeping records in ${path}. Set VARTIO_DATA to its data folder.`)
  refuseOverwriting(file)
  // Of a copy of these records alone, and after a destruction, there is nobody left to ask.
  if (existsSync(join(path, 'secrets', 'set-up')) && !isOrdered(path)) {
    const folder = openDataFolder(settings.text('VARTIO_DATA'), programs)
    await withServer(settings, folder, 'bookkeeping export', say, (server, isLive) =>
      awaitConfirmation(
        { settings, folder, server, isLive, say },
        { command: 'bookkeeping export', file: resolve(file) },
      ),
    )
  }
  expireStatutory(path)
  const { records, failed } = await readStatutory(path)
  writeFileSync(resolve(file), records.map((record) => `${JSON.stringify(record)}\n`).join(''), {
    flag: 'wx',
    mode: 0o600,
    flush: true,
  })
  say(`${records.length} records of bookkeeping are in ${file}.`)
  if (failed.length > 0) throw new Refusal('failed', `These do not open: ${failed.join('; ')}`)
}
