import { addMonths } from '#base/calendar'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Database } from '../database.ts'
import type { Keep } from '../describe.ts'
import type { Keys } from '../keys/keys.ts'
import { bucketOf, programScope } from '../keys/scopes.ts'
import { type Loop, startLoop } from '../loop.ts'
import { dayMilliseconds, ownerOfDay } from './places.ts'
import type { Sealer } from './sealer.ts'

const ownersAtOnce = 1_000
/** Of a machine that was off for long, or of a hold that has ended after years. */
const daysLookedAt = 4_000
const everyMilliseconds = 5_000
const everyDaysMilliseconds = 600_000

/**
 * The last day of which no row is left: rows that go one by one are gone a day after the limit of the day's beginning, and a partition is dropped
 * before its first row reaches it.
 */
export function lastDayGone(now: Date, keep: Keep): Date | undefined {
  if (!('period' in keep)) return undefined
  const [, count = '', unit] = /^P(\d+)([YMD])$/.exec(keep.period) ?? []
  const at = new Date(now.getTime() + (keep.by === 'day' ? 1 : -1) * dayMilliseconds)
  if (unit === 'D') return new Date(at.getTime() - Number(count) * dayMilliseconds)
  return unit ? addMonths(at, -Number(count) * (unit === 'Y' ? 12 : 1)) : undefined
}

export type Erasing = {
  /** Erases the keys of rows that are gone and of days that are over. Answers how many. */
  run(): Promise<number>
  /** Owners whose row is gone and whose key is not: of what is held, or of the last seconds. */
  countWaiting(): Promise<number>
  start(): Promise<void>
  stop(): Promise<void>
}

/** What is deleted or dropped is still in old files of the database; without its key it is nothing. What is held keeps its key until the hold ends. */
export function createErasing(options: {
  readonly database: Database
  readonly keys: Keys
  readonly log: Log
  readonly clock: Clock
  readonly tables: ReadonlyMap<string, Sealer>
}): Erasing {
  const { database, keys, log, clock, tables } = options
  const { sql } = database
  let loop: Loop | undefined
  let daysAt = Number.NEGATIVE_INFINITY

  async function eraseOwners(): Promise<number> {
    const rows = await sql<{ erasure_id: string; of_table: string; owner_id: string; scope_id: string | null }[]>`
      select erasure_id::text, of_table, owner_id, scope_id from sealing.due_erasures(${ownersAtOnce})`
    const scopeOf = ({ of_table: table, owner_id: owner, scope_id: scope }: (typeof rows)[number]) =>
      scope ?? (tables.get(table)?.owner.kind === 'person' ? bucketOf(owner) : programScope)
    for (const [scope, some] of Map.groupBy(rows, scopeOf))
      await keys.erase(
        scope,
        some.map((row) => row.owner_id),
      )
    if (rows.length > 0)
      await sql`delete from sealing.erasure where erasure_id = any(${rows.map((row) => row.erasure_id)}::bigint[])`
    return rows.length
  }

  async function eraseDays(): Promise<number> {
    const days: string[] = []
    for (const { name, owner, keep } of tables.values()) {
      const last = owner.kind === 'time' ? lastDayGone(clock.now(), keep) : undefined
      if (!last) continue
      const held = await sql<{ day: Date }[]>`select day from sealing.held_days(${name}, ${owner.column}) as day`
      const kept = new Set(held.map(({ day }) => ownerOfDay(name, day)))
      for (let ago = 0; ago < daysLookedAt; ago += 1) {
        const day = ownerOfDay(name, new Date(last.getTime() - ago * dayMilliseconds))
        if (!kept.has(day)) days.push(day)
      }
    }
    const known = [...(await keys.find(programScope, days)).keys()]
    if (known.length > 0) await keys.erase(programScope, known)
    return known.length
  }

  const run = async (): Promise<number> => {
    let count = 0
    for (let some = ownersAtOnce; some === ownersAtOnce; count += some) some = await eraseOwners()
    if (Math.abs(clock.now().getTime() - daysAt) >= everyDaysMilliseconds) {
      count += await eraseDays()
      daysAt = clock.now().getTime()
    }
    if (count > 0) log.info('keys of what is gone were erased', { count })
    return count
  }

  return {
    run,
    async countWaiting() {
      const [row] = await sql<{ count: number }[]>`select count(*)::int as count from sealing.erasure`
      return row?.count ?? 0
    },
    async start() {
      loop = startLoop({
        name: 'sealed.erase-keys',
        purpose: 'upkeep',
        everyMilliseconds,
        log,
        run: async () => (await run()) > 0,
      })
    },
    async stop() {
      await loop?.stop()
    },
  }
}
