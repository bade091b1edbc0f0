import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import type { By, Viewer } from '#portal/organizations'
import type { Database, Sql } from '#server/database'
import type { Route } from '#server/routes'
import type { Sealing } from '#server/sealed'
import {
  type DevicePolicy,
  type ExclusionPreview,
  firstSettings,
  type LevelChanged,
  type LevelHistory,
  type LevelState,
  type NewExclusion,
  type OwnSettings,
  type Policy,
  type PolicyLevel,
  type PolicyLevels,
  type PolicyPreview,
  type PreviewedExclusion,
  type Settings,
} from './api.ts'
import { change, type Doer, exclude, forget, includeAgain, pushStandard, restore, type Standard } from './change.ts'
import { data } from './data.ts'
import { awaitFleet, type Fleet, type Place } from './fleet.ts'
import { countBetween, readHistory } from './history.ts'
import {
  type Effective,
  listLevels,
  readEffective,
  readLevels,
  readLevelsOf,
  readManyEffective,
  showExclusions,
  showLevel,
} from './levels.ts'
import { differing, merge, nothing, withStandard } from './merge.ts'
import { preview } from './preview.ts'
import { previewExclusion } from './preview-exclusion.ts'
import { routes } from './routes.ts'

export { firstSettings } from './api.ts'
export type { Fleet } from './fleet.ts'
export { departures, versionOf } from './merge.ts'

type Needs = { readonly database: Database; readonly clock: Clock; readonly sealed: Sealing }
type Uses = { readonly audit: Pick<Audit, 'record' | 'actorsOf'> }

export type Policies = {
  /** The area of devices brings what policies must know of them. */
  knowFleet(fleet: Fleet): void
  /** What the organisation has decided for all its devices. */
  read(organizationId: string, viewer: Viewer): Promise<Policy>
  /** The same given whole. `version`: the one that was changed; any other is refused. */
  change(organizationId: string, change: { version: number; settings: Settings }, by: By): Promise<void>
  /** `scopeId`: the organisation itself, a group of its devices, or a device. */
  readLevel(organizationId: string, scopeId: string, viewer: Viewer): Promise<PolicyLevel>
  listLevels(organizationId: string): Promise<PolicyLevels>
  changeLevel(
    organizationId: string,
    scopeId: string,
    change: LevelState & { version: number; note?: string | undefined },
    by: By,
  ): Promise<LevelChanged>
  /** On how many devices what would be other settings, were the level like that. Nothing is changed. */
  preview(organizationId: string, scopeId: string, next: LevelState): Promise<PolicyPreview>
  /** The same of something that is about to be let through. */
  previewExclusion(organizationId: string, scopeId: string, next: PreviewedExclusion): Promise<ExclusionPreview>
  history(organizationId: string, scopeId: string, viewer: Viewer, before?: number): Promise<LevelHistory>
  /** What was changed in a time; `tx` sees the organisation. */
  readonly countBetween: typeof countBetween
  /** A new change, equal to an older state. */
  restore(
    organizationId: string,
    scopeId: string,
    wanted: { version: number; to: number; note?: string | undefined },
    by: By,
  ): Promise<LevelChanged>
  /**
   * What a partner or the provider decides for many companies alike: what it names is set at the level of the company itself, which sees it in its
   * history, by whom and why, and may change it afterwards. `tx` sees the company; who may do that has been asked in it.
   */
  pushStandard(
    tx: Sql,
    organizationId: string,
    standard: Standard,
    by: Doer,
  ): Promise<{ version: number; before: number }>
  /** What that would change, and on how many devices. Nothing is changed. */
  previewStandard(
    tx: Sql,
    organizationId: string,
    standard: Pick<Standard, 'own' | 'locked' | 'before'>,
  ): Promise<PolicyPreview>
  /** `restore` in a transaction that sees the organisation, at its own level. */
  restoreIn(tx: Sql, organizationId: string, wanted: { version: number; to: number }, by: Doer): Promise<LevelChanged>
  /** What each of many organisations says at its own level; who may know that is asked before. */
  levelsOf(sql: Sql, organizationIds: readonly string[]): Promise<ReadonlyMap<string, LevelState>>
  /** For all devices of the organisation, unless another level is named. */
  exclude(organizationId: string, exclusion: NewExclusion, by: By, scopeId?: string): Promise<string>
  includeAgain(organizationId: string, exclusionId: string, by: By): Promise<void>
  /** At whichever level. `tx` sees the organisation. */
  changedBetween(
    tx: Sql,
    organizationId: string,
    from: Date,
    to: Date,
    most: number,
  ): Promise<{ changeId: string; at: Date }[]>
  /** What holds for a device; `tx` sees the organisation. Without `policy`: the device has this version already. */
  forDevice(
    tx: Sql,
    place: Place,
    knownVersion: number,
  ): Promise<{ settings: Settings; policy: DevicePolicy | undefined }>
  /** What holds for each of many devices, of whichever organisations. */
  forDevices(sql: Sql, places: readonly Place[]): Promise<Effective[]>
  /** Groups or devices are gone; `tx` sees the organisation. */
  forget(tx: Sql, organizationId: string, scopeIds: readonly string[]): Promise<void>
  readonly routes: readonly Route[]
}

