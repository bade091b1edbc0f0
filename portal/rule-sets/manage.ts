import { AppError } from '#base/errors'
import { readNoteKey } from '#base/signed-note'
import { isBundle, readBundle, signedAs } from '#engine/bundle'
import type { Actor, Audit, From } from '#portal/audit'
import type { Organizations } from '#portal/organizations'
import { type Sql, violatedConstraint } from '#server/database'
import type { Brought, NewRuleSet, RuleSetChange } from './api.ts'
import { exists, noAddress, notBundleKey, notFound, notProvider, notReady, tooMany } from './errors.ts'
import { noteSource, readSource } from './source.ts'
import { readAddress } from './walls.ts'
import type { Work } from './work.ts'

export type Uses = Work & {
  readonly audit: Pick<Audit, 'record'>
  readonly organizations: Pick<Organizations, 'describe'>
  /** There is something to do. */
  readonly wake: () => void
}

/** Whoever runs a command comes from nowhere. */
export type By = { readonly actor: Actor; readonly from?: From }

const mostSets = 30

export async function isProvider({ database, organizations }: Uses, organizationId: string): Promise<boolean> {
  const organization = (await organizations.describe(database.sql, [organizationId])).get(organizationId)
  return organization?.kinds.includes('provider') ?? false
}

export async function refuseOthers(uses: Uses, organizationId: string): Promise<void> {
  if (!(await isProvider(uses, organizationId))) throw notProvider()
}

/** Changes something of the list, and records who did it. */
async function change(
  uses: Uses,
  organizationId: string,
  action: 'added' | 'changed' | 'removed' | 'fetched' | 'brought',
  name: string,
  by: By,
  run: (tx: Sql) => Promise<unknown>,
): Promise<void> {
  await refuseOthers(uses, organizationId)
  await record(uses, organizationId, action, name, by, run)
  uses.wake()
}

/** Together with what is done, if anything in the database is. */
export async function record(
  { database, audit }: Uses,
  organizationId: string,
  action: 'added' | 'changed' | 'removed' | 'fetched' | 'brought' | 'exported',
  name: string,
  by: By,
  run: (tx: Sql) => Promise<unknown> = async () => undefined,
): Promise<void> {
  await database.inOrganization(organizationId, async (tx) => {
    await run(tx)
    const target = { kind: 'organization', id: organizationId } as const
    await audit.record(tx, { organizationId, action: `rule_sets.${action}`, target, details: { set: name }, ...by })
  })
}

export async function add(uses: Uses, organizationId: string, set: NewRuleSet, by: By): Promise<void> {
  if (set.address !== undefined) readAddress(set.address)
  const now = uses.clock.now()
  await change(uses, organizationId, 'added', set.name, by, async (tx) => {
    const [counted] = await tx<{ count: number }[]>`select count(*)::int as count from rule_sets.rule_set`
    if ((counted?.count ?? 0) >= mostSets) throw tooMany()
    await tx`
      insert into rule_sets.rule_set (name, title, licence, author, address, pinned_sha256, is_used, is_real_time, state, why, asked_at)
      values (${set.name}, ${set.title}, ${set.licence}, ${set.author ?? null}, ${set.address ?? null}, ${set.pinnedSha256 ?? null},
        ${set.isUsed}, ${set.isRealTime}, ${set.address === undefined ? 'failed' : 'waiting'},
        ${set.address === undefined ? 'rule_sets.not_brought' : null}, ${now})`
  }).catch((error: unknown) => {
    throw violatedConstraint(error) === 'rule_set_pkey' ? exists() : error
  })
}

