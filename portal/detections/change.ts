import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Audit } from '#portal/audit'
import type { By } from '#portal/organizations'
import type { People } from '#portal/people'
import { byteArray, type Database, type Sql } from '#server/database'
import type { Act, DetectionState, Resolution } from './api.ts'
import { mayHandle } from './assignees.ts'
import { cannotHandle, changedMeanwhile, detectionNotFound } from './errors.ts'
import type { NoteSealer } from './read.ts'

export type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly notes: NoteSealer
  readonly audit: Pick<Audit, 'record'>
  readonly people: Pick<People, 'names' | 'whoMay'>
}

/** What stands in the row of a change besides when, by whom and about what. */
export type Made = {
  readonly detectionId: string
  readonly what: 'state' | 'assignee' | 'note'
  readonly version: number
  readonly stateBefore?: DetectionState | undefined
  readonly stateAfter?: DetectionState
  readonly resolutionBefore?: Resolution | null
  readonly resolutionAfter?: Resolution | null
  readonly assigneeBefore?: string | null
  readonly assigneeAfter?: string | null
}
/** The same for all that are written at once. */
export type Beside = {
  readonly text?: string | undefined
  readonly bulkId?: string
  readonly isUndo?: boolean
  readonly exclusion?: { readonly id: string; readonly kind: 'path' | 'sha256' | 'rule'; readonly until: string }
}

/** Who did what, beside what they did. What a person writes is sealed with their own key; a program writes nothing. */
export async function remember(
  { clock, notes }: Pick<Uses, 'clock' | 'notes'>,
  tx: Sql,
  organizationId: string,
  made: readonly Made[],
  { text, bulkId, isUndo = false, exclusion }: Beside,
  { actor }: By,
): Promise<void> {
  if (made.length === 0) return
  const now = clock.now()
  const authorId = actor.kind === 'person' ? actor.id : null
  const ids = made.map(() => newId(now.getTime()))
  const sealed =
    text && authorId
      ? await notes.seal(ids.map((id) => ({ row: { author_id: authorId, change_id: id }, values: { text } })))
      : []
  const list = <T>(of: (one: Made) => T) => made.map((one) => of(one) ?? null) as string[]
  await tx`
    insert into detections.change (organization_id, change_id, detection_id, what, author_id, state_before, state_after, resolution_before,
      resolution_after, assignee_before, assignee_after, version, bulk_id, is_undo, exclusion_id, excluded, excluded_until, sealed, changed_at)
    select ${organizationId}, t.change_id, t.detection_id, t.what, ${authorId}::uuid, t.state_before, t.state_after, t.resolution_before,
      t.resolution_after, t.assignee_before, t.assignee_after, t.version, ${bulkId ?? null}::uuid, ${isUndo}, ${exclusion?.id ?? null}::uuid,
      ${exclusion?.kind ?? null}, ${exclusion?.until ?? null}::timestamptz, t.sealed, ${now}
    from unnest(${ids}::uuid[], ${list((one) => one.detectionId)}::uuid[], ${list((one) => one.what)}::text[],
      ${list((one) => one.stateBefore)}::text[], ${list((one) => one.stateAfter)}::text[],
      ${list((one) => one.resolutionBefore)}::text[], ${list((one) => one.resolutionAfter)}::text[],
      ${list((one) => one.assigneeBefore)}::uuid[], ${list((one) => one.assigneeAfter)}::uuid[],
      ${made.map(({ version }) => version)}::int[], ${byteArray(tx, sealed)}::bytea[])
      as t (change_id, detection_id, what, state_before, state_after, resolution_before, resolution_after, assignee_before, assignee_after, version, sealed)`
}

export type Locked = {
  readonly detection_id: string
  readonly state: DetectionState
  readonly resolution: Resolution | null
  readonly version: number
  readonly person_id: string | null
}

/** In one order, as whoever else takes several does. */
export function lock(tx: Sql, organizationId: string, ids: readonly string[]) {
  return tx<Locked[]>`
    select d.detection_id, d.state, d.resolution, d.version, a.person_id
    from pg_catalog.unnest(${ids as string[]}::uuid[]) as wanted (id)
    join detections.detection d on d.organization_id = ${organizationId} and d.detection_id = wanted.id
    left join detections.assigned a on a.organization_id = d.organization_id and a.detection_id = d.detection_id
    order by d.detection_id for no key update of d`
}

/** Of one whose version is still the one on the page. */
export async function lockOne(tx: Sql, organizationId: string, detectionId: string, version: number): Promise<Locked> {
  const [row] = await lock(tx, organizationId, [detectionId])
  if (!row) throw detectionNotFound()
  if (row.version !== version) throw changedMeanwhile()
  return row
}

type To = { readonly state: DetectionState; readonly resolution: Resolution | null }

