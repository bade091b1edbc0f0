import type { Place } from './places.ts'
import type { Known } from './sealer.ts'
import { folded } from './tokens.ts'

/** Where a page of the list goes on: behind this row. */
export type NameQuery = {
  readonly search?: string | undefined
  readonly after?: string | undefined
  /** Only these rows. */
  readonly among?: ReadonlySet<string> | undefined
  /** From the last name to the first. */
  readonly isBackwards?: boolean | undefined
  readonly limit: number
}

export type NamePage = { readonly ids: readonly string[]; readonly hasMore: boolean }

/** `values`: what pages show beside the name, opened with it. */
export type Name = Known & { readonly place: Place; readonly name: string; readonly searched: string }

const finnish = new Intl.Collator('fi')
const order = (one: Name, other: Name) =>
  finnish.compare(one.name, other.name) || (one.place.id < other.place.id ? -1 : one.place.id > other.place.id ? 1 : 0)

/** What an entry takes beside its letters (measured: 42 MB for 100,000 names of some 27 letters). */
const bytesBeside = 320
/** And each of its values. */
const bytesBesideValue = 24

/** The opened names of one organisation, always in Finnish order. Only memory: whoever uses it decides what goes in. */
export function createNameList() {
  let sorted: Name[] = []
  const byId = new Map<string, Name>()
  let bytes = 0

  const sizeOf = ({ name, searched, values }: Name) => {
    let size = bytesBeside + 2 * (name.length + searched.length)
    for (const field in values) size += bytesBesideValue + 2 * (values[field]?.length ?? 0)
    return size
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
  /** A handful at once, in one pass: sorting a hundred thousand names again would hold everybody up for a third of a second. */
  const move = (gone: readonly Name[], come: readonly Name[]) => {
    const places = [
      ...gone.map((entry) => ({ at: find(entry), entry: undefined })),
      ...[...come].sort(order).map((entry) => ({ at: find(entry), entry })),
    ].sort((one, other) => one.at - other.at)
    const next: Name[] = []
    let from = 0
    for (const { at, entry } of places) {
      while (from < at) next.push(sorted[from++] as Name)
      if (entry) next.push(entry)
      else from += 1
    }
    while (from < sorted.length) next.push(sorted[from++] as Name)
    sorted = next
  }
  const take = (id: string): Name[] => {
    const known = byId.get(id)
    if (!known) return []
    byId.delete(id)
    bytes -= sizeOf(known)
    return [known]
  }

  return {
    get size() {
      return byId.size
    },
    get bytes() {
      return bytes
    },
    versionOf: (id: string): string | undefined => byId.get(id)?.version,
    known({ scope, owner, id }: Place): Known | undefined {
      const entry = byId.get(id)
      return entry?.place.owner === owner && entry.place.scope === scope ? entry : undefined
    },
    places: (): Place[] => Array.from(byId.values(), ({ place }) => place),
    ids: (): string[] => [...byId.keys()],

    put(names: readonly Name[]): void {
      const come = new Map(names.map((entry) => [entry.place.id, entry]))
      const gone = [...come.keys()].flatMap(take)
      for (const [id, entry] of come) {
        byId.set(id, entry)
        bytes += sizeOf(entry)
      }
      if (come.size > 0) move(gone, [...come.values()])
    },

    drop(ids: readonly string[]): void {
      const gone = ids.flatMap(take)
      if (gone.length > 0) move(gone, [])
    },

    /** Undefined when `after` is no longer in the list. */
    page({ search, after, among, isBackwards = false, limit }: NameQuery): NamePage | undefined {
      const last = after === undefined ? undefined : byId.get(after)
      if (after !== undefined && !last) return undefined
      const wanted = search ? folded(search) : undefined
      const ids: string[] = []
      const step = isBackwards ? -1 : 1
      const first = isBackwards ? sorted.length - 1 : 0
      for (let at = last ? find(last) + step : first; at >= 0 && at < sorted.length; at += step) {
        const entry = sorted[at] as Name
        if (among && !among.has(entry.place.id)) continue
        if (wanted !== undefined && !entry.searched.includes(wanted)) continue
        if (ids.length === limit) return { ids, hasMore: true }
        ids.push(entry.place.id)
      }
      return { ids, hasMore: false }
    },
  }
}

export type NameList = ReturnType<typeof createNameList>
