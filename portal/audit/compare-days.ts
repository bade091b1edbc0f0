import type { Database } from '#server/database'
import type { Proof } from '#server/proofs'
import type { SealedLog, Seals } from './seal.ts'

/** So long at a time; a day of a large house takes a while, and the next turn goes on where this one stopped. */
const atMostMilliseconds = 2_000
const mostDays = 4

/**
 * Every sealed day is read again and compared with its root, a few at each proof: yesterday always, the others in turn. What was found changed
 * stays in the figure until it is found as it was.
 */
export function createComparison(database: Database, compareDay: Seals['compareDay']): Proof {
  const changed = new Set<string>()
  let after = { log: '', day: '0001-01-01' }

  const compare = async (log: SealedLog, day: string) => {
    if ((await compareDay(log, day)) === 'changed') changed.add(`${log} ${day}`)
    else changed.delete(`${log} ${day}`)
  }
  return {
    clauses: ['RT-03', 'RT-04', 'DI-15'],
    limit: 0,
    unit: 'days',
    async run() {
      const end = performance.now() + atMostMilliseconds
      const newest = await database.sql<{ log: SealedLog; day: string }[]>`
        select distinct on (log) log, day::text from audit.sealed_day order by log, day desc`
      const next = await database.sql<{ log: SealedLog; day: string }[]>`
        select log, day::text from audit.sealed_day where (day, log) > (${after.day}, ${after.log}) order by day, log limit ${mostDays}`
      for (const { log, day } of newest) await compare(log, day)
      for (const { log, day } of next) {
        if (performance.now() > end) return changed.size
        await compare(log, day)
        after = { log, day }
      }
      // The last of them: from the beginning again.
      if (next.length < mostDays) after = { log: '', day: '0001-01-01' }
      return changed.size
    },
  }
}