export async function alter(uses: Uses, organizationId: string, name: string, wanted: RuleSetChange, by: By) {
  if (wanted.address !== undefined) readAddress(wanted.address)
  await change(uses, organizationId, 'changed', name, by, async (tx) => {
    type Row = {
      is_real_time: boolean
      version: string
      state: string
      address: string | null
      pinned_sha256: string | null
    }
    const [row] = await tx<Row[]>`
      select is_real_time, version, state, address, pinned_sha256 from rule_sets.rule_set where name = ${name} for update`
    if (!row) throw notFound()
    const isBusy = ['fetching', 'making'].includes(row.state)
    // What another address calls its version says nothing of this one, and a pin is held against what is fetched anew.
    const isMoved =
      (wanted.address !== undefined && wanted.address !== row.address) ||
      (wanted.pinnedSha256 !== undefined && wanted.pinnedSha256 !== row.pinned_sha256)
    if ((wanted.isRealTime !== undefined || isMoved) && isBusy) throw notReady()
    await tx`
      update rule_sets.rule_set set
        is_used = ${wanted.isUsed ?? tx`is_used`}, is_real_time = ${wanted.isRealTime ?? tx`is_real_time`},
        address = ${wanted.address ?? tx`address`},
        etag = ${isMoved ? null : tx`etag`},
        pinned_sha256 = ${wanted.pinnedSha256 === undefined ? tx`pinned_sha256` : wanted.pinnedSha256}
      where name = ${name}`
    // It stands in what is signed: made anew from the file that is here.
    if (wanted.isRealTime !== undefined && wanted.isRealTime !== row.is_real_time && Number(row.version) > 0)
      await tx`update rule_sets.rule_set set state = 'making' where name = ${name}`
    else if (isMoved && (wanted.address ?? row.address) !== null)
      await tx`update rule_sets.rule_set set state = 'waiting', asked_at = ${uses.clock.now()} where name = ${name}`
  })
}

export const fetchAgain = (uses: Uses, organizationId: string, name: string, by: By) =>
  change(uses, organizationId, 'fetched', name, by, async (tx) => {
    const [row] = await tx<{ address: string | null; state: string }[]>`
      select address, state from rule_sets.rule_set where name = ${name} for update`
    if (!row) throw notFound()
    if (row.address === null) throw noAddress()
    if (['ready', 'failed'].includes(row.state))
      await tx`update rule_sets.rule_set set state = 'waiting', asked_at = ${uses.clock.now()} where name = ${name}`
  })

export const remove = (uses: Uses, organizationId: string, name: string, by: By) =>
  change(uses, organizationId, 'removed', name, by, async (tx) => {
    const gone = await tx`delete from rule_sets.rule_set where name = ${name}`
    if (gone.count === 0) throw notFound()
  })

/** Nothing is made of a piece before the last has come. */
export async function takePiece(uses: Uses, organizationId: string, name: string, number: number, content: Buffer) {
  await refuseOthers(uses, organizationId)
  await uses.database.transaction(async (tx) => {
    const [row] =
      await tx`select 1 from rule_sets.rule_set where name = ${name} and state in ('ready', 'failed') for update`
    if (!row) throw notFound()
    if (number === 0) await tx`delete from rule_sets.source_piece where name = ${name}`
    await tx`
      insert into rule_sets.source_piece (name, number, content) values (${name}, ${number}, ${content})
      on conflict (name, number) do update set content = excluded.content`
  })
}

/** A bundle counts only under the key that whoever brings it names; plain rules are the word of whoever brings them. */
export const takeBrought = (uses: Uses, organizationId: string, name: string, { pieces, key }: Brought, by: By) =>
  change(uses, organizationId, 'brought', name, by, async (tx) => {
    const [counted] = await tx<{ count: number }[]>`
      select count(*)::int as count from rule_sets.source_piece where name = ${name} and number < ${pieces}`
    if (counted?.count !== pieces) throw notFound()
    await tx`delete from rule_sets.source_piece where name = ${name} and number >= ${pieces}`
    const content = await readSource(tx, name)
    verifyBrought(content, key)
    await noteSource(tx, name, content, undefined)
    await tx`
      update rule_sets.rule_set set state = 'making', why = null, step = 'prepare', done = 0, out_of = 0 where name = ${name}`
  })

export function verifyBrought(content: Buffer, key: string | undefined): void {
  if (!isBundle(content)) return
  let known: ReturnType<typeof readNoteKey>
  try {
    known = readNoteKey((key ?? '').trim())
  } catch (cause) {
    if (cause instanceof AppError) throw notBundleKey(cause)
    throw cause
  }
  if (known.name !== signedAs) throw notBundleKey()
  readBundle(content, [known])
}
