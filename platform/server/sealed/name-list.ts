import type { Place } from './places.ts'
import { folded } from './tokens.ts'

/** Where a page of the list goes on: behind this row. */
export type NameQuery = {
  readonly search?: string | undefined
  readonly after?: string | undefined
  readonly limit: number
}

export type NamePage = { readonly ids: readonly string[]; readonly hasMore: boolean }

/** `version`: tells one sealed value of a row from the next, without opening it. */
export type Name = { readonly place: Place; readonly version: string; readonly name: string; readonly searched: string }

const finnish = new Intl.Collator('fi')
const order = (one: Name, other: Name) =>
  finnish.compare(one.name, other.name) || (one.place.id < other.place.id ? -1 : one.place.id > other.place.id ? 1 : 0)

/** Beyond this it is quicker to sort again than to put each where it belongs. */
const manyChanges = 500
/** What an entry takes beside its letters (measured: 42 MB for 100,000 names of some 27 letters). */
const bytesBeside = 320

/** The opened names of one organisation, in Finnish order. Only memory: whoever uses it decides what goes in. */
export function createNameList() {
  let sorted: Name[] = []
  const byId = new Map<string, Name>()
  let bytes = 0
  let isSorted = true

  const sizeOf = ({ name, searched }: Name) => bytesBeside + 2 * (name.length + searched.length)
  const sort = () => {
    if (isSorted) return
    sorted = [...byId.values()].sort(order)
    isSorted = true
  }
  /** Where it stands, or would stand. */
  const find = (entry: Name) => {
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (order(sorted[middle] as Name, entry) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
  const take = (id: string, isBulk: boolean) => {
    const known = byId.get(id)
    if (!known) return
    byId.delete(id)
    bytes -= sizeOf(known)
    if (isBulk) isSorted = false
    else sorted.splice(find(known), 1)
  }

  return {
    get size() {
      return byId.size
    },
    get bytes() {
      return bytes
    },
    versionOf: (id: string): string | undefined => byId.get(id)?.version,
    places: (): Place[] => Array.from(byId.values(), ({ place }) => place),
    ids: (): string[] => [...byId.keys()],

    put(names: readonly Name[]): void {
      const isBulk = !isSorted || names.length > manyChanges
      for (const entry of names) {
        take(entry.place.id, isBulk)
        byId.set(entry.place.id, entry)
        bytes += sizeOf(entry)
        if (isBulk) isSorted = false
        else sorted.splice(find(entry), 0, entry)
      }
    },

    drop(ids: readonly string[]): void {
      const isBulk = !isSorted || ids.length > manyChanges
      for (const id of ids) take(id, isBulk)
    },

    /** Undefined when `after` is no longer in the list. */
    page({ search, after, limit }: NameQuery): NamePage | undefined {
      sort()
      const last = after === undefined ? undefined : byId.get(after)
      if (after !== undefined && !last) return undefined
      const wanted = search ? folded(search) : undefined
      const ids: string[] = []
      for (let at = last ? find(last) + 1 : 0; at < sorted.length; at += 1) {
        const entry = sorted[at] as Name
        if (wanted !== undefined && !entry.searched.includes(wanted)) continue
        if (ids.length === limit) return { ids, hasMore: true }
        ids.push(entry.place.id)
      }
      return { ids, hasMore: false }
    },

    /** In the order of the list, for a search that is answered in another order. */
    prepare: sort,
  }
}

export type NameList = ReturnType<typeof createNameList>
