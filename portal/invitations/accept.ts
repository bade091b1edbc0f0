import type { z } from 'zod'
import { hashToken } from '#base/ids'
import type { Language } from '#base/languages'
import { enter } from '#portal/organizations'
import type { Role } from '#portal/people/api'
import type { Browser, SignedIn } from '#portal/sessions'
import type { Sql } from '#server/database'
import type { invitationLook } from './api.ts'
import { alreadyUsed, expired, linkWrong, wrongAddress } from './errors.ts'
import type { Uses } from './invite.ts'

/** Ties the browser to the invitation it is answering. */
const invitationCookie = 'vartio-invitation'
/** As long as signing in may take. */
const cookieSeconds = 2 * 60 * 60

type Row = {
  organization_id: string
  invitation_id: string
  sealed: Buffer
  roles: Role[]
  own_roles: string[]
  language: Language
  invited_by: string | null
  expires_at: Date
  accepted_at: Date | null
  withdrawn_at: Date | null
}

type Found = Row & { readonly email: string; readonly name: string | null }

async function find({ clock, sealer }: Uses, sql: Sql, token: string): Promise<Found> {
  const [row] = await sql<Row[]>`select * from invitations.find(${hashToken(token)})`
  if (!row || row.withdrawn_at) throw linkWrong()
  if (row.accepted_at) throw alreadyUsed()
  if (row.expires_at <= clock.now()) throw expired()
  const { email, name } = await sealer.openOne(row, ['email', 'name'])
  // Erased meanwhile.
  if (!email) throw linkWrong()
  return { ...row, email, name: name ?? null }
}

/** What the holder of the link sees before signing in. */
export async function look(uses: Uses, token: string): Promise<z.input<typeof invitationLook>> {
  const { sql } = uses.database
  const row = await find(uses, sql, token)
  const organization = (await uses.organizations.describe(sql, [row.organization_id])).get(row.organization_id)
  const inviter = row.invited_by && (await uses.people.names(sql, [row.invited_by])).get(row.invited_by)
  return {
    organizationName: organization?.name ?? '',
    inviterName: inviter || null,
    email: row.email,
    name: row.name,
    roles: row.roles,
    ownRoles: await ownRolesOf(uses, sql, row.own_roles),
    expiresAt: row.expires_at,
  }
}

/** Under the names they have now. */
export async function ownRolesOf({ people }: Pick<Uses, 'people'>, sql: Sql, ids: readonly string[]) {
  const names = await people.roleNames(sql, ids)
  return ids.flatMap((roleId) => {
    const name = names.get(roleId)
    return name === undefined ? [] : [{ roleId, name }]
  })
}

export async function begin(uses: Uses, token: string, browser: Browser): Promise<void> {
  await find(uses, uses.database.sql, token)
  browser.setCookie(invitationCookie, token, { maxAgeSeconds: cookieSeconds })
}

export async function prepare(uses: Uses, browser: Browser): Promise<{ prompt: 'create'; loginHint: string }> {
  const row = await find(uses, uses.database.sql, browser.cookies[invitationCookie] ?? '')
  return { prompt: 'create', loginHint: row.email }
}

/** Addresses are compared without regard to capitals: nobody runs a mail server that tells Aino@ from aino@. */
const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()

/** In the transaction that makes the session: without the membership there is no session either. */
export async function accept(uses: Uses, tx: Sql, signedIn: SignedIn, browser: Browser): Promise<string> {
  const { personId, by } = signedIn
  const row = await find(uses, tx, browser.cookies[invitationCookie] ?? '')
  if (!same(row.email, signedIn.email)) throw wrongAddress()
  const organizationId = row.organization_id
  await enter(tx, organizationId)
  // One statement decides: of two who accept at once, the second changes no row.
  const accepted = await tx`
    update invitations.invitation set accepted_at = ${uses.clock.now()}
    where organization_id = ${organizationId} and invitation_id = ${row.invitation_id}
      and accepted_at is null and withdrawn_at is null and expires_at > ${uses.clock.now()}`
  if (accepted.count === 0) throw alreadyUsed()
  const target = { kind: 'invitation', id: row.invitation_id } as const
  await uses.audit.record(tx, { organizationId, action: 'invitations.accepted', target, ...by })
  await uses.people.join(
    tx,
    { organizationId, personId, roles: row.roles, ownRoles: row.own_roles, decidedBy: row.invited_by },
    by,
  )
  browser.clearCookie(invitationCookie)
  return '/'
}
