import type { Clock } from '#base/clock'
import type { Database } from '#server/database'
import type { NamePage } from '#server/sealed'
import { type DeviceQuery, mostMatching } from './api.ts'
import { countMatching, hasFilter, idsMatching, keepMatching, planEach } from './filter.ts'
import type { Place } from './order.ts'
import type { Sealed } from './sealed.ts'

type Few = {
  readonly matching: { readonly count: number; readonly isMore: boolean }
  readonly ids: ReadonlySet<string> | undefined
}
type Uses = { readonly database: Database; readonly clock: Clock; readonly sealed: Sealed }

/** A first page does not wait for the names of thousands to be opened; a search does, nothing else could answer it. */
const patienceMilliseconds = { page: 0, search: 10_000 } as const
const [firstHandful, largestHandful] = [500, 20_000]
/** As many as a list of names holds. */
const everyName = 250_000

/**
 * Names are known in memory only, and everything else in the database only. Where the filter leaves few, the list is asked for those; where it leaves
 * many, the list is gone through by handfuls, of which every tenth or so stays.
 */
export async function pageByName(
  uses: Uses,
  organizationId: string,
  query: DeviceQuery,
  place: Pick<Place, 'id'> | undefined,
  isBackwards: boolean,
): Promise<(NamePage & { readonly left?: Few }) | 'gone' | undefined> {
  const { clock, sealed } = uses
  const { search = '', limit } = query
  const asked = { search: search || undefined, isBackwards, limit, after: place?.id }
  const patience = search || place || query.sort ? patienceMilliseconds.search : patienceMilliseconds.page
  if (!hasFilter(filterOf(query))) return sealed.names.page(organizationId, asked, patience)
  if ((await sealed.names.page(organizationId, { limit: 1 }, patience)) === undefined) return undefined
  const left = await few(uses, organizationId, query)
  if (left.ids) {
    const page = await sealed.names.page(organizationId, { ...asked, among: left.ids }, patience)
    return page === undefined || page === 'gone' ? page : { ...page, left }
  }
  const found: string[] = []
  let after = place?.id
  for (let size = firstHandful; ; size = Math.min(size * 4, largestHandful)) {
    const names = await sealed.names.page(organizationId, { ...asked, after, limit: size }, patience)
    if (names === undefined || names === 'gone') return names
    const of = { organizationId, filter: filterOf(query) }
    found.push(...(await inPlan(uses, organizationId, (tx) => keepMatching(tx, of, clock, names.ids))))
    if (found.length > limit) return { ids: found.slice(0, limit), hasMore: true, left }
    if (!names.hasMore) return { ids: found, hasMore: false, left }
    after = names.ids.at(-1)
  }
}

/** All whose names fit, for another order than that of names. */
export async function idsByName(uses: Uses, organizationId: string, query: DeviceQuery): Promise<string[] | undefined> {
  const asked = { search: query.search || undefined, limit: everyName }
  const names = await uses.sealed.names.page(organizationId, asked, patienceMilliseconds.search)
  return names === undefined || names === 'gone' ? undefined : [...names.ids]
}

/** How many there are behind a first page, as far as it is worth counting. */
export async function countFound(uses: Uses, organizationId: string, query: DeviceQuery, known: Few | undefined) {
  const of = { organizationId, filter: filterOf(query) }
  if (!query.search && known) return known.matching
  if (!query.search) return inPlan(uses, organizationId, (tx) => countMatching(tx, of, uses.clock, mostMatching))
  const ids = await idsByName(uses, organizationId, query)
  if (!ids) return null
  if (!hasFilter(of.filter)) return { count: ids.length, isMore: false }
  const { ids: among } = known ?? (await few(uses, organizationId, query))
  if (among) return { count: ids.filter((id) => among.has(id)).length, isMore: false }
  const some = ids.slice(0, largestHandful)
  const kept = await inPlan(uses, organizationId, (tx) => keepMatching(tx, of, uses.clock, some))
  return { count: kept.length, isMore: some.length < ids.length }
}

export function filterOf({ search: _, sort: _1, direction: _2, cursor: _3, limit: _4, ...filter }: DeviceQuery) {
  return filter
}

/** What the filter leaves, where that is not too much to hold beside the list: counted first, since ten thousand numbers are slower to send than to count. */
function few(uses: Uses, organizationId: string, query: DeviceQuery): Promise<Few> {
  const of = { organizationId, filter: filterOf(query) }
  return inPlan(uses, organizationId, async (tx) => {
    const matching = await countMatching(tx, of, uses.clock, mostMatching)
    const ids = matching.isMore ? undefined : new Set(await idsMatching(tx, of, uses.clock, mostMatching))
    return { matching, ids }
  })
}

export function inPlan<T>(
  { database }: Pick<Uses, 'database'>,
  organizationId: string,
  run: Parameters<typeof database.inOrganization<T>>[1],
) {
  return database.inOrganization(organizationId, async (tx) => {
    await planEach(tx)
    return run(tx)
  })
}
