import type { KeyObject } from 'node:crypto'
import type { Clock } from '#base/clock'
import { AppError } from '#base/errors'
import type { Log } from '#base/log'
import { ledger } from '../data.ts'
import { createDatabase, type DatabaseAddress, databaseUnavailable, type Sql } from '../database.ts'
import { type Loop, startLoop } from '../loop.ts'
import { type Cache, createCache } from './cache.ts'
import { data } from './data.ts'
import { eraseOwners, eraseScope } from './erase.ts'
import { findKeys, readScope } from './find.ts'
import { noteEpoch } from './known-epoch.ts'
import { listOwners, type OwnersOfScope } from './list.ts'
import { makeKeys } from './make.ts'
import { epochOf, prepareStore } from './prepare-store.ts'
import { needStore, type Store, storeDamaged } from './records.ts'
import { type Rewrapped, rewrapAll } from './rewrap.ts'
import type { Roots } from './root.ts'
import { destroyOldRoots, rotateRoot } from './rotate.ts'

export type KeyMap = ReadonlyMap<string, KeyObject>

export type Keys = {
  /** The keys of these owners. One that is missing was erased, or never made. */
  find(scope: string, owners: readonly string[]): Promise<KeyMap>
  /** Makes what is missing. Durable when it returns: call it before the transaction that writes what the keys seal. */
  make(scope: string, owners: readonly string[]): Promise<KeyMap>
  /** Durable when it returns; within the minute nothing that is left opens what these keys sealed. */
  erase(scope: string, owners: readonly string[]): Promise<void>
  /** Everybody in it, and its token key. Such a scope is never made again. */
  eraseScope(scope: string): Promise<void>
  /** For look-ups by keyed hash: random, made with the scope, gone with it. */
  tokenKey(scope: string): Promise<KeyObject>
  /** Whoever keeps something that was opened lets go of it: at once in this process, within a second or two of an erasure in another. */
  onErased(listen: (scope: string, owners: readonly string[] | 'all') => void): void
  /** The first scope behind this one and everybody in it; undefined behind the last. */
  listOwners(behind: string): Promise<OwnersOfScope | undefined>
  /** The next root takes over now, and the present one is destroyed. */
  rotateRoot(): Promise<void>
  /** What each epoch does by itself: every living page and every scope under new keys, then a new root. */
  rewrap(): Promise<Rewrapped>
  state(): Promise<KeyStoreState>
}

export type KeyStoreState = {
  readonly storeId: string
  readonly epoch: number
  readonly rootNumber: number
  readonly rotationDueAt: Date | null
  readonly isRewrapping: boolean
  readonly scopes: number
}

/** What the other files of this folder work on. */
export type Inside = {
  readonly sql: Sql
  readonly roots: Roots
  readonly cache: Cache
  readonly clock: Clock
  readonly log: Log
  transaction<T>(run: (tx: Sql) => Promise<T>): Promise<T>
  /** After the commit of an erasure: caches of this process let go. */
  erased(scope: string, owners: readonly string[] | 'all', version: bigint): void
}

export type KeyStore = Keys & {
  start(): Promise<void>
  stop(): Promise<void>
  /** Whether it answers. Throws when it does not. */
  ask(): Promise<void>
}

export const channel = 'vartio_key_store'

/** What failed since the store is away says so; anything else is passed on as it is. */
export function explainAbsence(error: unknown): unknown {
  if (!databaseUnavailable(error)) return error
  return new AppError(
    'key_store.unavailable',
    503,
    'The store of keys does not answer just now. Nothing was lost; try again in a moment.',
    { cause: error, retryAfterSeconds: 2 },
  )
}

