import type { Sql } from '#server/database'
import type { Rights, Rows } from '#server/rights'

/** What is sent to somebody lies behind the walls of organisations. */
export function addRights(rights: Pick<Rights, 'add'>): void {
  rights.add('reports', {
    rows: {
      recipient: {
        async count(tx: Sql) {
          const [row] = await tx<{ count: number }[]>`select reports.count_own() as count`
          return row?.count ?? 0
        },
        list: (tx, _subject, from, most) => tx<Rows>`select * from reports.own_recipients(${from}, ${most})`,
      },
    },
    async forget(tx) {
      const [row] = await tx<{ count: number }[]>`select reports.forget_own() as count`
      return { erased: { 'reports.recipient': row?.count ?? 0 } }
    },
  })
}
