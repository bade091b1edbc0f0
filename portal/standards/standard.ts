import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Audit } from '#portal/audit'
import type { By } from '#portal/organizations'
import type { OwnSettings, SettingName } from '#portal/policies/api'
import type { Database, Sql } from '#server/database'
import { within } from '#server/purpose'
import type { Sealer } from '#server/sealed'
import type { NewStandard, StandardChange, StandardDetail } from './api.ts'
import { nameTaken, pushUnderWay, standardChanged, standardNotFound, tooManyStandards } from './errors.ts'

export type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly audit: Pick<Audit, 'record' | 'actorsOf'>
  readonly sealer: Sealer<'name' | 'description'>
  readonly notes: Sealer<'note'>
}

/** More than anybody could tell apart. */
const mostStandards = 50
const mostShown = 50

export type Standard = {
  readonly standardId: string
  readonly name: string
  readonly description: string | null
  readonly version: number
  readonly changedAt: Date
  readonly own: OwnSettings
  readonly locked: SettingName[]
}
type Row = {
  organization_id: string
  standard_id: string
  version: number
  settings: OwnSettings
  locked: SettingName[]
  sealed: Buffer
  changed_at: Date
}

/** In Finnish order; `tx` sees the organisation. */
export async function readStandards({ sealer }: Pick<Uses, 'sealer'>, tx: Sql, id?: string): Promise<Standard[]> {
  const rows = await tx<Row[]>`
    select s.organization_id, s.standard_id, s.version, v.settings, v.locked, s.sealed, s.changed_at from standards.standard s
    join standards.version v on v.organization_id = s.organization_id and v.standard_id = s.standard_id and v.version = s.version
    ${id ? tx`where s.standard_id = ${id}` : tx``} limit ${mostStandards}`
  const opened = await sealer.open(rows, ['name', 'description'])
  return rows
    .map((row, at) => ({
      standardId: row.standard_id,
      name: opened[at]?.name ?? '',
      description: opened[at]?.description ?? null,
      version: row.version,
      changedAt: row.changed_at,
      own: row.settings,
      locked: row.locked,
    }))
    .sort((one, other) => one.name.localeCompare(other.name, 'fi'))
}

export async function readStandard(uses: Pick<Uses, 'sealer'>, tx: Sql, standardId: string): Promise<Standard> {
  const [found] = await readStandards(uses, tx, standardId)
  if (!found) throw standardNotFound()
  return found
}

/** Two of one name could not be told apart; one at a time, or two people would each make theirs. */
async function checkName(uses: Uses, tx: Sql, organizationId: string, name: string, standardId?: string) {
  await tx`select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(${organizationId}, 4723))`
  const standards = await readStandards(uses, tx)
  if (standardId === undefined && standards.length >= mostStandards) throw tooManyStandards()
  const folded = name.toLocaleLowerCase('fi')
  if (standards.some((one) => one.standardId !== standardId && one.name.toLocaleLowerCase('fi') === folded))
    throw nameTaken()
}

export function make(uses: Uses, organizationId: string, wanted: NewStandard, by: By): Promise<string> {
  const now = uses.clock.now()
  const standardId = newId(now.getTime())
  return uses.database.inOrganization(organizationId, async (tx) => {
    await checkName(uses, tx, organizationId, wanted.name)
    const sealed = await uses.sealer.sealOne({ organization_id: organizationId, standard_id: standardId }, wanted)
    await tx`
      insert into standards.standard (organization_id, standard_id, version, sealed, created_at, changed_at)
      values (${organizationId}, ${standardId}, 1, ${sealed}, ${now}, ${now})`
    await addVersion(uses, tx, organizationId, { ...wanted, standardId, version: 1 }, 'standards.made', by)
    return standardId
  })
}

