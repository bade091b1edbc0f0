import type { Activity } from '#portal/organizations/api'
import type { Role } from '#portal/people/api'

/**
 * Written down a second time on purpose: whoever gives a role more than it had must say so here as well, and a slip in the portal's own
 * table is seen.
 */
export const permissionsOfRole: Readonly<Record<Role, readonly string[]>> = {
  administrator: [
    'overview.read',
    'companies.read',
    'people.read',
    'people.manage',
    'audit.read',
    'organizations.read',
    'organizations.manage',
    'outsourcing.manage',
    'emergency.prepare',
    'devices.read',
    'devices.manage',
    'detections.read',
    'detections.manage',
    'policies.read',
    'policies.manage',
    'bookkeeping.manage',
    'pledges.declare',
    'rule-sets.manage',
    'own-rules.manage',
    'contracts.manage',
    'upstreams.manage',
    'technical-log.look',
    'staff.read',
    'contact.manage',
    'api-keys.manage',
    'commands.confirm',
  ],
  privacy_officer: [
    'overview.read',
    'companies.read',
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
  viewer: ['overview.read', 'companies.read'],
}

export const permissionsOfActivity: Readonly<Record<Activity, readonly string[]>> = {
  look: ['overview.read'],
  'device-management': ['overview.read', 'devices.read', 'devices.manage'],
  'policy-management': ['overview.read', 'policies.read', 'policies.manage'],
  'customer-management': ['people.read'],
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
  invoicing: ['overview.read'],
}

/** What an organisation may let its own programs do: nothing that manages people, gives rights or makes keys. */
export const permissionsOfKey: readonly string[] = [
  'overview.read',
  'devices.read',
  'devices.manage',
  'detections.read',
  'detections.manage',
  'policies.read',
  'policies.manage',
  'audit.read',
]

/** What an open computer alone must not be enough for (ASVS 7.5.3): giving rights, letting somebody in, and what destroys or holds. */
export const freshRoutes: readonly string[] = [
  'DELETE /api/organizations/:organizationId/identifier-types/:typeId',
  'DELETE /api/organizations/:organizationId/officers/:personId',
  'DELETE /api/organizations/:organizationId/upstreams/:upstreamId',
  'POST /api/organizations/:organizationId/api-keys',
  'POST /api/organizations/:organizationId/commands/:confirmationId/confirm',
  'POST /api/organizations/:organizationId/contracts',
  'POST /api/organizations/:organizationId/contracts/:clientId/end',
  'POST /api/organizations/:organizationId/contracts/:clientId/force',
  'POST /api/organizations/:organizationId/contracts/:clientId/secret',
  'POST /api/organizations/:organizationId/declarations',
  'POST /api/organizations/:organizationId/holds/:holdId/decision',
  'POST /api/organizations/:organizationId/identifier-types',
  'POST /api/organizations/:organizationId/invitations',
  'POST /api/organizations/:organizationId/officers',
  'POST /api/organizations/:organizationId/organizations/:managedId/administrator',
  'POST /api/organizations/:organizationId/people/:personId/recovery',
  'POST /api/organizations/:organizationId/technical-log/looks',
  'POST /api/organizations/:organizationId/upstreams',
  'PUT /api/organizations/:organizationId/contracts/:clientId',
  'PUT /api/organizations/:organizationId/people/:personId/roles',
  'PUT /api/organizations/:organizationId/upstreams/:upstreamId',
  'PUT /api/organizations/:organizationId/upstreams/:upstreamId/secret',
  'PUT /api/organizations/:organizationId/upstreams/:upstreamId/state',
]

/** Open to anyone, each for a reason. A route that is not here may not be open. */
export const openRoutes: Readonly<Record<string, string>> = {
  'GET /notice': 'leads to the notice, which anybody may read',
  'GET /contact': 'leads to the form for messages to the controller, which anybody may send',
  'GET /pledges': 'leads to the pledges, which anybody may read',
  'GET /sign-in/begin': 'whoever wants to sign in is not signed in',
  'GET /sign-in/callback': 'who comes back from identity is not signed in yet; state and cookie decide',
  'POST /sign-out': 'also when the session has ended by itself',
  'GET /api/set-up': 'tells only how far the set-up is',
  'POST /api/set-up/look': 'the token of the link decides',
  'POST /api/set-up/begin': 'the token of the link decides',
  'GET /pages/look.css': 'the look of a page on which something failed',
  'POST /api/invitations/look': 'the token of the link decides',
  'POST /api/invitations/begin': 'the token of the link decides',
  'POST /api/device/enrolment': 'the code decides: the device has no key here yet',
  'POST /api/devices/look': 'the code of the link decides',
  'GET /device/agent.tar.gz': 'our own program, the same for everybody; a device that fetches it is not known yet',
  'GET /device/agent.tar.gz.sig': 'the signature of that',
}
