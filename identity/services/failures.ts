import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Database } from '#server/database'
import type { Failure } from './api.ts'

/** Somebody who sends nothing but rubbish in a service's name fills no table with it. */
const mostAnHour = 100
const mostShown = 50

/** What a service asked for that was refused, shown to whoever writes it. */
export function createFailures({ database, clock }: { database: Database; clock: Clock }) {
  const { sql } = database
  return {
    async record(clientId: string, { step, error, why, sent }: Omit<Failure, 'at'>): Promise<void> {
      const now = clock.now()
      await sql`
        insert into services.failure (failure_id, client_id, at, step, error, why, sent)
        select ${newId(now.getTime())}, c.client_id, ${now}, ${step}, ${error.slice(0, 60)}, ${why.slice(0, 300)}, ${sql.json(sent)}
        from services.contract c where c.client_id = ${clientId} and (
          select count(*) from services.failure f
          where f.client_id = c.client_id and f.at > ${new Date(now.getTime() - 3_600_000)}) < ${mostAnHour}`
    },

    async list(clientId: string): Promise<{ failures: Failure[] }> {
      const failures = await sql<(Omit<Failure, 'at'> & { at: Date })[]>`
        select at, step, error, why, sent from services.failure where client_id = ${clientId}
        order by at desc, failure_id desc limit ${mostShown}`
      return { failures: failures.map((one) => ({ ...one, at: one.at.toISOString() })) }
    },
  }
}
