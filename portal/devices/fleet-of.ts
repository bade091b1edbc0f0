import type { Fleet } from '#portal/policies'
import { readLabels } from './labels.ts'
import { namesOf } from './list.ts'
import type { Sealed } from './sealed.ts'

/** What policies must know of devices: groups, which device is in which, and what they are called. */
export function fleetOf(uses: { readonly sealed: Sealed }): Fleet {
  return {
    async find(tx, organizationId, id, how) {
      const held = how === 'held' ? tx`for key share` : tx``
      const [device] = await tx<{ group_id: string | null }[]>`
        select group_id from devices.device where organization_id = ${organizationId} and device_id = ${id} ${held}`
      if (device) return { kind: 'device', groupId: device.group_id }
      const [group] = await tx`
        select 1 from devices.device_group where organization_id = ${organizationId} and group_id = ${id} ${held}`
      return group && { kind: 'group' }
    },
    async names(tx, kind, ids) {
      if (ids.length === 0) return new Map()
      if (kind === 'device') return namesOf(uses, tx, ids)
      const wanted = new Set(ids)
      const groups = await readLabels(uses, tx, 'group')
      return new Map(groups.flatMap(({ id, name }) => (wanted.has(id) ? [[id, name] as const] : [])))
    },
  }
}
