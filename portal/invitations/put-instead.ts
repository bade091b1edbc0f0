import { isOwnRole } from '#portal/people'
import type { AnyRole, Role } from '#portal/people/api'
import type { Sql } from '#server/database'

/** A role goes: whoever was invited to it comes as the other that whoever removed it has named. `tx` sees the organisation. */
export async function putInstead(
  tx: Sql,
  { organizationId, roleId, instead }: { organizationId: string; roleId: string; instead: AnyRole },
): Promise<void> {
  const [fixed, own] = isOwnRole(instead) ? [[], [instead]] : [[instead as Role], []]
  await tx`
    update invitations.invitation i set
      own_roles = case when alone then ${own}::uuid[] else pg_catalog.array_remove(i.own_roles, ${roleId}::uuid) end,
      roles = case when alone then ${fixed}::text[] else i.roles end
    from (select invitation_id, pg_catalog.cardinality(roles) + pg_catalog.cardinality(own_roles) = 1 as alone
      from invitations.invitation where organization_id = ${organizationId} and own_roles @> array[${roleId}::uuid]
      order by invitation_id for update) invited
    where i.organization_id = ${organizationId} and i.invitation_id = invited.invitation_id`
}
