import type { ShellLink } from '../../design/shell.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { useOrganization } from '../session.ts'
import { pages } from './page-list.ts'

/** They concern everybody here, so they are for whoever runs this Vartio. */
const ofProvider: ReadonlySet<string> = new Set([
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
const ofManagers: ReadonlySet<string> = new Set(['companies', 'standards', 'invoicing'])

/** The pages this person may open here; what the role does not permit is not shown at all. */
export function usePages(): ShellLink[] {
  const t = useTexts()
  const { permissions, kinds } = useOrganization()
  return pages
    .filter((page) => permissions.includes(page.permission))
    .filter(({ name }) => !ofProvider.has(name) || kinds.includes('provider'))
    .filter(({ name }) => !ofManagers.has(name) || kinds.includes('provider') || kinds.includes('partner'))
    .map(({ to, name, keys }) => ({ to, keys, label: t(`pages.${name}`) }))
}
