import { join } from 'node:path'
import { readSettings } from '#base/settings'
import { rotateListKeys } from '#server/list-keys'
import { refuseUnused, withServer } from './backup.ts'
import { awaitConfirmation } from './confirmation.ts'
import { openDataFolder } from './data-folder.ts'
import { programs } from './programs.ts'
import type { Say } from './say.ts'

/** `vartio cloud rotate`: while Vartio runs or not. Twice in a day, devices that were away in between take a list only after they have heard of the newer key. */
export async function cloudRotate(say: Say): Promise<void> {
  const settings = readSettings(process.env)
  const folder = openDataFolder(settings.text('VARTIO_DATA'), programs)
  refuseUnused(folder)
  await withServer(settings, folder, 'cloud rotate', say, (server, isLive) =>
    awaitConfirmation({ settings, folder, server, isLive, say }, { command: 'cloud rotate' }),
  )
  rotateListKeys(join(folder.programs, 'cloud'), folder.public, folder.accounts?.programs.cloud)
  say(
    'The lists are signed with the next key from now on. Devices know it, and hear of the one after it when they next check in.',
  )
}
