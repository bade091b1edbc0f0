import type { Clock } from '#base/clock'
import { pathFor, type Viewer } from '#portal/organizations'
import type { Sql } from '#server/database'
import { within } from '#server/purpose'
import type { Sealer } from '#server/sealed'
import {
  type DevicePolicy,
  type ExclusionKind,
  type LevelKind,
  type LevelState,
  levelKinds,
  type OwnSettings,
  type PolicyLevel,
  type PolicyLevels,
  type Scope,
  type SettingName,
  type Settings,
  settingNames,
} from './api.ts'
import { type KnownFleet, type Place, placeOf } from './fleet.ts'
import { type Decided, type Level, merge, versionOf } from './merge.ts'

export type Uses = {
  readonly clock: Clock
  readonly fleet: KnownFleet
  readonly sealer: Sealer<'value' | 'reason'>
}

type Row = {
  scope_id: string
  kind: LevelKind
  version: number
  settings: OwnSettings
  locked: SettingName[]
  changed_at: Date
  exclusions: string[]
}
export type StoredLevel = Level & {
  readonly version: number
  readonly changedAt: Date | null
  readonly exclusions: readonly string[]
}

/** A level that has said nothing yet has no row. */
export const emptyLevel = (kind: LevelKind, scopeId: string): StoredLevel => ({
  kind,
  scopeId,
  own: {},
  locked: [],
  version: 1,
  changedAt: null,
  exclusions: [],
})

export const scopesOf = ({ organizationId, groupId, deviceId }: Place): string[] =>
  [organizationId, groupId, deviceId].filter((id) => typeof id === 'string')

/** From the top downwards; in one statement, since each check-in asks. */
export async function readLevels({ clock }: Pick<Uses, 'clock'>, tx: Sql, place: Place): Promise<StoredLevel[]> {
  const rows = await tx<Row[]>`
    select l.scope_id, l.kind, l.version, l.settings, l.locked, l.changed_at, array(
      select e.exclusion_id from policies.exclusion e
      where e.organization_id = l.organization_id and e.scope_id = l.scope_id and e.until > ${clock.now()}) as exclusions
    from policies.level l where l.organization_id = ${place.organizationId} and l.scope_id = any(${scopesOf(place)}::uuid[])`
  return rows
    .map(({ scope_id: scopeId, settings: own, changed_at: changedAt, ...row }) => ({ ...row, scopeId, own, changedAt }))
    .sort(downwards)
}

const downwards = (one: Level, other: Level) => levelKinds.indexOf(one.kind) - levelKinds.indexOf(other.kind)

export type Effective = { readonly settings: Settings; readonly version: number }

/** What holds for each of these devices, of whichever organisations, in one statement. */
export async function readManyEffective(
  { clock }: Pick<Uses, 'clock'>,
  sql: Sql,
  places: readonly Place[],
): Promise<Effective[]> {
  if (places.length === 0) return []
  const asked = new Map(
    places.flatMap((place) => scopesOf(place).map((scopeId) => [scopeId, place.organizationId] as const)),
  )
  const rows = await sql<(Omit<Row, 'version' | 'changed_at'> & { organization_id: string })[]>`
    select organization_id, scope_id, kind, settings, locked, exclusions
    from policies.levels_of(${[...asked.values()]}::uuid[], ${[...asked.keys()]}::uuid[], ${clock.now()})`
  const levels = new Map(
    rows.map(({ settings: own, scope_id: scopeId, ...row }) => [scopeId, { ...row, scopeId, own }]),
  )
  // Those of one organisation mostly have the same.
  const known = new Map<string, Effective>()
  return places.map((place) => {
    const own = scopesOf(place).flatMap((scopeId) => levels.get(scopeId) ?? [])
    const key = `${place.organizationId} ${own.map(({ scopeId }) => scopeId).join()}`
    const before = known.get(key)
    if (before) return before
    const { settings } = merge(own.toSorted(downwards))
    const effective = {
      settings,
      version: versionOf(
        settings,
        own.flatMap(({ exclusions }) => exclusions),
      ),
    }
    known.set(key, effective)
    return effective
  })
}

/** What each of these organisations says at its own level; one that has said nothing is not among them. */
export async function readLevelsOf({ clock }: Pick<Uses, 'clock'>, sql: Sql, organizationIds: readonly string[]) {
  const ids = organizationIds as string[]
  const rows = await sql<Pick<Row, 'scope_id' | 'settings' | 'locked'>[]>`
    select scope_id, settings, locked from policies.levels_of(${ids}::uuid[], ${ids}::uuid[], ${clock.now()})`
  return new Map<string, LevelState>(
    rows.map(({ scope_id: id, settings: own, locked }) => [id, { own, locked }] as const),
  )
}

const excludedBy = (levels: readonly StoredLevel[]) => levels.flatMap(({ exclusions }) => exclusions)

export async function readEffective(uses: Uses, tx: Sql, place: Place, knownVersion: number) {
  const levels = await readLevels(uses, tx, place)
  const { settings } = merge(levels)
  const ids = excludedBy(levels)
  const version = versionOf(settings, ids)
  if (version === knownVersion) return { settings, policy: undefined }
  // Whatever the device is here for: what it lets through is for its protection.
  const exclusions = await within('security', async () => {
    const found = ids.length > 0 ? await readExclusions(uses, tx, place) : []
    const opened = await uses.sealer.open(found, ['value'])
    return found.flatMap(({ kind, until }, at) => {
      const value = opened[at]?.value
      return typeof value === 'string' ? [{ kind, value, until: until.toISOString() }] : []
    })
  })
  const policy: DevicePolicy = { version, settings: { ...settings, exclusions } }
  return { settings, policy }
}

