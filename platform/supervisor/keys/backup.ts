import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Officer, readOfficer } from '#base/officers'
import { readSettings } from '#base/settings'
import { readOwn } from '#base/write-file'
import { backupLivesDays } from '#server/key-backups'
import { rootLock } from '#server/keys/records'
import { databaseName, type Program } from '#server/migrate'
import { readAcceptedOfficers } from '#server/officers'
import { type ArchiveWriter, createArchive, partBytes } from '../archive.ts'
import { noteWork } from '../at-work.ts'
import { refuseUnused, withServer } from '../backup.ts'
import { awaitConfirmation } from '../confirmation.ts'
import { type DataFolder, openDataFolder } from '../data-folder.ts'
import { codeFolder } from '../data-path.ts'
import { type AdminSql, type Server, withAdmin } from '../databases.ts'
import { readSmall } from '../officer-command.ts'
import { programs } from '../programs.ts'
import { recordBackup } from '../recorded-backups.ts'
import { folderTrouble, Refusal } from '../refusal.ts'
import type { Say } from '../say.ts'
import { copyOut } from '../tables.ts'
import { boundOf, type KeysContents, keyTables } from './contents.ts'
import { privateFiles } from './private-files.ts'
import { sealPart, sealToOfficer } from './seal-to-officers.ts'

export function storePart(program: string, table: number, part: number): string {
  return `stores/${program}/${table}/${String(part).padStart(6, '0')}`
}

/** Those the supervisor obeys, or those whose public halves are given. */
export function whoseKeys(folder: DataFolder, files: readonly string[]): readonly Officer[] {
  const officers =
    files.length > 0
      ? files.map((file) => readOfficer(readSmall(file)))
      : (readAcceptedOfficers(folder.public)?.officers ?? [])
  if (new Set(officers.map(({ name }) => name)).size < 2)
    throw new Refusal(
      'usage',
      'Two officers are needed, so that one lost key does not lose every backup. Make keys (vartio officer key), let the officers sign their list, or name the files with their public halves: vartio keys backup FILE OFFICER OFFICER.',
    )
  return officers
}

type Stores = KeysContents['stores']

async function writeStore(add: Add, sql: AdminSql, program: Program, stores: Stores): Promise<void> {
  const [row] = await sql<{ store_id: string; epoch: number }[]>`select store_id, epoch from key_store.store`
  // Prepared by the supervisor, and the program was never started.
  if (!row) return
  stores[program] = { store: row.store_id, epoch: row.epoch }
  for (const [number, table] of keyTables.entries()) {
    let part = 0
    let held: Buffer[] = []
    const put = async () => {
      if (held.length > 0) await add(storePart(program, number, part), Buffer.concat(held))
      part += 1
      held = []
    }
    for await (const chunk of copyOut(sql, table)) {
      held.push(chunk)
      if (held.reduce((sum, { length }) => sum + length, 0) >= partBytes) await put()
    }
    await put()
  }
}

type Add = (name: string, plain: Buffer) => Promise<void>

async function write(
  archive: ArchiveWriter,
  server: Server,
  folder: DataFolder,
  officers: readonly Officer[],
  madeAt: Date,
): Promise<void> {
  const bytes = randomBytes(32)
  const key: KeyObject = createSecretKey(bytes)
  const add: Add = (name, plain) => archive.add(name, sealPart(key, name, plain))
  const stores: Stores = {}
  // One store after the other, each with its program's files while no new root can take over.
  for (const program of programs)
    await withAdmin(server, databaseName(program, 'keys'), (sql) =>
      sql.begin('isolation level repeatable read', async (tx) => {
        // Writers hold it shared too; a rotation waits for it to be let go, so rows and roots fit together.
        await tx`select pg_catalog.pg_advisory_xact_lock_shared(${rootLock})`
        await writeStore(add, tx as unknown as AdminSql, program, stores)
        for (const { name, path } of privateFiles(folder)) {
          if (name.split('/')[1] !== program) continue
          const content = readOwn(path)
          if (content) await add(name, content)
        }
      }),
    )
  for (const { name, path } of privateFiles(folder)) {
    const content = name.split('/').length === 2 ? readOwn(path) : undefined
    if (content) await add(name, content)
  }
  const { version } = JSON.parse(readFileSync(join(codeFolder, 'package.json'), 'utf8')) as { version: string }
  const contents: KeysContents = {
    format: 1,
    kind: 'keys',
    vartio: version,
    madeAt: madeAt.toISOString(),
    stores,
    tables: keyTables,
    officers: [],
  }
  const bound = boundOf(contents)
  await archive.finish({ ...contents, officers: officers.map((officer) => sealToOfficer(officer, bytes, bound)) })
  bytes.fill(0)
}

/** `vartio keys backup FILE [OFFICER…]`: key stores, roots and secrets, sealed to the officers' keys. Recorded, and good for two days. */
export async function keysBackup(
  words: readonly string[],
  say: Say,
  { now = new Date(), isRehearsal = false } = {},
): Promise<void> {
  const [name = '', ...files] = words
  const file = resolve(name)
  const settings = readSettings(process.env)
  if (existsSync(file)) throw new Refusal('file', `${file} is there already and is not overwritten.`)
  const folder = openDataFolder(settings.text('VARTIO_DATA'), programs)
  refuseUnused(folder)
  const officers = whoseKeys(folder, files)
  await withServer(settings, folder, 'keys backup', say, async (server, isLive, keyServer) => {
    // By what their keys are, read once: the files could be other ones by the time somebody has confirmed.
    const names = officers.map((officer) => officer.name)
    if (!isRehearsal)
      await awaitConfirmation(
        { settings, folder, server, isLive, say },
        { command: 'keys backup', file, officers: names },
      )
    const archive = createArchive(file)
    const isOver = noteWork(folder.path, 'keys backup', archive.half)
    try {
      recordBackup(folder.path, 'keys', file)
      await write(archive, keyServer, folder, officers, now)
    } catch (error) {
      await archive.abandon()
      throw folderTrouble(error, dirname(file)) ?? error
    } finally {
      isOver()
    }
  })
  say(
    `The backup of keys is in ${file}. ${officers.map((officer) => officer.name).join(', ')} can open it, each alone. It is good for ${backupLivesDays} days: make one every day.`,
  )
}
