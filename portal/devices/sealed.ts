import type { Database } from '#server/database'
import type { Names, Sealer, Sealing } from '#server/sealed'
import { data } from './data.ts'

export type DeviceSealer = Sealer<'name' | 'user' | 'serial' | 'addresses' | 'hardware'>
export type ActionSealer = Sealer<'path' | 'reason' | 'rest'>
export type CollectedSealer = Sealer<'content'>

export type Sealed = {
  readonly device: DeviceSealer
  readonly action: ActionSealer
  readonly collected: CollectedSealer
  readonly group: Sealer<'name'>
  readonly tag: Sealer<'name'>
  readonly view: Sealer<'name'>
  readonly bulk: Sealer<'reason'>
  readonly names: Names<'name' | 'user'>
}

const first = '00000000-0000-0000-0000-000000000000'

/** What devices have sealed, and the list of an organisation's devices by name. */
export function createSealed(database: Database, sealed: Sealing): Sealed {
  const device = sealed.table(data, 'device', ['name', 'user', 'serial', 'addresses', 'hardware'])
  const names = sealed.names.define({
    name: device.name,
    sealer: device,
    fields: ['name', 'user'],
    purpose: 'service',
    rows: (organizationId, which) =>
      database.inOrganization(organizationId, (tx) =>
        'ids' in which
          ? tx<{ organization_id: string; device_id: string; sealed: Buffer }[]>`
              select d.organization_id, d.device_id, d.sealed from pg_catalog.unnest(${which.ids as string[]}::uuid[]) as wanted (id)
              join devices.device d on d.organization_id = ${organizationId} and d.device_id = wanted.id`
          : tx<{ organization_id: string; device_id: string; sealed: Buffer }[]>`
              select organization_id, device_id, sealed from devices.device
              where organization_id = ${organizationId} and device_id > ${which.after ?? first}
              order by device_id limit ${which.most}`,
      ),
  })
  return {
    device,
    action: sealed.table(data, 'action', ['path', 'reason', 'rest']),
    collected: sealed.table(data, 'collected', ['content']),
    group: sealed.table(data, 'device_group', ['name']),
    tag: sealed.table(data, 'tag', ['name']),
    view: sealed.table(data, 'view', ['name']),
    bulk: sealed.table(data, 'bulk', ['reason']),
    names,
  }
}
