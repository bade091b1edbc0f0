import type { Sql } from '../database.ts'
import { type Entry, entryFor } from './directory.ts'
import { channel, type Inside } from './keys.ts'
import { hasOwner, ownerOf, removeOwners } from './pages.ts'
import {
  lockForWriting,
  lockScope,
  type OpenedScope,
  openRoot,
  openScope,
  readPages,
  sealPage,
  sealScope,
  writePages,
} from './records.ts'
import { newKey } from './sealing.ts'

/** All erasures of this time share one rotation of the root; with it they are over within the minute. */
export const rotateWithinMilliseconds = 30_000

/** Counts the erasure, so that other processes see it, and tells them; the root is due from the first one on. */
async function noteErasure(tx: Sql, inside: Inside, scope: string): Promise<void> {
  const due = new Date(inside.clock.now().getTime() + rotateWithinMilliseconds)
  const [row] = await tx<{ changes: string }[]>`
    update key_store.store set changes = changes + 1, rotation_due_at = least(rotation_due_at, ${due})
    returning changes::text`
  await tx`select pg_catalog.pg_notify(${channel}, '')`
  await tx`update key_store.scope set erased_change = ${(row as { changes: string }).changes} where scope_id = ${scope}`
}

/**
 * The page without them, under a new key, and the scope under a new key. What older pages lie in the files of the database opens with
 * the old keys only; those lie in the old directory, that under the old key of the scope, that under the root, which is due to go.
 */
export async function eraseOwners(inside: Inside, scope: string, owners: readonly string[]): Promise<void> {
  const version = await inside.transaction(async (tx) => {
    const store = await lockForWriting(tx)
    const root = await openRoot(inside.roots, store)
    const row = await lockScope(tx, scope)
    const before = row && openScope(root, store, row)
    if (!before) return undefined
    const byEntry = new Map<Entry, Buffer[]>()
    for (const owner of owners.map(ownerOf)) {
      const entry = entryFor(before.directory.entries, owner)
      byEntry.set(entry, [...(byEntry.get(entry) ?? []), owner])
    }
    const numbers = [...byEntry.keys()].map(({ number }) => number)
    const there = await readPages(tx, row.side, before, numbers)
    const renewed = new Map<number, { entry: Entry; bytes: Buffer }>()
    for (const [entry, leaving] of byEntry) {
      const old = there.get(entry.number) as Buffer
      const present = leaving.filter((owner) => hasOwner(old, owner))
      if (present.length > 0)
        renewed.set(entry.number, { entry: { ...entry, key: newKey() }, bytes: removeOwners(old, present) })
    }
    if (renewed.size === 0) return undefined
    const entries = before.directory.entries.map((entry) => renewed.get(entry.number)?.entry ?? entry)
    const after: OpenedScope = {
      scope,
      version: before.version + 1n,
      key: newKey(),
      directory: { ...before.directory, entries },
    }
    const sealed = sealScope(root, store, after)
    await tx`
      update key_store.scope set version = ${sealed.version}, sealed_key = ${sealed.key}, sealed_directory = ${sealed.directory}
      where scope_id = ${scope}`
    await writePages(
      tx,
      row.side,
      scope,
      [...renewed.values()].map(({ entry, bytes }) => sealPage(scope, entry, bytes)),
    )
    await noteErasure(tx, inside, scope)
    return after.version
  })
  if (version !== undefined) inside.erased(scope, owners, version)
}

/** The scope's row stays, empty: a late writer must not make the scope again and believe that it is the old one. */
export async function eraseScope(inside: Inside, scope: string): Promise<void> {
  const version = await inside.transaction(async (tx) => {
    await lockForWriting(tx)
    const row = await lockScope(tx, scope)
    if (!row?.sealed_key) return undefined
    const next = BigInt(row.version) + 1n
    await tx`
      update key_store.scope set version = ${String(next)}, page_count = 0, sealed_key = null, sealed_directory = null
      where scope_id = ${scope}`
    await tx`delete from key_store.page where side = ${row.side} and scope_id = ${scope}`
    await noteErasure(tx, inside, scope)
    return next
  })
  if (version !== undefined) inside.erased(scope, 'all', version)
}
