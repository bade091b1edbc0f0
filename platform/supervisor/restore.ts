import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { readSettings } from '#base/settings'
import type { Sql } from '#server/database'
import { expireAll } from '#server/expiry'
import { createProgramDatabase, listMigrations, migrate, type Program } from '#server/migrate'
import { installationFile, officersFile } from '#server/officers'
import { type Part, readArchive, verifyArchive } from './archive.ts'
import { type Contents, contentsSchema, tablePart } from './backup.ts'
import { badge, type DataFolder, dataPath, openDataFolder } from './data-folder.ts'
import { type AdminSql, prepareDatabases, type Server, withAdmin } from './databases.ts'
import { takeLock } from './lock.ts'
import { programs } from './programs.ts'
import { Refusal } from './refusal.ts'
import type { Say } from './say.ts'
import { openDatabases } from './start.ts'
import { copyIn, type DatabaseContents } from './tables.ts'
import { writeWhole } from './write-file.ts'

/** In a data folder while a restore fills it; a start refuses such a folder. */
export const unfinished = 'restore-unfinished'

/** Nothing that anybody has used is ever written over. What an unfinished restore left is nobody's, and is cleared away. */
function refuseUsedFolder(path: string): void {
  if (!existsSync(path)) return
  const names = readdirSync(path).filter((name) => name !== badge && name !== 'lost+found')
  if (names.includes(unfinished)) {
    // The copy of the code is checked by its hash; everything else is begun anew.
    for (const name of names) if (name !== 'placed') rmSync(join(path, name), { recursive: true, force: true })
    return
  }
  if (names.length > 0)
    throw new Refusal(
      'folder',
      `${path} is not empty. Restore into a new folder (VARTIO_DATA), or move this one away first.`,
    )
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

async function refuseUsedServer(server: Server): Promise<void> {
  if (!server.isOutside) return
  const found = await withAdmin(
    server,
    undefined,
    (sql) => sql`select datname from pg_catalog.pg_database where datname in ${sql([...programs])}`,
  )
  if (found.length > 0)
    throw new Refusal(
      'database',
      `The outside PostgreSQL has a database ${found[0]?.datname} already. Restore into a server without it.`,
    )
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

async function restoreDatabases(file: string, contents: Contents, server: Server, say: Say): Promise<void> {
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
}

/** Keys and secrets, before the first start could make new ones. */
async function restoreFiles(file: string, folder: DataFolder): Promise<void> {
  for await (const { name, content } of readArchive(file)) {
    const [kind, program, ...rest] = name.split('/')
    if (kind === 'secrets' && rest.length === 0 && program === 'set-up')
      writeWhole(join(folder.secrets, program), content)
    if (kind === 'public' && rest.length === 0 && (program === installationFile || program === officersFile))
      writeWhole(join(folder.public, program), content, undefined, folder.accounts ? 0o644 : 0o600)
    if (program === undefined || rest.length !== 1 || !(programs as readonly string[]).includes(program)) continue
    const own = join(folder.secrets, program)
    if (kind === 'secrets') {
      if (!existsSync(own)) mkdirSync(own, { mode: 0o700 })
      writeWhole(join(own, rest[0] as string), content)
    }
    if (kind === 'programs')
      writeWhole(join(folder.programs, program, rest[0] as string), content, folder.accounts?.programs[program])
  }
}

/** `vartio restore FILE` into a folder that nobody has used. Every hash is checked before the first byte is written. */
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
  refuseUsedFolder(dataPath(settings.text('VARTIO_DATA')))
  const folder = openDataFolder(settings.text('VARTIO_DATA'), programs)
  const lock = takeLock(folder.path, 'restore')
  try {
    writeWhole(join(folder.path, unfinished), `${file}\n`)
    await restoreFiles(file, folder)
    const { server, keyServer, stop } = await openDatabases(settings, folder, say)
    try {
      await refuseUsedServer(server)
      await restoreDatabases(file, contents, server, say)
      await prepareDatabases({ data: server, keys: keyServer }, folder, Object.keys(contents.databases) as Program[])
      for (const program of Object.keys(contents.databases)) await expireRestored(server, program, say)
    } finally {
      await stop()
    }
    rmSync(join(folder.path, unfinished))
  } finally {
    lock.release()
  }
  say(
    `Restored what Vartio ${contents.vartio} backed up at ${contents.madeAt} into ${folder.path}. Start it with: npm start`,
  )
}
