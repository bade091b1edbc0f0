import type { Sql } from '#server/database'
import type { ExclusionPreview, PreviewedExclusion } from './api.ts'
import { placeOf } from './fleet.ts'
import { scopesOf, type Uses } from './levels.ts'

/** An organisation that lets more through than this is told as if the oldest of it were not there. */
const mostCompared = 2_000

/** What is let through adds up: devices of which another level lets the same through already would do nothing else. */
export async function previewExclusion(
  { clock, fleet, sealer }: Uses,
  tx: Sql,
  organizationId: string,
  scopeId: string,
  { kind, value }: PreviewedExclusion,
): Promise<ExclusionPreview> {
  const level = await placeOf(fleet, tx, organizationId, scopeId, 'looked at')
  const rows = await tx<{ organization_id: string; exclusion_id: string; scope_id: string; sealed: Buffer }[]>`
    select organization_id, exclusion_id, scope_id, sealed from policies.exclusion
    where organization_id = ${organizationId} and kind = ${kind} and until > ${clock.now()}
    order by exclusion_id desc limit ${mostCompared}`
  const opened = await sealer.open(rows, ['value'])
  const same = new Set(rows.flatMap((row, at) => (opened[at]?.value === value ? row.scope_id : [])))
  const isThere = scopesOf(level.place).some((id) => same.has(id))
  if (level.kind === 'device') return { of: 1, devices: isThere ? 0 : 1 }
  const counts = new Map(await fleet.countByGroup(tx, organizationId, level.kind === 'group' ? scopeId : undefined))
  const sum = () => [...counts.values()].reduce((all, one) => all + one, 0)
  const of = sum()
  if (isThere) return { of, devices: 0 }
  for (const id of same) counts.delete(id)
  const groupOf = await fleet.groupsOf(tx, organizationId, [...same])
  for (const [, groupId] of groupOf) if (counts.has(groupId)) counts.set(groupId, (counts.get(groupId) ?? 0) - 1)
  return { of, devices: sum() }
}
