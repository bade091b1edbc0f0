import type { Sql } from '#server/database'
import { type LevelState, type PolicyPreview, type Settings, settingNames } from './api.ts'
import { nothingBelow } from './errors.ts'
import { placeOf } from './fleet.ts'
import { emptyLevel, type Uses } from './levels.ts'
import { isEqual, type Level, merge } from './merge.ts'

const mostExamples = 5

type Row = { scope_id: string; kind: Level['kind']; settings: Level['own']; locked: Level['locked'] }

/**
 * Devices obey the same when they are in the same group and have said nothing of their own: so a handful of groups, and each device that has, stand
 * for 100,000. The database counts how many each of them stands for.
 */
export async function preview(
  uses: Uses,
  tx: Sql,
  organizationId: string,
  scopeId: string,
  next: LevelState,
): Promise<PolicyPreview> {
  const { fleet } = uses
  const { kind, place } = await placeOf(fleet, tx, organizationId, scopeId, 'looked at')
  if (kind === 'device' && next.locked.length > 0) throw nothingBelow()
  const levels = await readAll(tx, organizationId)
  const now = levels.get(scopeId) ?? emptyLevel(kind, scopeId)
  const then: Level = { kind, scopeId, own: next.own, locked: next.locked }
  const own = [...levels.values()].filter((level) => level.kind === 'device').map((level) => level.scopeId)
  const groupOf = await fleet.groupsOf(tx, organizationId, kind === 'device' ? [scopeId] : own)
  const counts =
    kind === 'device'
      ? new Map<string | null, number>()
      : new Map(await fleet.countByGroup(tx, organizationId, kind === 'group' ? scopeId : undefined))
  // Who has said something stands for itself.
  for (const [, groupId] of groupOf) if (counts.has(groupId)) counts.set(groupId, (counts.get(groupId) ?? 0) - 1)

  const stands = [
    ...[...counts].map(([groupId, count]) => ({ groupId, deviceId: undefined, count })),
    ...[...groupOf]
      .filter(([, groupId]) => kind !== 'group' || groupId === place.groupId)
      .map(([deviceId, groupId]) => ({ groupId, deviceId, count: 1 })),
  ].filter(({ count }) => count > 0)
  const changes = new Map<string, PolicyPreview['settings'][number]>()
  const changed: typeof stands = []
  const overruled = new Set<string>()
  for (const stand of stands) {
    const chain = [organizationId, stand.groupId, stand.deviceId].flatMap((id) => {
      if (id === scopeId) return [now]
      return (id && levels.get(id)) || []
    })
    const [before, after] = [merge(chain), merge(chain.map((level) => (level === now ? then : level)))]
    const differences = settingNames.filter((name) => !isEqual(before.settings[name], after.settings[name]))
    if (differences.length > 0) changed.push(stand)
    for (const setting of differences) count(changes, setting, before.settings, after.settings, stand.count)
    for (const name of settingNames)
      for (const level of after.origins[name].overruled)
        if (!before.origins[name].overruled.some((one) => one.scopeId === level.scopeId) && level.scopeId !== scopeId)
          overruled.add(`${level.scopeId} ${name}`)
  }
  const sum = (some: typeof stands) => some.reduce((all, one) => all + one.count, 0)
  return {
    of: sum(stands),
    devices: sum(changed),
    settings: [...changes.values()].sort((one, other) => other.devices - one.devices),
    examples: await readExamples(uses, tx, organizationId, changed, own),
    overrules: overruled.size,
  }
}

/** Every level of the organisation that says something: groups are few, and so are devices with settings of their own. */
async function readAll(tx: Sql, organizationId: string): Promise<Map<string, Level>> {
  const rows = await tx<Row[]>`
    select scope_id, kind, settings, locked from policies.level
    where organization_id = ${organizationId} and (settings <> '{}' or locked <> '{}')`
  return new Map(
    rows.map(({ scope_id: scopeId, kind, settings: own, locked }) => [scopeId, { scopeId, kind, own, locked }]),
  )
}

function count(
  changes: Map<string, PolicyPreview['settings'][number]>,
  setting: keyof Settings,
  { [setting]: before }: Settings,
  { [setting]: after }: Settings,
  devices: number,
) {
  const key = JSON.stringify([setting, before, after])
  const known = changes.get(key)
  changes.set(key, { setting, before, after, devices: devices + (known?.devices ?? 0) })
}

async function readExamples(
  { fleet }: Uses,
  tx: Sql,
  organizationId: string,
  changed: readonly { groupId: string | null; deviceId: string | undefined }[],
  own: readonly string[],
): Promise<PolicyPreview['examples']> {
  const single = changed.flatMap(({ deviceId }) => deviceId ?? []).slice(0, mostExamples)
  const groups = changed.flatMap(({ groupId, deviceId }) => (deviceId ? [] : [groupId]))
  const left = mostExamples - single.length
  const others = groups.length > 0 && left > 0 ? await fleet.some(tx, organizationId, groups, own, left) : []
  const ids = [...single, ...others]
  const names = await fleet.names(tx, 'device', ids)
  return ids.map((deviceId) => ({ deviceId, name: names.get(deviceId) ?? null }))
}
