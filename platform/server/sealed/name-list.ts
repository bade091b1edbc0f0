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
  let text: Text | undefined
  /** What was searched for lately, and where it was found: a page, the one behind it and how many there are ask the same. */
  const found = new Map<string, readonly number[]>()

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
    text = undefined
    found.clear()
  }
  const search = (wanted: string): readonly number[] => {
    // Nothing to look through is nothing to keep, nor to count.
    if (sorted.length === 0) return []
    const known = found.get(wanted)
    if (known) return known
    text ??= writeText(sorted)
    const places = placesIn(text, wanted)
    if (found.size >= mostFound) found.delete(found.keys().next().value as string)
    found.set(wanted, places)
    return places
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
      return bytes + (text ? 2 * text.whole.length + 4 * text.starts.length : 0)
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
    page({ search: part, after, among, isBackwards = false, limit }: NameQuery): NamePage | undefined {
      const last = after === undefined ? undefined : byId.get(after)
      if (after !== undefined && !last) return undefined
      const places = part ? search(folded(part)) : undefined
      const count = places?.length ?? sorted.length
      const behind = last ? find(last) + (isBackwards ? -1 : 1) : isBackwards ? sorted.length - 1 : 0
      const step = isBackwards ? -1 : 1
      const ids: string[] = []
      for (let at = places ? nearest(places, behind, isBackwards) : behind; at >= 0 && at < count; at += step) {
        const { id } = (sorted[places ? (places[at] as number) : at] as Name).place
        if (among && !among.has(id)) continue
        if (ids.length === limit) return { ids, hasMore: true }
        ids.push(id)
      }
      return { ids, hasMore: false }
    },
  }
}

/** All names behind each other in their order: looking through one text is ten times as quick as through a hundred thousand. */
type Text = { readonly whole: string; readonly starts: Uint32Array }

/** Searches kept of one list, until it changes. */
const mostFound = 8
/** No name has it, and nobody can search for it. */
const between = '\0'

function writeText(sorted: readonly Name[]): Text {
  const starts = new Uint32Array(sorted.length + 1)
  let end = 0
  for (const [at, { searched }] of sorted.entries()) {
    starts[at] = end
    end += searched.length + between.length
  }
  starts[sorted.length] = end
  return { whole: sorted.map(({ searched }) => searched + between).join(''), starts }
}

/** The numbers of the names that have this part. */
function placesIn({ whole, starts }: Text, wanted: string): number[] {
  const places: number[] = []
  if (wanted.includes(between)) return places
  let at = 0
  for (let from = whole.indexOf(wanted); from >= 0; from = whole.indexOf(wanted, starts[at])) {
    while ((starts[at + 1] as number) <= from) at += 1
    places.push(at)
    at += 1
    if (at >= starts.length - 1) break
  }
  return places
}

/** The first of them at or behind a number; from the end, the last at or before it. */
function nearest(places: readonly number[], number: number, isBackwards: boolean): number {
  let low = 0
  let high = places.length
  const limit = isBackwards ? number + 1 : number
  while (low < high) {
    const middle = (low + high) >> 1
    if ((places[middle] as number) < limit) low = middle + 1
    else high = middle
  }
  return isBackwards ? low - 1 : low
}

export type NameList = ReturnType<typeof createNameList>
