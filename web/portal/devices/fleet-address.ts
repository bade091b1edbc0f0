import { type DeviceFilter, type DeviceSort, deviceFilter, deviceSorts, type ShownView } from '#portal/devices/api'

/** What stands in the address of the list: a filter and an order, so that it can be sent to somebody. What was searched for is personal and does not. */
export type FleetAddress = DeviceFilter & { sort?: DeviceSort; direction?: 'up' | 'down' }

/** Addresses are written by hand too: what is not known is left out, field by field. */
export function readFleetAddress(search: Record<string, unknown>): FleetAddress {
  const read: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(deviceFilter.shape)) {
    const value = field.safeParse(search[name])
    if (value.success && value.data !== undefined) read[name] = value.data
  }
  if (deviceSorts.includes(search.sort as DeviceSort)) read.sort = search.sort
  if (search.direction === 'up' || search.direction === 'down') read.direction = search.direction
  return read as FleetAddress
}

export function filterIn({ sort: _, direction: _1, ...filter }: FleetAddress): DeviceFilter {
  return filter
}

export const isFiltered = (filter: DeviceFilter) => Object.values(filter).some((value) => value !== undefined)

export const addressOf = ({
  filter,
  sort,
  direction,
}: Pick<ShownView, 'filter' | 'sort' | 'direction'>): FleetAddress => ({
  ...filter,
  ...(sort ? { sort } : {}),
  ...(direction ? { direction } : {}),
})
