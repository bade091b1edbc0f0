import type { z } from 'zod'
import type { Language } from '#base/languages'
import type { Role } from '#portal/people/api'
import type { Sql } from '#server/database'
import type { invitationList } from './api.ts'
import type { Uses } from './invite.ts'

/** More open invitations than this are not looked at by anybody. */
const most = 500

type Row = {
  organization_id: string
  invitation_id: string
  sealed: Buffer
  roles: Role[]
  own_roles: string[]
  language: Language
  invited_by: string | null
  created_at: Date
  expires_at: Date
}

export function list(uses: Uses, organizationId: string): Promise<z.input<typeof invitationList>> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const rows = await tx<Row[]>`
      select organization_id, invitation_id, sealed, roles, own_roles, language, invited_by, created_at, expires_at from invitations.invitation
      where organization_id = ${organizationId} and accepted_at is null and withdrawn_at is null
      order by created_at desc, invitation_id desc limit ${most}`
    const names = await uses.people.names(tx, [...new Set(rows.flatMap(({ invited_by }) => invited_by ?? []))])
    const roleNames = await uses.people.roleNames(tx, [...new Set(rows.flatMap(({ own_roles }) => own_roles))])
    const opened = await uses.sealer.open(rows, ['email', 'name'])
    // Whose data is only stored is shown nowhere, elsewhere invited or not (DSR-12).
    const restricted = await uses.people.restrictedAddresses(tx)
    const shown = rows
      .map((row, at) => ({ ...row, email: opened[at]?.email ?? '', name: opened[at]?.name ?? null }))
      .filter(({ email }) => !restricted.has(email.toLowerCase()))
    const now = uses.clock.now()
    return {
      invitations: shown.map((row) => ({
        invitationId: row.invitation_id,
        email: row.email,
        name: row.name,
        roles: row.roles,
        ownRoles: row.own_roles.flatMap((roleId) => {
          const name = roleNames.get(roleId)
          return name === undefined ? [] : [{ roleId, name }]
        }),
        language: row.language,
        invitedBy: names.get(row.invited_by ?? '') ?? null,
        createdAt: row.created_at,
        expiresAt: row.expires_at,
        isExpired: row.expires_at <= now,
      })),
    }
  })
}

/** `tx` sees the organisation. */
export async function count(uses: Uses, tx: Sql): Promise<{ pending: number; expired: number }> {
  const now = uses.clock.now()
  const [row] = await tx<{ pending: number; expired: number }[]>`
    select count(*) filter (where expires_at > ${now})::int as pending, count(*) filter (where expires_at <= ${now})::int as expired
    from invitations.invitation where accepted_at is null and withdrawn_at is null`
  return { pending: row?.pending ?? 0, expired: row?.expired ?? 0 }
}

export async function addressesOf(
  { people, sealer }: Pick<Uses, 'people' | 'sealer'>,
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const restricted = await people.restrictedAddresses(sql)
  const rows = await sql<{ organization_id: string; invitation_id: string; sealed: Buffer }[]>`
    select * from invitations.names_of(${ids as string[]}::uuid[])`
  const opened = await sealer.open(rows, ['email'])
  return new Map(
    rows.flatMap((row, at) => {
      const email = opened[at]?.email
      return email && !restricted.has(email.toLowerCase()) ? [[row.invitation_id, email] as const] : []
    }),
  )
}
