import type { Organizations } from '#portal/organizations'
import type { Activity } from '#portal/organizations/api'
import type { Sql } from '#server/database'
import type { Role } from './api.ts'

/** A piece of SQL that stands within another statement. */
export type Piece = ReturnType<Sql>

/** What somebody has in an organisation: its roles, and `=` with each permission of its own ones. */
export type Held = Role | `=${string}`

/** Roles with which somebody has rights, and what was outsourced to the organisation in which they have them. */
export type Through = { readonly roles: readonly Held[]; readonly activities: readonly Activity[] }

/** What `rightsIn` answers; read it with `readRights`. */
export type RightsFound = { readonly own: string | null; readonly through: string | null }

/**
 * Two columns, `own` and `through`: the rights that each of `persons` (a list, in SQL) has in that of `organizations` which stands at the same
 * place. Everybody who asks at one moment is answered in one round trip, by what is true now. As text, because a row or JSON for each
 * costs PostgreSQL and the driver twice the look-up itself; the words of roles and activities are fixed and hold no separator.
 */
export function rightsIn(
  organizations: Pick<Organizations, 'managersOf'>,
  sql: Sql,
  persons: Piece,
  organizationIds: Piece,
) {
  return sql`(
    select pg_catalog.string_agg(n || ' ' || pg_catalog.array_to_string(roles, '+'), ',')
    from people.roles_in(${persons}, ${organizationIds})) as own, (
    with place as materialized (
      select pg_catalog.row_number() over () as place_n, q.n, q.person_id, m.managing_id, m.activities
      from ${organizations.managersOf(sql, organizationIds)} m
      join unnest(${persons}, ${organizationIds}) with ordinality as q (person_id, organization_id, n)
        on q.organization_id = m.organization_id)
    select pg_catalog.string_agg(place.n || ' ' || pg_catalog.array_to_string(r.roles, '+') || ' '
      || pg_catalog.array_to_string(place.activities, '+'), ',')
    from people.roles_in(
      (select pg_catalog.array_agg(person_id order by place_n) from place),
      (select pg_catalog.array_agg(managing_id order by place_n) from place)) r
    join place on place.place_n = r.n) as through` as Piece
}

/** `n` counts from one, as lists do in SQL. */
export function readRights(
  { own, through }: RightsFound,
  take: { own(n: number, roles: readonly Held[]): void; through(n: number, through: Through): void },
): void {
  for (const line of own?.split(',') ?? []) {
    const space = line.indexOf(' ')
    take.own(Number(line.slice(0, space)), line.slice(space + 1).split('+') as Held[])
  }
  for (const line of through?.split(',') ?? []) {
    const [n, roles = '', activities = ''] = line.split(' ')
    take.through(Number(n), { roles: roles.split('+') as Held[], activities: activities.split('+') as Activity[] })
  }
}
