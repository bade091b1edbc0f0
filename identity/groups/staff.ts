import type { z } from 'zod'
import { newId } from '#base/ids'
import type { Services } from '#identity/services'
import type { Database, Sql } from '#server/database'
import { type StaffRole, type staffChange, type staffHistory, staffRoles } from './api.ts'
import type { Store, What } from './store.ts'

/** More than any provider has in a year; a page that was cut says so. */
const mostEntries = 5_000
const portal = 'portal'

const words: Readonly<Record<StaffRole, string>> = {
  administrator: 'Henkilöstö: pääkäyttäjät · Staff: administrators',
  privacy_officer: 'Henkilöstö: tietosuojavastaavat · Staff: privacy officers',
  viewer: 'Henkilöstö: lukijat · Staff: viewers',
}
const about = 'Kuuluminen päätetään portaalissa. · Who belongs is decided in the portal.'

/** Before the name of a role that the provider has made. */
const ofOwn = 'Henkilöstö · Staff: '
/** The number of such a role. */
type AnyRole = StaffRole | string

type Entry = {
  at: Date
  role: AnyRole
  role_name: string
  what: What
  person_id: string
  by_id: string | null
  since: Date | null
}
type Period = z.input<typeof staffHistory>['periods'][number]
type Open = { from: Date; by: string | null }

/** ID-88, ID-89: the people who work for the provider, one group for each role, and from when to when each of them could do what. */
export function createStaff(
  { database }: { database: Database },
  store: Store,
  services: Pick<Services, 'findPerson' | 'findSubject'>,
) {
  async function groupOf(tx: Sql, role: AnyRole, name: string, at: Date): Promise<string> {
    await tx`
      insert into groups.named_group (group_id, name, about, made_at, staff_role)
      values (${newId(at.getTime())}, ${name}, ${about}, ${at}, ${role})
      on conflict (staff_role) do update set name = excluded.name where named_group.name <> excluded.name`
    const [row] = await tx<{ group_id: string }[]>`
      select group_id from groups.named_group where staff_role = ${role} for update`
    return row!.group_id
  }

  /** The portal's own word for who it was; erased since: nobody. */
  const subjects = () => {
    const known = new Map<string, string | null>()
    return async (personId: string | null): Promise<string | null> => {
      if (personId === null) return null
      if (!known.has(personId)) known.set(personId, (await services.findSubject(portal, personId)) ?? null)
      return known.get(personId) ?? null
    }
  }

  return {
    /** As the portal has decided; the same told again changes nothing. */
    async keep({ subject, roles, ownRoles, at, by }: z.output<typeof staffChange>): Promise<void> {
      const personId = await services.findPerson(portal, subject)
      const present = personId === undefined ? undefined : await store.present(personId)
      // Erased meanwhile: that is written already.
      if (personId === undefined || !present) return
      const byId = by === null ? null : ((await services.findPerson(portal, by)) ?? null)
      const when = new Date(at)
      await database.transaction(async (tx) => {
        const named = new Map<AnyRole, string>([
          ...staffRoles.map((role) => [role, words[role]] as const),
          ...ownRoles.map(({ roleId, name }) => [roleId, `${ofOwn}${name}`] as const),
        ])
        // Those of its own that somebody has no more are known here alone.
        const had = await tx<{ role: string; name: string }[]>`
          select g.staff_role as role, g.name from groups.membership m join groups.named_group g on g.group_id = m.group_id
          where m.person_id = ${personId} and g.staff_role is not null`
        for (const { role, name } of had) if (!named.has(role)) named.set(role, name)
        const wanted = new Set<AnyRole>([...roles, ...ownRoles.map(({ roleId }) => roleId)])
        // In one order: of two changes none waits for the other.
        for (const [role, name] of [...named].sort(([one], [other]) => (one < other ? -1 : 1))) {
          const groupId = await groupOf(tx, role, name, when)
          const row = await store.membership(tx, groupId, personId)
          const write = (what: 'accepted' | 'removed', since: Date | null) => tx`
            insert into groups.log (at, entry_id, group_id, what, person_id, by_id, since)
            values (${when}, ${newId(when.getTime())}, ${groupId}, ${what}, ${personId}, ${byId}, ${since})`
          if (wanted.has(role) && !row) {
            const sealed = await store.memberships.sealOne(
              { person_id: personId, group_id: groupId },
              { user_name: present.person.name },
            )
            await tx`
              insert into groups.membership (group_id, person_id, is_administrator, sealed, since)
              values (${groupId}, ${personId}, false, ${sealed}, ${when})`
            await write('accepted', null)
          } else if (!wanted.has(role) && row) {
            await tx`delete from groups.membership where group_id = ${groupId} and person_id = ${personId}`
            await write('removed', row.since)
          }
        }
      })
    },

    async history(): Promise<z.input<typeof staffHistory>> {
      const { sql } = database
      const found = await sql<Entry[]>`
        select l.at, g.staff_role as role, g.name as role_name, l.what, l.person_id, l.by_id, l.since
        from groups.log l join groups.named_group g on g.group_id = l.group_id
        where g.staff_role is not null order by l.at desc, l.entry_id desc limit ${mostEntries + 1}`
      const running = await sql<{ role: AnyRole; role_name: string; person_id: string; since: Date }[]>`
        select g.staff_role as role, g.name as role_name, m.person_id, m.since
        from groups.membership m join groups.named_group g on g.group_id = m.group_id
        where g.staff_role is not null order by m.since limit ${mostEntries}`
      const subjectOf = subjects()
      const periods: Period[] = []
      const add = async (
        one: Pick<Entry, 'role' | 'role_name' | 'person_id'>,
        { from, by }: Open,
        end: { at: Date; why: Period['ended']; by: string | null } | undefined,
      ) =>
        periods.push({
          subject: await subjectOf(one.person_id),
          role: one.role,
          roleName: one.role_name.startsWith(ofOwn) ? one.role_name.slice(ofOwn.length) : null,
          from: from.toISOString(),
          to: end?.at.toISOString() ?? null,
          ended: end?.why ?? null,
          givenBy: await subjectOf(by),
          takenBy: await subjectOf(end?.by ?? null),
        })
      const open = new Map<string, Open | 'expired'>()
      for (const entry of found.slice(0, mostEntries).reverse()) {
        const key = `${entry.role} ${entry.person_id}`
        const before = open.get(key)
        if (entry.what === 'accepted' || entry.what === 'returned') open.set(key, { from: entry.at, by: entry.by_id })
        else if (before !== 'expired') {
          // What began before the log reaches back: the entry of its end says when.
          const from = before ?? { from: entry.since ?? entry.at, by: null }
          const why = entry.what === 'expired' || entry.what === 'erased' ? entry.what : 'taken'
          await add(entry, from, { at: entry.at, why, by: entry.by_id })
          if (entry.what === 'expired') open.set(key, 'expired')
          else open.delete(key)
        } else if (entry.what !== 'expired') open.delete(key)
      }
      for (const one of running) {
        const state = open.get(`${one.role} ${one.person_id}`)
        // whose account has expired belongs, and can do nothing.
        if (state !== 'expired') await add(one, state ?? { from: one.since, by: null }, undefined)
      }
      return { periods: periods.toSorted((a, b) => (a.from < b.from ? 1 : -1)), isCut: found.length > mostEntries }
    },
  }
}
