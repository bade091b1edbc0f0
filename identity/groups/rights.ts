import type { Clock } from '#base/clock'
import type { Sql } from '#server/database'
import type { Rights } from '#server/rights'
import { onlyAdministrator } from './errors.ts'
import type { Store } from './store.ts'

/** Groups that would be left with members and nobody who looks after them. */
const leftAlone = async (tx: Sql, personId: string): Promise<string[]> => {
  const rows = await tx<{ name: string }[]>`
    select g.name from groups.membership m join groups.named_group g on g.group_id = m.group_id
    where m.person_id = ${personId} and m.is_administrator
      and exists (select 1 from groups.membership o where o.group_id = m.group_id and o.person_id <> m.person_id)
      and not exists (
        select 1 from groups.membership o where o.group_id = m.group_id and o.person_id <> m.person_id and o.is_administrator)
    order by g.name limit 50`
  return rows.map(({ name }) => name)
}

/** What descriptions cannot say: a group ends with the last who belongs to it, and its only administrator hands it over before they go. */
export function addRights(rights: Pick<Rights, 'add'>, clock: Clock, store: Pick<Store, 'writeAll'>): void {
  rights.add('groups', {
    async obstacles(tx, { personId }) {
      const names = await leftAlone(tx, personId)
      return names.length > 0 ? [{ code: onlyAdministrator().code, names }] : []
    },
    // Never refused here: the portal has forgotten by now, and half an erasure is none. Whoever was told what to do first, and became the only
    // administrator in that very moment, leaves a group that lets nobody in until it has one again.
    async forget(tx, { personId }) {
      const groups = await tx<{ group_id: string }[]>`
        select group_id from groups.named_group
        where group_id in (select group_id from groups.membership where person_id = ${personId}) order by group_id for update`
      await store.writeAll(tx, personId, 'erased', clock.now())
      return {
        last: async (end) => {
          await end`
            delete from groups.named_group g where g.group_id = any (${groups.map(({ group_id }) => group_id)}::uuid[])
              and g.staff_role is null and not exists (select 1 from groups.membership m where m.group_id = g.group_id)`
        },
      }
    },
  })
}
