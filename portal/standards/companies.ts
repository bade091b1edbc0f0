import type { Organizations } from '#portal/organizations'
import type { Activity } from '#portal/organizations/api'
import { activitiesOpening } from '#portal/people'
import { departures, type Policies } from '#portal/policies'
import type { LevelState, SettingName } from '#portal/policies/api'
import type { Sql } from '#server/database'

export type Uses = {
  readonly organizations: Pick<Organizations, 'managed' | 'holdOutsourcing'>
  readonly policies: Pick<Policies, 'levelsOf'>
}

/** Of what was outsourced, this opens the policies of a company to whoever may change them in the organisation that looks after it. */
const opening: readonly Activity[] = activitiesOpening('policies.manage')
export const isOpened = (activities: readonly Activity[]): boolean => activities.some((one) => opening.includes(one))

export type Applied = LevelState & {
  readonly managingId: string
  readonly standardId: string
  readonly version: number
  readonly appliedAt: Date
}
export type Company = {
  readonly organizationId: string
  readonly name: string
  readonly level: LevelState
  readonly applied: Applied | undefined
  readonly departs: SettingName[]
}

type Row = {
  organization_id: string
  managing_id: string
  standard_id: string
  version: number
  settings: LevelState['own']
  locked: SettingName[]
  applied_at: Date
}

/**
 * Those that have outsourced their policies to the organisation that `tx` sees, as they are right now: the relation comes first, so the request after its
 * end finds nothing. `among`: of these only.
 */
export async function readCompanies(
  { organizations, policies }: Uses,
  tx: Sql,
  among?: readonly string[],
): Promise<Company[]> {
  const managed = await tx<{ organization_id: string; name: string }[]>`
    select m.organization_id, m.name from ${organizations.managed(tx)} m
    where m.activities && ${opening as Activity[]} ${among ? tx`and m.organization_id = any(${among as string[]}::uuid[])` : tx``}`
  const ids = managed.map(({ organization_id: id }) => id)
  const levels = await policies.levelsOf(tx, ids)
  const rows = await tx<Row[]>`select * from standards.applied_of(${ids}::uuid[])`
  const applied = new Map(rows.map((row) => [row.organization_id, appliedFrom(row)]))
  return managed
    .map(({ organization_id: organizationId, name }) => {
      const level = levels.get(organizationId) ?? { own: {}, locked: [] }
      const has = applied.get(organizationId)
      return { organizationId, name, level, applied: has, departs: has ? departures(level, has) : [] }
    })
    .sort((one, other) => one.name.localeCompare(other.name, 'fi', { numeric: true }))
}

function appliedFrom(row: Row): Applied {
  const {
    managing_id: managingId,
    standard_id: standardId,
    version,
    settings: own,
    locked,
    applied_at: appliedAt,
  } = row
  return { managingId, standardId, version, own, locked, appliedAt }
}

/** What an earlier version of the same standard, or another standard of the same organisation, said: what of it is said no longer goes back. */
export const beforeOf = (applied: Applied | undefined, managingId: string): LevelState | undefined =>
  applied?.managingId === managingId ? applied : undefined
