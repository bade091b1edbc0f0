import { byteArray } from '../database.ts'
import type { Inside } from './keys.ts'
import { needStore, openRoot, rewrapKey, rootLock, type Store } from './records.ts'

/**
 * A new root, and every scope's key under it; then the old root is destroyed, and with it everything that older bytes anywhere could still open.
 * The new root is on the disk before a row needs it, and the old one goes only after the rows are: whoever is killed in between leaves two
 * roots, of which the store names the one that counts.
 */
export async function rotateRoot(inside: Inside, isWanted: (store: Store) => boolean = () => true): Promise<boolean> {
  const { roots, transaction, log } = inside
  const number = await transaction(async (tx) => {
    await tx`select pg_catalog.pg_advisory_xact_lock(${rootLock})`
    const store = await needStore(tx)
    // Another process was quicker.
    if (!isWanted(store)) return undefined
    const from = await openRoot(roots, store)
    const next = { ...store, root_number: store.root_number + 1 }
    await roots.make({ store: store.store_id, number: next.root_number })
    const to = await openRoot(roots, next)
    const rows = await tx<{ scope_id: string; version: string; sealed_key: Buffer }[]>`
      select scope_id, version::text, sealed_key from key_store.scope where sealed_key is not null`
    const moved = rows.flatMap((row) => {
      const sealed = rewrapKey(from, to, store, row.scope_id, row.version, row.sealed_key)
      // Damaged: no root opens it any more. It must not keep the erasures of all others waiting; whoever asks for it is told.
      return sealed ? [{ scope: row.scope_id, sealed }] : []
    })
    if (moved.length < rows.length)
      log.error('scopes of the key store are damaged and cannot be opened', { count: rows.length - moved.length })
    await tx`
      update key_store.scope s set sealed_key = g.sealed
      from unnest(${moved.map(({ scope }) => scope)}::uuid[], ${byteArray(
        tx,
        moved.map(({ sealed }) => sealed),
      )}) as g (scope_id, sealed)
      where s.scope_id = g.scope_id`
    await tx`update key_store.store set root_number = ${next.root_number}, rotation_due_at = null`
    return next.root_number
  })
  if (number === undefined) return false
  await destroyOldRoots(inside)
  return true
}

/**
 * Every root of this store but the one it names. Alone, so that none is taken away that a rotation is just making. Also what a rotation left
 * that was killed before its rows were written (its number is higher), or after (lower).
 */
export async function destroyOldRoots({ roots, transaction }: Inside): Promise<void> {
  if ((await roots.list()).length < 2) return
  await transaction(async (tx) => {
    await tx`select pg_catalog.pg_advisory_xact_lock(${rootLock})`
    const store = await needStore(tx)
    for (const id of await roots.list())
      if (id.store === store.store_id && id.number !== store.root_number) await roots.destroy(id)
  })
}
