import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { readSettings } from '#base/settings'
import { writeWhole } from '#base/write-file'
import type { Sql } from '#server/database'
import { expireAll } from '#server/expiry'
import { createProgramDatabase, listMigrations, migrate, type Program } from '#server/migrate'
import { restoredFile } from '#server/platform'
import { type Part, readArchive, verifyArchive } from './archive.ts'
import { type Contents, contentsSchema, readStoreId, tablePart } from './backup.ts'
import { noteUse } from './confirmation.ts'
import { type DataFolder, openDataFolder, unfinished } from './data-folder.ts'
import { dataPath } from './data-path.ts'
import { type AdminSql, prepareDatabases, type Server, withAdmin } from './databases.ts'
import { refuseOlderKeys } from './keys/refuse-older.ts'
import { takeLock } from './lock.ts'
import { restoreFiles } from './program-files.ts'
import { programs } from './programs.ts'
import { Refusal } from './refusal.ts'
import type { Say } from './say.ts'
import { openDatabases } from './start.ts'
import { copyIn, type DatabaseContents } from './tables.ts'

/** Which restore did not come to its end. */
export function unfinishedRestore(path: string): 'keys' | 'data' | undefined {
  const file = join(path, unfinished)
  if (!existsSync(file)) return undefined
  return readFileSync(file, 'utf8').startsWith('keys') ? 'keys' : 'data'
}

/** Rows without their keys are nothing, and keys made anew would hide that. */
function refuseWithoutKeys(path: string, isInToken: boolean): void {
  const hasKeys =
    isInToken ||
    programs.some((program) => {
      const roots = join(path, 'programs', program, 'roots')
      return existsSync(roots) && readdirSync(roots).length > 0
    })
  if (!hasKeys || unfinishedRestore(path) === 'keys')
    throw new Refusal(
      'folder',
      `${path} has no keys. Restore them first, into a new folder: vartio keys restore FILE KEY. Or set VARTIO_DATA to the folder that has them.`,
    )
}

/** Every key store must be the one the rows were sealed with: with another they would look as if everybody had been erased. */
async function refuseOtherKeys(keyServer: Server, contents: Contents): Promise<void> {
  for (const [program, store] of Object.entries(contents.keyStores)) {
    if ((await readStoreId(keyServer, program as Program)) === store) continue
    throw new Refusal('folder', `The rows of ${program} in this backup were sealed with the keys of another key store.`)
  }
}

/** Both must be known to this version, unchanged; the database is brought to exactly these, filled, and then brought on. */
function refuseNewerBackup(program: Program, { migrations }: DatabaseContents): void {
  const known = new Map(listMigrations(program).map(({ area, name, sha256 }) => [`${area}/${name}`, sha256]))
  const strange = migrations.find(({ area, name, sha256 }) => known.get(`${area}/${name}`) !== sha256)
  if (strange)
    throw new Refusal(
      'file',
      `The backup was made by another version of Vartio (${program} ran ${strange.area}/${strange.name}, which this version does not know). Restore it with that version or a later one.`,
    )
}

/** Nothing that anybody has used is ever written over. What an unfinished restore left is nobody's. */
async function refuseUsedServer(server: Server, isBegunAnew: boolean): Promise<void> {
  await withAdmin(server, undefined, async (sql) => {
    const found = await sql<{ name: string }[]>`
      select datname as name from pg_catalog.pg_database where datname in ${sql([...programs])}`
    if (isBegunAnew) for (const { name } of found) await sql.unsafe(`drop database "${name}" with (force)`)
    else if (found[0])
      throw new Refusal(
        server.isOutside ? 'database' : 'folder',
        `The database ${found[0].name} is there already, and is not written over. Restore beside keys that have no data yet: in a new folder after vartio keys restore, or where the folder postgres was moved away.`,
      )
  })
}

/** What is restored has forgotten the newest entries: it must not be able to sign another history of the log under the old name. */
function forgetLogKey(folder: DataFolder): void {
  for (const name of ['log-key.pem', 'log-key.txt']) rmSync(join(folder.programs, 'privacy', name), { force: true })
}

/** An empty database with the schema the rows were written under. */
export async function prepareEmpty(sql: AdminSql, program: Program, contents: DatabaseContents): Promise<void> {
  const wanted = new Set(contents.migrations.map(({ area, name }) => `${area}/${name}`))
  await migrate(sql as unknown as Sql, program, { only: ({ area, name }) => wanted.has(`${area}/${name}`) })
  await sql.unsafe(`set role "${program}_owner"`)
  for (const { name, parent, bound, may } of contents.partitions) {
    const [known] = await sql`select pg_catalog.to_regclass(${name}) as found`
    if (known?.found) continue
    // Partitions that the running house made for days to come: by no migration.
    await sql.unsafe(`create table ${name} partition of ${parent} ${bound}; revoke all on ${name} from "${program}"`)
    if (may.length > 0) await sql.unsafe(`grant ${may.join(', ')} on ${name} to "${program}"`)
  }
  await sql.unsafe('reset role')
}

