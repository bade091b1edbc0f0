import type { KeyObject } from 'node:crypto'
import { type Entry, entryFor } from './directory.ts'
import { countOwners, ownerOf, readKey } from './pages.ts'

/** An opened page: its bytes, and a KeyObject for each owner that was asked for. */
export type OpenPage = { readonly key: Buffer; readonly bytes: Buffer; readonly keys: Map<string, KeyObject> }

type Known = { readonly version: bigint; readonly tokenKey: KeyObject; readonly entries: readonly Entry[] }

type OpenScope = Known & { readonly pages: Map<number, OpenPage>; readonly until: number }

/** Kept in memory for ten minutes at most, and no more than this many owners, least recently used first to go. */
export const cacheLimits = { milliseconds: 600_000, owners: 400_000 }

export type Cache = ReturnType<typeof createCache>

export function keyIn(page: OpenPage, owner: string): KeyObject | undefined {
  const known = page.keys.get(owner)
  if (known) return known
  const key = readKey(page.bytes, ownerOf(owner))
  if (key) page.keys.set(owner, key)
  return key
}

/** What this process has opened. An erasure, here or in another process, empties what it touches. */
export function createCache(limits: { milliseconds: number; owners: number } = cacheLimits) {
  const scopes = new Map<string, OpenScope>()
  /** The version after the last erasure of a scope: what was read before and arrives late is not let in. */
  const floors = new Map<string, bigint>()
  let owners = 0

  const close = (page: OpenPage) => {
    owners -= countOwners(page.bytes)
    // A KeyObject cannot be overwritten, only let go; the bytes can.
    page.bytes.fill(0)
    page.keys.clear()
  }

  const drop = (scope: string) => {
    const open = scopes.get(scope)
    if (!open) return
    scopes.delete(scope)
    for (const page of open.pages.values()) close(page)
  }

  const get = (scope: string): OpenScope | undefined => {
    const open = scopes.get(scope)
    if (!open) return undefined
    if (open.until <= performance.now()) {
      drop(scope)
      return undefined
    }
    // Last in the order of the map is most recently used.
    scopes.delete(scope)
    scopes.set(scope, open)
    return open
  }

  const makeRoom = (latest: string) => {
    for (const scope of scopes.keys()) {
      if (owners <= limits.owners) return
      if (scope !== latest) drop(scope)
    }
    // One scope larger than everything that may be kept: its oldest pages go.
    const pages = scopes.get(latest)?.pages ?? new Map<number, OpenPage>()
    for (const [number, page] of pages) {
      if (owners <= limits.owners) return
      pages.delete(number)
      close(page)
    }
  }

  return {
    get: (scope: string): Known | undefined => get(scope),

    /** Takes the key of an owner, or undefined when no opened page has it. */
    take(scope: string, owner: string): KeyObject | undefined {
      const open = get(scope)
      const page = open?.pages.get(entryFor(open.entries, ownerOf(owner)).number)
      return page && keyIn(page, owner)
    },

    /** What was just read or written; opened pages whose key is still the same stay. False when an erasure was quicker. */
    put(scope: string, known: Known, fresh: ReadonlyMap<number, OpenPage>): boolean {
      if (known.version < (floors.get(scope) ?? 0n)) return false
      const before = get(scope)
      const isOlder = before !== undefined && before.version > known.version
      const { version, tokenKey, entries } = isOlder ? before : known
      const pages = new Map<number, OpenPage>()
      for (const { number, key } of entries) {
        const [now, then] = [fresh.get(number), before?.pages.get(number)]
        if (now?.key.equals(key)) pages.set(number, now)
        else if (then?.key.equals(key)) pages.set(number, then)
      }
      for (const [number, page] of before?.pages ?? []) if (pages.get(number) !== page) close(page)
      for (const [number, page] of fresh) if (pages.get(number) === page) owners += countOwners(page.bytes)
      scopes.delete(scope)
      scopes.set(scope, {
        version,
        tokenKey,
        entries,
        pages,
        until: before?.until ?? performance.now() + limits.milliseconds,
      })
      makeRoom(scope)
      return true
    },

    /** After an erasure that brought the scope to this version. */
    erased(scope: string, version: bigint): void {
      floors.set(scope, version)
      drop(scope)
    },

    floorOf: (scope: string): bigint => floors.get(scope) ?? 0n,

    clear(): void {
      for (const scope of [...scopes.keys()]) drop(scope)
    },

    countOwners: () => owners,
  }
}