type Excluded = {
  organization_id: string
  exclusion_id: string
  scope_id: string
  kind: ExclusionKind
  sealed: Buffer
  created_at: Date
  until: Date
}

const readExclusions = ({ clock }: Pick<Uses, 'clock'>, tx: Sql, place: Place) => tx<Excluded[]>`
  select organization_id, exclusion_id, scope_id, kind, sealed, created_at, until from policies.exclusion
  where organization_id = ${place.organizationId} and scope_id = any(${scopesOf(place)}::uuid[]) and until > ${clock.now()}
  order by until, exclusion_id`

export async function showExclusions(uses: Uses, tx: Sql, place: Place, viewer: Viewer) {
  const rows = await readExclusions(uses, tx, place)
  const opened = await uses.sealer.open(rows, ['value', 'reason'])
  return rows.map((row, at) => ({
    exclusionId: row.exclusion_id,
    scopeId: row.scope_id,
    kind: row.kind,
    value: valueFor(viewer, row.kind, opened[at]?.value),
    reason: opened[at]?.reason ?? null,
    createdAt: row.created_at.toISOString(),
    until: row.until.toISOString(),
  }))
}

/** As this viewer sees what is let through: of a path, without the name of a home folder where it is not theirs to see. */
export function valueFor(viewer: Viewer, kind: ExclusionKind, value: string | null | undefined): string | null {
  if (typeof value !== 'string') return null
  return kind === 'path' ? pathFor(viewer, value) : value
}

export async function showLevel(
  uses: Uses,
  tx: Sql,
  organizationId: string,
  scopeId: string,
  viewer: Viewer,
): Promise<PolicyLevel> {
  const { kind, place } = await placeOf(uses.fleet, tx, organizationId, scopeId, 'looked at')
  const levels = await readLevels(uses, tx, place)
  const level = levels.find((one) => one.scopeId === scopeId) ?? emptyLevel(kind, scopeId)
  const { settings, origins } = merge(levels)
  const above = merge([...levels.filter((one) => one !== level), { ...level, own: {} }])
  const named = await nameScopes(uses, tx, place)
  const show = ({ from, lockedAt, overruled }: Decided, inherited: unknown) => ({
    from: from && named(from),
    lockedAt: lockedAt && named(lockedAt),
    inherited,
    overruled: overruled.map(named),
  })
  const exclusions = await showExclusions(uses, tx, place, viewer)
  return {
    ...named({ kind, scopeId }),
    version: level.version,
    settings,
    own: level.own,
    locked: [...level.locked],
    origins: Object.fromEntries(
      settingNames.map((name) => [name, show(origins[name], above.settings[name])]),
    ) as PolicyLevel['origins'],
    changedAt: level.changedAt?.toISOString() ?? null,
    exclusions: exclusions.map(({ scopeId: from, ...one }) => ({ ...one, from: named(scopeIn(place, from)) })),
    effectiveVersion: versionOf(settings, excludedBy(levels)),
  }
}

function scopeIn({ organizationId, groupId }: Place, scopeId: string): Pick<Scope, 'kind' | 'scopeId'> {
  return { kind: scopeId === organizationId ? 'organization' : scopeId === groupId ? 'group' : 'device', scopeId }
}

async function nameScopes({ fleet }: Uses, tx: Sql, { groupId, deviceId }: Place) {
  const groups = groupId ? await fleet.names(tx, 'group', [groupId]) : undefined
  const devices = deviceId ? await fleet.names(tx, 'device', [deviceId]) : undefined
  return ({ kind, scopeId }: Pick<Scope, 'kind' | 'scopeId'>): Scope => ({
    kind,
    scopeId,
    name: groups?.get(scopeId) ?? devices?.get(scopeId) ?? null,
  })
}

/** As many devices as one looks through; the rest is counted. */
const mostNamed = 200

export async function listLevels(uses: Uses, tx: Sql, organizationId: string): Promise<PolicyLevels> {
  const rows = await tx<Row[]>`
    select l.scope_id, l.kind, l.version, l.settings, l.locked, l.changed_at, array(
      select e.exclusion_id from policies.exclusion e
      where e.organization_id = l.organization_id and e.scope_id = l.scope_id and e.until > ${uses.clock.now()}) as exclusions
    from policies.level l where l.organization_id = ${organizationId} and l.kind <> 'organization'
    order by l.kind desc, l.changed_at desc, l.scope_id`
  const says = rows.filter(
    ({ settings, locked, exclusions }) => Object.keys(settings).length + locked.length + exclusions.length > 0,
  )
  const of = (kind: LevelKind) => says.filter((row) => row.kind === kind)
  const shown = [...of('group'), ...of('device').slice(0, mostNamed)]
  const ids = (kind: 'group' | 'device') => shown.filter((row) => row.kind === kind).map((row) => row.scope_id)
  const names = new Map([
    ...(await uses.fleet.names(tx, 'group', ids('group'))),
    ...(await uses.fleet.names(tx, 'device', ids('device'))),
  ])
  return {
    levels: shown.map(({ scope_id: scopeId, kind, settings, locked, exclusions }) => ({
      kind,
      scopeId,
      name: names.get(scopeId) ?? null,
      own: settingNames.filter((name) => settings[name] !== undefined),
      locked,
      exclusions: exclusions.length,
    })),
    devices: of('device').length,
  }
}