/** Rows that are locked. Answers what was made of each. */
export async function setStates(
  { clock }: Pick<Uses, 'clock'>,
  tx: Sql,
  organizationId: string,
  rows: readonly (Locked & { readonly to: To })[],
): Promise<Made[]> {
  await tx`
    update detections.detection d set state = t.state, resolution = t.resolution, version = d.version + 1, changed_at = ${clock.now()}
    from unnest(${rows.map((row) => row.detection_id)}::uuid[], ${rows.map(({ to }) => to.state)}::text[],
      ${rows.map(({ to }) => to.resolution) as string[]}::text[]) as t (id, state, resolution)
    where d.organization_id = ${organizationId} and d.detection_id = t.id`
  return rows.map((row) => ({
    detectionId: row.detection_id,
    what: 'state',
    version: row.version + 1,
    stateBefore: row.state,
    stateAfter: row.to.state,
    resolutionBefore: row.resolution,
    resolutionAfter: row.to.resolution,
  }))
}

/** Rows that are locked. `to`: null takes it from whoever has it. */
export async function setAssignees(
  { clock }: Pick<Uses, 'clock'>,
  tx: Sql,
  organizationId: string,
  rows: readonly (Locked & { readonly to: string | null })[],
): Promise<Made[]> {
  const ids = rows.map((row) => row.detection_id)
  const given = rows.filter((row) => row.to !== null)
  await tx`delete from detections.assigned where organization_id = ${organizationId} and detection_id = any(${ids}::uuid[])`
  await tx`
    insert into detections.assigned (organization_id, detection_id, person_id, received_at)
    select d.organization_id, d.detection_id, t.person_id, d.received_at
    from unnest(${given.map((row) => row.detection_id)}::uuid[], ${given.map((row) => row.to) as string[]}::uuid[]) as t (id, person_id)
    join detections.detection d on d.organization_id = ${organizationId} and d.detection_id = t.id`
  await tx`
    update detections.detection set version = version + 1, changed_at = ${clock.now()}
    where organization_id = ${organizationId} and detection_id = any(${ids}::uuid[])`
  return rows.map((row) => ({
    detectionId: row.detection_id,
    what: 'assignee',
    version: row.version + 1,
    assigneeBefore: row.person_id,
    assigneeAfter: row.to,
  }))
}

/** What an act makes of those among the locked that are not so already. */
export async function carryOut(
  uses: Uses,
  tx: Sql,
  organizationId: string,
  act: Act,
  rows: readonly Locked[],
): Promise<Made[]> {
  if (act.kind === 'assignee') {
    const { personId } = act
    if (personId !== null && !(await mayHandle(uses.people, tx, organizationId, personId))) throw cannotHandle()
    const others = rows.filter((row) => row.person_id !== personId).map((row) => ({ ...row, to: personId }))
    return others.length > 0 ? setAssignees(uses, tx, organizationId, others) : []
  }
  const to: To = { state: act.state, resolution: act.state === 'resolved' ? 'handled' : null }
  const others = rows.filter((row) => row.state !== act.state).map((row) => ({ ...row, to }))
  return others.length > 0 ? setStates(uses, tx, organizationId, others) : []
}

/** One, from its page. `text` may come alone: what is written is in nobody's way, and asks for no version. */
export function change(
  uses: Uses,
  organizationId: string,
  detectionId: string,
  { version, act }: { readonly version: number; readonly act: Act },
  by: By,
): Promise<{ version: number }> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const row = await lockOne(tx, organizationId, detectionId, version)
    const made = await carryOut(uses, tx, organizationId, act, [row])
    const [one] = made
    if (!one) return { version }
    await remember(uses, tx, organizationId, made, { text: act.kind === 'state' ? act.why : undefined }, by)
    const details = act.kind === 'state' ? { state: act.state } : act.personId === null ? {} : { person: act.personId }
    await uses.audit.record(tx, {
      organizationId,
      action: act.kind === 'state' ? 'detections.state_set' : 'detections.assigned',
      target: { kind: 'detection', id: detectionId },
      details,
      ...by,
    })
    return { version: one.version }
  })
}

export function addNote(uses: Uses, organizationId: string, detectionId: string, text: string, by: By): Promise<void> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const [row] = await lock(tx, organizationId, [detectionId])
    if (!row) throw detectionNotFound()
    await remember(uses, tx, organizationId, [{ detectionId, what: 'note', version: row.version }], { text }, by)
    // Whoever looks at it hears of it.
    await tx`
      update detections.detection set changed_at = ${uses.clock.now()}
      where organization_id = ${organizationId} and detection_id = ${detectionId}`
    const target = { kind: 'detection', id: detectionId } as const
    await uses.audit.record(tx, { organizationId, action: 'detections.noted', target, ...by })
  })
}
