import { newId } from '#base/ids'
import type { By } from '#portal/organizations'
import type { Sql } from '#server/database'
import { type DetectionState, type ManyChange, mostChangedAtOnce, type Resolution } from './api.ts'
import { mayHandle } from './assignees.ts'
import { carryOut, type Locked, lock, remember, setAssignees, setStates, type Uses } from './change.ts'
import { nothingChosen, nothingToUndo } from './errors.ts'
import { find } from './find.ts'

/** All of them or none, in one transaction: there are no more than it takes in a second or two. Recorded once, with how many. */
export function changeMany(
  uses: Uses,
  organizationId: string,
  { act, chosen }: ManyChange,
  by: By,
): Promise<{ bulkId: string; count: number; isMore: boolean }> {
  const bulkId = newId(uses.clock.now().getTime())
  return uses.database.inOrganization(organizationId, async (tx) => {
    const { ids, next } =
      'ids' in chosen
        ? { ids: chosen.ids, next: undefined }
        : await find(tx, { organizationId, filter: chosen.filter, place: undefined }, mostChangedAtOnce)
    const made = await carryOut(uses, tx, organizationId, act, await lock(tx, organizationId, ids))
    if (made.length === 0) throw nothingChosen()
    await remember(uses, tx, organizationId, made, { bulkId, text: act.kind === 'state' ? act.why : undefined }, by)
    await tell(uses, tx, organizationId, 'detections.many_changed', bulkId, made.length, by)
    return { bulkId, count: made.length, isMore: next !== undefined }
  })
}

type Before = Locked & {
  state_before: DetectionState | null
  resolution_before: Resolution | null
  assignee_before: string | null
  what: 'state' | 'assignee'
}

/** Only where it is still as it was left: what somebody has changed since is theirs. */
export function undoMany(uses: Uses, organizationId: string, bulkId: string, by: By): Promise<{ count: number }> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const rows = await tx<Before[]>`
      select d.detection_id, d.state, d.resolution, d.version, a.person_id,
        c.what, c.state_before, c.resolution_before, c.assignee_before
      from detections.change c
      join detections.detection d on d.organization_id = c.organization_id and d.detection_id = c.detection_id and d.version = c.version
      left join detections.assigned a on a.organization_id = d.organization_id and a.detection_id = d.detection_id
      where c.organization_id = ${organizationId} and c.bulk_id = ${bulkId} and not c.is_undo
      order by d.detection_id limit ${mostChangedAtOnce} for no key update of d`
    const states = rows.flatMap((row) =>
      row.what === 'state' && row.state_before !== null
        ? [{ ...row, to: { state: row.state_before, resolution: row.resolution_before } }]
        : [],
    )
    const assigned = rows.filter((row) => row.what === 'assignee')
    const back = await stillAllowed(uses, tx, organizationId, assigned)
    const made = [
      ...(states.length > 0 ? await setStates(uses, tx, organizationId, states) : []),
      ...(assigned.length > 0
        ? await setAssignees(
            uses,
            tx,
            organizationId,
            assigned.map((row) => ({ ...row, to: back(row.assignee_before) })),
          )
        : []),
    ]
    if (made.length === 0) throw nothingToUndo()
    await remember(uses, tx, organizationId, made, { isUndo: true }, by)
    await tell(uses, tx, organizationId, 'detections.many_undone', bulkId, made.length, by)
    return { count: made.length }
  })
}

/** Nobody gets back what they may no longer handle. */
async function stillAllowed(uses: Uses, tx: Sql, organizationId: string, rows: readonly Before[]) {
  const allowed = new Set<string>()
  for (const personId of new Set(rows.map((row) => row.assignee_before)))
    if (personId !== null && (await mayHandle(uses.people, tx, organizationId, personId))) allowed.add(personId)
  return (personId: string | null) => (personId !== null && allowed.has(personId) ? personId : null)
}

function tell(
  { audit }: Uses,
  tx: Sql,
  organizationId: string,
  action: 'detections.many_changed' | 'detections.many_undone',
  bulkId: string,
  count: number,
  by: By,
) {
  const target = { kind: 'organization', id: organizationId } as const
  return audit.record(tx, { organizationId, action, target, details: { bulk: bulkId, count }, ...by })
}
