import { AppError } from '#base/errors'
import { newId } from '#base/ids'
import type { Actor } from '#portal/audit'
import { enter } from '#portal/organizations'
import type { People } from '#portal/people'
import type { Policies } from '#portal/policies'
import type { LevelState } from '#portal/policies/api'
import type { Sql } from '#server/database'
import type { Sealer } from '#server/sealed'
import type { SkipReason } from './api.ts'
import { beforeOf, isOpened, readCompanies } from './companies.ts'
import type { Uses as PushUses } from './push.ts'
import { readStandard } from './standard.ts'

export type Uses = PushUses & {
  readonly people: Pick<People, 'whoMay'>
  readonly policies: Pick<Policies, 'levelsOf' | 'pushStandard' | 'restoreIn'>
  readonly appliedNames: Sealer<'name'>
}
export type Push = { readonly organizationId: string; readonly pushId: string }

type Row = {
  organization_id: string
  push_id: string
  standard_id: string
  version: number
  state: string
  asked_by: string | null
  sealed: Buffer | null
}
type Item = {
  company_id: string
  applied_id: string | null
  level_version: number | null
  version_before: number | null
}
type Outcome = { readonly state: 'done' | 'undone' | 'skipped' | 'kept' } & Partial<{
  readonly why: SkipReason
  readonly appliedId: string
  readonly levelVersion: number
  readonly versionBefore: number
}>

/** So many steps of it remain known to a company; the first of them holds. */
const mostApplied = 10

/** The next company: its policy, what both know of it, and the count are one transaction. Answers whether there may be more. */
export function runOne(uses: Uses, { organizationId, pushId }: Push): Promise<boolean> {
  const { database, clock } = uses
  return database.transaction(async (tx) => {
    await enter(tx, organizationId)
    const [row] = await tx<Row[]>`
      select organization_id, push_id, standard_id, version, state, asked_by, sealed from standards.push
      where organization_id = ${organizationId} and push_id = ${pushId} for update`
    if (row?.state !== 'running' && row?.state !== 'undoing') return false
    const isUndoing = row.state === 'undoing'
    const [item] = await tx<Item[]>`
      select company_id, applied_id, level_version, version_before from standards.push_item
      where organization_id = ${organizationId} and push_id = ${pushId} and state = ${isUndoing ? 'done' : 'waiting'}
      order by company_id limit 1`
    if (!item) {
      await tx`
        update standards.push set state = ${isUndoing ? 'undone' : 'done'}, ended_at = ${clock.now()}
        where organization_id = ${organizationId} and push_id = ${pushId}`
      return false
    }
    const outcome = isUndoing ? await takeBack(uses, tx, row, item) : await give(uses, tx, row, item.company_id)
    await enter(tx, organizationId)
    const { state, why = null, appliedId = null, levelVersion = null, versionBefore = null } = outcome
    await tx`
      update standards.push_item set state = ${state}, why = ${why}, applied_id = coalesce(${appliedId}, applied_id),
        level_version = coalesce(${levelVersion}, level_version), version_before = coalesce(${versionBefore}, version_before)
      where organization_id = ${organizationId} and push_id = ${pushId} and company_id = ${item.company_id}`
    if (state !== 'kept') {
      const counted = tx(state)
      await tx`
        update standards.push set ${counted} = ${counted} + 1 where organization_id = ${organizationId} and push_id = ${pushId}`
    }
    return true
  })
}

/** Whoever asked may still ask, and the company has not ended it. From here on `tx` sees the company, and its end waits for us. */
async function refusal(uses: Uses, tx: Sql, row: Row, companyId: string): Promise<SkipReason | undefined> {
  const { organization_id: organizationId, asked_by: personId } = row
  if (personId !== null) {
    const asked = { organizationId, permission: 'standards.manage', among: [personId], most: 1 } as const
    if ((await uses.people.whoMay(tx, asked)).length === 0) return 'not-allowed'
  }
  await enter(tx, companyId)
  if (!isOpened(await uses.organizations.holdOutsourcing(tx, companyId, organizationId))) return 'ended'
  return undefined
}

const doerOf = ({ asked_by: id }: Row): { actor: Actor } => ({
  actor: id === null ? { kind: 'program', name: 'standards' } : { kind: 'person', id },
})

async function give(uses: Uses, tx: Sql, row: Row, companyId: string): Promise<Outcome> {
  const { organization_id: managingId, standard_id: standardId, version } = row
  const standard = await readVersion(uses, tx, row)
  const [company] = await readCompanies(uses, tx, [companyId])
  const why = company ? await refusal(uses, tx, row, companyId) : 'ended'
  if (!company || why) return { state: 'skipped', why: why ?? 'ended' }
  const { own, locked, name, note } = standard
  const pushed = { standardId, own, locked, note, before: beforeOf(company.applied, managingId) }
  const made = await uses.policies.pushStandard(tx, companyId, pushed, doerOf(row))
  const now = uses.clock.now()
  const appliedId = newId(now.getTime())
  const sealed = await uses.appliedNames.sealOne({ organization_id: companyId, applied_id: appliedId }, { name })
  await tx`
    insert into standards.applied (organization_id, applied_id, managing_id, standard_id, version, level_version, settings, locked, sealed, applied_at)
    values (${companyId}, ${appliedId}, ${managingId}, ${standardId}, ${version}, ${made.version}, ${tx.json(own as never)}, ${[...locked]},
      ${sealed}, ${now})`
  await tx`
    delete from standards.applied where organization_id = ${companyId} and applied_id in (
      select applied_id from standards.applied where organization_id = ${companyId} order by applied_id desc offset ${mostApplied})`
  return { state: 'done', appliedId, levelVersion: made.version, versionBefore: made.before }
}

/** As it was when it was pushed, not as it may have been changed since. */
async function readVersion(
  uses: Uses,
  tx: Sql,
  row: Row,
): Promise<LevelState & { name: string; note: string | undefined }> {
  const { name } = await readStandard(uses, tx, row.standard_id)
  const [said] = await tx<{ settings: LevelState['own']; locked: LevelState['locked'] }[]>`
    select settings, locked from standards.version where standard_id = ${row.standard_id} and version = ${row.version}`
  if (!said) throw new Error('a version that is pushed is not there')
  const note = row.sealed ? ((await uses.pushNotes.openOne({ ...row, sealed: row.sealed }, ['note'])).note ?? undefined) : undefined // biome-ignore format: one thing
  return { own: said.settings, locked: said.locked, name, note }
}

/** Only where the policy is still as it was left: what somebody has decided since is theirs. */
async function takeBack(uses: Uses, tx: Sql, row: Row, item: Item): Promise<Outcome> {
  const { company_id: companyId, level_version: version, version_before: to } = item
  const why = await refusal(uses, tx, row, companyId)
  if (why) return { state: 'kept', why }
  if (version !== null && to !== null && version !== to)
    try {
      await uses.policies.restoreIn(tx, companyId, { version, to }, doerOf(row))
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return { state: 'kept', why: 'changed' }
    }
  await tx`delete from standards.applied where organization_id = ${companyId} and applied_id = ${item.applied_id}`
  return { state: 'undone' }
}
