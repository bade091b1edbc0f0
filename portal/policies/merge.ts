import { createHash } from 'node:crypto'
import {
  firstSettings,
  type LevelKind,
  type LevelState,
  type OwnSettings,
  type SettingName,
  type Settings,
  settingNames,
} from './api.ts'

/** What one level says: only what departs from above, and what nothing below may depart from. */
export type Level = {
  readonly kind: LevelKind
  readonly scopeId: string
  readonly own: OwnSettings
  readonly locked: readonly SettingName[]
}
type Place = Pick<Level, 'kind' | 'scopeId'>
export type Merged = {
  readonly settings: Settings
  readonly origins: Readonly<Record<SettingName, Decided>>
}
/** Null: no level. */
export type Decided = { readonly from: Place | null; readonly lockedAt: Place | null; readonly overruled: Place[] }

/** `levels`: from the top downwards. The lowest that says something holds, unless it is locked above. */
export function merge(levels: readonly Level[]): Merged {
  const settings: Record<string, unknown> = {}
  const decide = (name: SettingName): Decided => {
    settings[name] = firstSettings[name]
    let from: Place | null = null
    let lockedAt: Place | null = null
    const overruled: Place[] = []
    for (const { kind, scopeId, own, locked } of levels) {
      if (own[name] !== undefined) {
        if (lockedAt) overruled.push({ kind, scopeId })
        else {
          settings[name] = own[name]
          from = { kind, scopeId }
        }
      }
      if (locked.includes(name)) lockedAt ??= { kind, scopeId }
    }
    return { from, lockedAt, overruled }
  }
  const origins = Object.fromEntries(settingNames.map((name) => [name, decide(name)])) as Merged['origins']
  return { settings: settings as Settings, origins }
}

/** The database gives keys back in an order of its own, and which rule sets are meant does not depend on theirs. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.toSorted()
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))
}

export const isEqual = (one: unknown, other: unknown): boolean =>
  JSON.stringify(plain(one)) === JSON.stringify(plain(other))

/** Names of what is not the same. */
export const differing = (one: OwnSettings, other: OwnSettings): SettingName[] =>
  settingNames.filter((name) => !isEqual(one[name], other[name]))

/** Nothing is decided. */
export const nothing: LevelState = { own: {}, locked: [] }

/**
 * What a standard names is decided as it says. What its earlier version said and it no longer does goes back, where nobody has decided otherwise since;
 * everything else stays.
 */
export function withStandard(level: LevelState, standard: LevelState, before: LevelState = nothing): LevelState {
  const isLeft = (name: SettingName) =>
    standard.own[name] === undefined && before.own[name] !== undefined && isEqual(before.own[name], level.own[name])
  const stays = Object.entries(level.own).filter(([name]) => !isLeft(name as SettingName))
  const locked = level.locked.filter((name) => !before.locked.includes(name))
  return {
    own: { ...Object.fromEntries(stays), ...standard.own },
    locked: [...new Set([...locked, ...standard.locked])],
  }
}

/** Which settings of the standard are otherwise here: decided otherwise, or no longer locked. */
export function departures(level: LevelState, standard: LevelState): SettingName[] {
  const holds = (own: OwnSettings, name: SettingName) => (own[name] === undefined ? firstSettings[name] : own[name])
  return settingNames.filter(
    (name) =>
      standard.own[name] !== undefined &&
      (!isEqual(holds(level.own, name), standard.own[name]) ||
        (standard.locked.includes(name) && !level.locked.includes(name))),
  )
}

/**
 * Made of what holds, so that it is another exactly when something else holds, wherever that was decided, and nothing has to be written for 100,000
 * devices when one level changes. 48 bits of SHA-256: agents and JSON take a whole number, and 0 means that a device has none.
 */
export function versionOf(settings: Settings, exclusionIds: readonly string[]): number {
  const whole = [...settingNames.toSorted().map((name) => [name, plain(settings[name])]), exclusionIds.toSorted()]
  return createHash('sha256').update(JSON.stringify(whole)).digest().readUIntBE(0, 6) || 1
}
