import type { ShellLink } from '../../design/shell.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { Permission } from '../api.ts'
import { useOrganization } from '../session.ts'

const all = [
  { to: '/', name: 'overview', keys: 'g o', permission: 'overview.read' },
  { to: '/companies', name: 'companies', keys: 'g w', permission: 'companies.read' },
  { to: '/invoicing', name: 'invoicing', keys: 'g n', permission: 'subscriptions.sell' },
  { to: '/devices', name: 'devices', keys: 'g d', permission: 'devices.read' },
  { to: '/detections', name: 'detections', keys: 'g t', permission: 'detections.read' },
  { to: '/policy', name: 'policy', keys: 'g y', permission: 'policies.read' },
  { to: '/rule-sets', name: 'ruleSets', keys: 'g s', permission: 'policies.read' },
  { to: '/people', name: 'people', keys: 'g p', permission: 'people.read' },
  { to: '/organizations', name: 'organizations', keys: 'g r', permission: 'organizations.read' },
  { to: '/subscriptions', name: 'subscriptions', keys: 'g x', permission: 'subscriptions.read' },
  { to: '/api-keys', name: 'apiKeys', keys: 'g i', permission: 'api-keys.manage' },
  { to: '/audit', name: 'audit', keys: 'g a', permission: 'audit.read' },
  { to: '/activity', name: 'activity', keys: 'g l', permission: 'audit.read' },
  { to: '/requests', name: 'requests', keys: 'g q', permission: 'requests.manage' },
  { to: '/contact', name: 'contact', keys: 'g m', permission: 'contact.manage' },
  { to: '/contracts', name: 'contracts', keys: 'g c', permission: 'contracts.manage' },
  { to: '/upstreams', name: 'upstreams', keys: 'g u', permission: 'upstreams.manage' },
  { to: '/technical-log', name: 'technicalLog', keys: 'g k', permission: 'technical-log.look' },
  { to: '/holds', name: 'holds', keys: 'g h', permission: 'holds.manage' },
  { to: '/bookkeeping', name: 'bookkeeping', keys: 'g b', permission: 'bookkeeping.manage' },
  { to: '/declarations', name: 'declarations', keys: 'g v', permission: 'pledges.declare' },
  { to: '/company-sign-in', name: 'companySignIn', keys: 'g y', permission: 'company-sign-in.manage' },
  { to: '/staff', name: 'staff', keys: 'g f', permission: 'staff.read' },
  { to: '/commands', name: 'commands', keys: 'g x', permission: 'commands.confirm' },
  { to: '/health', name: 'health', keys: 'g j', permission: 'health.read' },
  { to: '/emergency', name: 'emergency', keys: 'g e', permission: 'emergency.prepare' },
] as const satisfies readonly { to: string; name: string; keys: string; permission: Permission }[]

/** They concern everybody here, so they are for whoever runs this Vartio. */
const ofProvider: ReadonlySet<string> = new Set([
  'contracts',
  'upstreams',
  'technicalLog',
  'requests',
  'contact',
  'holds',
  'declarations',
  'bookkeeping',
  'staff',
  'commands',
  'health',
  'emergency',
])

/** They concern whoever looks after others. */
const ofManagers: ReadonlySet<string> = new Set(['companies', 'invoicing'])

/** The pages this person may open here; what the role does not permit is not shown at all. */
export function usePages(): ShellLink[] {
  const t = useTexts()
  const { permissions, kinds } = useOrganization()
  return all
    .filter((page) => permissions.includes(page.permission))
    .filter(({ name }) => !ofProvider.has(name) || kinds.includes('provider'))
    .filter(({ name }) => !ofManagers.has(name) || kinds.includes('provider') || kinds.includes('partner'))
    .map(({ to, name, keys }) => ({ to, keys, label: t(`pages.${name}`) }))
}
