import type { Sql } from '#server/database'
import type { Rights, Rows } from '#server/rights'

/**
 * Rows of the logs about a person lie in the logs of organisations. They stay until their day goes: once the person is gone from where
 * persons are named, the number in them leads to nobody.
 */
export function addRights(rights: Pick<Rights, 'add'>): void {
  rights.add('audit', {
    rows: {
      record: {
        async count(tx: Sql) {
          const [row] = await tx<{ count: number }[]>`select audit.count_records() as count`
          return row?.count ?? 0
        },
        list: (tx, _subject, from, most) => tx<Rows>`select * from audit.record_rows(${from}, ${most})`,
      },
      activity: {
        async count(tx: Sql) {
          const [row] = await tx<{ count: number }[]>`select audit.count_activities() as count`
          return row?.count ?? 0
        },
        list: (tx, _subject, from, most) => tx<Rows>`select * from audit.activity_rows(${from}, ${most})`,
      },
    },
  })
}
