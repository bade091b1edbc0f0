import type { Clock } from '#base/clock'
import type { Sql } from '#server/database'
import type { DeviceCounts, DeviceState } from './api.ts'
import { shownState, silentBefore } from './filter.ts'

/** Read from indexes alone, each time; of an organisation with more devices than this, by everybody who asks, once in ten seconds. */
const largeFrom = 5_000
const keptMilliseconds = 10_000
const mostKept = 1_000

async function countAll(clock: Clock, tx: Sql): Promise<DeviceCounts> {
  const silent = silentBefore(clock)
  const rows = await tx<{ state: DeviceState; is_silent: boolean; count: number }[]>`
    select state, last_seen_at < ${silent} as is_silent, count(*)::int as count from devices.device group by 1, 2`
  const [beside] = await tx<[{ test_rules: number; lost: number }]>`
    select (select count(*)::int from devices.device where has_test_rules) as test_rules,
      (select count(*)::int from devices.device where events_lost > 0) as lost`
  const of = (...states: DeviceState[]) =>
    rows
      .filter((row) => states.includes(shownState(row.state, row.is_silent ? new Date(0) : silent, silent)))
      .reduce((sum, { count }) => sum + count, 0)
  return {
    all: rows.reduce((sum, { count }) => sum + count, 0),
    protected: of('protected', 'isolated'),
    // What only reports stops nothing.
    reporting: of('reporting'),
    watching: of('watching'),
    silent: of('silent'),
    failing: of('failed', 'off'),
    isolated: of('isolated'),
    testRulesOnly: beside.test_rules,
    lostEvents: beside.lost,
  }
}

export type Count = (tx: Sql, organizationId: string) => Promise<DeviceCounts>

/** `tx` sees the organisation. */
export const createCount = (clock: Clock): Count =>
  keepLarge(
    (tx) => countAll(clock, tx),
    ({ all }) => all,
  )

/** What is counted of an organisation. Nobody waits twice in ten seconds for the same of a large one. */
export function keepLarge<Counts>(
  count: (tx: Sql, organizationId: string) => Promise<Counts>,
  sizeOf: (counts: Counts) => number,
): (tx: Sql, organizationId: string) => Promise<Counts> {
  const kept = new Map<string, { readonly until: number; readonly counts: Counts }>()
  return async (tx, organizationId) => {
    const known = kept.get(organizationId)
    if (known && known.until > performance.now()) return known.counts
    kept.delete(organizationId)
    const counts = await count(tx, organizationId)
    if (sizeOf(counts) > largeFrom) {
      if (kept.size >= mostKept) kept.clear()
      kept.set(organizationId, { until: performance.now() + keptMilliseconds, counts })
    }
    return counts
  }
}
