import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { readSettings, type Settings } from '#base/settings'
import type { Kind } from '#server/migrate'
import { installationFile, officersFile } from '#server/officers'
import { type ArchiveWriter, createArchive, partBytes } from './archive.ts'
import { noteWork } from './at-work.ts'
import { codeFolder, type DataFolder, openDataFolder } from './data-folder.ts'
import { type AdminSql, embeddedServer, outsideServer, outsideSettings, type Server, withAdmin } from './databases.ts'
import { currentHolder, takeLock } from './lock.ts'
import { programs } from './programs.ts'
import { recordBackup } from './recorded-backups.ts'
import { folderTrouble, Refusal } from './refusal.ts'
import type { Say } from './say.ts'
import { openDatabases } from './start.ts'
import { copyOut, type DatabaseContents, databaseContents, describeDatabase } from './tables.ts'
import { readOwn } from './write-file.ts'

export const contentsSchema = z.object({
  format: z.literal(1),
  vartio: z.string(),
  madeAt: z.string(),
  databases: z.partialRecord(z.enum(programs), databaseContents),
})
export type Contents = z.output<typeof contentsSchema>

/**
 * Made again at each start from settings and from `secrets/`, or true only of this machine. The key of the transparency log is in no backup:
 * what is restored has forgotten the newest entries, and must not be able to sign another history under the old name.
 */
const madeAgain =
  /^(call-key\.pem|client-key\.json|.*-hash|database\.json|database-password|key-store\.json|key-store-password|vartio-.*|log-key\.(?:pem|txt)|.*\.new)$/

function* privateFiles(folder: DataFolder): Generator<{ name: string; path: string }> {
  yield { name: 'secrets/set-up', path: join(folder.secrets, 'set-up') }
  // Orders of its officers hold for what is restored too.
  for (const file of [installationFile, officersFile]) yield { name: `public/${file}`, path: join(folder.public, file) }
  for (const program of programs) {
    // A folder, link or socket is nothing that a program keeps there.
    for (const [kind, path, skip] of [
      ['secrets', join(folder.secrets, program), /\.new$/],
      ['programs', join(folder.programs, program), madeAgain],
    ] as const)
      for (const file of readdirSync(path))
        if (!skip.test(file) && lstatSync(join(path, file)).isFile())
          yield { name: `${kind}/${program}/${file}`, path: join(path, file) }
  }
}

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
const snapshotOrder: readonly string[] = ['portal', 'identity', 'privacy']

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

async function write(archive: ArchiveWriter, server: Server, folder: DataFolder): Promise<void> {
  const databases: Record<string, DatabaseContents> = {}
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
  // After the rows: a key that a program made meanwhile is then there for rows that need it.
  for (const { name, path } of privateFiles(folder)) {
    const content = readOwn(path)
    if (content) await archive.add(name, content)
  }
  const { version } = JSON.parse(readFileSync(join(codeFolder, 'package.json'), 'utf8')) as { version: string }
  const contents: Contents = { format: 1, vartio: version, madeAt: new Date().toISOString(), databases }
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

/** `vartio backup FILE`: everything that cannot be made again, in one file. Works while Vartio runs and while it does not. */
export async function backup(words: readonly string[], say: Say): Promise<void> {
  const file = resolve(words[0] ?? '')
  const settings = readSettings(process.env)
  if (existsSync(file)) throw new Refusal('file', `${file} is there already and is not overwritten.`)
  const folder = openDataFolder(settings.text('VARTIO_DATA'), programs)
  refuseUnused(folder)
  await withServer(settings, folder, 'backup', say, async (server) => {
    const archive = createArchive(file)
    const isOver = noteWork(folder.path, 'backup', archive.half)
    try {
      recordBackup(folder.path, 'data', file)
      await write(archive, server, folder)
    } catch (error) {
      await archive.abandon()
      throw folderTrouble(error, dirname(file)) ?? error
    } finally {
      isOver()
    }
  })
  say(`The backup is in ${file}. It holds every key: keep it as closed as the data folder itself.`)
}
