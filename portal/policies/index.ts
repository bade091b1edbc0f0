import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Audit } from '#portal/audit'
import type { By } from '#portal/organizations'
import type { Database, Sql } from '#server/database'
import { within } from '#server/purpose'
import type { Route } from '#server/routes'
import type { Sealer, Sealing } from '#server/sealed'
import {
  type DevicePolicy,
  type ExclusionKind,
  mostExclusionDays,
  type NewExclusion,
  type Policy,
  type Settings,
} from './api.ts'
import { data } from './data.ts'
import { badUntil, changedMeanwhile, exclusionNotFound, tooManyExclusions } from './errors.ts'
import { routes } from './routes.ts'

type Needs = { readonly database: Database; readonly clock: Clock; readonly sealed: Sealing }
type Uses = { readonly audit: Pick<Audit, 'record'> }

export type Policies = {
  read(organizationId: string): Promise<Policy>
  /** `version`: the one that was changed; any other is refused. */
  change(organizationId: string, change: { version: number; settings: Settings }, by: By): Promise<void>
  exclude(organizationId: string, exclusion: NewExclusion, by: By): Promise<string>
  includeAgain(organizationId: string, exclusionId: string, by: By): Promise<void>
  /** `tx` sees the organisation. Undefined: the device has this version already. */
  forDevice(tx: Sql, organizationId: string, knownVersion: number): Promise<DevicePolicy | undefined>
  /** Which rule sets its devices are to have; null: all in use. `tx` sees the organisation. */
  chosenRuleSets(tx: Sql, organizationId: string): Promise<readonly string[] | null>
  /** `tx` sees the organisation. */
  isReportOnly(tx: Sql, organizationId: string): Promise<boolean>
  readonly routes: readonly Route[]
}

/** Until somebody decides otherwise: stop what is known to be dangerous before it runs, and send nothing anywhere. */
export const firstSettings: Settings = {
  profile: 'default',
  reportOnly: false,
  realTime: true,
  schedule: null,
  unknownContent: 'never',
  cloud: true,
  clamd: true,
  ruleSets: null,
}

/** A policy travels whole to every device. */
const mostExclusions = 500

type Row = { version: number; settings: Settings; changed_at: Date | null }
type Excluded = {
  organization_id: string
  exclusion_id: string
  kind: ExclusionKind
  sealed: Buffer
  created_at: Date
  until: Date
}

async function readRow(tx: Sql, organizationId: string): Promise<Row> {
  const [row] = await tx<Row[]>`
    select version, settings, changed_at from policies.policy where organization_id = ${organizationId}`
  // What a version added is there for those who have not been asked about it.
  return row
    ? { ...row, settings: { ...firstSettings, ...row.settings } }
    : { version: 1, settings: firstSettings, changed_at: null }
}

