import type { z } from 'zod'
import type { Database } from '#server/database'
import { within } from '#server/purpose'
import type { hold, holdList } from './api.ts'

/** More than this nobody looks at at once; those that are over go after three years. */
const most = 300

type Row = Omit<z.input<typeof hold>, 'isReviewDue' | 'programs'>

export async function list(database: Database, now: Date): Promise<z.input<typeof holdList>> {
  const rows = await database.sql<Row[]>`
    select hold_id as "holdId", state, ground, reason, reference, subject, organization_id as "organizationId", log, from_at as "from", to_at as "to",
      is_told as "isTold", proposed_by as "proposedBy", proposed_at as "proposedAt", decided_by as "decidedBy", decided_at as "decidedAt",
      review_by as "reviewBy", reviewed_at as "reviewedAt", ends_at as "endsAt", outcome
    from holds.hold order by (state in ('proposed', 'active')) desc, proposed_at desc, hold_id desc limit ${most}`
  const placements = await database.sql<{ hold_id: string; program: string; is_done: boolean }[]>`
    select p.hold_id, p.program, case when h.state = 'ended' then p.ended_at is not null else p.outcome is not null end as is_done
    from holds.placement p join holds.hold h on h.hold_id = p.hold_id
    where h.hold_id = any (${rows.map(({ holdId }) => holdId)}) order by p.program`
  return {
    holds: rows.map((row) => ({
      ...row,
      isReviewDue: row.state === 'active' && new Date(row.reviewBy) <= now,
      programs: placements.flatMap(({ hold_id, program, is_done }) =>
        hold_id === row.holdId ? [{ program, isDone: is_done }] : [],
      ),
    })),
  }
}

export const countOverdue = (database: Database, now: Date): Promise<number> =>
  within('rights', async () => {
    const [row] = await database.sql<{ count: string }[]>`select holds.prove_overdue(${now})::text as count`
    return Number(row?.count)
  })
