import type { Organizations } from '#portal/organizations'
import { departures, type Policies } from '#portal/policies'
import type { LevelState } from '#portal/policies/api'
import type { Database } from '#server/database'
import type { Sealer } from '#server/sealed'
import type { AppliedStandards } from './api.ts'

export type Uses = {
  readonly database: Database
  readonly organizations: Pick<Organizations, 'describe'>
  readonly policies: Pick<Policies, 'levelsOf'>
  readonly appliedNames: Sealer<'name'>
}

type Row = {
  organization_id: string
  applied_id: string
  managing_id: string
  version: number
  level_version: number
  settings: LevelState['own']
  locked: LevelState['locked']
  sealed: Buffer
  applied_at: Date
}

/** Where the policy of this company comes from: its own rows, which stay when the one who pushed it no longer looks after it. */
export function readApplied(
  { database, organizations, policies, appliedNames }: Uses,
  organizationId: string,
): Promise<AppliedStandards> {
  return database.inOrganization(organizationId, async (tx) => {
    const rows = await tx<Row[]>`
      select organization_id, applied_id, managing_id, version, level_version, settings, locked, sealed, applied_at
      from standards.applied where organization_id = ${organizationId} order by applied_id desc`
    const opened = await appliedNames.open(rows, ['name'])
    const names = await organizations.describe(tx, [...new Set(rows.map((row) => row.managing_id))])
    const level = (await policies.levelsOf(tx, [organizationId])).get(organizationId) ?? { own: {}, locked: [] }
    return {
      applied: rows.map(({ settings: own, locked, ...row }, at) => ({
        name: opened[at]?.name ?? null,
        managingName: names.get(row.managing_id)?.name ?? null,
        version: row.version,
        levelVersion: row.level_version,
        at: row.applied_at.toISOString(),
        own,
        locked: [...locked],
        departs: departures(level, { own, locked }),
      })),
    }
  })
}