export function createPolicies({ database, clock, sealed }: Needs, { audit }: Uses): Policies {
  const sealer: Sealer<'value' | 'reason'> = sealed.table(data, 'exclusion', ['value', 'reason'])
  const excluded = (tx: Sql, organizationId: string) => tx<Excluded[]>`
    select organization_id, exclusion_id, kind, sealed, created_at, until from policies.exclusion
    where organization_id = ${organizationId} and until > ${clock.now()} order by until, exclusion_id limit ${mostExclusions}`

  /** The row is there and locked afterwards: of two who change at once, the second sees what the first has done. */
  const next = async (tx: Sql, organizationId: string, settings?: Settings): Promise<void> => {
    await tx`
      insert into policies.policy (organization_id, version, settings, changed_at)
      values (${organizationId}, 2, ${tx.json((settings ?? firstSettings) as never)}, ${clock.now()})
      on conflict (organization_id) do update set version = policy.version + 1, changed_at = excluded.changed_at,
        settings = ${settings ? tx.json(settings as never) : tx`policy.settings`}`
  }
  const target = (organizationId: string) => ({ kind: 'organization', id: organizationId }) as const

  const policies: Omit<Policies, 'routes'> = {
    read: (organizationId) =>
      database.inOrganization(organizationId, async (tx) => {
        const { version, settings, changed_at } = await readRow(tx, organizationId)
        const rows = await excluded(tx, organizationId)
        const opened = await sealer.open(rows, ['value', 'reason'])
        return {
          version,
          settings,
          changedAt: changed_at?.toISOString() ?? null,
          exclusions: rows.map((row, at) => ({
            exclusionId: row.exclusion_id,
            kind: row.kind,
            value: opened[at]?.value ?? null,
            reason: opened[at]?.reason ?? null,
            createdAt: row.created_at.toISOString(),
            until: row.until.toISOString(),
          })),
        }
      }),

    change: (organizationId, { version, settings }, by) =>
      database.inOrganization(organizationId, async (tx) => {
        await tx`select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(${organizationId}, 4721))`
        const before = await readRow(tx, organizationId)
        if (before.version !== version) throw changedMeanwhile()
        const changed = (Object.keys(settings) as (keyof Settings)[]).filter(
          (name) => JSON.stringify(settings[name]) !== JSON.stringify(before.settings[name]),
        )
        if (changed.length === 0) return
        await next(tx, organizationId, settings)
        await audit.record(tx, {
          organizationId,
          action: 'policies.changed',
          target: target(organizationId),
          details: {
            version: version + 1,
            changed: changed.map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)),
            profile: settings.profile,
            report_only: settings.reportOnly,
            real_time: settings.realTime,
          },
          ...by,
        })
      }),

    exclude: async (organizationId, { kind, value, reason, until }, by) => {
      const now = clock.now()
      const end = new Date(until)
      if (end <= now || end.getTime() > now.getTime() + mostExclusionDays * 86_400_000) throw badUntil()
      const exclusionId = newId(now.getTime())
      const place = { organization_id: organizationId, exclusion_id: exclusionId }
      const value_ = await sealer.sealOne(place, { value, reason })
      await database.inOrganization(organizationId, async (tx) => {
        await next(tx, organizationId)
        if ((await excluded(tx, organizationId)).length >= mostExclusions) throw tooManyExclusions()
        await tx`
          insert into policies.exclusion (organization_id, exclusion_id, kind, sealed, created_at, until)
          values (${organizationId}, ${exclusionId}, ${kind}, ${value_}, ${now}, ${end})`
        const details = { exclusion: exclusionId, kind }
        await audit.record(tx, {
          organizationId,
          action: 'policies.exclusion_added',
          target: target(organizationId),
          details,
          ...by,
        })
      })
      return exclusionId
    },

    includeAgain: (organizationId, exclusionId, by) =>
      database.inOrganization(organizationId, async (tx) => {
        const gone = await tx`
          delete from policies.exclusion where organization_id = ${organizationId} and exclusion_id = ${exclusionId}`
        if (gone.count === 0) throw exclusionNotFound()
        await next(tx, organizationId)
        const details = { exclusion: exclusionId }
        await audit.record(tx, {
          organizationId,
          action: 'policies.exclusion_removed',
          target: target(organizationId),
          details,
          ...by,
        })
      }),

    async forDevice(tx, organizationId, knownVersion) {
      const { version, settings } = await readRow(tx, organizationId)
      if (version === knownVersion) return undefined
      // Whatever the device is here for: what it lets through is for its protection.
      const [rows, opened] = await within('security', async () => {
        const found = await excluded(tx, organizationId)
        return [found, await sealer.open(found, ['value'])] as const
      })
      const exclusions = rows.flatMap(({ kind, until }, at) => {
        const value = opened[at]?.value
        return typeof value === 'string' ? [{ kind, value, until: until.toISOString() }] : []
      })
      return { version, settings: { ...settings, exclusions } }
    },

    chosenRuleSets: async (tx, organizationId) => (await readRow(tx, organizationId)).settings.ruleSets,

    isReportOnly: async (tx, organizationId) => (await readRow(tx, organizationId)).settings.reportOnly,
  }
  return { ...policies, routes: routes(policies) }
}