/** One transaction: a database is filled or it is empty. `next` gives the bytes of a table. */
export async function fill(
  sql: AdminSql,
  contents: DatabaseContents,
  rows: (table: number) => AsyncIterable<Buffer>,
): Promise<{ leftOut: boolean }> {
  const [jobs] = await sql`select version from jobs.version`
  const leftOut = jobs?.version !== contents.jobsVersion
  await sql.begin(async (tx) => {
    // Rows come table by table, not in the order they were written in: no trigger and no foreign key may judge them half way.
    await tx`set local session_replication_role = replica`
    await tx`set local row_security = off`
    await tx.unsafe(`truncate ${contents.tables.map(({ name }) => name).join(', ')}`)
    for (const [number, table] of contents.tables.entries()) {
      const source = rows(number)
      // The job library changes its own tables between versions; times and queues come back by themselves at the next start.
      if (leftOut && table.name.startsWith('jobs.')) for await (const _ of source);
      else await copyIn(tx as unknown as AdminSql, table, source)
    }
    for (const { name, last, isCalled } of contents.sequences)
      await tx`select pg_catalog.setval(${name}, ${last}::bigint, ${isCalled})`
  })
  await sql`analyze`
  return { leftOut }
}

/** What has reached its limit since the backup was made is gone before anything is served. */
async function expireRestored(server: Server, program: string, say: Say): Promise<void> {
  const { rows, days } = await withAdmin(server, program, (sql) =>
    expireAll(sql as unknown as Sql, new Date(), (table) => say.trouble(`${table} could not be expired.`)),
  )
  if (rows + days > 0)
    say(`${program}: ${rows} rows and ${days} days had reached their limit since the backup and are gone.`)
}

/** Hands out the parts of a file by what their names begin with, in the one order they lie in. */
function createReader(file: string) {
  const parts = readArchive(file)
  let next: Part | undefined
  const peek = async () => {
    if (!next) {
      const step = await parts.next()
      next = step.done ? undefined : step.value
    }
    return next
  }
  return {
    peek,
    async *under(prefix: string): AsyncGenerator<Part> {
      for (;;) {
        const part = await peek()
        if (!part?.name.startsWith(prefix)) return
        next = undefined
        yield part
      }
    },
  }
}

async function restoreDatabases(
  file: string,
  contents: Contents,
  server: Server,
  folder: DataFolder,
  say: Say,
): Promise<void> {
  const reader = createReader(file)
  for (const [name, database] of Object.entries(contents.databases)) {
    const program = name as Program
    await withAdmin(server, undefined, (sql) => createProgramDatabase(sql as unknown as Sql, program))
    await withAdmin(server, program, async (sql) => {
      await prepareEmpty(sql, program, database)
      const { leftOut } = await fill(sql, database, async function* (table) {
        const folder = dirname(tablePart(program, table, 0))
        for await (const { content } of reader.under(`${folder}/`)) yield content
      })
      if (leftOut) say.trouble(`${program}: jobs that waited were left out; their form has changed since.`)
    })
  }
  await restoreFiles(reader.under('files/'), folder)
}

/** `vartio restore FILE` beside the keys of those rows. Every hash is checked before the first byte is written. */
export async function restore(words: readonly string[], say: Say): Promise<void> {
  const file = resolve(words[0] ?? '')
  const settings = readSettings(process.env)
  const parsed = contentsSchema.safeParse(await verifyArchive(file))
  if (!parsed.success)
    throw new Refusal('file', 'The backup says of itself what this version of Vartio does not understand.', {
      cause: parsed.error,
    })
  const contents = parsed.data
  for (const [program, database] of Object.entries(contents.databases)) refuseNewerBackup(program as Program, database)
  refuseWithoutKeys(dataPath(settings.text('VARTIO_DATA')), settings.text('VARTIO_PKCS11_MODULE') !== undefined)
  const folder = openDataFolder(settings.text('VARTIO_DATA'), programs)
  const lock = takeLock(folder.path, 'restore')
  try {
    const { server, keyServer, stop } = await openDatabases(settings, folder, say)
    try {
      await refuseOtherKeys(keyServer, contents)
      await refuseUsedServer(server, unfinishedRestore(folder.path) === 'data')
      writeWhole(join(folder.path, unfinished), 'data\n')
      forgetLogKey(folder)
      await restoreDatabases(file, contents, server, folder, say)
      await prepareDatabases({ data: server, keys: keyServer }, folder, Object.keys(contents.databases) as Program[])
      if (contents.databases.privacy) await refuseOlderKeys(server, keyServer, programs)
      for (const program of Object.keys(contents.databases) as Program[]) {
        await expireRestored(server, program, say)
        writeWhole(join(folder.programs, program, restoredFile), '', folder.accounts?.programs[program])
      }
    } finally {
      await stop()
    }
    noteUse(folder.path, 'restore')
    rmSync(join(folder.path, unfinished))
  } finally {
    lock.release()
  }
  say(
    `Restored what Vartio ${contents.vartio} backed up at ${contents.madeAt} into ${folder.path}. Start it with: npm start`,
  )
}
