import type { People } from '#portal/people'
import type { Sql } from '#server/database'
import { within } from '#server/purpose'
import type { Assignees, ListedDetection } from './api.ts'

type Uses = Pick<People, 'names' | 'whoMay'>
const handling = 'detections.manage'
const mostShown = 500

export const namesOf = (people: Uses, tx: Sql, ids: readonly string[]) =>
  within('members', () => people.names(tx, [...new Set(ids)]))

/** Who looks into each of these. Somebody who may no longer, because their role or the outsourcing has ended, is told as such. */
export async function readAssignees(
  people: Uses,
  tx: Sql,
  organizationId: string,
  detectionIds: readonly string[],
): Promise<Map<string, NonNullable<ListedDetection['assignee']>>> {
  const rows = await tx<{ detection_id: string; person_id: string }[]>`
    select a.detection_id, a.person_id from pg_catalog.unnest(${detectionIds as string[]}::uuid[]) as wanted (id)
    join detections.assigned a on a.organization_id = ${organizationId} and a.detection_id = wanted.id`
  if (rows.length === 0) return new Map()
  const among = [...new Set(rows.map(({ person_id }) => person_id))]
  const names = await namesOf(people, tx, among)
  const may = await people.whoMay(tx, { organizationId, permission: handling, among, most: mostShown })
  const allowed = new Set(may.map(({ personId }) => personId))
  return new Map(
    rows.map(({ detection_id: id, person_id: personId }) => [
      id,
      { personId, name: names.get(personId) ?? null, mayHandle: allowed.has(personId) },
    ]),
  )
}

export async function mayHandle(people: Uses, tx: Sql, organizationId: string, personId: string): Promise<boolean> {
  const found = await people.whoMay(tx, { organizationId, permission: handling, among: [personId], most: mostShown })
  return found.length > 0
}

/** Whoever is restricted has no name to be chosen by. */
export async function listAssignees(people: Uses, tx: Sql, organizationId: string): Promise<Assignees> {
  const found = await people.whoMay(tx, { organizationId, permission: handling, most: mostShown })
  const names = await namesOf(
    people,
    tx,
    found.map(({ personId }) => personId),
  )
  return {
    people: found
      .flatMap(({ personId, isOwn }) => {
        const name = names.get(personId)
        return name === undefined ? [] : [{ personId, name, isOwn }]
      })
      .sort((one, other) => one.name.localeCompare(other.name, 'fi')),
  }
}
