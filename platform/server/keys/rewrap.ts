import { setTimeout as pause } from 'node:timers/promises'
import { byteArray, type Sql } from '../database.ts'
import type { Entry } from './directory.ts'
import type { Inside } from './keys.ts'
import { countOwners, cutPages, firstOwner, usualOwners } from './pages.ts'
import {
  lockForWriting,
  needStore,
  type OpenedScope,
  openPage,
  openRoot,
  openScope,
  rootLock,
  type ScopeRow,
  type Store,
  sealPage,
  sealScope,
} from './records.ts'
import type { OpenRoot } from './root.ts'
import { newKey } from './sealing.ts'

/** So many scopes in one transaction, and so many pages in one go: between two of them the process answers whoever waits. */
const scopesAtOnce = 16
const pagesAtOnce = 24

/** A scope that was erased is remembered for so many epochs, in which a late writer is told. */
const endedForEpochs = 2

export type Rewrapped = { readonly scopes: number; readonly owners: number }

/**
 * A new epoch: every living page under a new key on the other side of the store, and the side it came from emptied as a whole. Whatever an erasure
 * may have missed does not outlive the day. Killed at any point it goes on where it was; scopes are moved one by one, and readers and
 * writers find each where it is.
 */
export async function rewrapAll(inside: Inside, epoch: number): Promise<Rewrapped> {
  await begin(inside, epoch)
  const total = { scopes: 0, owners: 0 }
  for (;;) {
    const moved = await moveSome(inside)
    total.scopes += moved.scopes
    total.owners += moved.owners
    if (moved.scopes === 0 && (await finish(inside))) return total
    // What is left was locked by a writer just now.
    if (moved.scopes === 0) await pause(20)
  }
}

async function alone<T>(inside: Inside, run: (tx: Sql, store: Store) => Promise<T>): Promise<T> {
  return inside.transaction(async (tx) => {
    await tx`select pg_catalog.pg_advisory_xact_lock(${rootLock})`
    return run(tx, await needStore(tx))
  })
}

async function begin(inside: Inside, epoch: number): Promise<void> {
  await alone(inside, async (tx, store) => {
    if (store.is_rewrapping) return
    const side = 1 - store.side
    await tx`select key_store.empty_side(${side})`
    await tx`update key_store.store set epoch = ${Math.max(epoch, store.epoch)}, side = ${side}, is_rewrapping = true`
  })
}

async function finish(inside: Inside): Promise<boolean> {
  return alone(inside, async (tx, store) => {
    if (!store.is_rewrapping) return true
    await tx`update key_store.scope set side = ${store.side} where sealed_key is null and side <> ${store.side}`
    const [left] = await tx`select 1 from key_store.scope where side <> ${store.side} limit 1`
    if (left) return false
    await tx`delete from key_store.scope where sealed_key is null and epoch < ${store.epoch - endedForEpochs}`
    await tx`select key_store.empty_side(${1 - store.side})`
    // The keys that sealed the old side are under the present root.
    await tx`update key_store.store set is_rewrapping = false, rotation_due_at = ${inside.clock.now()}`
    return true
  })
}

type Place = { readonly scope: string; readonly side: number; readonly entry: Entry }

/** One transaction: some scopes, with all their pages, from the old side to the new. */
async function moveSome(inside: Inside): Promise<Rewrapped> {
  return inside.transaction(async (tx) => {
    const store = await lockForWriting(tx)
    const root = await openRoot(inside.roots, store)
    const rows = await tx<ScopeRow[]>`
      select scope_id, version::text, epoch, side, sealed_key, sealed_directory from key_store.scope
      where side <> ${store.side} and sealed_key is not null order by scope_id limit ${scopesAtOnce} for update skip locked`
    const scopes = rows.flatMap((row) => tryOpen(inside, root, store, row) ?? [])
    const places: Place[] = scopes.flatMap(({ directory: { entries }, ...scope }) =>
      entries.map((entry) => ({ scope: scope.scope, side: 1 - store.side, entry })),
    )
    const moved = new Map<string, Entry[]>(scopes.map(({ scope }) => [scope, []]))
    let owners = 0
    for (let from = 0; from < places.length; from += pagesAtOnce)
      owners += await movePages(inside, tx, store.side, places.slice(from, from + pagesAtOnce), moved)
    const sealed = scopes.map((before) => {
      const entries = moved.get(before.scope) as Entry[]
      const directory = { ...before.directory, nextNumber: nextNumber(entries), entries }
      return sealScope(root, store, { ...before, version: before.version + 1n, key: newKey(), directory })
    })
    // A damaged scope goes along as it is, and whoever asks for it is told.
    await tx`
      update key_store.scope set side = ${store.side}, epoch = ${store.epoch}
      where scope_id = any(${rows.map((row) => row.scope_id)}::uuid[])`
    await tx`
      update key_store.scope s set version = g.version, page_count = g.pages, sealed_key = g.sealed_key,
        sealed_directory = g.sealed_directory
      from unnest(${sealed.map(({ scope }) => scope)}::uuid[], ${sealed.map(({ version }) => version)}::bigint[],
        ${sealed.map(({ pages }) => pages)}::int[], ${byteArray(
          tx,
          sealed.map(({ key }) => key),
        )}, ${byteArray(
          tx,
          sealed.map(({ directory }) => directory),
        )}) as g (scope_id, version, pages, sealed_key, sealed_directory)
      where s.scope_id = g.scope_id`
    return { scopes: rows.length, owners }
  })
}

