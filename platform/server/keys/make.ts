import type { KeyObject } from 'node:crypto'
import { AppError } from '#base/errors'
import type { Sql } from '../database.ts'
import type { OpenPage } from './cache.ts'
import { type Entry, entryFor } from './directory.ts'
import { findKeys } from './find.ts'
import type { Inside, KeyMap } from './keys.ts'
import { addOwners, cutPages, firstOwner, hasOwner, ownerOf, readKey } from './pages.ts'
import {
  lockForWriting,
  lockScope,
  newScope,
  type OpenedScope,
  openRoot,
  openScope,
  readPages,
  type SealedPage,
  type Store,
  sealPage,
  sealScope,
  writePages,
} from './records.ts'
import type { OpenRoot } from './root.ts'
import { keyObject, newKey, newKeys } from './sealing.ts'

/** Of a few somebody is mostly there already, and looking costs less than writing; many at once are mostly new. */
const few = 8

/** So many at once: one transaction stays short, and its pages fit into memory. */
const mostAtOnce = 10_000

export async function makeKeys(inside: Inside, scope: string, owners: readonly string[]): Promise<KeyMap> {
  const found = new Map<string, KeyObject>()
  // A scope is made even for nobody: it has a token key.
  for (let from = 0; from === 0 || from < owners.length; from += mostAtOnce) {
    const some = owners.slice(from, from + mostAtOnce)
    const known = some.length <= few ? await findKeys(inside, scope, some) : inside.cache.takeAll(scope, some)
    const missing = some.filter((owner) => !known.has(owner))
    const isThere = inside.cache.get(scope) !== undefined
    const made = isThere && missing.length === 0 ? new Map<string, KeyObject>() : await write(inside, scope, missing)
    for (const [owner, key] of [...known, ...made]) found.set(owner, key)
  }
  return found
}

async function write(inside: Inside, scope: string, owners: readonly string[]): Promise<KeyMap> {
  const written = await inside.transaction(async (tx) => {
    // The scope is locked behind the store, and both are asked for at once: mostly it is there.
    const [store, known] = await Promise.all([lockForWriting(tx), lockScope(tx, scope)])
    const root = await openRoot(inside.roots, store)
    const fresh = known ? undefined : newScope(scope)
    const count = fresh ? await beginScope(tx, root, store, fresh) : 0
    const row = known ?? (await lockScope(tx, scope))
    const before = count === 1 ? fresh : row && openScope(root, store, row)
    if (!row || !before)
      throw new AppError('key_store.scope_erased', 500, 'What these keys were for has been erased for ever.')

    const byEntry = new Map<Entry, Buffer[]>()
    for (const owner of owners.map(ownerOf)) {
      const entry = entryFor(before.directory.entries, owner)
      const known = byEntry.get(entry)
      if (known) known.push(owner)
      else byEntry.set(entry, [owner])
    }
    if (count === 1 && byEntry.size === 0) byEntry.set(before.directory.entries[0] as Entry, [])
    const there =
      count === 1
        ? new Map<number, Buffer>()
        : await readPages(
            tx,
            row.side,
            before,
            [...byEntry.keys()].map(({ number }) => number),
          )
    const { after, pages } = addAll(before, byEntry, there)
    const updated = after === before ? undefined : updateScope(tx, sealScope(root, store, after))
    const sealedPages: SealedPage[] = pages
      .filter(({ isNew }) => isNew)
      .map(({ entry, bytes }) => sealPage(scope, entry, bytes))
    await Promise.all([updated, writePages(tx, row.side, scope, sealedPages)])
    return { after, pages }
  })

  const { after, pages } = written
  const opened = new Map<number, OpenPage>()
  // A copy: cut pages are parts of one larger piece, and each is emptied by itself.
  for (const { entry, bytes } of pages) opened.set(entry.number, { key: entry.key, bytes: Buffer.from(bytes) })
  const made = new Map<string, KeyObject>()
  for (const owner of owners) {
    const page = opened.get(entryFor(after.directory.entries, ownerOf(owner)).number)
    const key = page && readKey(page.bytes, ownerOf(owner))
    if (key) made.set(owner, key)
  }
  const { version, directory } = after
  const known = { version, tokenKey: keyObject(directory.tokenKey), entries: directory.entries }
  // Not the keys: of many that are made at once few are soon asked for, and each would take memory of its own.
  inside.cache.put(scope, known, opened)
  return made
}

async function updateScope(tx: Sql, next: ReturnType<typeof sealScope>): Promise<void> {
  await tx`
    update key_store.scope set version = ${next.version}, page_count = ${next.pages}, sealed_key = ${next.key},
      sealed_directory = ${next.directory} where scope_id = ${next.scope}`
}

/** Answers 1, or 0 when somebody else was first. */
async function beginScope(tx: Sql, root: OpenRoot, store: Store, fresh: OpenedScope): Promise<number> {
  const sealed = sealScope(root, store, fresh)
  const { count } = await tx`
    insert into key_store.scope (scope_id, version, epoch, side, page_count, sealed_key, sealed_directory)
    values (${fresh.scope}, ${sealed.version}, ${store.epoch}, ${store.side}, 1, ${sealed.key}, ${sealed.directory})
    on conflict do nothing`
  return count
}

/** `isNew`: not as it lies in the store. */
type WrittenPage = { readonly entry: Entry; readonly bytes: Buffer; readonly isNew: boolean }

/** New owners into their pages; a page that has grown too large is cut. `after` is another only when one was. */
function addAll(
  before: OpenedScope,
  byEntry: ReadonlyMap<Entry, readonly Buffer[]>,
  there: ReadonlyMap<number, Buffer>,
): { after: OpenedScope; pages: WrittenPage[] } {
  const pages: WrittenPage[] = []
  const cut: Entry[] = []
  let { nextNumber } = before.directory
  for (const [entry, owners] of byEntry) {
    const stored = there.get(entry.number)
    const old = stored ?? Buffer.alloc(0)
    const added = new Map(
      owners.filter((owner) => !hasOwner(old, owner)).map((owner) => [owner.toString('latin1'), owner]),
    )
    const keys = newKeys(added.size)
    const whole = addOwners(old, [...added.values()], keys)
    keys.fill(0)
    const [first, ...rest] = cutPages(whole)
    pages.push({ entry, bytes: first as Buffer, isNew: stored === undefined || added.size > 0 })
    for (const bytes of rest) {
      const next = { begins: Buffer.from(firstOwner(bytes)), number: nextNumber, key: newKey() }
      nextNumber += 1
      cut.push(next)
      pages.push({ entry: next, bytes, isNew: true })
    }
  }
  if (cut.length === 0) return { after: before, pages }
  const entries = [...before.directory.entries, ...cut].sort((a, b) => a.begins.compare(b.begins))
  const directory = { ...before.directory, nextNumber, entries }
  return { after: { ...before, version: before.version + 1n, directory }, pages }
}
