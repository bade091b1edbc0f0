import type { Organizations } from '#portal/organizations'
import type { Sql } from '#server/database'
import type { Role } from './api.ts'
import type { Through } from './roles.ts'

/** A piece of SQL that stands for one value in another statement. */
export type Piece = ReturnType<Sql>

/** What `rightsOf` answers: roles in the organisation itself, and in those that look after it. */
export type Rights = { readonly own: Role[] | null; readonly through: Through[] | null }

/**
 * A piece of SQL with the columns `n`, `own` and `through`, for all rows of `asked`, a relation with the columns `n` (1, 2, 3 …), `person_id` and
 * `organization_id`: a session asks it within its own statement, so that requests are decided in one round trip, by what is true now.
 */
export function rightsOf(organizations: Pick<Organizations, 'managersOf'>, sql: Sql, asked: Piece) {
  const companies = sql`(select pg_catalog.array_agg(distinct organization_id) from ${asked})` as Piece
  return sql`
    with managers as materialized (select * from ${organizations.managersOf(sql, companies)})
    select a.n, o.roles as own,
      (select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('roles', t.roles, 'activities', t.activities))
        from (select people.roles_in(a.person_id, m.managing_id) as roles, m.activities
          from managers m where m.company = a.organization_id) t
        where t.roles is not null) as through
    from ${asked} a
    left join people.roles_of((select pg_catalog.array_agg(person_id order by n) from ${asked}),
      (select pg_catalog.array_agg(organization_id order by n) from ${asked})) o on o.n = a.n` as Piece
}
