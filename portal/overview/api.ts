import { z } from 'zod'

export const organizationPath = z.object({ organizationId: z.uuid() })

/** Everything that can need somebody; pages have a sentence and a next action for each. */
const needCodes = [
  'overview.vartio_unwell',
  'overview.mail_unset',
  'overview.no_administrator',
  'overview.companies_alone',
  'overview.not_subscribed',
  'overview.one_administrator',
  'overview.no_privacy_officer',
  'overview.invitations_expired',
  'overview.no_devices',
  'overview.devices_failing',
  'overview.devices_watching',
  'overview.devices_reporting',
  'overview.devices_silent',
  'overview.events_lost',
  'overview.test_rules_only',
  'overview.detections_open',
  'overview.receivers_failing',
  'overview.messages_waiting',
  'overview.contracts_waiting',
  'overview.contracts_declined',
  'overview.declarations_due',
] as const
export type NeedCode = (typeof needCodes)[number]

export const need = z.object({
  code: z.enum(needCodes),
  severity: z.enum(['danger', 'warning', 'notice']),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
})
export const overview = z.object({
  people: z.number().int(),
  administrators: z.number().int(),
  pendingInvitations: z.number().int(),
  devices: z.object({ all: z.int(), protected: z.int() }),
  /** Of the last thirty days. */
  detections: z.int(),
  /** Worst first. */
  needs: z.array(need),
})
export type Overview = z.output<typeof overview>
