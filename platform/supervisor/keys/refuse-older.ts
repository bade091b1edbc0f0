import { backupLivesDays } from '#server/key-backups'
import { databaseName, type Program } from '#server/migrate'
import { type Server, withAdmin } from '../databases.ts'
import { Refusal } from '../refusal.ts'

/**
 * Before anything opens: what the transparency log says of each key store against what the store says of itself. Whoever lays back an old copy of it
 * by hand, with the roots and files that stood beside it, would otherwise bring back everybody who was erased since. Rows that went back with it
 * know of nothing newer: of that only whoever has kept a later checkpoint of the log can tell.
 */
export async function refuseOlderKeys(server: Server, keyServer: Server, programs: readonly Program[]): Promise<void> {
  const logged = await withAdmin(server, 'privacy', async (sql) => {
    const rows = await sql<{ store_id: string; epoch: number }[]>`
      select store_id, epoch from transparency.newest_epochs()`
    return new Map(rows.map((row) => [row.store_id, row.epoch]))
  })
  for (const program of programs)
    await withAdmin(keyServer, databaseName(program, 'keys'), async (sql) => {
      const [store] = await sql<{ store_id: string; epoch: number }[]>`select store_id, epoch from key_store.store`
      const older = store ? (logged.get(store.store_id) ?? 0) - store.epoch : 0
      if (older > backupLivesDays)
        throw new Refusal(
          'folder',
          `The key store of ${program} is an old copy: the transparency log has seen it ${older} days newer. Persons who were erased since would come back with it. Bring back the one that was in use, or a backup of keys that is ${backupLivesDays} days old at most.`,
        )
    })
}
