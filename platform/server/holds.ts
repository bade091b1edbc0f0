import type { Clock } from '#base/clock'
import { AppError } from '#base/errors'
import type { Database, Sql } from './database.ts'
import type { Ground } from './grounds.ts'

// What the privacy office has decided to keep beyond its time, as one program carries it out. The rows themselves lie where the program
// cannot read them (expiry.held); expiry copies them there, and it goes when the hold does.

export type Hold = {
  readonly holdId: string
  readonly ground: Ground
  readonly personId?: string | undefined
  readonly organizationId?: string | undefined
  /** A log or other table, as schema.table, and the time its rows are from. */
  readonly table?: string | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  /** False: an authority has forbidden that the person is told. */
  readonly isTold?: boolean
  readonly endsAt: Date
}

/** `too_late`: part of the time it asks for may be gone already, and half of it is not held. */
export type Placed = 'placed' | 'no_such_table' | 'not_on_this_ground' | 'too_late'

/** A row that was copied out, as its person gets it. */
export type HeldRow = {
  readonly table: string
  readonly ground: Ground | 'restriction'
  readonly keptUntil: Date
  readonly content: object
}

export type Holds = {
  /** Whole or not at all. Told again, it moves the end. */
  place(hold: Hold): Promise<Placed>
  /** What was kept for it only is gone when this returns. */
  end(holdId: string): Promise<void>
  /** On which grounds rows of this person in `schema.table` may not be erased now. */
  groundsOn(sql: Sql, table: string, personId: string): Promise<Ground[]>
  /** What was kept of this person beyond its time: for their rights alone. */
  countHeld(sql: Sql, personId: string): Promise<number>
  listHeld(sql: Sql, personId: string, skip: number, most: number): Promise<HeldRow[]>
  count(): Promise<{ active: number; overdue: number; rows: number }>
}

/** 55P03: a round of expiry under way has not ended in time. Whoever asked asks again. */
function busy(error: unknown): never {
  if ((error as { code?: unknown }).code !== '55P03') throw error
  throw new AppError('holds.busy', 503, 'Data is expiring just now. Ask again in a moment.', {
    cause: error,
    retryAfterSeconds: 5,
  })
}

export function createHolds({ database, clock }: { database: Database; clock: Clock }): Holds {
  return {
    async place({ holdId, ground, personId, organizationId, table, from, to, isTold = true, endsAt }) {
      const [row] = await database.sql<{ outcome: Placed }[]>`
        select expiry.place_hold(${holdId}, ${ground}, ${personId ?? null}, ${organizationId ?? null}, ${table ?? null}, ${from ?? null},
          ${to ?? null}, ${isTold}, ${endsAt}, ${clock.now()}) as outcome`.catch(busy)
      return row!.outcome
    },
    async end(holdId) {
      await database.sql`select expiry.end_hold(${holdId})`.catch(busy)
    },
    async groundsOn(sql, table, personId) {
      const rows = await sql<
        { ground: Ground }[]
      >`select expiry.grounds_on(${table}, ${personId}, ${clock.now()}) as ground`
      return rows.map(({ ground }) => ground)
    },
    async countHeld(sql, personId) {
      const [row] = await sql<{ count: string }[]>`select expiry.count_held(${personId}) as count`
      return Number(row?.count)
    },
    async listHeld(sql, personId, skip, most) {
      const rows = await sql<{ ground: Ground | 'restriction'; table_name: string; content: object; ends_at: Date }[]>`
        select ground, table_name, content, ends_at from expiry.held_of(${personId}, ${skip}, ${most})`
      return rows.map(({ ground, table_name: table, content, ends_at: keptUntil }) => ({
        table,
        ground,
        keptUntil,
        content,
      }))
    },
    async count() {
      const [row] = await database.sql<{ active: string; overdue: string; rows_held: string }[]>`
        select active, overdue, rows_held from expiry.prove_holds(${clock.now()})`
      return { active: Number(row?.active), overdue: Number(row?.overdue), rows: Number(row?.rows_held) }
    },
  }
}
