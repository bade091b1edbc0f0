import type { Sql } from '#server/database'
import type { Rights, Rows } from '#server/rights'

type Counted = { readonly assigned: number; readonly changes: number }

/** What somebody does about detections lies behind the walls of organisations. Their words go; that something was changed stays, by nobody. */
export function addRights(rights: Pick<Rights, 'add'>): void {
  const count = async (tx: Sql): Promise<Counted> => {
    const [row] = await tx<Counted[]>`select assigned, changes from detections.count_own()`
    return row ?? { assigned: 0, changes: 0 }
  }
  rights.add('detections', {
    rows: {
      assigned: {
        count: async (tx) => (await count(tx)).assigned,
        list: (tx, _subject, from, most) => tx<Rows>`select * from detections.own_assigned(${from}, ${most})`,
      },
      change: {
        count: async (tx) => (await count(tx)).changes,
        list: (tx, _subject, from, most) => tx<Rows>`select * from detections.own_changes(${from}, ${most})`,
      },
    },
    async forget(tx) {
      const [row] = await tx<Counted[]>`select assigned, changes from detections.forget_own()`
      return { erased: { 'detections.assigned': row?.assigned ?? 0, 'detections.change': row?.changes ?? 0 } }
    },
  })
}
