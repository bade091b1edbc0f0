import type { Clock } from '#base/clock'
import type { Sql } from '#server/database'
import { silentBefore } from './filter.ts'

/** What happened to a device that somebody may want to hear of. */
export type DeviceChange = {
  readonly what: 'device-silent' | 'protection-off'
  readonly deviceId: string
  readonly at: Date
}

/**
 * Devices that went silent between these times, and those whose protection has been off since a time between them. `tx` sees the organisation. Read from
 * the index by state; whoever comes back and goes silent again is told again.
 */
export async function readChanges(tx: Sql, clock: Clock, from: Date, to: Date, most: number): Promise<DeviceChange[]> {
  const lag = clock.now().getTime() - silentBefore(clock).getTime()
  const before = (at: Date) => new Date(at.getTime() - lag)
  const silent = await tx<{ device_id: string; last_seen_at: Date }[]>`
    select device_id, last_seen_at from devices.device
    where state in ('watching', 'isolated', 'reporting', 'protected') and last_seen_at >= ${before(from)} and last_seen_at < ${before(to)}
    order by last_seen_at, device_id limit ${most}`
  const off = await tx<{ device_id: string; since: string }[]>`
    select device_id, because ->> 'since' as since from devices.device
    where state in ('failed', 'off') and last_seen_at >= ${from} order by last_seen_at desc limit ${most}`
  return [
    ...silent.map((row) => ({
      what: 'device-silent' as const,
      deviceId: row.device_id,
      at: new Date(row.last_seen_at.getTime() + lag),
    })),
    // By the clock of the device, which says the same until it changes.
    ...off.flatMap((row) => {
      const at = new Date(row.since ?? Number.NaN)
      return Number.isNaN(at.getTime()) || at < new Date(from.getTime() - 3_600_000)
        ? []
        : [{ what: 'protection-off' as const, deviceId: row.device_id, at }]
    }),
  ]
}
