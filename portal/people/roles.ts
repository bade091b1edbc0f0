import type { Activity } from '#portal/organizations/api'
import { everyGrantable, type Role } from './api.ts'
import type { Held, Through } from './rights.ts'

const permissions = [
  'overview.read',
  'companies.read',
  'subscriptions.read',
  'subscriptions.sell',
  'removals.ask',
  'removals.decide',
  'sharers.read',
  'people.read',
  'people.manage',
  'audit.read',
  'organizations.read',
  'organizations.manage',
  'outsourcing.manage',
  'holds.manage',
  'requests.manage',
  'contact.manage',
  'emergency.prepare',
  'devices.read',
  'devices.manage',
  'detections.read',
  'detections.manage',
  'policies.read',
  'policies.manage',
  'standards.manage',
  'bookkeeping.manage',
  'pledges.declare',
  'rule-sets.manage',
  'own-rules.manage',
  'contracts.manage',
  'upstreams.manage',
  'technical-log.look',
  'staff.read',
  'company-sign-in.manage',
  'api-keys.manage',
  'receivers.manage',
  'commands.confirm',
  'health.read',
  'reports.manage',
] as const
export type Permission = (typeof permissions)[number]

/** Least privilege: what a role is not given here, it has not. */
export const permissionsOfRole: Readonly<Record<Role, readonly Permission[]>> = {
  // Whoever manages people is not, by that alone, who decides what is kept of them.
  administrator: permissions.filter((permission) => permission !== 'holds.manage' && permission !== 'requests.manage'),
  privacy_officer: [
    'overview.read',
    'companies.read',
    'subscriptions.read',
    'sharers.read',
    'people.read',
    'audit.read',
    'holds.manage',
    'requests.manage',
    'contact.manage',
    'emergency.prepare',
    'pledges.declare',
    'devices.read',
    'detections.read',
    'policies.read',
    'technical-log.look',
    'staff.read',
  ],
  viewer: ['overview.read', 'companies.read', 'subscriptions.read', 'sharers.read'],
}

/**
 * What an outsourced activity opens at most, to people whose role at the managing organisation has it too. Nothing that manages people or
 * outsourcing is ever among it: a right that somebody got by outsourcing must not outlive it, as an account made meanwhile would.
 */
export const permissionsOfActivity: Readonly<Record<Activity, readonly Permission[]>> = {
  look: ['overview.read'],
  'device-management': ['overview.read', 'devices.read', 'devices.manage'],
  'policy-management': ['overview.read', 'policies.read', 'policies.manage'],
  'customer-management': ['people.read', 'subscriptions.read'],
  'it-management': [
    'overview.read',
    'people.read',
    'audit.read',
    'devices.read',
    'devices.manage',
    'detections.read',
    'detections.manage',
    'policies.read',
    'policies.manage',
  ],
  'service-support': ['overview.read', 'people.read', 'devices.read', 'policies.read'],
  'incident-resolution': ['overview.read', 'audit.read', 'devices.read', 'detections.read', 'detections.manage'],
  invoicing: ['subscriptions.read'],
}

/** Activities of which each opens this to whoever has it at the managing organisation. */
export const activitiesOpening = (permission: Permission): Activity[] =>
  (Object.keys(permissionsOfActivity) as Activity[]).filter((one) => permissionsOfActivity[one].includes(permission))

/** By role, made once: it is asked at every request. */
const setOfRole = new Map<string, ReadonlySet<Permission>>(
  Object.entries(permissionsOfRole).map(([role, permissions]) => [role, new Set(permissions)]),
)

const canBeGranted = new Set<string>(everyGrantable)

/** Of what a person has: permissions of own roles. A word that no longer is one, or may be in none, counts for nothing. */
function* ofOwnRoles(held: readonly Held[]): Generator<Permission> {
  for (const one of held) if (one.startsWith('=') && canBeGranted.has(one.slice(1))) yield one.slice(1) as Permission
}

/** Of somebody with these roles in the organisation itself, and with those in organisations that look after it. */
export function permissionsOf(roles: readonly Held[], through: readonly Through[] = []): ReadonlySet<Permission> {
  const only = roles.length === 1 && through.length === 0 ? setOfRole.get(roles[0]!) : undefined
  if (only) return only
  const granted = new Set<Permission>()
  for (const role of roles) for (const permission of setOfRole.get(role) ?? []) granted.add(permission)
  for (const permission of ofOwnRoles(roles)) granted.add(permission)
  for (const { roles: theirs, activities } of through) {
    const own = permissionsOf(theirs)
    for (const activity of activities)
      for (const permission of permissionsOfActivity[activity] ?? []) if (own.has(permission)) granted.add(permission)
  }
  return granted
}
