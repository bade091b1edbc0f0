import type { Organizations } from '#portal/organizations'
import type { Activity } from '#portal/organizations/api'
import type { Sql } from '#server/database'
import { within } from '#server/purpose'
import type { Held } from './rights.ts'
import { type Permission, permissionsOf, permissionsOfRole } from './roles.ts'

/** `isOwn`: by a role in the organisation itself. */
export type Holder = { readonly personId: string; readonly isOwn: boolean }
export type WhoMay = (
  tx: Sql,
  asked: {
    readonly organizationId: string
    readonly permission: Permission
    /** Of these only; otherwise of everybody. */
    readonly among?: readonly string[]
    readonly most: number
  },
) => Promise<Holder[]>

/** By what is true now: nothing is kept, so the moment an outsourcing ends, nobody of the other organisation is among them. */
export function whoMay(
  organizations: Pick<Organizations, 'managersOf'>,
  tx: Sql,
  asked: Parameters<WhoMay>[1],
): Promise<Holder[]> {
  return within('access', () => find(organizations, tx, asked))
}

async function find(
  organizations: Pick<Organizations, 'managersOf'>,
  tx: Sql,
  { organizationId, permission, among, most }: Parameters<WhoMay>[1],
): Promise<Holder[]> {
  const roles = Object.entries(permissionsOfRole).flatMap(([role, has]) => (has.includes(permission) ? [role] : []))
  const managers = await tx<{ managing_id: string; activities: Activity[] }[]>`
    select managing_id, activities from ${organizations.managersOf(tx, tx`array[${organizationId}::uuid]` as ReturnType<Sql>)} m`
  const through = new Map(managers.map(({ managing_id, activities }) => [managing_id, activities]))
  const rows = await tx<{ organization_id: string; person_id: string; roles: Held[] }[]>`
    select organization_id, person_id, roles
    from people.holders_of(${[organizationId, ...through.keys()]}::uuid[], ${roles}::text[], ${permission}, ${(among as string[] | undefined) ?? null}::uuid[], ${most})`
  const found = new Map<string, boolean>()
  for (const { organization_id: where, person_id: personId, roles: theirs } of rows) {
    const isOwn = where === organizationId
    const activities = through.get(where) ?? []
    const granted = isOwn ? permissionsOf(theirs) : permissionsOf([], [{ roles: theirs, activities }])
    if (granted.has(permission)) found.set(personId, isOwn || (found.get(personId) ?? false))
  }
  return [...found].map(([personId, isOwn]) => ({ personId, isOwn }))
}
