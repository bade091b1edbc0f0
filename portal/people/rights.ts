import type { Organizations } from '#portal/organizations'
import type { Sql } from '#server/database'
import type { Role } from './api.ts'
import type { Through } from './roles.ts'

/** A piece of SQL that stands for one value in another statement. */
export type Piece = ReturnType<Sql>

/** What the piece of `rightsIn` answers: roles in the organisation itself, and in those that look after it. */
export type Rights = { readonly own: Role[] | null; readonly through: Through[] | null }

/**
 * A piece of SQL with the columns `own` and `through`: a session asks it within its own statement, so that a request is decided in one round
 * trip, by what is true now.
 */
export function rightsIn(
  organizations: Pick<Organizations, 'managersOf'>,
  sql: Sql,
  person: Piece,
  organization: Piece,
) {
  return sql`
    select people.roles_in(${person}, ${organization}) as own,
      (select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('roles', t.roles, 'activities', t.activities))
        from (select people.roles_in(${person}, m.managing_id) as roles, m.activities
          from ${organizations.managersOf(sql, organization)} m) t
        where t.roles is not null) as through` as Piece
}
