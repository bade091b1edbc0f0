import type { KeyObject } from 'node:crypto'
import { type Entry, entryFor } from './directory.ts'
import { countOwners, ownerOf, readKey } from './pages.ts'

/** An opened page: its bytes, of which a KeyObject is made for each owner that is asked for. */
export type OpenPage = { readonly key: Buffer; readonly bytes: Buffer }

type Known = { readonly version: bigint; readonly tokenKey: KeyObject; readonly entries: readonly Entry[] }

/** `keys`: of the owners that were asked for, whichever page they are of; a list of fifty rows asks for fifty. Only of this version. */
type OpenScope = Known & {
  readonly pages: Map<number, OpenPage>
  readonly keys: Map<string, KeyObject>
  readonly until: number
}

/** Kept in memory for ten minutes at most, and no more than this many owners, least recently used first to go. */
export const cacheLimits = { milliseconds: 600_000, owners: 400_000 }

export type Cache = ReturnType<typeof createCache>

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
  }

  const drop = (scope: string) => {
    const open = scopes.get(scope)
    if (!open) return
    scopes.delete(scope)
    open.keys.clear()
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
    const open = scopes.get(latest)
    if (!open || owners <= limits.owners) return
    open.keys.clear()
    for (const [number, page] of open.pages) {
      if (owners <= limits.owners) return
      open.pages.delete(number)
      close(page)
    }
  }

  return {
    get: (scope: string): Known | undefined => get(scope),

    /** The keys of those owners whose page is open. */
    takeAll(scope: string, wanted: readonly string[]): Map<string, KeyObject> {
      const found = new Map<string, KeyObject>()
      const open = get(scope)
      if (!open) return found
      for (const owner of wanted) {
        const known = open.keys.get(owner)
        const page = known ? undefined : open.pages.get(entryFor(open.entries, ownerOf(owner)).number)
        const key = known ?? (page && readKey(page.bytes, ownerOf(owner)))
        if (!key) continue
        if (!known) open.keys.set(owner, key)
        found.set(owner, key)
      }
      return found
    },

    /**
     * What was just read or written, and the keys found in it; opened pages whose key is still the same stay, keys with the version only: the
     * next may be that of an erasure nobody has told us of yet. False when an erasure was quicker.
     */
    put(
      scope: string,
      known: Known,
      fresh: ReadonlyMap<number, OpenPage>,
      found: ReadonlyMap<string, KeyObject> = new Map(),
    ): boolean {
      if (known.version < (floors.get(scope) ?? 0n)) return false
      const before = get(scope)
      const { version, tokenKey, entries } = before && before.version >= known.version ? before : known
      const pages = new Map<number, OpenPage>()
      for (const { number, key } of entries) {
        const [now, then] = [fresh.get(number), before?.pages.get(number)]
        if (now?.key.equals(key)) pages.set(number, now)
        else if (then?.key.equals(key)) pages.set(number, then)
      }
      for (const [number, page] of before?.pages ?? []) if (pages.get(number) !== page) close(page)
      for (const [number, page] of fresh) if (pages.get(number) === page) owners += countOwners(page.bytes)
      const keys = before?.version === version ? before.keys : new Map<string, KeyObject>()
      if (known.version === version) for (const [owner, key] of found) keys.set(owner, key)
      scopes.delete(scope)
      const until = before?.until ?? performance.now() + limits.milliseconds
      scopes.set(scope, { version, tokenKey, entries, pages, keys, until })
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
