import type { CheckIn, DeviceState } from './api.ts'

/** Not heard of for so long: it is off, away, or its agent does not run. */
export const silentAfterMinutes = 15

export type Because = { protection: string; why: string | null; since: string }

/** How a device is protected, in one word, and which of its protections that comes of. Worst first. */
export function judge(
  { protections, isolated }: Pick<CheckIn, 'protections' | 'isolated'>,
  isReportOnly: boolean,
): { state: DeviceState; because: Because | null } {
  const realTime = protections.find(({ name }) => name === 'real-time')
  const of = (state: DeviceState, one: CheckIn['protections'][number] | undefined) => ({
    state,
    because: one ? { protection: one.name, why: one.why ?? null, since: one.since } : null,
  })
  const failed = protections.find(({ state }) => state === 'failed')
  if (failed) return of('failed', failed)
  // What does not tell of its protection has none.
  if (!realTime || realTime.state === 'off') return of('off', realTime)
  if (realTime.state === 'watching') return of('watching', realTime)
  if (isolated) return of('isolated', undefined)
  if (isReportOnly) return of('reporting', undefined)
  return of('protected', undefined)
}

/** Until the next check-in: an organisation of a few devices sees what it asked for done at once, one of thousands does not drown us. */
export function nextCheckIn(deviceCount: number, hasActions: boolean): number {
  if (hasActions) return 2
  return Math.min(Math.max(Math.ceil(deviceCount / 50), 5), 60)
}