const nextNumber = (entries: readonly Entry[] = []) => (entries.at(-1)?.number ?? 0) + 1

/** What does not open is opened by no key there is, and must not keep everybody else from moving. */
function tryOpen(inside: Inside, root: OpenRoot, store: Store, row: ScopeRow): OpenedScope | undefined {
  try {
    return openScope(root, store, row)
  } catch (error) {
    inside.log.error('a scope of the key store is damaged and cannot be opened', { error })
    return undefined
  }
}

type Run = { readonly scope: string; readonly begins: Buffer; readonly pages: Buffer[]; readonly isLost: boolean }

/** Pages that lie next to each other are cut anew, so that those that erasures have thinned grow together. */
async function movePages(
  inside: Inside,
  tx: Sql,
  side: number,
  places: readonly Place[],
  moved: ReadonlyMap<string, Entry[]>,
): Promise<number> {
  const rows = await tx<{ scope_id: string; number: number; sealed: Buffer }[]>`
    select p.scope_id, p.number, p.sealed from key_store.page p
    join unnest(${places.map(({ scope }) => scope)}::uuid[], ${places.map(({ entry }) => entry.number)}::int[])
      as g (scope_id, number) on p.side = ${1 - side} and p.scope_id = g.scope_id and p.number = g.number`
  const found = new Map(rows.map((row) => [`${row.scope_id} ${row.number}`, row.sealed]))
  const runs: Run[] = []
  for (const { scope, entry } of places) {
    const sealed = found.get(`${scope} ${entry.number}`)
    const bytes = sealed && openPage(scope, entry, sealed)
    const last = runs.at(-1)
    if (bytes && last?.scope === scope && !last.isLost) last.pages.push(bytes)
    else runs.push({ scope, begins: entry.begins, pages: bytes ? [bytes] : [], isLost: !bytes })
  }
  let owners = 0
  const written: { scope: string; number: number; sealed: Buffer }[] = []
  for (const { scope, begins, pages, isLost } of runs) {
    const entries = moved.get(scope) as Entry[]
    if (isLost) {
      // Its place stays, without a page: its owners must not look as if they had never had a key.
      inside.log.error('a page of the key store is damaged or missing')
      entries.push({ begins, number: nextNumber(entries), key: newKey() })
      continue
    }
    const whole = Buffer.concat(pages)
    owners += countOwners(whole)
    for (const [index, bytes] of cutPages(whole, usualOwners).entries()) {
      // Nobody is left here: the page before reaches over it.
      if (bytes.length === 0 && entries.length > 0) continue
      const start = index === 0 ? begins : Buffer.from(firstOwner(bytes))
      const entry = { begins: start, number: nextNumber(entries), key: newKey() }
      entries.push(entry)
      written.push({ scope, ...sealPage(scope, entry, bytes) })
    }
    for (const bytes of [...pages, whole]) bytes.fill(0)
  }
  await tx`
    insert into key_store.page (side, scope_id, number, sealed)
    select ${side}, g.scope_id, g.number, g.sealed
    from unnest(${written.map(({ scope }) => scope)}::uuid[], ${written.map(({ number }) => number)}::int[],
      ${byteArray(
        tx,
        written.map(({ sealed }) => sealed),
      )}) as g (scope_id, number, sealed)`
  return owners
}
