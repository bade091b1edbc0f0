import { pathFor, type Viewer } from '#portal/organizations'
import { newExclusion } from '#portal/policies/api'
import type { Sql } from '#server/database'
import type { Sealer } from '#server/sealed'
import type { DetectionDetail, Finding, ListedDetection } from './api.ts'
import { namesOf } from './assignees.ts'
import { detectionNotFound } from './errors.ts'
import { isInQuarantine, type Uses as ListUses, type Process, type Row, show } from './list.ts'

export type NoteSealer = Sealer<'text'>
export type Uses = ListUses & { readonly notes: NoteSealer }

const mostHistory = 200

export function read(
  uses: Uses,
  organizationId: string,
  detectionId: string,
  viewer: Viewer,
): Promise<DetectionDetail> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const row = await readRow(tx, organizationId, detectionId)
    const [listed] = await show(uses, tx, organizationId, [row], viewer)
    const opened = await uses.sealer.openOne(row, ['path', 'findings', 'not_unpacked', 'process', 'paths'])
    const steps = await tx<{ action_id: string; kind: 'restore' | 'delete' }[]>`
      select action_id, kind from detections.step
      where organization_id = ${organizationId} and detection_id = ${detectionId} order by requested_at, action_id limit 50`
    const actions = await uses.devices.readActions(
      tx,
      steps.map(({ action_id }) => action_id),
    )
    const process = opened.process ? (JSON.parse(opened.process) as Process) : null
    const paths = opened.paths ? (JSON.parse(opened.paths) as string[]) : []
    const masked = (path: string) => pathFor(viewer, path)
    const hidden =
      process && !viewer.isOwn ? { ...process, user: undefined, path: process.path && masked(process.path) } : process
    // Somebody may have packed a whole home: then it is the names within that name a person.
    const within = <One extends { place: string[] }>(text: string | null | undefined): One[] =>
      text ? (JSON.parse(text) as One[]).map((one) => ({ ...one, place: one.place.map(masked) })) : []
    return {
      ...(listed as ListedDetection),
      sha256: row.sha256?.toString('hex') ?? null,
      bytes: row.bytes === null ? null : Number(row.bytes),
      type: row.file_type,
      licence: row.licence,
      findings: within<Finding>(opened.findings),
      notUnpacked: within<DetectionDetail['notUnpacked'][number]>(opened.not_unpacked),
      processDetail: hidden,
      files: row.files === null ? null : Number(row.files),
      paths: paths.map(masked),
      canRestore: isInQuarantine(row) && listed?.device.name !== null,
      canDelete: isInQuarantine(row) && listed?.device.name !== null,
      covers: coversOf(row, opened).map(({ kind, value }) => ({
        kind,
        value: kind === 'path' ? masked(value) : value,
      })),
      history: await readHistory(uses, tx, organizationId, detectionId),
      steps: steps.flatMap(({ action_id, kind }) => {
        const action = actions.get(action_id)
        if (!action) return []
        const { state, why, reason, at, endedAt } = action
        return [{ kind, state, why, reason, at: at.toISOString(), endedAt: endedAt?.toISOString() ?? null }]
      }),
    }
  })
}

export async function readRow(tx: Sql, organizationId: string, detectionId: string): Promise<Row> {
  const [row] = await tx<Row[]>`
    select * from detections.detection where organization_id = ${organizationId} and detection_id = ${detectionId}`
  if (!row) throw detectionNotFound()
  return row
}

/**
 * What an exclusion can be made of: of an encryptor its program, of anything else the file or the rule. Only what a policy would take, and no path
 * whose name a policy would read as a pattern: whoever names a file `*` must not get a folder let through.
 */
export function coversOf(
  row: Pick<Row, 'kind' | 'rule' | 'sha256'>,
  opened: { readonly path?: string | null | undefined; readonly process?: string | null | undefined },
): DetectionDetail['covers'] {
  const process = opened.process ? (JSON.parse(opened.process) as Process) : null
  const isEncryptor = row.kind === 'encryptor'
  const path = isEncryptor ? process?.path : opened.path
  const known = [
    { kind: 'sha256' as const, value: isEncryptor ? process?.sha256 : row.sha256?.toString('hex') },
    { kind: 'path' as const, value: path && !/[*?]/.test(path) ? path : undefined },
    { kind: 'rule' as const, value: isEncryptor ? undefined : row.rule },
  ]
  return known.flatMap(({ kind, value }) => {
    if (!value) return []
    const taken = newExclusion.safeParse({ kind, value, reason: '-', until: '2030-01-01T00:00:00Z' })
    return taken.success && taken.data.value === value ? [{ kind, value }] : []
  })
}

type Change = {
  change_id: string
  what: 'state' | 'assignee' | 'note'
  author_id: string | null
  state_after: DetectionDetail['state'] | null
  resolution_after: DetectionDetail['resolution']
  assignee_after: string | null
  bulk_id: string | null
  is_undo: boolean
  excluded: DetectionDetail['covers'][number]['kind'] | null
  excluded_until: Date | null
  sealed: Buffer | null
  changed_at: Date
}

async function readHistory(
  { notes, people }: Uses,
  tx: Sql,
  organizationId: string,
  detectionId: string,
): Promise<DetectionDetail['history']> {
  const rows = await tx<Change[]>`
    select change_id, what, author_id, state_after, resolution_after, assignee_after, bulk_id, is_undo, excluded, excluded_until, sealed, changed_at
    from detections.change where organization_id = ${organizationId} and detection_id = ${detectionId}
    order by changed_at desc, change_id desc limit ${mostHistory}`
  const written = rows.filter(({ sealed }) => sealed !== null)
  const texts = await notes.open(written, ['text'])
  const textOf = new Map(written.map(({ change_id: id }, at) => [id, texts[at]?.text ?? null]))
  const ids = rows.flatMap(({ author_id, assignee_after }) => [author_id, assignee_after]).filter((id) => id !== null)
  const names = await namesOf(people, tx, ids)
  const named = (personId: string | null) => personId && { personId, name: names.get(personId) ?? null }
  return rows.map((row) => ({
    changeId: row.change_id,
    at: row.changed_at.toISOString(),
    by: named(row.author_id) || null,
    what: row.what,
    state: row.state_after,
    resolution: row.resolution_after,
    assignee: named(row.assignee_after) || null,
    text: textOf.get(row.change_id) ?? null,
    excluded: row.excluded && row.excluded_until && { kind: row.excluded, until: row.excluded_until.toISOString() },
    isOfMany: row.bulk_id !== null,
    isUndo: row.is_undo,
  }))
}
