import { type Held, permissionsOf } from '#portal/people'
import { type KeyPermission, keyPermissions } from './api.ts'

/** What a key has of an own role: of what that lets people do, what keys may at all. */
export function ofRole(held: readonly Held[]): KeyPermission[] {
  const given: ReadonlySet<string> = permissionsOf(held)
  return keyPermissions.filter((one) => given.has(one))
}
