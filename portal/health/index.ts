import type { z } from 'zod'
import type { Clock } from '#base/clock'
import { type Condition, condition } from '#base/condition'
import type { Devices } from '#portal/devices'
import type { Organizations } from '#portal/organizations'
import type { Calls } from '#server/calls'
import type { Database } from '#server/database'
import { readKeyBackups } from '#server/key-backups'
import type { Route } from '#server/routes'
import { type health, isGrave } from './api.ts'
import { providerOnly } from './errors.ts'
import { judge } from './judge.ts'
import { routes } from './routes.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly calls: Pick<Calls, 'call'>
  readonly publicFolder: string
  readonly readCondition: () => Promise<Condition>
}
type Uses = {
  readonly organizations: Pick<Organizations, 'findProvider'>
  readonly devices: Pick<Devices, 'countVersions'>
}

export type HealthArea = {
  read(organizationId: string): Promise<z.input<typeof health>>
  /** How many things are wrong, and how bad the worst of them is. */
  count(): Promise<{ readonly count: number; readonly severity: 'danger' | 'warning' }>
  readonly routes: readonly Route[]
}

/** Longer, and the page says that it does not answer. */
const answerWithinMilliseconds = 3_000

export function createHealth(needs: Needs, { organizations, devices }: Uses): HealthArea {
  const { database, clock, calls, publicFolder, readCondition } = needs
  const asked = [
    '/calls/condition',
    {},
    condition,
    { isIdempotent: true, timeoutMilliseconds: answerWithinMilliseconds },
  ] as const
  /** What it does not know it says; a page that fails tells less than one with a gap. */
  const known = async (program: string, told: Promise<Condition>) => ({
    program,
    condition: await told.catch(() => null),
  })
  const readBackups = () => {
    try {
      return readKeyBackups(publicFolder).newest ?? { data: null, keys: null }
    } catch {
      return { data: null, keys: null }
    }
  }
  const look = async () => {
    const programs = await Promise.all([
      known('portal', readCondition()),
      known('identity', calls.call('identity', ...asked)),
      known('privacy', calls.call('privacy', ...asked)),
      known('cloud', calls.call('cloud', ...asked)),
    ])
    const now = clock.now()
    const found = { programs, backups: readBackups() }
    return { at: now.toISOString(), ...found, troubles: judge(found, now) }
  }
  const area: Omit<HealthArea, 'routes'> = {
    async read(organizationId) {
      if ((await organizations.findProvider(database.sql)) !== organizationId) throw providerOnly()
      return { ...(await look()), agents: await devices.countVersions() }
    },
    async count() {
      const { troubles } = await look()
      return { count: troubles.length, severity: troubles.some(({ what }) => isGrave(what)) ? 'danger' : 'warning' }
    },
  }
  return { ...area, routes: routes(area) }
}
