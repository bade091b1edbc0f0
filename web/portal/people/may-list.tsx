import { useTexts } from '../../texts/use-texts.ts'
import type { GrantArea, Grantable } from '../api.ts'

/** The same as the portal has, in the order in which people look for it. */
export const grantAreas: Readonly<Record<GrantArea, readonly Grantable[]>> = {
  overview: ['overview.read'],
  devices: ['devices.read', 'devices.manage'],
  detections: ['detections.read', 'detections.manage'],
  policies: ['policies.read', 'policies.manage', 'own-rules.manage'],
  people: ['people.read', 'people.manage', 'sharers.read', 'audit.read'],
  companies: ['companies.read', 'organizations.read', 'organizations.manage'],
  subscriptions: ['subscriptions.read', 'subscriptions.sell'],
  programs: ['api-keys.manage'],
  services: ['contracts.manage'],
  provider: ['health.read', 'staff.read', 'contact.manage', 'rule-sets.manage', 'upstreams.manage'],
}
export const areaNames = Object.keys(grantAreas) as readonly GrantArea[]

/** What a role lets somebody do, by what it is about. */
export function MayList({ permissions }: { permissions: readonly Grantable[] }) {
  const t = useTexts()
  return (
    <>
      {areaNames.map((area) => {
        const some = grantAreas[area].filter((one) => permissions.includes(one))
        if (some.length === 0) return null
        return (
          <div key={area}>
            <b>{t(`ownRoles.areas.${area}`)}</b>: {some.map((one) => t(`ownRoles.may.${one}`)).join(', ')}
          </div>
        )
      })}
    </>
  )
}
