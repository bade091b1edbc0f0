import type { z } from 'zod'
import type { Contact } from '#portal/contact'
import type { Contracts } from '#portal/contracts'
import type { Detections } from '#portal/detections'
import type { Devices } from '#portal/devices'
import type { HealthArea } from '#portal/health'
import type { Invitations } from '#portal/invitations'
import type { Organizations } from '#portal/organizations'
import type { People } from '#portal/people'
import type { Receivers } from '#portal/receivers'
import type { Subscriptions } from '#portal/subscriptions'
import type { Database } from '#server/database'
import type { need, overview } from './api.ts'

export type Uses = {
  readonly database: Database
  /** Whether letters lie on a page of this machine instead of leaving it. */
  readonly hasInbox: boolean
  readonly organizations: Pick<Organizations, 'describe' | 'countAlone'>
  readonly subscriptions: Pick<Subscriptions, 'notCollecting'>
  readonly people: Pick<People, 'count'>
  readonly invitations: Pick<Invitations, 'count'>
  readonly devices: Pick<Devices, 'count'>
  readonly detections: Pick<Detections, 'count'>
  readonly contact: Pick<Contact, 'countWaiting'>
  readonly health: Pick<HealthArea, 'count'>
  readonly contracts: Pick<Contracts, 'countWaiting' | 'countDeclined' | 'countDue'>
  readonly receivers: Pick<Receivers, 'countFailing'>
}

type Need = z.input<typeof need>
const rank = { danger: 0, warning: 1, notice: 2 } as const

/** `seesServices`: whoever looks after services of the organisation. What became of those is told to nobody else, and to no other organisation (PT-02). */
export async function readOverview(
  uses: Uses,
  organizationId: string,
  { seesServices }: { seesServices: boolean },
): Promise<z.input<typeof overview>> {
  const { isProvider, ...read } = await readOwn(uses, organizationId, seesServices)
  if (isProvider) read.needs.push(...(await askOthers(uses)))
  const due = seesServices ? ((await uses.contracts.countDue(organizationId)) ?? 0) : 0
  if (due > 0) read.needs.push({ code: 'overview.declarations_due', severity: 'warning', params: { count: due } })
  return { ...read, needs: read.needs.sort((one, other) => rank[one.severity] - rank[other.severity]) }
}

/** Asked of other programs, so not within the transaction; while one does not answer, the rest is shown. */
async function askOthers({ contact, health }: Uses): Promise<Need[]> {
  const [messages, { count, severity }] = await Promise.all([contact.countWaiting(), health.count()])
  return [
    ...(count > 0 ? [{ code: 'overview.vartio_unwell', severity, params: { count } } as const] : []),
    ...(messages
      ? [{ code: 'overview.messages_waiting', severity: 'notice', params: { count: messages } } as const]
      : []),
  ]
}

function readOwn(uses: Uses, organizationId: string, seesServices: boolean) {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const counted = await uses.people.count(tx)
    const invited = await uses.invitations.count(tx)
    const devices = await uses.devices.count(tx, organizationId)
    const detections = await uses.detections.count(tx, organizationId)
    const organization = (await uses.organizations.describe(tx, [organizationId])).get(organizationId)
    const isProvider = organization?.kinds.includes('provider') ?? false
    const needs: Need[] = []
    // Only whoever runs this Vartio can do something about it.
    if (uses.hasInbox && isProvider) needs.push({ code: 'overview.mail_unset', severity: 'warning', params: {} })
    const sent = isProvider ? await uses.contracts.countWaiting(tx) : 0
    if (sent > 0) needs.push({ code: 'overview.contracts_waiting', severity: 'notice', params: { count: sent } })
    const declined = isProvider || !seesServices ? 0 : await uses.contracts.countDeclined(tx, organizationId)
    if (declined > 0)
      needs.push({ code: 'overview.contracts_declined', severity: 'notice', params: { count: declined } })
    // Nobody in it can let anybody in: whoever added it does.
    if (counted.administrators === 0) needs.push({ code: 'overview.no_administrator', severity: 'danger', params: {} })
    const alone = await uses.organizations.countAlone(tx)
    if (alone > 0) needs.push({ code: 'overview.companies_alone', severity: 'warning', params: { count: alone } })
    const silent = await uses.subscriptions.notCollecting(tx, [organizationId], 'endpoint-protection')
    if (silent.size > 0 && devices.all > 0)
      needs.push({ code: 'overview.not_subscribed', severity: 'danger', params: {} })
    // If they lose every passkey and recovery code, only `vartio recover` on the machine helps.
    if (counted.administrators === 1)
      needs.push({ code: 'overview.one_administrator', severity: 'warning', params: {} })
    if (counted.privacyOfficers === 0)
      needs.push({ code: 'overview.no_privacy_officer', severity: 'notice', params: {} })
    if (invited.expired > 0)
      needs.push({ code: 'overview.invitations_expired', severity: 'notice', params: { count: invited.expired } })
    const { all, failing, watching, reporting, silent: quiet, testRulesOnly, lostEvents } = devices
    if (detections.open > 0)
      needs.push({ code: 'overview.detections_open', severity: 'danger', params: { count: detections.open } })
    if (failing > 0) needs.push({ code: 'overview.devices_failing', severity: 'danger', params: { count: failing } })
    if (watching > 0)
      needs.push({ code: 'overview.devices_watching', severity: 'warning', params: { count: watching } })
    if (reporting > 0)
      needs.push({ code: 'overview.devices_reporting', severity: 'warning', params: { count: reporting } })
    if (testRulesOnly > 0)
      needs.push({ code: 'overview.test_rules_only', severity: 'warning', params: { count: testRulesOnly } })
    const unheard = await uses.receivers.countFailing(tx)
    if (unheard > 0) needs.push({ code: 'overview.receivers_failing', severity: 'warning', params: { count: unheard } })
    // A computer that is shut is silent too: worth a look, and no alarm.
    if (quiet > 0) needs.push({ code: 'overview.devices_silent', severity: 'notice', params: { count: quiet } })
    if (lostEvents > 0) needs.push({ code: 'overview.events_lost', severity: 'notice', params: { count: lostEvents } })
    if (all === 0) needs.push({ code: 'overview.no_devices', severity: 'notice', params: {} })
    return {
      people: counted.people,
      administrators: counted.administrators,
      pendingInvitations: invited.pending,
      devices: { all, protected: devices.protected },
      detections: detections.all,
      needs,
      isProvider,
    }
  })
}
