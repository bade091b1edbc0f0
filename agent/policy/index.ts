import type { DevicePolicy } from '#portal/policies/api'

export type Settings = DevicePolicy['settings']
export type Policy = DevicePolicy

/** Before the portal has said anything. */
export const standardPolicy: Policy = {
  version: 0,
  settings: {
    profile: 'default',
    reportOnly: false,
    realTime: true,
    schedule: null,
    cloud: true,
    clamd: true,
    unknownContent: 'never',
    ruleSets: null,
    exclusions: [],
  },
}

const mostExclusions = 1_000
const timeOfDay = /^([01]\d|2[0-3]):([0-5]\d)$/
type Given = Readonly<Record<string, unknown>>
const given = (value: unknown): Given => (typeof value === 'object' && value !== null ? (value as Given) : {})

/** Undefined when it has no version; what else cannot be read is as in the standard. */
export function readPolicy(value: unknown): Policy | undefined {
  const { version, settings } = given(value)
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 0) return undefined
  const { profile, reportOnly, realTime, schedule, cloud, clamd, unknownContent, ruleSets, exclusions } =
    given(settings)
  return {
    version,
    settings: {
      profile: profile === 'strict' ? 'strict' : 'default',
      reportOnly: reportOnly === true,
      realTime: realTime !== false,
      schedule: readSchedule(schedule),
      cloud: cloud !== false,
      clamd: clamd !== false,
      unknownContent: unknownContent === 'send' ? 'send' : 'never',
      ruleSets: Array.isArray(ruleSets) ? ruleSets.filter((name) => typeof name === 'string').slice(0, 50) : null,
      exclusions: Array.isArray(exclusions) ? exclusions.flatMap(readExclusion).slice(0, mostExclusions) : [],
    },
  }
}

function readSchedule(value: unknown): Settings['schedule'] {
  const { every, at } = given(value)
  return (every === 'day' || every === 'week') && typeof at === 'string' && timeOfDay.test(at) ? { every, at } : null
}

/** Without an end it is none: what is let through is let through for a time. */
function readExclusion(one: unknown): Settings['exclusions'] {
  const { kind, value, until } = given(one)
  const isKnown = kind === 'path' || kind === 'sha256' || kind === 'rule'
  if (!isKnown || typeof value !== 'string' || value === '' || value.length > 4_096) return []
  if (typeof until !== 'string' || Number.isNaN(Date.parse(until))) return []
  return [{ kind, value, until }]
}

/**
 * Whether a scan of everything is due: the time of day has come since the last one, or since there is a schedule. A device that was off at that time does it
 * when it is on again.
 */
export function isDue(schedule: Settings['schedule'], last: Date, now: Date): boolean {
  if (!schedule) return false
  const [, hours, minutes] = timeOfDay.exec(schedule.at) ?? []
  const latest = new Date(now)
  latest.setHours(Number(hours), Number(minutes), 0, 0)
  if (latest > now) latest.setDate(latest.getDate() - 1)
  // A broken note of it counts as one long ago, and so does one that a clock set back has left behind.
  if (!(last <= now)) return true
  const days = schedule.every === 'week' ? 6 : 0
  return last.getTime() + days * 86_400_000 < latest.getTime()
}
