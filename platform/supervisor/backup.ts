import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { readSettings, type Settings } from '#base/settings'
import { databaseName, type Kind, type Program } from '#server/migrate'
import { type ArchiveWriter, createArchive, partBytes } from './archive.ts'
import { noteWork } from './at-work.ts'
import { awaitConfirmation } from './confirmation.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { codeFolder } from './data-path.ts'
import { type AdminSql, embeddedServer, outsideServer, outsideSettings, type Server, withAdmin } from './databases.ts'
import { currentHolder, takeLock } from './lock.ts'
import { filesContents, writeFiles } from './program-files.ts'
import { programs } from './programs.ts'
import { recordBackup } from './recorded-backups.ts'
import { folderTrouble, Refusal } from './refusal.ts'
import type { Say } from './say.ts'
import { openDatabases } from './start.ts'
import { copyOut, type DatabaseContents, databaseContents, describeDatabase } from './tables.ts'

export const contentsSchema = z.object({
  format: z.literal(2),
  vartio: z.string(),
  madeAt: z.string(),
  databases: z.partialRecord(z.enum(programs), databaseContents),
  /** Which key stores open what is sealed in the rows. */
  keyStores: z.partialRecord(z.enum(programs), z.uuid()),
  files: filesContents,
})
export type Contents = z.output<typeof contentsSchema>

/** Where the rows of a table lie in the file: by number, since a name may hold anything. */
export function tablePart(program: string, table: number, part: number): string {
  return `databases/${program}/${String(table).padStart(5, '0')}/${String(part).padStart(6, '0')}.copy`
}

async function writeDatabase(
  archive: ArchiveWriter,
  sql: AdminSql,
  program: string,
  contents: DatabaseContents,
): Promise<void> {
  for (const [number, table] of contents.tables.entries()) {
    let part = 0
    let held: Buffer[] = []
    let size = 0
    const put = async () => {
      await archive.add(tablePart(program, number, part), Buffer.concat(held))
      part += 1
      held = []
      size = 0
    }
    for await (const chunk of copyOut(sql, table)) {
      held.push(chunk)
      size += chunk.length
      if (size >= partBytes) await put()
    }
    if (size > 0) await put()
  }
}

/** What the portal knows of a person was in identity before; what it has handed to the log is in privacy since. */
const snapshotOrder: readonly string[] = ['portal', 'identity', 'privacy', 'cloud']

/**
 * Takes a snapshot of every program's database, all before the first row is read, and of whoever hands something on before whoever gets
 * it: a later snapshot has what an earlier one counts as handed over.
 */
export async function withSnapshots<T>(
  server: Server,
  names: readonly string[],
  run: (snapshots: ReadonlyMap<string, AdminSql>) => Promise<T>,
): Promise<T> {
  const taken = new Map<string, AdminSql>()
  const take = async (left: readonly string[]): Promise<T> => {
    const [name, ...rest] = left
    if (name === undefined) return run(taken)
    const sql = server.connect(name)
    try {
      return (await sql.begin('isolation level repeatable read read only', async (tx) => {
        // The snapshot begins with the first statement. Rows hidden by row security must be an error, never a hole in the backup.
        await tx`set local row_security = off`
        await tx`select 1`
        taken.set(name, tx as unknown as AdminSql)
        return take(rest)
      })) as T
    } finally {
      await sql.end({ timeout: 5 })
    }
  }
  return take(names.toSorted((a, b) => snapshotOrder.indexOf(a) - snapshotOrder.indexOf(b)))
}

/** Which store this program's keys lie in; undefined before its first start. */
export async function readStoreId(keyServer: Server, program: Program): Promise<string | undefined> {
  const name = databaseName(program, 'keys')
  const [known] = await withAdmin(
    keyServer,
    undefined,
    (sql) => sql`select 1 from pg_catalog.pg_database where datname = ${name}`,
  )
  if (!known) return undefined
  return withAdmin(keyServer, name, async (sql) => {
    const [row] = await sql<{ store_id: string }[]>`select store_id from key_store.store`
    return row?.store_id
  })
}

