import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Organizations } from '#portal/organizations'
import type { Activity } from '#portal/organizations/api'
import type { Overview } from '#portal/overview'
import type { Overview as OverviewAnswer } from '#portal/overview/api'
import { activitiesOpening, permissionsOf } from '#portal/people'
import type { Role } from '#portal/people/api'
import type { Database } from '#server/database'
import { type CompanySort, type companyList, companyPage, type companyQuery, type Standing, standings } from './api.ts'

/** What was worked out longer ago is worked out again while the list is shown as it was. */
export const staleMilliseconds = 60_000

export type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly organizations: Pick<Organizations, 'managed'>
  readonly overview: Pick<Overview, 'standings' | 'keep'>
}

type Need = OverviewAnswer['needs'][number]
type Row = {
  organization_id: string
  name: string
  has_administrator: boolean
  activities: Activity[]
  began_at: Date
  taken_at: Date | null
  worst: Need | null
  needs: number
  devices: number
  protected: number
  detections: number
}

/** What opens the overview of a company, and so how it stands. */
const opening: readonly Activity[] = activitiesOpening('overview.read')
const byName = new Intl.Collator(['fi', 'en'], { numeric: true })
const folded = (text: string) => text.normalize('NFC').toLocaleLowerCase('fi')

const standingOf = (row: Row): Standing => {
  if (!row.taken_at) return 'unknown'
  return row.worst?.severity ?? 'fine'
}

/**
 * Every company that has outsourced something to this organisation right now, in one statement: the relation is the first table of it, so the request after its end
 * finds nothing. Named, searched and put in order here: the order is the language's, and a few thousand names are less than a page of devices.
 */
export async function list(
  { database, organizations, overview }: Uses,
  managingId: string,
  query: z.output<typeof companyQuery>,
  roles: readonly Role[],
): Promise<Omit<z.input<typeof companyList>, 'isCounting'> & { readonly rows: readonly Row[] }> {
  const found = await database.inOrganization(
    managingId,
    (tx) => tx<Row[]>`
      with managed as materialized (select * from ${organizations.managed(tx)} m)
      select m.organization_id, m.name, m.has_administrator, m.activities, m.began_at, s.taken_at, s.needs -> 0 as worst,
        coalesce(jsonb_array_length(s.needs), 0) as needs, coalesce(s.devices, 0) as devices, coalesce(s.protected, 0) as protected,
        coalesce(s.detections, 0) as detections
      from managed m
      left join ${overview.standings(tx, tx`(select array_agg(organization_id) from managed where activities && ${opening as Activity[]})` as never)} s
        on s.organization_id = m.organization_id`,
  )
  const rows = found.map((row) => ({ ...row, standing: standingOf(row) }))
  const wanted = query.search ? folded(query.search) : undefined
  const shown = rows
    .filter((row) => wanted === undefined || folded(row.name).includes(wanted))
    .filter((row) => query.standing === undefined || row.standing === query.standing)
    .filter((row) => query.activity === undefined || row.activities.includes(query.activity))
    .filter((row) => query.alone === undefined || !row.has_administrator)
    .sort(orders[query.sort ?? 'state'])
  const counts = Object.fromEntries(standings.map((one) => [one, 0])) as Record<Standing, number>
  for (const { standing } of rows) counts[standing] += 1
  return {
    rows: found,
    all: rows.length,
    matching: shown.length,
    counts,
    companies: shown.slice(query.from, query.from + companyPage).map((row) => ({
      organizationId: row.organization_id,
      name: row.name,
      activities: row.activities,
      beganAt: row.began_at,
      hasAdministrator: row.has_administrator,
      permissions: [...permissionsOf([], [{ roles, activities: row.activities }])],
      standing: row.standing,
      state: row.taken_at && {
        takenAt: row.taken_at,
        needs: row.needs,
        worst: row.worst,
        devices: { all: row.devices, protected: row.protected },
        detections: row.detections,
      },
    })),
  }
}

type Sorted = Row & { readonly standing: Standing }
const alphabetic = (one: Sorted, other: Sorted) => byName.compare(one.name, other.name)
const orders: Readonly<Record<CompanySort, (one: Sorted, other: Sorted) => number>> = {
  state: (one, other) =>
    standings.indexOf(one.standing) - standings.indexOf(other.standing) ||
    Number(one.has_administrator) - Number(other.has_administrator) ||
    other.needs - one.needs ||
    alphabetic(one, other),
  name: alphabetic,
  devices: (one, other) => other.devices - one.devices || alphabetic(one, other),
  began: (one, other) => other.began_at.getTime() - one.began_at.getTime() || alphabetic(one, other),
}

/** Which of them to work out anew, those that nobody has looked at longest first. */
export const staleAmong = (rows: readonly Row[], now: Date): string[] =>
  rows
    .filter(({ activities }) => activities.some((one) => opening.includes(one)))
    .filter(({ taken_at: at }) => at === null || now.getTime() - at.getTime() > staleMilliseconds)
    .sort((one, other) => (one.taken_at?.getTime() ?? 0) - (other.taken_at?.getTime() ?? 0))
    .map(({ organization_id: id }) => id)
