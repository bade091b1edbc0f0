import { randomUUID } from 'node:crypto'
import { AppError } from '#base/errors'
import { byteArray, type Sql } from '../database.ts'
import { type Directory, type Entry, readDirectory, writeDirectory } from './directory.ts'
import type { OpenRoot, Roots } from './root.ts'
import { keyObject, newKey, open, seal } from './sealing.ts'

// What lies in the tables, and how it is sealed: the scope's key by the root, the directory by the scope's key, a page by its own key.

export type Store = {
  readonly store_id: string
  readonly root_number: number
  readonly rotation_due_at: Date | null
  readonly epoch: number
  readonly side: number
  readonly is_rewrapping: boolean
  readonly changes: string
}

export type ScopeRow = {
  readonly scope_id: string
  readonly version: string
  readonly epoch: number
  readonly side: number
  readonly sealed_key: Buffer | null
  readonly sealed_directory: Buffer | null
}

/** A scope that is opened for writing. */
export type OpenedScope = {
  readonly scope: string
  readonly version: bigint
  readonly key: Buffer
  readonly directory: Directory
}

export type SealedPage = { readonly number: number; readonly sealed: Buffer }

/** A row that is there and does not open is never taken for an erased one: that would make new keys, and lose what the old ones sealed. */
export function storeDamaged(what: string): AppError {
  return new AppError('key_store.damaged', 500, `The key store is damaged: ${what}.`)
}

const boundScope = (store: string, scope: string, version: bigint) => `scope ${store} ${scope} ${version}`
const boundDirectory = (scope: string, version: bigint) => `directory ${scope} ${version}`
const boundPage = (scope: string, number: number) => `page ${scope} ${number}`

/** Writers hold it shared, a rotation of the root alone: no key is sealed by a root that is on its way out. */
export const rootLock = 4_720

export async function readStore(tx: Sql): Promise<Store | undefined> {
  const [row] = await tx<Store[]>`
    select store_id, root_number, rotation_due_at, epoch, side, is_rewrapping, changes::text from key_store.store`
  return row
}

export async function needStore(tx: Sql): Promise<Store> {
  const store = await readStore(tx)
  if (!store) throw storeDamaged('it does not say which one it is')
  return store
}

/** The store as it holds for the whole of a writing transaction. */
export async function lockForWriting(tx: Sql): Promise<Store> {
  // Both on their way at once; the server reads the store when it has the lock.
  const locked = tx`select pg_catalog.pg_advisory_xact_lock_shared(${rootLock})`.execute()
  const [, store] = await Promise.all([locked, needStore(tx)])
  return store
}

export async function openRoot(roots: Roots, store: Store): Promise<OpenRoot> {
  const root = await roots.open({ store: store.store_id, number: store.root_number })
  if (!root) throw rootMissing(store.root_number)
  return root
}

export function rootMissing(number: number): AppError {
  return new AppError(
    'key_store.root_missing',
    500,
    `Root ${number} of the key store is not here. A key store opens with its own root only: restore both from one backup.`,
  )
}

export function openScope(root: OpenRoot, store: Store, row: ScopeRow): OpenedScope | undefined {
  const { scope_id: scope, sealed_key: sealedKey, sealed_directory: sealedDirectory } = row
  if (!sealedKey || !sealedDirectory) return undefined
  const version = BigInt(row.version)
  const key = root.unwrap(sealedKey, boundScope(store.store_id, scope, version))
  if (!key) throw storeDamaged('the key of a scope does not open')
  const directory = openDirectory(key, scope, version, sealedDirectory)
  return { scope, version, key, directory }
}

function openDirectory(key: Buffer, scope: string, version: bigint, sealed: Buffer): Directory {
  const bytes = open(keyObject(key), boundDirectory(scope, version), sealed)
  if (!bytes) throw storeDamaged('the directory of a scope does not open')
  return readDirectory(bytes)
}

export function sealScope(root: OpenRoot, store: Store, { scope, version, key, directory }: OpenedScope) {
  return {
    scope,
    version: String(version),
    pages: directory.entries.length,
    key: root.wrap(key, boundScope(store.store_id, scope, version)),
    directory: seal(keyObject(key), boundDirectory(scope, version), writeDirectory(directory)),
  }
}

/** Only the key of the scope, from one root to the next: nothing below it changes. Undefined when it is damaged. */
export function rewrapKey(from: OpenRoot, to: OpenRoot, store: Store, scope: string, version: string, sealed: Buffer) {
  const bound = boundScope(store.store_id, scope, BigInt(version))
  const key = from.unwrap(sealed, bound)
  if (!key) return undefined
  const next = to.wrap(key, bound)
  key.fill(0)
  return next
}

export function sealPage(scope: string, { number, key }: Entry, bytes: Buffer): SealedPage {
  return { number, sealed: seal(keyObject(key), boundPage(scope, number), bytes) }
}

/** Undefined when it does not open: read just before or after somebody gave it another key, or damaged. */
export function openPage(scope: string, { number, key }: Entry, sealed: Buffer): Buffer | undefined {
  return open(keyObject(key), boundPage(scope, number), sealed)
}

export function newScope(scope: string): OpenedScope {
  const first = { begins: Buffer.alloc(16), number: 1, key: newKey() }
  return { scope, version: 1n, key: newKey(), directory: { tokenKey: newKey(), nextNumber: 2, entries: [first] } }
}

export async function lockScope(tx: Sql, scope: string): Promise<ScopeRow | undefined> {
  const [row] = await tx<ScopeRow[]>`
    select scope_id, version::text, epoch, side, sealed_key, sealed_directory
    from key_store.scope where scope_id = ${scope} for update`
  return row
}

export async function readPages(
  tx: Sql,
  side: number,
  { scope, directory }: OpenedScope,
  numbers: readonly number[],
): Promise<Map<number, Buffer>> {
  const rows = await tx<SealedPage[]>`
    select number, sealed from key_store.page
    where side = ${side} and scope_id = ${scope} and number = any(${numbers as number[]})`
  const entries = new Map(directory.entries.map((entry) => [entry.number, entry]))
  const pages = new Map<number, Buffer>()
  for (const { number, sealed } of rows) {
    const bytes = openPage(scope, entries.get(number) as Entry, sealed)
    if (!bytes) throw storeDamaged('a page does not open')
    pages.set(number, bytes)
  }
  if (pages.size < numbers.length) throw storeDamaged('a page is missing')
  return pages
}

export async function writePages(tx: Sql, side: number, scope: string, pages: readonly SealedPage[]): Promise<void> {
  if (pages.length === 0) return
  await tx`
    insert into key_store.page (side, scope_id, number, sealed)
    select ${side}, ${scope}, n, s from unnest(${pages.map(({ number }) => number)}::int[],
      ${byteArray(
        tx,
        pages.map(({ sealed }) => sealed),
      )}) as given (n, s)
    on conflict (side, scope_id, number) do update set sealed = excluded.sealed`
}

export function newStoreId(): string {
  return randomUUID()
}
