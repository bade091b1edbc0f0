import type { By } from '#portal/organizations'
import type { Sql } from '#server/database'
import type { Messages } from '#server/messages'
import { roles as everyRole, type Role } from './api.ts'

/** What somebody may do in an organisation has been decided. Roles of its own are `own0`, `own1` … */
export const rolesDecided = 'people.roles_decided'
export const mostOwnTold = 10

export const personOf = ({ actor }: By): string | null => (actor.kind === 'person' ? actor.id : null)

/** In the order in which it was decided, for each person; none: nothing any more. */
export async function tellRoles(
  { messages }: { readonly messages: Pick<Messages, 'publish'> },
  tx: Sql,
  {
    organizationId,
    personId,
    roles,
    ownRoles = [],
  }: { organizationId: string; personId: string; roles: readonly Role[]; ownRoles?: readonly string[] },
  at: Date,
  decidedBy: string | null,
): Promise<void> {
  const held = Object.fromEntries(everyRole.map((role) => [role, roles.includes(role)]))
  // A message carries no lists, and twenty fields at most.
  const own = Object.fromEntries(ownRoles.slice(0, mostOwnTold).map((roleId, at) => [`own${at}`, roleId]))
  await messages.publish(tx, rolesDecided, personId, {
    organizationId,
    personId,
    at: at.getTime(),
    ...held,
    ...own,
    ...(decidedBy === null ? {} : { by: decidedBy }),
  })
}
