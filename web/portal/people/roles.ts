import { useQuery } from '@tanstack/react-query'
import { listed } from '../../design/listed.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { ownRoles, type Role } from '../api.ts'
import { useOrganization } from '../session.ts'

export const roles: readonly Role[] = ['administrator', 'privacy_officer', 'viewer']

export function useRoleNames(): (roles: readonly Role[], own?: readonly { name: string }[]) => string {
  const t = useTexts()
  return (held, own = []) =>
    listed([
      ...roles.filter((role) => held.includes(role)).map((role) => t(`roles.${role}.name`)),
      ...own.map(({ name }) => name),
    ])
}

export const rolesKey = (organizationId: string) => ['roles', organizationId]

/** Those that the organisation has made. */
export function useOwnRoles() {
  const { organizationId, permissions } = useOrganization()
  return useQuery({
    queryKey: rolesKey(organizationId),
    queryFn: () => ownRoles.list(organizationId),
    enabled: permissions.includes('people.read'),
  })
}
