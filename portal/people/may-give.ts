import type { Caller } from '#server/routes'
import { aboveOwn } from './errors.ts'
import type { Held } from './rights.ts'
import { permissionsOf } from './roles.ts'

/** Who gives rights, by what they may right now. */
export type Giver = Pick<Extract<Caller, { kind: 'person' }>, 'roles' | 'permissions'>

/**
 * An administrator gives each of the three roles, also what they have not themselves: whoever decides what is kept of people is another. Anybody else
 * who manages people gives what they have, and touches nobody who has more: otherwise managing people would be all there is.
 */
export function mayGive({ roles, permissions }: Giver, given: readonly Held[]): boolean {
  const isAdministrator = roles.includes('administrator')
  const wanted = isAdministrator ? given.filter((one) => one.startsWith('=')) : given
  return [...permissionsOf(wanted)].every((permission) => permissions.has(permission))
}

export function refuseAbove(giver: Giver | undefined, given: readonly Held[]): void {
  if (giver && !mayGive(giver, given)) throw aboveOwn()
}

/** Of requests by people; a key never manages people. */
export const giverOf = (caller: Caller): Giver | undefined => (caller.kind === 'person' ? caller : undefined)