/** Another version exactly when it says something else. Companies keep what they have until it is pushed. */
export function change(uses: Uses, organizationId: string, standardId: string, wanted: StandardChange, by: By) {
  return uses.database.inOrganization(organizationId, async (tx) => {
    await checkName(uses, tx, organizationId, wanted.name, standardId)
    await tx`
      select 1 from standards.standard where organization_id = ${organizationId} and standard_id = ${standardId} for update`
    const before = await readStandard(uses, tx, standardId)
    if (before.version !== wanted.version) throw standardChanged()
    const [same] = await tx<[{ is: boolean }]>`
      select v.settings = ${tx.json(wanted.own as never)} and v.locked @> ${wanted.locked} and v.locked <@ ${wanted.locked} as is
      from standards.version v
      where v.organization_id = ${organizationId} and v.standard_id = ${standardId} and v.version = ${before.version}`
    const version = same.is ? before.version : before.version + 1
    const sealed = await uses.sealer.sealOne({ organization_id: organizationId, standard_id: standardId }, wanted)
    await tx`
      update standards.standard set version = ${version}, sealed = ${sealed}, changed_at = ${uses.clock.now()}
      where organization_id = ${organizationId} and standard_id = ${standardId}`
    if (same.is) await tell(uses, tx, organizationId, 'standards.changed', { standard: standardId, version }, by)
    else await addVersion(uses, tx, organizationId, { ...wanted, standardId, version }, 'standards.changed', by)
    return { version }
  })
}

async function addVersion(
  uses: Uses,
  tx: Sql,
  organizationId: string,
  { standardId, version, own, locked, note }: NewStandard & { standardId: string; version: number },
  action: 'standards.made' | 'standards.changed',
  by: By,
) {
  const { at, auditId } = await tell(uses, tx, organizationId, action, { standard: standardId, version }, by)
  const versionId = newId(at.getTime())
  const place = { organization_id: organizationId, version_id: versionId }
  const sealed = note ? await uses.notes.sealOne(place, { note }) : null
  await tx`
    insert into standards.version (organization_id, version_id, standard_id, version, settings, locked, audit_id, sealed, made_at)
    values (${organizationId}, ${versionId}, ${standardId}, ${version}, ${tx.json(own as never)}, ${locked}, ${auditId}, ${sealed}, ${at})`
}

/** Companies keep their policies, and that they came from it; nobody can push it any more. */
export function remove({ database, ...uses }: Uses, organizationId: string, standardId: string, by: By) {
  return database.inOrganization(organizationId, async (tx) => {
    const [gone] = await tx<{ version: number }[]>`
      select version from standards.standard where organization_id = ${organizationId} and standard_id = ${standardId} for update`
    if (!gone) throw standardNotFound()
    const [busy] = await tx`
      select 1 from standards.push
      where organization_id = ${organizationId} and standard_id = ${standardId} and state in ('running', 'undoing')`
    if (busy) throw pushUnderWay()
    await tx`delete from standards.standard where organization_id = ${organizationId} and standard_id = ${standardId}`
    await tell(uses, tx, organizationId, 'standards.removed', { standard: standardId, version: gone.version }, by)
  })
}

export async function readHistory(
  { notes, audit }: Uses,
  tx: Sql,
  organizationId: string,
  standardId: string,
): Promise<StandardDetail['history']> {
  const rows = await tx<(Omit<Row, 'sealed'> & { version_id: string; audit_id: string; sealed: Buffer | null; made_at: Date })[]>`
    select organization_id, version_id, version, settings, locked, audit_id, sealed, made_at from standards.version
    where organization_id = ${organizationId} and standard_id = ${standardId} order by version desc limit ${mostShown}` // biome-ignore format: one statement
  const opened = await notes.open(rows, ['note'])
  const records = rows.map(({ audit_id: auditId, made_at: at }) => ({ auditId, at }))
  const actors = await within('audit', () => audit.actorsOf(tx, organizationId, records))
  return rows.map((row, at) => {
    const actor = actors.get(row.audit_id)
    return {
      version: row.version,
      at: row.made_at.toISOString(),
      by: actor ? { kind: actor.kind, name: actor.name } : null,
      note: opened[at]?.note ?? null,
      own: row.settings,
      locked: row.locked,
    }
  })
}

type Told = `standards.${'made' | 'changed' | 'removed' | 'push_begun' | 'push_stopped' | 'push_undone'}`

export function tell(
  { audit }: Pick<Uses, 'audit'>,
  tx: Sql,
  organizationId: string,
  action: Told,
  details: Readonly<Record<string, string | number>>,
  by: By,
) {
  const target = { kind: 'organization', id: organizationId } as const
  return audit.record(tx, { organizationId, action, target, details, ...by })
}
