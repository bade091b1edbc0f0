import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Actor, Audit } from '#portal/audit'
import type { By } from '#portal/organizations'
import type { Giver, People } from '#portal/people'
import type { Browser, Sessions, SignedIn } from '#portal/sessions'
import type { Database, Sql } from '#server/database'
import type { Rights } from '#server/rights'
import type { Route } from '#server/routes'
import type { Sealing } from '#server/sealed'
import { accept, begin, look, prepare } from './accept.ts'
import type { invitationList, invitationLook } from './api.ts'
import { data } from './data.ts'
import { invite, inviteAdministrator, inviteFirst, type NewInvitation, resend, type Uses, withdraw } from './invite.ts'
import { addressesOf, count, list } from './list.ts'
import { putInstead } from './put-instead.ts'
import { addRights } from './rights.ts'
import { routes } from './routes.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly mail: Uses['mail']
  readonly urls: { readonly portal: URL }
  readonly rights: Pick<Rights, 'add'>
  readonly sealed: Sealing
}

export type Invitations = {
  /** `giver`: invites to no more than they may themselves. */
  invite(organizationId: string, invitation: NewInvitation, inviterId: string, by: By, giver?: Giver): Promise<string>
  inviteFirst(
    creatorId: string,
    companyId: string,
    invitation: Omit<NewInvitation, 'roles' | 'ownRoles'>,
    inviterId: string,
    by: By,
  ): Promise<string>
  /** For `vartio recover`: only where no administrator is left. */
  inviteAdministrator(
    organizationId: string,
    invitation: Omit<NewInvitation, 'roles' | 'ownRoles'>,
    by: { readonly actor: Actor },
  ): Promise<{ link: string; expiresAt: Date }>
  resend(organizationId: string, invitationId: string, inviterId: string, by: By): Promise<void>
  withdraw(organizationId: string, invitationId: string, by: By): Promise<void>
  list(organizationId: string): Promise<z.input<typeof invitationList>>
  look(token: string): Promise<z.input<typeof invitationLook>>
  begin(token: string, browser: Browser): Promise<void>
  /** In the transaction that makes the session. */
  accept(tx: Sql, signedIn: SignedIn, browser: Browser): Promise<string>
  /** `tx` sees the organisation. */
  count(tx: Sql): Promise<{ pending: number; expired: number }>
  readonly routes: readonly Route[]
}

export function createInvitations(
  { database, clock, mail, urls, rights, sealed }: Needs,
  {
    audit,
    organizations,
    people,
    sessions,
  }: Pick<Uses, 'organizations'> & {
    readonly people: Uses['people'] & Pick<People, 'addRoleUse'>
    readonly audit: Pick<Audit, 'record' | 'note' | 'nameTargets'>
    readonly sessions: Pick<Sessions, 'purposes'>
  },
): Invitations {
  const sealer = sealed.table(data, 'invitation', ['email', 'name'])
  const uses: Uses = { database, clock, mail, portalUrl: urls.portal, audit, organizations, people, sealer }
  sealed.carryOver.define(sealer, async ({ row, values, sealed: value }) => {
    const emailToken = await sealer.token('email', values.email ?? '')
    await database.inOrganization(
      String(row.organization_id),
      (tx) => tx`
        update invitations.invitation set sealed = ${value}, email_token = ${emailToken}
        where organization_id = ${String(row.organization_id)} and invitation_id = ${String(row.invitation_id)} and sealed = '\\x'`,
    )
  })
  people.addRoleUse((tx, gone) => putInstead(tx, gone))
  audit.nameTargets('invitation', (tx, ids) => addressesOf(uses, tx, ids))
  addRights(rights, sealer)
  sessions.purposes.add('invitation', {
    prepare: (browser) => prepare(uses, browser),
    complete: (tx, signedIn, browser) => accept(uses, tx, signedIn, browser),
  })
  const invitations: Omit<Invitations, 'routes'> = {
    invite: (...given) => invite(uses, ...given),
    inviteFirst: (creatorId, companyId, invitation, inviterId, by) =>
      inviteFirst(uses, creatorId, companyId, invitation, inviterId, by),
    inviteAdministrator: (organizationId, invitation, by) => inviteAdministrator(uses, organizationId, invitation, by),
    resend: (organizationId, invitationId, inviterId, by) => resend(uses, organizationId, invitationId, inviterId, by),
    withdraw: (organizationId, invitationId, by) => withdraw(uses, organizationId, invitationId, by),
    list: (organizationId) => list(uses, organizationId),
    look: (token) => look(uses, token),
    begin: (token, browser) => begin(uses, token, browser),
    accept: (tx, signedIn, browser) => accept(uses, tx, signedIn, browser),
    count: (tx) => count(uses, tx),
  }
  return { ...invitations, routes: routes(invitations) }
}
