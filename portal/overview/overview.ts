import type { z } from 'zod'
import type { Invitations } from '#portal/invitations'
import type { Organizations } from '#portal/organizations'
import type { People } from '#portal/people'
import type { Database } from '#server/database'
import type { need, overview } from './api.ts'

export type Uses = {
  readonly database: Database
  /** Whether letters lie on a page of this machine instead of leaving it. */
  readonly hasInbox: boolean
  readonly organizations: Pick<Organizations, 'describe'>
  readonly people: Pick<People, 'count'>
  readonly invitations: Pick<Invitations, 'count'>
}

type Need = z.input<typeof need>
const rank = { danger: 0, warning: 1, notice: 2 } as const

export function readOverview(uses: Uses, organizationId: string): Promise<z.input<typeof overview>> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const counted = await uses.people.count(tx)
    const invited = await uses.invitations.count(tx)
    const organization = (await uses.organizations.describe(tx, [organizationId])).get(organizationId)
    const needs: Need[] = []
    // Only whoever runs this Vartio can do something about it.
    if (uses.hasInbox && organization?.kinds.includes('provider'))
      needs.push({ code: 'overview.mail_unset', severity: 'warning', params: {} })
    // If they lose every passkey and recovery code, only `vartio recover` on the machine helps.
    if (counted.administrators === 1)
      needs.push({ code: 'overview.one_administrator', severity: 'warning', params: {} })
    if (counted.privacyOfficers === 0)
      needs.push({ code: 'overview.no_privacy_officer', severity: 'notice', params: {} })
    if (invited.expired > 0)
      needs.push({ code: 'overview.invitations_expired', severity: 'notice', params: { count: invited.expired } })
    return {
      people: counted.people,
      administrators: counted.administrators,
      pendingInvitations: invited.pending,
      // No area protects devices yet: none is what there is.
      devices: 0,
      needs: needs.sort((one, other) => rank[one.severity] - rank[other.severity]),
    }
  })
}
