import { newId } from '#base/ids'
import type { By, Organizations } from '#portal/organizations'
import type { Sql } from '#server/database'
import type { Jobs } from '#server/jobs'
import type { Sealer } from '#server/sealed'
import type { NewPush, PushList, SkipReason } from './api.ts'
import { type Uses as CompanyUses, readCompanies } from './companies.ts'
import { noSuchCompany, pushNotFound, pushNotSo, pushUnderWay, standardChanged } from './errors.ts'
import { readStandard, readStandards, type Uses as StandardUses, tell } from './standard.ts'

export type Uses = StandardUses &
  CompanyUses & {
    readonly jobs: Pick<Jobs, 'send'>
    readonly pushNotes: Sealer<'note'>
    readonly organizations: CompanyUses['organizations'] & Pick<Organizations, 'describe'>
  }

export const pushJob = 'standards.push'
const shown = 10
const leftShown = 20

/** Which companies it is for is settled here; whether each may be given it is asked again when its turn comes. */
export function begin(uses: Uses, organizationId: string, standardId: string, wanted: NewPush, by: By) {
  const { database, clock, jobs, pushNotes } = uses
  const now = clock.now()
  const pushId = newId(now.getTime())
  const ids = [...new Set(wanted.companies)]
  return database.inOrganization(organizationId, async (tx) => {
    await oneAtATime(tx, organizationId)
    const standard = await readStandard(uses, tx, standardId)
    if (standard.version !== wanted.version) throw standardChanged()
    if ((await readCompanies(uses, tx, ids)).length < ids.length) throw noSuchCompany()
    const place = { organization_id: organizationId, push_id: pushId }
    const sealed = wanted.note ? await pushNotes.sealOne(place, { note: wanted.note }) : null
    const askedBy = by.actor.kind === 'person' ? by.actor.id : null
    await tx`
      insert into standards.push (organization_id, push_id, standard_id, version, state, total, asked_by, sealed, created_at)
      values (${organizationId}, ${pushId}, ${standardId}, ${standard.version}, 'running', ${ids.length}, ${askedBy}, ${sealed}, ${now})`
    await tx`
      insert into standards.push_item (organization_id, push_id, company_id)
      select ${organizationId}, ${pushId}, id from pg_catalog.unnest(${ids}::uuid[]) as wanted (id)`
    const details = { standard: standardId, version: standard.version, push: pushId, count: ids.length }
    await tell(uses, tx, organizationId, 'standards.push_begun', details, by)
    await jobs.send(tx, pushJob, { organization: organizationId, push: pushId })
    return { pushId, total: ids.length }
  })
}

/** Two at once could take turns at one company, and neither would be what somebody asked for. */
async function oneAtATime(tx: Sql, organizationId: string): Promise<void> {
  await tx`select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(${organizationId}, 4724))`
  const [busy] = await tx`
    select 1 from standards.push where organization_id = ${organizationId} and state in ('running', 'undoing')`
  if (busy) throw pushUnderWay()
}

type Row = {
  push_id: string
  standard_id: string
  version: number
  state: PushList['pushes'][number]['state']
  total: number
  done: number
  skipped: number
  undone: number
  created_at: Date
  ended_at: Date | null
}

export function listPushes(uses: Uses, organizationId: string): Promise<PushList> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const rows = await tx<Row[]>`
      select push_id, standard_id, version, state, total, done, skipped, undone, created_at, ended_at from standards.push
      where organization_id = ${organizationId} order by push_id desc limit ${shown}`
    const standards = new Map((await readStandards(uses, tx)).map((one) => [one.standardId, one.name]))
    const left = await tx<{ push_id: string; company_id: string; why: SkipReason }[]>`
      select i.push_id, i.company_id, i.why
      from pg_catalog.unnest(${rows.map((row) => row.push_id)}::uuid[]) as wanted (id)
      cross join lateral (
        select push_id, company_id, why from standards.push_item
        where organization_id = ${organizationId} and push_id = wanted.id and why is not null
        order by company_id limit ${leftShown}) i`
    // They had outsourced it when it was begun, so what they are called is known here.
    const names = await uses.organizations.describe(tx, [...new Set(left.map((one) => one.company_id))])
    return {
      pushes: rows.map((row) => ({
        pushId: row.push_id,
        standardId: row.standard_id,
        name: standards.get(row.standard_id) ?? null,
        version: row.version,
        state: row.state,
        total: row.total,
        done: row.done,
        skipped: row.skipped,
        undone: row.undone,
        canStop: row.state === 'running',
        canUndo: (row.state === 'done' || row.state === 'stopped') && row.done > 0,
        createdAt: row.created_at.toISOString(),
        endedAt: row.ended_at?.toISOString() ?? null,
        left: left.flatMap((one) =>
          one.push_id === row.push_id ? [{ name: names.get(one.company_id)?.name ?? null, why: one.why }] : [],
        ),
      })),
    }
  })
}

/** What is done stays done; companies that wait are left alone. */
export function stop(uses: Uses, organizationId: string, pushId: string, by: By): Promise<void> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const row = await lock(tx, organizationId, pushId)
    if (row.state !== 'running') throw pushNotSo()
    await tx`
      update standards.push set state = 'stopped', ended_at = ${uses.clock.now()}
      where organization_id = ${organizationId} and push_id = ${pushId}`
    await tell(uses, tx, organizationId, 'standards.push_stopped', detailsOf(row), by)
  })
}

export function undo(uses: Uses, organizationId: string, pushId: string, by: By): Promise<void> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    await oneAtATime(tx, organizationId)
    const row = await lock(tx, organizationId, pushId)
    if (row.state !== 'done' && row.state !== 'stopped') throw pushNotSo()
    const askedBy = by.actor.kind === 'person' ? by.actor.id : null
    await tx`
      update standards.push set state = 'undoing', asked_by = ${askedBy}, ended_at = null
      where organization_id = ${organizationId} and push_id = ${pushId}`
    await tell(uses, tx, organizationId, 'standards.push_undone', detailsOf(row), by)
    await uses.jobs.send(tx, pushJob, { organization: organizationId, push: pushId })
  })
}

const detailsOf = ({ push_id: push, standard_id: standard, version, done: count }: Row) => ({ standard, version, push, count }) // biome-ignore format: one thing

async function lock(tx: Sql, organizationId: string, pushId: string) {
  const [row] = await tx<Row[]>`
    select push_id, standard_id, version, state, done from standards.push
    where organization_id = ${organizationId} and push_id = ${pushId} for update`
  if (!row) throw pushNotFound()
  return row
}