async function write(archive: ArchiveWriter, server: Server, keyServer: Server, folder: DataFolder): Promise<void> {
  const databases: Record<string, DatabaseContents> = {}
  const keyStores: Record<string, string> = {}
  // Before an upgrade a program of the new version has no database yet, and nothing to lose.
  const present = await withAdmin(
    server,
    undefined,
    (sql) => sql<{ name: string }[]>`
      select datname as name from pg_catalog.pg_database where datname in ${sql([...programs])}`,
  )
  const names = programs.filter((program) => present.some(({ name }) => name === program))
  await withSnapshots(server, names, async (snapshots) => {
    for (const [program, sql] of snapshots) {
      const contents = await describeDatabase(sql, program)
      databases[program] = contents
      await writeDatabase(archive, sql, program, contents)
    }
  })
  for (const program of programs) {
    const store = await readStoreId(keyServer, program)
    if (store) keyStores[program] = store
  }
  const files = await writeFiles(archive, folder)
  const { version } = JSON.parse(readFileSync(join(codeFolder, 'package.json'), 'utf8')) as { version: string }
  const contents: Contents = {
    format: 2,
    vartio: version,
    madeAt: new Date().toISOString(),
    databases,
    keyStores,
    files,
  }
  await archive.finish(contents)
}

/** The server of this data folder: of the Vartio that runs on it, or started for the length of `run`. */
export async function withServer<T>(
  settings: Settings,
  folder: DataFolder,
  command: string,
  say: Say,
  run: (server: Server, isLive: boolean, keyServer: Server) => Promise<T>,
): Promise<T> {
  const holder = currentHolder(folder.path)
  if (holder?.command === 'start') {
    const live = (kind: Kind, socketFolder: string) => {
      const url = settings.text(outsideSettings[kind])
      return url ? outsideServer(url, kind) : embeddedServer(socketFolder)
    }
    return run(
      live('data', holder.socketFolder ?? folder.socketFolder),
      true,
      live('keys', holder.keysSocketFolder ?? folder.keysSocketFolder),
    )
  }
  const lock = takeLock(folder.path, command, folder)
  try {
    const opened = await openDatabases(settings, folder, say)
    try {
      return await run(opened.server, false, opened.keyServer)
    } finally {
      await opened.stop()
    }
  } finally {
    lock.release()
  }
}

export function refuseUnused(folder: DataFolder): void {
  if (!existsSync(join(folder.secrets, 'set-up')))
    throw new Refusal('folder', `No Vartio has been started on ${folder.path} yet. Set VARTIO_DATA to its data folder.`)
}

/** `vartio backup FILE`: every row, in one file, and no key. `isRehearsal`: for a copy that never leaves the data folder. */
export async function backup(words: readonly string[], say: Say, { isRehearsal = false } = {}): Promise<void> {
  const file = resolve(words[0] ?? '')
  const settings = readSettings(process.env)
  if (existsSync(file)) throw new Refusal('file', `${file} is there already and is not overwritten.`)
  const folder = openDataFolder(settings.text('VARTIO_DATA'), programs)
  refuseUnused(folder)
  await withServer(settings, folder, 'backup', say, async (server, isLive, keyServer) => {
    if (!isRehearsal) await awaitConfirmation({ settings, folder, server, isLive, say }, { command: 'backup', file })
    const archive = createArchive(file)
    const isOver = noteWork(folder.path, 'backup', archive.half)
    try {
      recordBackup(folder.path, 'data', file)
      await write(archive, server, keyServer, folder)
    } catch (error) {
      await archive.abandon()
      throw folderTrouble(error, dirname(file)) ?? error
    } finally {
      isOver()
    }
  })
  say(`The backup is in ${file}. It holds no key: those have a backup of their own (vartio keys backup).`)
}
