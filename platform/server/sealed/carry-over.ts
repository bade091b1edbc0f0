import type { Log } from '#base/log'
import type { Database } from '../database.ts'
import { within } from '../purpose.ts'
import type { Values } from './fields.ts'
import type { Row, Sealer } from './sealer.ts'

const rowsAtOnce = 200

/** `from`: the row as the migration left it, where `before` has completed it. */
export type Carried<Field extends string> = {
  readonly row: Row
  readonly from: Row
  readonly values: Values<Field>
  readonly sealed: Buffer
}

export type CarryOver = {
  /**
   * `write` puts the sealed value into a row that has none yet and into no other: after a crash it is called again, and the row may be gone. `before`
   * completes what the row is found by.
   */
  define<Field extends string>(
    sealer: Sealer<Field>,
    write: (carried: Carried<Field>) => Promise<unknown>,
    before?: (row: Row, values: Values<Field>) => Promise<Row>,
  ): void
  /** Before the program listens. Answers how many were carried over. */
  run(): Promise<number>
}

/** Seals what earlier versions had in plain columns. Each handful is sealed, written and then deleted, so a crash only repeats the last one. */
export function createCarryOver({ database, log }: { database: Database; log: Log }): CarryOver {
  const { sql } = database
  const defined: { sealer: Sealer; write: (carried: Carried<string>) => Promise<unknown>; before: Before }[] = []
  type Before = (row: Row, values: Values) => Promise<Row>

  async function carry({ sealer, write, before }: (typeof defined)[number]): Promise<number> {
    const rows = await sql<{ plain_id: string; place: Row; fields: Values }[]>`
      select plain_id::text, place, fields from sealing.plain where of_table = ${sealer.name} order by plain_id limit ${rowsAtOnce}`
    const placed = await Promise.all(
      rows.map(async ({ place, fields }) => ({ from: place, row: await before(place, fields), values: fields })),
    )
    const sealed = await sealer.seal(placed)
    for (const [at, { from, row, values }] of placed.entries())
      await write({ row, from, values, sealed: sealed[at] as Buffer })
    await sql`delete from sealing.plain where plain_id = any(${rows.map(({ plain_id: id }) => id)}::bigint[])`
    return rows.length
  }

  return {
    define(sealer, write, before = async (row) => row) {
      defined.push({ sealer, write, before } as unknown as (typeof defined)[number])
    },
    run: () =>
      within('upkeep', async () => {
        let count = 0
        for (const one of defined)
          for (;;) {
            const some = await carry(one)
            if (some === 0) break
            count += some
          }
        const [left] = await sql<{ is_empty: boolean }[]>`select sealing.empty_plain() as is_empty`
        // A table that nobody takes over would stay in the clear for ever.
        if (!left?.is_empty)
          throw new Error('rows of an earlier version wait to be sealed, and no area takes them over')
        if (count > 0) log.info('values of an earlier version were sealed', { count })
        return count
      }),
  }
}
