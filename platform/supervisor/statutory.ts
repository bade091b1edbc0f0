import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { JWK } from 'jose'
import { type Account, isRoot } from '#base/users'
import { readOwn, writeWhole } from '#base/write-file'
import {
  endOfYear,
  keyYears,
  listStatutory,
  openStatutory,
  type StatutoryRecord,
  statutoryFolder,
  statutoryKeysFile,
} from '#server/statutory'
import type { DataFolder } from './data-folder.ts'
import { shredFile } from './emergency/shred.ts'
import type { Say } from './say.ts'

const hourMilliseconds = 3_600_000
const keyName = /^(\d{4})\.jwk$/

const placesIn = (dataFolder: string) => ({
  own: join(dataFolder, statutoryFolder),
  keys: join(dataFolder, statutoryFolder, 'keys'),
  records: join(dataFolder, statutoryFolder, 'records'),
})

/** Where the portal writes records, which it can write and not read: the keys beside it are its owner's alone. */
export const recordsIn = (dataFolder: string): string => placesIn(dataFolder).records

function make(path: string, mode: number, owner?: Account): void {
  if (!existsSync(path)) mkdirSync(path, { mode })
  if ((statSync(path).mode & 0o7777) !== mode) chmodSync(path, mode)
  if (owner) chownSync(path, owner.uid, owner.gid)
}

/** Keys for the years to come are there, and of the years that are over neither key nor record is. */
export function keepStatutory(
  { path, public: publicFolder, accounts }: Pick<DataFolder, 'path' | 'public' | 'accounts'>,
  now = new Date(),
): void {
  const { own, keys, records } = placesIn(path)
  make(own, accounts ? 0o711 : 0o700)
  make(keys, 0o700)
  make(records, 0o700, accounts?.programs.portal)
  expireStatutory(path, now)
  const known: Record<string, JsonWebKey> = {}
  for (const year of keyYears(now)) {
    const file = join(keys, `${year}.jwk`)
    if (!existsSync(file))
      writeWhole(file, `${JSON.stringify(generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' }))}\n`)
    const { d: _private, ...half } = JSON.parse(String(readOwn(file))) as JsonWebKey
    known[year] = half
  }
  writeWhole(join(publicFolder, statutoryKeysFile), `${JSON.stringify(known)}\n`, undefined, isRoot() ? 0o644 : 0o600)
}

/** The same limit as in the database, also when that is gone: first the key, with which every copy of its records anywhere is unreadable. */
export function expireStatutory(dataFolder: string, now = new Date()): number {
  const { keys, records } = placesIn(dataFolder)
  const isOver = (year: number) => endOfYear(year) <= now
  let gone = 0
  for (const name of existsSync(keys) ? readdirSync(keys) : []) {
    const [, year] = keyName.exec(name) ?? []
    if (year && isOver(Number(year))) shredFile(join(keys, name))
  }
  for (const { name, year } of existsSync(records) ? listStatutory(records) : [])
    if (isOver(year) && shredFile(join(records, name))) gone += 1
  return gone
}

/** While Vartio runs: a year may end. */
export function watchStatutory(folder: DataFolder, say: Say): { stop(): Promise<void> } {
  const timer = setInterval(() => {
    try {
      keepStatutory(folder)
    } catch (error) {
      say.trouble(
        `Bookkeeping records are not kept as they should be: ${error instanceof Error ? error.message : error}`,
      )
    }
  }, hourMilliseconds)
  timer.unref()
  return { stop: async () => clearInterval(timer) }
}

export type OpenedStatutory = { readonly records: StatutoryRecord[]; readonly failed: string[] }

/** Every record that its key opens, and which ones none does. */
export async function readStatutory(dataFolder: string): Promise<OpenedStatutory> {
  const { keys, records } = placesIn(dataFolder)
  const read: OpenedStatutory = { records: [], failed: [] }
  for (const { name, year } of existsSync(records) ? listStatutory(records) : []) {
    try {
      const key = readOwn(join(keys, `${year}.jwk`))
      const sealed = readOwn(join(records, name))
      if (!key || !sealed) throw new Error('it or its key is not there')
      read.records.push(await openStatutory(JSON.parse(String(key)) as JWK, name, sealed))
    } catch (error) {
      read.failed.push(`${name} (${error instanceof Error ? error.message : error})`)
    }
  }
  read.records.sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1))
  return read
}
