import { setTimeout as sleep } from 'node:timers/promises'
import { readSettings } from '#base/settings'
import { databaseName } from '#server/migrate'
import { refuseUnused, withServer } from '../backup.ts'
import { awaitConfirmation } from '../confirmation.ts'
import { openDataFolder } from '../data-folder.ts'
import { type Server, withAdmin } from '../databases.ts'
import { programs } from '../programs.ts'
import { Refusal } from '../refusal.ts'
import type { Say } from '../say.ts'

const withinMilliseconds = 30_000

async function readRoots(server: Server): Promise<number[]> {
  const numbers: number[] = []
  for (const program of programs)
    await withAdmin(server, databaseName(program, 'keys'), async (sql) => {
      const [row] = await sql<{ root_number: number }[]>`select root_number from key_store.store`
      numbers.push(row?.root_number ?? 0)
    })
  return numbers
}

/** `vartio keys rotate`: a new root for every program, and the old ones destroyed. Only the programs hold roots; they are told that it is due. */
export async function keysRotate(say: Say): Promise<void> {
  const settings = readSettings(process.env)
  const folder = openDataFolder(settings.text('VARTIO_DATA'), programs)
  refuseUnused(folder)
  await withServer(settings, folder, 'keys rotate', say, async (server, isLive, keyServer) => {
    await awaitConfirmation({ settings, folder, server, isLive, say }, { command: 'keys rotate' })
    const before = await readRoots(keyServer)
    for (const program of programs)
      await withAdmin(keyServer, databaseName(program, 'keys'), async (sql) => {
        await sql`update key_store.store set rotation_due_at = pg_catalog.now()`
      })
    if (!isLive) {
      say('Every program makes its new root, and destroys the old one, as soon as Vartio is started.')
      return
    }
    const until = performance.now() + withinMilliseconds
    for (;;) {
      const now = await readRoots(keyServer)
      if (now.every((number, index) => number > (before[index] ?? 0))) break
      if (performance.now() > until)
        throw new Refusal('program', 'Not every program has a new root after half a minute; their logs say why.')
      await sleep(200)
    }
    say('Every program has a new root, and the old ones are destroyed.')
  })
}
