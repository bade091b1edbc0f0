import { newId } from '#base/ids'
import type { Audit } from '#portal/audit'
import type { By } from '#portal/organizations'
import type { Sql } from '#server/database'
import type { Sealer } from '#server/sealed'
import {
  type LevelChanged,
  type LevelKind,
  type LevelState,
  mostExclusionDays,
  type NewExclusion,
  type SettingName,
  settingNames,
} from './api.ts'
import {
  badUntil,
  changedMeanwhile,
  exclusionNotFound,
  lockedAbove,
  nothingBelow,
  stateNotFound,
  tooManyExclusions,
  tooManyLevels,
} from './errors.ts'
import { placeOf } from './fleet.ts'
import { stateOf } from './history.ts'
import { emptyLevel, type Uses as Reads, readLevels, type StoredLevel } from './levels.ts'
import { differing, isEqual, withStandard } from './merge.ts'

export type Uses = Reads & { readonly audit: Pick<Audit, 'record' | 'actorsOf'>; readonly notes: Sealer<'note'> }

/** A policy travels whole to every device, and an agent takes a thousand. */
const mostExclusions: Readonly<Record<LevelKind, number>> = { organization: 500, group: 250, device: 250 }
/** What so many devices have in common is a group. All of them are looked at when somebody asks what a change would change. */
const mostDeviceLevels = 5_000

export type What = 'changed' | 'restored' | 'pushed' | 'exclusion-added' | 'exclusion-ended'
type Why = {
  readonly what: What
  readonly note?: string | undefined
  readonly restored?: number
  readonly exclusionId?: string
  readonly standardId?: string
}
/** From where is not known of what is done later, for whoever asked for it. */
export type Doer = Pick<By, 'actor'> & Partial<By>

/** One after another in an organisation: a lock and what it forbids cannot be decided at the same moment. */
const oneAtATime = (tx: Sql, organizationId: string) =>
  tx`select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(${organizationId}, 4721))`

/** The level as it is, held until the transaction ends, and what stands above it. */
export async function hold(uses: Uses, tx: Sql, organizationId: string, scopeId: string) {
  await oneAtATime(tx, organizationId)
  const { kind, place } = await placeOf(uses.fleet, tx, organizationId, scopeId, 'held')
  const levels = await readLevels(uses, tx, place)
  const level = levels.find((one) => one.scopeId === scopeId) ?? emptyLevel(kind, scopeId)
  const above = levels.filter((one) => one !== level)
  const lockedAbove = new Set(above.flatMap(({ locked }) => locked))
  return { level, lockedAbove, place }
}
export type Held = Awaited<ReturnType<typeof hold>>

/** `version`: the one that was changed; any other is refused. What is the same already changes nothing. */
export async function change(
  uses: Uses,
  tx: Sql,
  organizationId: string,
  scopeId: string,
  { version, note, ...next }: LevelState & { version: number; note?: string | undefined },
  by: By,
): Promise<LevelChanged> {
  const held = await hold(uses, tx, organizationId, scopeId)
  const { level } = held
  if (level.version !== version) throw changedMeanwhile()
  // What it said before the lock may stay, without effect; saying something new may not look as if it had one.
  const refused = settingNames.filter(
    (name) => held.lockedAbove.has(name) && next.own[name] !== undefined && !isEqual(next.own[name], level.own[name]),
  )
  if (refused.length > 0) throw lockedAbove(refused)
  return keep(uses, tx, organizationId, held, next, { what: 'changed', note }, by)
}

/** As it was then. What has been locked above since comes back without effect, and is told. */
export async function restore(
  uses: Uses,
  tx: Sql,
  organizationId: string,
  scopeId: string,
  { version, to, note }: { version: number; to: number; note?: string | undefined },
  by: Doer,
): Promise<LevelChanged> {
  const held = await hold(uses, tx, organizationId, scopeId)
  if (held.level.version !== version) throw changedMeanwhile()
  const state = await stateOf(tx, organizationId, scopeId, to)
  if (!state) throw stateNotFound()
  return keep(uses, tx, organizationId, held, state, { what: 'restored', note, restored: to }, by)
}

/** What partners push: what it says, what its earlier version said that held here until now, and which standard it is. */
export type Standard = LevelState & {
  readonly standardId: string
  readonly before?: LevelState | undefined
  readonly note?: string | undefined
}

/** At the level of the organisation itself. Nothing departs from there, so nothing can be locked above. */
export async function pushStandard(
  uses: Uses,
  tx: Sql,
  organizationId: string,
  { standardId, note, before, ...standard }: Standard,
  by: Doer,
): Promise<{ version: number; before: number }> {
  const held = await hold(uses, tx, organizationId, organizationId)
  const next = withStandard(held.level, standard, before)
  const why = { what: 'pushed', note, standardId } as const
  const { version } = await keep(uses, tx, organizationId, held, next, why, by)
  return { version, before: held.level.version }
}

const isSame = (level: LevelState, next: LevelState) =>
  differing(level.own, next.own).length === 0 && isEqual(level.locked, next.locked)