export function createKeys(options: {
  readonly address: DatabaseAddress
  readonly roots: Roots
  readonly log: Log
  readonly clock: Clock
  /** Where the newest epoch is known outside the store. */
  readonly epochFile?: string
  readonly everyMilliseconds?: number
  readonly connections?: number
}): KeyStore {
  const { roots, log, clock } = options
  const database = createDatabase(options.address, [data, ledger], options.connections ?? 5)
  const cache = createCache()
  const listeners: ((scope: string, owners: readonly string[] | 'all') => void)[] = []
  let loop: Loop | undefined
  let listening: { unlisten(): Promise<void> } | undefined
  let seenChanges = 0n
  let prepared: Promise<Store> | undefined

  /** Also for a program that is run once and never listens. Tried again when it failed. */
  const prepare = async (): Promise<Store> => {
    prepared ??= prepareStore(inside, options.epochFile).catch((error: unknown) => {
      prepared = undefined
      throw error
    })
    return prepared
  }

  const guarded =
    <A extends unknown[], T>(run: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      try {
        await prepare()
        return await run(...args)
      } catch (error) {
        throw explainAbsence(error)
      }
    }

  const inside: Inside = {
    sql: database.sql,
    roots,
    cache,
    clock,
    log,
    transaction: (run) =>
      database.transaction(async (tx) => {
        // Whatever an outside server is set to: what returned from here is on the disk.
        // On its way before the first statement of `run`; had it failed, so has the transaction, and everything in `run`.
        const durable = tx`set local synchronous_commit = on`.execute()
        durable.catch(() => undefined)
        const result = await run(tx)
        await durable
        return result
      }),
    erased(scope, owners, version) {
      cache.erased(scope, version)
      for (const listen of listeners) listen(scope, owners)
    },
  }

  /** What other processes of this program have erased since the last look. */
  const hearErasures = async () => {
    const { changes } = await needStore(database.sql)
    if (BigInt(changes) === seenChanges) return
    const rows = await database.sql<{ scope_id: string; version: string }[]>`
      select scope_id, version::text from key_store.scope where erased_change > ${String(seenChanges)}`
    // What this process has erased itself it has told already.
    for (const { scope_id: scope, version } of rows)
      if (cache.floorOf(scope) < BigInt(version)) inside.erased(scope, 'all', BigInt(version))
    seenChanges = BigInt(changes)
  }

  const isDue = ({ rotation_due_at: dueAt }: Store) => dueAt !== null && dueAt <= clock.now()

  const round = async (): Promise<boolean> => {
    await hearErasures()
    const epoch = epochOf(clock.now())
    const before = await needStore(database.sql)
    if (before.is_rewrapping || before.epoch < epoch) await rewrapAll(inside, epoch)
    if (isDue(await needStore(database.sql))) await rotateRoot(inside, isDue)
    noteEpoch(options.epochFile, (await needStore(database.sql)).epoch)
    // A root that a killed rotation has left, and the copy of an old one in the memory of this process.
    await destroyOldRoots(inside)
    const { store_id: store, root_number: number } = await needStore(database.sql)
    await roots.open({ store, number })
    return false
  }

  return {
    find: guarded((scope, owners) => findKeys(inside, scope, owners)),
    make: guarded((scope, owners) => makeKeys(inside, scope, owners)),
    erase: guarded((scope, owners) => eraseOwners(inside, scope, owners)),
    eraseScope: guarded((scope) => eraseScope(inside, scope)),
    tokenKey: guarded(async (scope: string) => {
      if (!cache.get(scope)) await readScope(inside, scope)
      const known = cache.get(scope)
      if (known) return known.tokenKey
      await makeKeys(inside, scope, [])
      const made = cache.get(scope)
      if (!made) throw storeDamaged('a scope that was just made is not there')
      return made.tokenKey
    }),
    listOwners: guarded((behind: string) => listOwners(inside, behind)),
    rotateRoot: guarded(async () => {
      await rotateRoot(inside)
    }),
    rewrap: guarded(async () => {
      const done = await rewrapAll(inside, epochOf(clock.now()))
      await rotateRoot(inside)
      return done
    }),
    onErased(listen) {
      listeners.push(listen)
    },
    state: guarded(async () => {
      const store = await needStore(database.sql)
      const [row] = await database.sql<{ scopes: number }[]>`
        select count(*)::int as scopes from key_store.scope where sealed_key is not null`
      return {
        storeId: store.store_id,
        epoch: store.epoch,
        rootNumber: store.root_number,
        rotationDueAt: store.rotation_due_at,
        isRewrapping: store.is_rewrapping,
        scopes: row?.scopes ?? 0,
      }
    }),
    ask: async () => {
      await database.sql`select 1`
    },
    start: guarded(async () => {
      const { changes } = await needStore(database.sql)
      seenChanges = BigInt(changes)
      loop = startLoop({
        name: 'key store',
        purpose: 'upkeep',
        everyMilliseconds: options.everyMilliseconds ?? 1_000,
        log,
        run: round,
      })
      const root = database.sql as { listen?: (on: string, run: () => void) => Promise<{ unlisten(): Promise<void> }> }
      listening = await root.listen?.(channel, () => loop?.wake())
    }),
    async stop() {
      await loop?.stop()
      // A store that is away cannot be told; the connection ends all the same.
      await listening?.unlisten().catch(() => undefined)
      await database.close()
      cache.clear()
    },
  }
}
