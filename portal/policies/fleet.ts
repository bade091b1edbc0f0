import type { Sql } from '#server/database'
import type { LevelKind } from './api.ts'
import { levelNotFound } from './errors.ts'

/** The levels that hold for a device, or for what is in a group, or for all. */
export type Place = {
  readonly organizationId: string
  readonly groupId?: string | null | undefined
  readonly deviceId?: string | undefined
}

/** What policies must know of devices. That area is built later, so it brings this; each `tx` sees the organisation. */
export type Fleet = {
  /** What a number is here: nothing where it is neither a group nor a device of the organisation. */
  find(
    tx: Sql,
    organizationId: string,
    id: string,
    /** Held: it cannot be removed before the transaction ends. */
    how: 'looked at' | 'held',
  ): Promise<{ readonly kind: 'group' } | { readonly kind: 'device'; readonly groupId: string | null } | undefined>
  /** How many devices are in each group; null: in none. Of one group alone, if it is named. */
  countByGroup(tx: Sql, organizationId: string, groupId?: string): Promise<ReadonlyMap<string | null, number>>
  groupsOf(tx: Sql, organizationId: string, deviceIds: readonly string[]): Promise<ReadonlyMap<string, string | null>>
  /** Some devices of these groups, without those that are named. */
  some(
    tx: Sql,
    organizationId: string,
    groupIds: readonly (string | null)[],
    except: readonly string[],
    most: number,
  ): Promise<string[]>
  names(tx: Sql, kind: 'group' | 'device', ids: readonly string[]): Promise<ReadonlyMap<string, string>>
}

export type KnownFleet = Fleet & { is(fleet: Fleet): void }

export function awaitFleet(): KnownFleet {
  let known: Fleet | undefined
  const fleet = (): Fleet => {
    if (!known) throw new Error('no area has brought the devices')
    return known
  }
  return {
    is(brought) {
      known = brought
    },
    find: (...asked) => fleet().find(...asked),
    countByGroup: (...asked) => fleet().countByGroup(...asked),
    groupsOf: (...asked) => fleet().groupsOf(...asked),
    some: (...asked) => fleet().some(...asked),
    names: (...asked) => fleet().names(...asked),
  }
}

/** Of what a number is the level, and what is above it. */
export async function placeOf(
  fleet: Fleet,
  tx: Sql,
  organizationId: string,
  scopeId: string,
  how: Parameters<Fleet['find']>[3],
): Promise<{ readonly kind: LevelKind; readonly place: Place }> {
  if (scopeId === organizationId) return { kind: 'organization', place: { organizationId } }
  const found = await fleet.find(tx, organizationId, scopeId, how)
  if (!found) throw levelNotFound()
  if (found.kind === 'group') return { kind: 'group', place: { organizationId, groupId: scopeId } }
  return { kind: 'device', place: { organizationId, groupId: found.groupId, deviceId: scopeId } }
}
