import { listed } from '../../design/listed.ts'
import { useTexts } from '../../texts/use-texts.ts'
import type { Role } from '../api.ts'

export const roles: readonly Role[] = ['administrator', 'privacy_officer', 'viewer']

export function useRoleNames(): (roles: readonly Role[]) => string {
  const t = useTexts()
  return (held) => listed(roles.filter((role) => held.includes(role)).map((role) => t(`roles.${role}.name`)))
}