export function createPolicies({ database, clock, sealed }: Needs, { audit }: Uses): Policies {
  const fleet = awaitFleet()
  const sealer = sealed.table(data, 'exclusion', ['value', 'reason'])
  const notes = sealed.table(data, 'change', ['note'])
  const uses = { clock, audit, fleet, sealer, notes }

  const policies: Omit<Policies, 'routes'> = {
    knowFleet: fleet.is,

    read: (organizationId, viewer) =>
      database.inOrganization(organizationId, async (tx) => {
        const levels = await readLevels(uses, tx, { organizationId })
        const exclusions = await showExclusions(uses, tx, { organizationId }, viewer)
        return {
          version: levels[0]?.version ?? 1,
          settings: merge(levels).settings,
          changedAt: levels[0]?.changedAt?.toISOString() ?? null,
          exclusions: exclusions.map(({ scopeId: _, ...one }) => one),
        }
      }),

    change: (organizationId, { version, settings }, by) =>
      database.inOrganization(organizationId, async (tx) => {
        const [level] = await readLevels(uses, tx, { organizationId })
        const own = Object.fromEntries(differing(settings, firstSettings).map((name) => [name, settings[name]]))
        const next = { version, own: own as OwnSettings, locked: level?.locked ?? [] }
        await change(uses, tx, organizationId, organizationId, next, by)
      }),

    readLevel: (organizationId, scopeId, viewer) =>
      database.inOrganization(organizationId, (tx) => showLevel(uses, tx, organizationId, scopeId, viewer)),

    listLevels: (organizationId) =>
      database.inOrganization(organizationId, (tx) => listLevels(uses, tx, organizationId)),

    changeLevel: (organizationId, scopeId, next, by) =>
      database.inOrganization(organizationId, (tx) => change(uses, tx, organizationId, scopeId, next, by)),

    preview: (organizationId, scopeId, next) =>
      database.inOrganization(organizationId, (tx) => preview(uses, tx, organizationId, scopeId, next)),

    countBetween,
    previewExclusion: (organizationId, scopeId, next) =>
      database.inOrganization(organizationId, (tx) => previewExclusion(uses, tx, organizationId, scopeId, next)),

    history: (organizationId, scopeId, viewer, before) =>
      database.inOrganization(organizationId, (tx) => readHistory(uses, tx, organizationId, scopeId, viewer, before)),

    restore: (organizationId, scopeId, wanted, by) =>
      database.inOrganization(organizationId, (tx) => restore(uses, tx, organizationId, scopeId, wanted, by)),

    pushStandard: (tx, organizationId, standard, by) => pushStandard(uses, tx, organizationId, standard, by),

    async previewStandard(tx, organizationId, { before, ...standard }) {
      const level = (await readLevelsOf(uses, tx, [organizationId])).get(organizationId)
      return preview(uses, tx, organizationId, organizationId, withStandard(level ?? nothing, standard, before))
    },

    restoreIn: (tx, organizationId, wanted, by) => restore(uses, tx, organizationId, organizationId, wanted, by),

    levelsOf: (sql, organizationIds) => readLevelsOf(uses, sql, organizationIds),

    exclude: (organizationId, exclusion, by, scopeId = organizationId) =>
      database.inOrganization(organizationId, (tx) => exclude(uses, tx, organizationId, exclusion, by, scopeId)),

    async changedBetween(tx, organizationId, from, to, most) {
      const rows = await tx<{ change_id: string; changed_at: Date }[]>`
        select change_id, changed_at from policies.change
        where organization_id = ${organizationId} and changed_at >= ${from} and changed_at < ${to} order by changed_at, change_id limit ${most}`
      return rows.map((row) => ({ changeId: row.change_id, at: row.changed_at }))
    },
    includeAgain: (organizationId, exclusionId, by) =>
      database.inOrganization(organizationId, (tx) => includeAgain(uses, tx, organizationId, exclusionId, by)),

    forDevice: (tx, place, knownVersion) => readEffective(uses, tx, place, knownVersion),

    forDevices: (sql, places) => readManyEffective(uses, sql, places),

    forget,
  }
  return { ...policies, routes: routes(policies) }
}
