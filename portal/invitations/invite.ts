import type { Clock } from '#base/clock'
import { hashToken, newId, newToken } from '#base/ids'
import type { Language } from '#base/languages'
import type { Actor, Audit, From } from '#portal/audit'
import { type By, enter, type Organizations } from '#portal/organizations'
import { type Giver, type People, refuseAbove } from '#portal/people'
import type { Role } from '#portal/people/api'
import { type Database, type Sql, violatedConstraint } from '#server/database'
import type { Sealer } from '#server/sealed'
import { alreadyInvited, alreadyMember, hasAdministrator, invitationNotFound } from './errors.ts'
import { writeLetter } from './letter.ts'

const lifetimeDays = 7

export type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly portalUrl: URL
  readonly mail: {
    send(tx: Sql, letter: { to: string; subject: string; text: string; language: Language }): Promise<void>
  }
  readonly audit: Pick<Audit, 'record' | 'note'>
  readonly organizations: Pick<Organizations, 'describe' | 'enterAlone' | 'setHasAdministrator'>
  readonly people: Pick<
    People,
    'names' | 'hasMemberAt' | 'join' | 'restrictedAddresses' | 'count' | 'heldOf' | 'roleNames'
  >
  readonly sealer: Sealer<'email' | 'name'>
}

export type NewInvitation = {
  readonly email: string
  readonly name?: string | undefined
  readonly roles: readonly Role[]
  readonly ownRoles?: readonly string[] | undefined
  readonly language: Language
}

const expiry = (now: Date) => new Date(now.getTime() + lifetimeDays * 86_400_000)

/** The letter leaves exactly if the invitation is kept: the queue of letters joins the transaction. */
async function sendLetter(
  { mail, organizations, people, portalUrl }: Uses,
  tx: Sql,
  letter: {
    organizationId: string
    inviterId: string | null
    email: string
    language: Language
    token: string
    expiresAt: Date
  },
): Promise<string> {
  const organization = (await organizations.describe(tx, [letter.organizationId])).get(letter.organizationId)
  const inviter = letter.inviterId ? (await people.names(tx, [letter.inviterId])).get(letter.inviterId) : undefined
  // After #, so that the token reaches no server log on its way.
  const link = `${new URL('/invitation', portalUrl).href}#${letter.token}`
  const { subject, text } = writeLetter(letter.language, {
    organization: organization?.name ?? '',
    inviter,
    link,
    expiresAt: letter.expiresAt,
  })
  await mail.send(tx, { to: letter.email, subject, text, language: letter.language })
  return link
}

type Made = { readonly invitationId: string; readonly link: string; readonly expiresAt: Date }

/** `tx` sees the organisation. */
async function create(
  uses: Uses,
  tx: Sql,
  organizationId: string,
  invitation: NewInvitation,
  inviterId: string | null,
  by: { readonly actor: Actor; readonly from?: From },
): Promise<Made> {
  const now = uses.clock.now()
  const emailToken = await uses.sealer.token('email', invitation.email)
  // A member of an organisation that nobody administers may become the one who does.
  if (inviterId !== null && (await uses.people.hasMemberAt(tx, invitation.email))) throw alreadyMember()
  // An expired one makes room for a new one.
  await tx`
    update invitations.invitation set withdrawn_at = ${now}
    where organization_id = ${organizationId} and email_token = ${emailToken}
      and accepted_at is null and withdrawn_at is null and expires_at <= ${now}`
  const [token, invitationId, expiresAt] = [newToken(), newId(now.getTime()), expiry(now)]
  const sealed = await uses.sealer.sealOne(
    { organization_id: organizationId, invitation_id: invitationId },
    { email: invitation.email, name: invitation.name ?? null },
  )
  try {
    await tx`
      insert into invitations.invitation (organization_id, invitation_id, token_hash, sealed, email_token, roles, own_roles, language, invited_by,
        created_at, expires_at)
      values (${organizationId}, ${invitationId}, ${hashToken(token)}, ${sealed}, ${emailToken}, ${invitation.roles as Role[]}, ${(invitation.ownRoles ?? []) as string[]}, ${invitation.language}, ${inviterId}, ${now}, ${expiresAt})`
  } catch (error) {
    if (violatedConstraint(error) === 'one_open_invitation') throw alreadyInvited()
    throw error
  }
  const { email, language } = invitation
  const link = await sendLetter(uses, tx, { organizationId, inviterId, email, language, token, expiresAt })
  await uses.audit.record(tx, {
    organizationId,
    action: 'invitations.created',
    target: { kind: 'invitation', id: invitationId },
    details: { roles: [...invitation.roles, ...(invitation.ownRoles ?? [])] },
    ...by,
  })
  return { invitationId, link, expiresAt }
}

