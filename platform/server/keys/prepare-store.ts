import { AppError } from '#base/errors'
import type { Inside } from './keys.ts'
import { refuseOldStore } from './known-epoch.ts'
import { newStoreId, readStore, rootLock, rootMissing, type Store } from './records.ts'

export function epochOf(now: Date): number {
  return Math.floor(now.getTime() / 86_400_000)
}

/**
 * The store and its first root, made at the first start. Two steps: a store that says which one it is has no root yet when it is at number 0, so a
 * crash between the two is told apart from a root that was lost, and from a store that was put in the place of ours.
 */
export async function prepareStore({ transaction, roots, clock }: Inside, epochFile?: string): Promise<Store> {
  const begun = await transaction(async (tx) => {
    await tx`select pg_catalog.pg_advisory_xact_lock(${rootLock})`
    const store = await readStore(tx)
    if (store) return store
    // An empty store beside the root of another: going on would take every key for erased.
    if ((await roots.list()).length > 0)
      throw new AppError(
        'key_store.other_store',
        500,
        'The key store is empty, but roots of an earlier one are here. Bring back the key store they belong to, or restore both from a backup.',
      )
    const epoch = epochOf(clock.now())
    await tx`insert into key_store.store (store_id, root_number, epoch, side) values (${newStoreId()}, 0, ${epoch}, 0)`
    return readStore(tx)
  })
  if (begun?.root_number !== 0) return needRoot(begun as Store)
  const store = await transaction(async (tx) => {
    await tx`select pg_catalog.pg_advisory_xact_lock(${rootLock})`
    const current = (await readStore(tx)) as Store
    if (current.root_number !== 0) return current
    await roots.make({ store: current.store_id, number: 1 })
    await tx`update key_store.store set root_number = 1`
    return { ...current, root_number: 1 }
  })
  return needRoot(store)

  async function needRoot(found: Store): Promise<Store> {
    if (!(await roots.open({ store: found.store_id, number: found.root_number }))) throw rootMissing(found.root_number)
    refuseOldStore(epochFile, found.epoch)
    return found
  }
}
