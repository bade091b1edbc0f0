import { z } from 'zod'
import { cursor, instant, time } from '#base/fields'

export const organizationPath = z.object({ organizationId: z.uuid() })

/** Every action that the audit log knows, by area. Pages have a sentence for each; a record of any other does not compile. */
export const actions = [
  'set_up.finished',
  'organizations.created',
  'organizations.operator_set',
  'organizations.responsibility_set',
  'organizations.outsourcing_begun',
  'organizations.outsourcing_ended',
  'people.joined',
  'people.roles_changed',
  'people.removed',
  'people.forgotten',
  'people.recovery_begun',
  'people.profile_changed',
  'removals.asked',
  'removals.withdrawn',
  'removals.declined',
  'removals.noticed',
  'removals.taken_back',
  'removals.removed',
  'people.role_made',
  'people.role_changed',
  'people.role_removed',
  'invitations.created',
  'invitations.resent',
  'invitations.withdrawn',
  'invitations.accepted',
  'policies.changed',
  'policies.restored',
  'policies.pushed',
  'policies.exclusion_added',
  'policies.exclusion_removed',
  'standards.made',
  'standards.changed',
  'standards.removed',
  'standards.push_begun',
  'standards.push_stopped',
  'standards.push_undone',
  'rule_sets.added',
  'rule_sets.changed',
  'rule_sets.removed',
  'rule_sets.fetched',
  'rule_sets.brought',
  'rule_sets.exported',
  'rule_sets.own_added',
  'rule_sets.own_changed',
  'rule_sets.own_used',
  'rule_sets.own_not_used',
  'rule_sets.own_removed',
  'subscriptions.set',
  'devices.code_made',
  'devices.code_revoked',
  'devices.enrolled',
  'devices.enrolled_again',
  'devices.removed',
  'devices.action_requested',
  'devices.action_ended',
  'devices.file_fetched',
  'devices.exported',
  'devices.label_made',
  'devices.label_renamed',
  'devices.label_removed',
  'devices.labelled',
  'devices.bulk_begun',
  'devices.bulk_stopped',
  'devices.bulk_undone',
  'detections.restore_requested',
  'detections.delete_requested',
  'detections.restored',
  'detections.deleted',
  'detections.state_set',
  'detections.assigned',
  'detections.noted',
  'detections.false_positive',
  'detections.many_changed',
  'detections.many_undone',
  'holds.proposed',
  'holds.approved',
  'holds.refused',
  'holds.reviewed',
  'holds.ended',
  'requests.extended',
  'contact.opened',
  'contact.handled',
  'contact.taken_back',
  'contact.erased',
  'contracts.made',
  'contracts.changed',
  'contracts.enforced',
  'contracts.ended',
  'contracts.secret_made',
  'upstreams.made',
  'upstreams.changed',
  'upstreams.identifier_type_made',
  'upstreams.identifier_type_removed',
  'upstreams.secret_set',
  'upstreams.state_set',
  'upstreams.removed',
  'technical_log.looked',
  'api_keys.made',
  'api_keys.revoked',
  'receivers.made',
  'receivers.removed',
  'receivers.resumed',
  'receivers.paused',
  'receivers.quiet_set',
  'receivers.quiet_kept',
  'commands.confirmed',
  'commands.withdrawn',
  'commands.run',
  'commands.used',
  'staff.exported',
  'company_sign_in.changed',
  'company_sign_in.removed',
  'company_sign_in.connected',
  'officers.key_made',
  'officers.list_signed',
  'officers.removed',
  'declarations.declared',
  'declarations.withdrawn',
  'bookkeeping.recorded',
  'bookkeeping.exported',
  'reports.made',
  'reports.changed',
  'reports.removed',
  'reports.sent',
  'reports.withheld',
  'reports.exported',
  'sessions.signed_in',
  'sessions.signed_out',
] as const
export type Action = (typeof actions)[number]

const targetKinds = [
  'organization',
  'person',
  'invitation',
  'session',
  'device',
  'detection',
  'api-key',
  'role',
] as const
export type TargetKind = (typeof targetKinds)[number]

/** A name that is null belongs to somebody or something that has been erased since. */
const named = <Kinds extends readonly [string, ...string[]]>(kinds: Kinds) =>
  z.object({ kind: z.enum(kinds), id: z.uuid().nullable(), name: z.string().nullable() })

const auditRecord = z.object({
  auditId: z.uuid(),
  at: time,
  actor: named(['person', 'program', 'command', 'key']),
  action: z.string(),
  target: named(targetKinds),
  from: z.object({ ip: z.string().nullable(), userAgent: z.string().nullable() }),
  outcome: z.enum(['done', 'refused']),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
})

export const auditQuery = z.object({
  action: z.enum(actions).optional(),
  personId: z.uuid().optional(),
  from: instant.optional(),
  to: instant.optional(),
  cursor: cursor.optional(),
})
export const auditList = z.object({
  records: z.array(auditRecord),
  next: z.string().nullable(),
  actions: z.array(z.string()),
})
export type AuditList = z.output<typeof auditList>

export const ownActionsQuery = z.object({ cursor: cursor.optional() })
export const ownActions = z.object({
  records: z.array(auditRecord.extend({ organization: z.object({ id: z.uuid(), name: z.string().nullable() }) })),
  next: z.string().nullable(),
})
export type OwnActions = z.output<typeof ownActions>

/** What happened in the portal, without who: the activity log (PT-06). */
const happenings = [
  'person_created',
  'profile_changed',
  'person_removed',
  'organization_created',
  'outsourcing_changed',
  'subscription_changed',
  'device_enrolled',
  'device_removed',
] as const
export type Happening = (typeof happenings)[number]

export const activityQuery = z.object({ cursor: cursor.optional() })
export const activityList = z.object({
  activities: z.array(z.object({ activityId: z.uuid(), at: time, what: z.string(), target: named(targetKinds) })),
  next: z.string().nullable(),
})
export type ActivityList = z.output<typeof activityList>