export function invite(
  uses: Uses,
  organizationId: string,
  invitation: NewInvitation,
  inviterId: string,
  by: By,
  giver?: Giver,
) {
  return uses.database.inOrganization(organizationId, async (tx) => {
    refuseAbove(giver, await uses.people.heldOf(tx, organizationId, invitation.roles, invitation.ownRoles ?? []))
    return (await create(uses, tx, organizationId, invitation, inviterId, by)).invitationId
  })
}

/** Nobody else in the organisation, and nobody above it, can see or withdraw what was sent to a wrong address: the newest counts. */
const withdrawOpen = (uses: Uses, tx: Sql, organizationId: string) => tx`
  update invitations.invitation set withdrawn_at = ${uses.clock.now()}
  where organization_id = ${organizationId} and accepted_at is null and withdrawn_at is null`

/**
 * An administrator for an organisation that has lost its last one, by whoever has the data folder: nobody in it could invite anybody. The link is answered as well, since the
 * letter may have no way out; without the address it opens nothing.
 */
export function inviteAdministrator(
  uses: Uses,
  organizationId: string,
  invitation: Omit<NewInvitation, 'roles' | 'ownRoles'>,
  by: { readonly actor: Actor },
): Promise<Omit<Made, 'invitationId'>> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    if ((await uses.people.count(tx)).administrators > 0) throw hasAdministrator()
    await uses.organizations.setHasAdministrator(tx, organizationId, false)
    await withdrawOpen(uses, tx, organizationId)
    return create(uses, tx, organizationId, { ...invitation, roles: ['administrator'] }, null, by)
  })
}

/** The first administrator of a company, by whoever created it and only while nobody in it can do it. */
export function inviteFirst(
  uses: Uses,
  creatorId: string,
  companyId: string,
  invitation: Omit<NewInvitation, 'roles' | 'ownRoles'>,
  inviterId: string,
  by: By,
) {
  return uses.database.transaction(async (tx) => {
    await uses.organizations.enterAlone(tx, creatorId, companyId)
    await withdrawOpen(uses, tx, companyId)
    const { invitationId } = await create(
      uses,
      tx,
      companyId,
      { ...invitation, roles: ['administrator'] },
      inviterId,
      by,
    )
    await enter(tx, creatorId)
    await uses.audit.record(tx, {
      organizationId: creatorId,
      action: 'invitations.created',
      target: { kind: 'organization', id: companyId },
      details: { roles: ['administrator'] },
      ...by,
    })
    return invitationId
  })
}

/** A new link with a new week; the old one is dead. */
export function resend(
  uses: Uses,
  organizationId: string,
  invitationId: string,
  inviterId: string,
  by: By,
): Promise<void> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const now = uses.clock.now()
    const [token, expiresAt] = [newToken(), expiry(now)]
    const [renewed] = await tx<
      { organization_id: string; invitation_id: string; sealed: Buffer; language: Language }[]
    >`
      update invitations.invitation set token_hash = ${hashToken(token)}, expires_at = ${expiresAt}
      where organization_id = ${organizationId} and invitation_id = ${invitationId} and accepted_at is null and withdrawn_at is null
      returning organization_id, invitation_id, sealed, language`
    const { email } = renewed ? await uses.sealer.openOne(renewed, ['email']) : {}
    if (!renewed || !email) throw invitationNotFound()
    // Nobody writes to whose data is only stored (DSR-12); the new link goes with the transaction.
    if ((await uses.people.restrictedAddresses(tx)).has(email.toLowerCase())) throw invitationNotFound()
    await sendLetter(uses, tx, { organizationId, inviterId, email, language: renewed.language, token, expiresAt })
    const target = { kind: 'invitation', id: invitationId } as const
    await uses.audit.record(tx, { organizationId, action: 'invitations.resent', target, ...by })
  })
}

export function withdraw(uses: Uses, organizationId: string, invitationId: string, by: By): Promise<void> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const withdrawn = await tx`
      update invitations.invitation set withdrawn_at = ${uses.clock.now()}
      where organization_id = ${organizationId} and invitation_id = ${invitationId} and accepted_at is null and withdrawn_at is null`
    if (withdrawn.count === 0) throw invitationNotFound()
    const target = { kind: 'invitation', id: invitationId } as const
    await uses.audit.record(tx, { organizationId, action: 'invitations.withdrawn', target, ...by })
  })
}
