import type { KeyObject } from 'node:crypto'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readSettings } from '#base/settings'
import { writeWhole } from '#base/write-file'
import { databaseName, type Program } from '#server/migrate'
import { readArchive, verifyArchive } from '../archive.ts'
import { noteUse } from '../confirmation.ts'
import { badge, openDataFolder, unfinished } from '../data-folder.ts'
import { dataPath } from '../data-path.ts'
import { type AdminSql, prepareDatabase, type Server, withAdmin } from '../databases.ts'
import { takeLock } from '../lock.ts'
import { openKeyFile } from '../officer-command.ts'
import { programs } from '../programs.ts'
import { Refusal } from '../refusal.ts'
import { unfinishedRestore } from '../restore.ts'
import type { Say } from '../say.ts'
import { openDatabases } from '../start.ts'
import { copyIn } from '../tables.ts'
import { boundOf, type KeysContents, keysContents, refuseTooOld } from './contents.ts'
import { putBack } from './private-files.ts'
import { openAsOfficer, openPart } from './seal-to-officers.ts'

/** Nothing that anybody has used is ever written over. What an unfinished restore of keys left is nobody's, and is cleared away. */
function refuseUsedFolder(path: string): void {
  if (!existsSync(path)) return
  const names = readdirSync(path).filter((name) => name !== badge && name !== 'lost+found')
  if (unfinishedRestore(path) === 'keys') {
    // The copy of the code is checked by its hash; everything else is begun anew.
    for (const name of names) if (name !== 'placed') rmSync(join(path, name), { recursive: true, force: true })
    return
  }
  if (names.length > 0)
    throw new Refusal(
      'folder',
      `${path} is not empty. Restore keys into a new folder (VARTIO_DATA), or move this one away first.`,
    )
}

/** Every part of the file whose name begins so, opened. The hashes of the whole file have been checked before. */
async function* openParts(
  file: string,
  key: KeyObject,
  prefix: string,
): AsyncGenerator<{ name: string; plain: Buffer }> {
  for await (const { name, content } of readArchive(file)) {
    if (!name.startsWith(prefix)) continue
    const plain = openPart(key, name, content)
    if (!plain) throw new Refusal('file', 'The backup of keys is damaged: a part of it does not open.')
    yield { name, plain }
  }
}

async function refuseUsedStores(server: Server): Promise<void> {
  const names = programs.map((program) => databaseName(program, 'keys'))
  const [found] = await withAdmin(
    server,
    undefined,
    (sql) => sql`select datname from pg_catalog.pg_database where datname in ${sql(names)}`,
  )
  if (found) throw new Refusal('database', `The PostgreSQL of the key store has a database ${found.datname} already.`)
}

/** One transaction: a store is filled or it is empty. The root that lay in the backup is to be replaced at the first start. */
async function fillStore(
  sql: AdminSql,
  program: Program,
  contents: KeysContents,
  file: string,
  key: KeyObject,
): Promise<void> {
  await sql.begin(async (tx) => {
    await tx.unsafe(`truncate ${contents.tables.map(({ name }) => name).join(', ')}`)
    for (const [number, table] of contents.tables.entries()) {
      const rows = async function* () {
        for await (const { plain } of openParts(file, key, `stores/${program}/${number}/`)) yield plain
      }
      await copyIn(tx as unknown as AdminSql, table, rows())
    }
    await tx`update key_store.store set rotation_due_at = now()`
  })
}

/** `vartio keys restore FILE KEY` into a folder that nobody has used, with the key file of one officer. The data come after it: `vartio restore`. */
export async function keysRestore(words: readonly string[], say: Say, now = new Date()): Promise<void> {
  const [name = '', keyFile = ''] = words
  const file = resolve(name)
  const settings = readSettings(process.env)
  const parsed = keysContents.safeParse(await verifyArchive(file))
  if (!parsed.success)
    throw new Refusal('file', `${file} is no backup of keys that this version of Vartio understands.`, {
      cause: parsed.error,
    })
  const contents = parsed.data
  refuseTooOld(new Date(contents.madeAt), now)
  refuseUsedFolder(dataPath(settings.text('VARTIO_DATA')))
  const officer = await openKeyFile(keyFile)
  const key = openAsOfficer(officer, contents.officers, boundOf(contents))
  if (!key) throw new Refusal('file', `The backup of keys does not open with the key of ${officer.officer.name}.`)
  const folder = openDataFolder(settings.text('VARTIO_DATA'), programs)
  const lock = takeLock(folder.path, 'keys restore')
  try {
    writeWhole(join(folder.path, unfinished), 'keys\n')
    for (const kind of ['secrets/', 'public/', 'programs/', 'roots/', 'statutory/'])
      for await (const part of openParts(file, key, kind)) putBack(folder, part.name, part.plain)
    const { keyServer, stop } = await openDatabases(settings, folder, say)
    try {
      await refuseUsedStores(keyServer)
      for (const program of Object.keys(contents.stores) as Program[]) {
        await prepareDatabase(keyServer, folder, program, 'keys')
        await withAdmin(keyServer, databaseName(program, 'keys'), (sql) => fillStore(sql, program, contents, file, key))
      }
    } finally {
      await stop()
    }
    noteUse(folder.path, 'keys restore')
    rmSync(join(folder.path, unfinished))
  } finally {
    lock.release()
  }
  say(`The keys of ${contents.madeAt} are in ${folder.path}. Now the data: vartio restore FILE`)
}
