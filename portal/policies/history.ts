import type { Audit } from '#portal/audit'
import type { Viewer } from '#portal/organizations'
import type { Sql } from '#server/database'
import { within } from '#server/purpose'
import type { Sealer } from '#server/sealed'
import type { ExclusionKind, LevelHistory, LevelState, OwnSettings, SettingName } from './api.ts'
import { placeOf } from './fleet.ts'
import { type Uses as Reads, valueFor } from './levels.ts'
import { differing } from './merge.ts'

type Uses = Reads & { readonly audit: Pick<Audit, 'actorsOf'>; readonly notes: Sealer<'note'> }

const pageSize = 20

type Row = {
  organization_id: string
  change_id: string
  version: number
  what: LevelHistory['changes'][number]['what']
  settings: OwnSettings
  locked: SettingName[]
  restored: number | null
  exclusion_id: string | null
  audit_id: string | null
  sealed: Buffer | null
  changed_at: Date
}

/** Before anybody had said anything, a level said nothing. */
const first: LevelState = { own: {}, locked: [] }
const firstVersion = 1

export async function stateOf(tx: Sql, organizationId: string, scopeId: string, version: number) {
  if (version === 0) return first
  const [row] = await tx<Pick<Row, 'settings' | 'locked'>[]>`
    select settings, locked from policies.change
    where organization_id = ${organizationId} and scope_id = ${scopeId} and version = ${version}`
  return row ? { own: row.settings, locked: row.locked } : version === firstVersion ? first : undefined
}

export async function readHistory(
  uses: Uses,
  tx: Sql,
  organizationId: string,
  scopeId: string,
  viewer: Viewer,
  before?: number,
): Promise<LevelHistory> {
  await placeOf(uses.fleet, tx, organizationId, scopeId, 'looked at')
  // One more than is shown: each is told by what was before it.
  const rows = await tx<Row[]>`
    select organization_id, change_id, version, what, settings, locked, restored, exclusion_id, audit_id, sealed, changed_at
    from policies.change where organization_id = ${organizationId} and scope_id = ${scopeId} ${before ? tx`and version < ${before}` : tx``}
    order by version desc limit ${pageSize + 1}`
  const shown = rows.slice(0, pageSize)
  const notes = await uses.notes.open(shown, ['note'])
  const records = shown.flatMap(({ audit_id: auditId, changed_at: at }) => (auditId ? [{ auditId, at }] : []))
  const actors = await within('audit', () => uses.audit.actorsOf(tx, organizationId, records))
  const excluded = await readExcluded(uses, tx, organizationId, shown, viewer)
  return {
    changes: shown.map((row, at) => {
      const state = { own: row.settings, locked: row.locked }
      const older = rows[at + 1]
      // Of a state whose predecessor is no longer kept nobody knows what it changed.
      const begins = row.version === firstVersion + 1 || row.what === 'carried-over'
      const was = older ? { own: older.settings, locked: older.locked } : begins ? first : state
      const actor = row.audit_id ? actors.get(row.audit_id) : undefined
      return {
        version: row.version,
        what: row.what,
        at: row.changed_at.toISOString(),
        by: actor ? { kind: actor.kind, name: actor.name } : null,
        note: notes[at]?.note ?? null,
        differences: differing(was.own, state.own).map((setting) => ({
          setting,
          before: was.own[setting],
          after: state.own[setting],
        })),
        locked: state.locked.filter((name) => !was.locked.includes(name)),
        unlocked: was.locked.filter((name) => !state.locked.includes(name)),
        restored: row.restored,
        exclusion: (row.exclusion_id && excluded.get(row.exclusion_id)) || null,
        state,
      }
    }),
    next: rows.length > pageSize ? (shown.at(-1)?.version ?? null) : null,
  }
}

/** What people have changed in a time, at every level. `tx` sees the organisation. */
export async function countBetween(
  tx: Sql,
  organizationId: string,
  { from, until }: { readonly from: Date; readonly until: Date },
): Promise<{ changes: number; exclusions: number }> {
  const [row] = await tx<[{ changes: number; exclusions: number }]>`
    select count(*)::int as changes, count(*) filter (where what = 'exclusion-added')::int as exclusions
    from policies.change
    where organization_id = ${organizationId} and changed_at >= ${from} and changed_at < ${until} and what <> 'carried-over'`
  return row
}

/** What was let through is told while it lasts; then it is erased. */
async function readExcluded(
  { sealer }: Uses,
  tx: Sql,
  organizationId: string,
  changes: readonly Row[],
  viewer: Viewer,
) {
  const ids = changes.flatMap(({ exclusion_id: id }) => id ?? [])
  const rows = await tx<{ organization_id: string; exclusion_id: string; kind: ExclusionKind; sealed: Buffer }[]>`
    select organization_id, exclusion_id, kind, sealed from policies.exclusion
    where organization_id = ${organizationId} and exclusion_id = any(${ids}::uuid[])`
  const opened = await sealer.open(rows, ['value'])
  return new Map(
    rows.map(
      ({ exclusion_id: id, kind }, at) => [id, { kind, value: valueFor(viewer, kind, opened[at]?.value) }] as const,
    ),
  )
}