/** The one way in which a level becomes another: row, history and audit in one transaction. */
export async function keep(
  uses: Uses,
  tx: Sql,
  organizationId: string,
  { level, lockedAbove }: Held,
  next: LevelState,
  why: Why,
  by: Doer,
): Promise<LevelChanged> {
  const { kind, scopeId } = level
  if (kind === 'device' && next.locked.length > 0) throw nothingBelow()
  const overruled = settingNames.filter((name) => lockedAbove.has(name) && next.own[name] !== undefined)
  if (why.exclusionId === undefined && isSame(level, next)) return { version: level.version, overruled }
  if (kind === 'device' && level.changedAt === null) await checkRoom(tx, organizationId)
  const version = level.version + 1
  const { at, auditId } = await record(uses, tx, organizationId, level, next, { ...why, version }, by)
  const settings = tx.json(next.own as never)
  const locked = [...next.locked]
  await tx`
    insert into policies.level (organization_id, scope_id, kind, version, settings, locked, changed_at)
    values (${organizationId}, ${scopeId}, ${kind}, ${version}, ${settings}, ${locked}, ${at})
    on conflict (organization_id, scope_id) do update
      set version = excluded.version, settings = excluded.settings, locked = excluded.locked, changed_at = excluded.changed_at`
  const changeId = newId(at.getTime())
  const place = { organization_id: organizationId, change_id: changeId }
  const sealed = why.note ? await uses.notes.sealOne(place, { note: why.note }) : null
  await tx`
    insert into policies.change (organization_id, change_id, scope_id, version, what, settings, locked, restored, exclusion_id, audit_id,
      sealed, changed_at)
    values (${organizationId}, ${changeId}, ${scopeId}, ${version}, ${why.what}, ${settings}, ${locked}, ${why.restored ?? null},
      ${why.exclusionId ?? null}, ${auditId}, ${sealed}, ${at})`
  return { version, overruled }
}

async function checkRoom(tx: Sql, organizationId: string): Promise<void> {
  const [row] = await tx<[{ count: number }]>`
    select count(*)::int as count from policies.level where organization_id = ${organizationId} and kind = 'device'`
  if (row.count >= mostDeviceLevels) throw tooManyLevels()
}

const actions = {
  changed: 'policies.changed',
  restored: 'policies.restored',
  pushed: 'policies.pushed',
  'exclusion-added': 'policies.exclusion_added',
  'exclusion-ended': 'policies.exclusion_removed',
} as const
const word = (name: SettingName) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

function record(
  { audit }: Uses,
  tx: Sql,
  organizationId: string,
  level: StoredLevel,
  next: LevelState,
  { what, version, restored, exclusionId, standardId }: Why & { version: number },
  by: Doer,
) {
  const { kind, scopeId } = level
  const target = kind === 'device' ? ({ kind, id: scopeId } as const) : ({ kind: 'organization', id: organizationId } as const) // biome-ignore format: one thing
  const of = { version, ...(kind === 'group' && { group: scopeId }) }
  const changed = differing(level.own, next.own)
  const { profile, reportOnly, realTime } = next.own
  const said = {
    changed: changed.map(word),
    locked: next.locked.map(word),
    ...(profile && { profile }),
    ...(reportOnly !== undefined && { report_only: reportOnly }),
    ...(realTime !== undefined && { real_time: realTime }),
    ...(restored !== undefined && { restored }),
    ...(standardId && { standard: standardId }),
  }
  const details = exclusionId ? { ...of, exclusion: exclusionId } : { ...of, ...said }
  return audit.record(tx, { organizationId, action: actions[what], target, details, ...by })
}

export async function exclude(
  uses: Uses,
  tx: Sql,
  organizationId: string,
  { kind, value, reason, until }: NewExclusion,
  by: By,
  scopeId: string,
): Promise<string> {
  const now = uses.clock.now()
  const end = new Date(until)
  if (end <= now || end.getTime() > now.getTime() + mostExclusionDays * 86_400_000) throw badUntil()
  const held = await hold(uses, tx, organizationId, scopeId)
  const { level } = held
  if (level.exclusions.length >= mostExclusions[level.kind]) throw tooManyExclusions()
  const exclusionId = newId(now.getTime())
  const place = { organization_id: organizationId, exclusion_id: exclusionId }
  const sealed = await uses.sealer.sealOne(place, { value, reason })
  await tx`
    insert into policies.exclusion (organization_id, exclusion_id, scope_id, kind, sealed, created_at, until)
    values (${organizationId}, ${exclusionId}, ${scopeId}, ${kind}, ${sealed}, ${now}, ${end})`
  await keep(uses, tx, organizationId, held, level, { what: 'exclusion-added', exclusionId }, by)
  return exclusionId
}

export async function includeAgain(uses: Uses, tx: Sql, organizationId: string, exclusionId: string, by: By) {
  const [gone] = await tx<{ scope_id: string }[]>`
    delete from policies.exclusion where organization_id = ${organizationId} and exclusion_id = ${exclusionId} returning scope_id`
  if (!gone) throw exclusionNotFound()
  const held = await hold(uses, tx, organizationId, gone.scope_id)
  await keep(uses, tx, organizationId, held, held.level, { what: 'exclusion-ended', exclusionId }, by)
}

/** What was said for a group or device goes with it. */
export async function forget(tx: Sql, organizationId: string, scopeIds: readonly string[]): Promise<void> {
  const ids = scopeIds as string[]
  await tx`delete from policies.exclusion where organization_id = ${organizationId} and scope_id = any(${ids}::uuid[])`
  await tx`delete from policies.change where organization_id = ${organizationId} and scope_id = any(${ids}::uuid[])`
  await tx`delete from policies.level where organization_id = ${organizationId} and scope_id = any(${ids}::uuid[])`
}
