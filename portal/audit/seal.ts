import type { Clock } from '#base/clock'
import { equalBytes, newId } from '#base/ids'
import type { Log } from '#base/log'
import { createTree, type Tree } from '#base/merkle'
import { appended } from '#privacy/transparency/api'
import type { Calls } from '#server/calls'
import type { Database, Sql } from '#server/database'
import type { Messages } from '#server/messages'
import { dayNotSealed } from './errors.ts'

export type SealedLog = 'record' | 'activity'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly messages: Pick<Messages, 'publish' | 'subscribe'>
  readonly calls: Pick<Calls, 'call'>
}

/** After a clock that jumped by years: the rest is sealed in the next hour. */
const mostDaysAtOnce = 400
/** The most rows in memory at once; of a day itself only a few dozen hashes are held. */
const rowsAtOnce = 1_000

/** As audit.keep_partitions drops them. */
const keeps: Readonly<Record<SealedLog, string>> = { record: '3 years', activity: '1 year' }

export type Seals = {
  /** Seals every day that has ended. */
  sealDays(): Promise<void>
  /** Whether the rows of a sealed day are still those that were sealed; `gone` once the day has reached its limit. */
  compareDay(log: SealedLog, day: string): Promise<'same' | 'changed' | 'gone'>
}

async function readDay(tx: Sql, log: SealedLog, day: string): Promise<Tree> {
  const tree = createTree()
  const rows = tx<{ hash: Buffer }[]>`select hash from audit.hash_day(${log}, ${day}) as hash`.cursor(rowsAtOnce)
  for await (const some of rows) for (const { hash } of some) tree.add(hash)
  return tree
}

export function createSeals({ database, clock, log, messages, calls }: Needs): Seals {
  const sealDay = (name: SealedLog, day: string) =>
    database.transaction(async (tx) => {
      // Two at once: the second finds the day sealed.
      await tx`select pg_catalog.pg_advisory_xact_lock(4715)`
      const [known] = await tx`select 1 from audit.sealed_day where log = ${name} and day = ${day}`
      if (known) return
      const tree = await readDay(tx, name, day)
      const entryId = newId(clock.now().getTime())
      await tx`
        insert into audit.sealed_day (log, day, row_count, root, entry_id, sealed_at)
        values (${name}, ${day}, ${tree.size}, ${tree.root()}, ${entryId}, ${clock.now()})`
      await messages.publish(tx, 'audit.day_sealed', name, { entryId })
    })

  /** Once for each day that was sealed before the origin of its rows was. Its first entry stays in the transparency log. */
  const sealAgain = (day: string) =>
    database.transaction(async (tx) => {
      await tx`select pg_catalog.pg_advisory_xact_lock(4715)`
      const tree = await readDay(tx, 'record', day)
      const entryId = newId(clock.now().getTime())
      const [done] = await tx<{ done: boolean }[]>`
        select audit.seal_again(${day}, ${tree.size}, ${tree.root()}, ${entryId}, ${clock.now()}) as done`
      if (done?.done) await messages.publish(tx, 'audit.day_sealed', 'record', { entryId })
    })

  // At least once, until privacy has taken it; privacy knows the id and records it once.
  messages.subscribe(
    'audit.day_sealed',
    { name: 'audit.hand-over-roots', purpose: 'upkeep' },
    async ({ payload }, tx) => {
      const entryId = String(payload.entryId)
      const [row] = await tx<{ log: SealedLog; day: string; count: string; root: Buffer; sealed_at: Date }[]>`
      select log, day::text, row_count::text as count, root, sealed_at from audit.sealed_day where entry_id = ${entryId}`
      if (!row) throw dayNotSealed()
      const entry = {
        kind: 'day-sealed',
        log: `audit.${row.log}`,
        day: row.day,
        count: Number(row.count),
        root: row.root.toString('hex'),
        at: `${row.sealed_at.toISOString().slice(0, 19)}Z`,
      }
      await calls.call('privacy', '/calls/transparency/append', { entryId, entry }, appended, {
        isIdempotent: true,
        // The message's transaction is open meanwhile.
        timeoutMilliseconds: 5_000,
      })
    },
  )

  return {
    async sealDays() {
      const again = await database.sql<{ day: string }[]>`
        select day::text from audit.sealed_day where form = 1 order by day limit ${mostDaysAtOnce}`
      for (const { day } of again) await sealAgain(day)
      const days = await database.sql<{ log: SealedLog; day: string }[]>`
        select log, day::text from audit.days_to_seal(${clock.now()}, ${mostDaysAtOnce})`
      for (const { log: name, day } of days) await sealDay(name, day)
      if (days.length > 0) log.info('days of the logs were sealed', { count: days.length })
    },
    compareDay: (name, day) =>
      database.transaction(async (tx) => {
        const [sealed] = await tx<{ root: Buffer; has_reached_limit: boolean }[]>`
          select root, day + ${keeps[name]}::interval <= ${clock.now()} at time zone 'UTC' + interval '1 day' as has_reached_limit
          from audit.sealed_day where log = ${name} and day = ${day}`
        if (!sealed) throw dayNotSealed()
        const tree = await readDay(tx, name, day)
        if (equalBytes(tree.root(), sealed.root)) return 'same'
        return sealed.has_reached_limit ? 'gone' : 'changed'
      }),
  }
}
