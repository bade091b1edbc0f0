import { addMonths } from '#base/calendar'
import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import { type By, enter, type Organizations } from '#portal/organizations'
import type { People } from '#portal/people'
import type { Subscriptions } from '#portal/subscriptions'
import type { Database, Sql } from '#server/database'
import type { Mail } from '#server/mail'
import type { Decision, Reason } from './api.ts'
import { alreadyUnderWay, notACompany, nothingAsked, notYours } from './errors.ts'
import { tellAdministrators } from './letters.ts'

export type Uses = {
  readonly audit: Pick<Audit, 'record' | 'note'>
  readonly clock: Clock
  readonly database: Database
  readonly mail: Pick<Mail, 'send'>
  readonly organizations: Pick<Organizations, 'describe' | 'findAdder'>
  readonly people: Pick<People, 'whoMay' | 'whereTo'>
  readonly subscriptions: Pick<Subscriptions, 'endAll' | 'putBack' | 'isRunning'>
  /** For how many months data is kept once the subscription is over (RT-02, A-30). */
  readonly months: number
}

export type Row = {
  state: 'asked' | 'declined' | 'noticed' | 'removing'
  cause: 'asked' | 'notice' | 'ended'
  asked_at: Date | null
  decide_by: Date | null
  because: Reason | null
  noticed_at: Date | null
  due_at: Date | null
}

/** `tx` sees the company. Who has added it; nobody of the others is removed: the provider, and partners with what lies beneath them. */
export async function adderOf({ organizations }: Pick<Uses, 'organizations'>, tx: Sql) {
  const adder = await organizations.findAdder(tx)
  if (!adder) throw notACompany()
  return adder
}

const lock = async (tx: Sql, companyId: string): Promise<(Row & { before: unknown }) | undefined> => {
  await tx`select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(${`removal ${companyId}`}, 0))`
  const [row] = await tx<(Row & { before: unknown })[]>`
    select * from removals.removal where organization_id = ${companyId} for update`
  return row
}

type Step = 'asked' | 'withdrawn' | 'declined' | 'noticed' | 'taken_back'
async function record({ audit }: Uses, tx: Sql, companyId: string, adderId: string, step: Step, by: By) {
  const entry = {
    action: `removals.${step}`,
    target: { kind: 'organization', id: companyId },
    ...by,
  } as const
  await audit.record(tx, { organizationId: companyId, ...entry })
  await audit.note(tx, { organizationId: companyId, what: 'subscription_changed', target: entry.target })
  await enter(tx, adderId)
  await audit.record(tx, { organizationId: adderId, ...entry })
  await enter(tx, companyId)
}

/** Its subscriptions end now, so nothing more is collected; what there is stays for as long as the notice says and goes on the day. */
export async function notice(
  uses: Uses,
  tx: Sql,
  companyId: string,
  adderId: string,
  { cause, dueAt }: { cause: Row['cause']; dueAt: Date },
  by: By,
): Promise<void> {
  const now = uses.clock.now()
  const before = cause === 'ended' ? [] : await uses.subscriptions.endAll(tx, companyId, adderId)
  await tx`
    insert into removals.removal (organization_id, decider_id, state, cause, noticed_at, due_at, before)
    values (${companyId}, ${adderId}, 'noticed', ${cause}, ${now}, ${dueAt}, ${tx.json(before as never)})
    on conflict (organization_id) do update set state = 'noticed', cause = excluded.cause, noticed_at = excluded.noticed_at,
      due_at = excluded.due_at, before = excluded.before, because = null, decide_by = null`
  await record(uses, tx, companyId, adderId, 'noticed', by)
  await tellAdministrators(uses, tx, companyId, { kind: 'noticed', dueAt })
}

/** Where an operator has sold it, that operator decides (PT-11); elsewhere what the company asks for is what happens. */
export function ask(uses: Uses, companyId: string, by: By): Promise<void> {
  return uses.database.inOrganization(companyId, async (tx) => {
    const adder = await adderOf(uses, tx)
    const before = await lock(tx, companyId)
    if (before && before.state !== 'declined') throw alreadyUnderWay()
    const now = uses.clock.now()
    if (adder.partnerKind !== 'operator')
      return notice(
        uses,
        tx,
        companyId,
        adder.organizationId,
        { cause: 'asked', dueAt: addMonths(now, uses.months) },
        by,
      )
    const decideBy = addMonths(now, 1)
    await tx`
      insert into removals.removal (organization_id, decider_id, state, cause, asked_at, decide_by)
      values (${companyId}, ${adder.organizationId}, 'asked', 'asked', ${now}, ${decideBy})
      on conflict (organization_id) do update set state = 'asked', cause = 'asked', asked_at = excluded.asked_at,
        decide_by = excluded.decide_by, because = null`
    await record(uses, tx, companyId, adder.organizationId, 'asked', by)
    await tellAdministrators(uses, tx, companyId, { kind: 'asked', decideBy })
  })
}

/** What it has asked for itself, and nobody else has decided. */
export function withdraw(uses: Uses, companyId: string, by: By): Promise<void> {
  return uses.database.inOrganization(companyId, async (tx) => {
    const row = await lock(tx, companyId)
    const adder = await adderOf(uses, tx)
    const isOwn =
      row?.state === 'asked' || (row?.state === 'noticed' && row.cause === 'asked' && adder.partnerKind !== 'operator')
    if (!row || !isOwn) throw nothingAsked()
    await undo(uses, tx, companyId, adder.organizationId, row, row.state === 'asked' ? 'withdrawn' : 'taken_back', by)
  })
}

async function undo(
  uses: Uses,
  tx: Sql,
  companyId: string,
  adderId: string,
  row: { before: unknown },
  step: Step,
  by: By,
) {
  await tx`delete from removals.removal where organization_id = ${companyId}`
  await uses.subscriptions.putBack(tx, companyId, row.before)
  await record(uses, tx, companyId, adderId, step, by)
  if (step === 'taken_back') await tellAdministrators(uses, tx, companyId, { kind: 'taken_back' })
}

/** As whoever has added the company: `tx` sees the company then. */
async function asAdder<T>(
  { database, organizations }: Uses,
  adderId: string,
  companyId: string,
  run: (tx: Sql) => Promise<T>,
): Promise<T> {
  return database.inOrganization(companyId, async (tx) => {
    const adder = await organizations.findAdder(tx)
    if (adder?.organizationId !== adderId) throw notYours()
    return run(tx)
  })
}

/** That the subscription has ended (PT-12), asked for or not; or that a company which asked stays. */
export const decide = (uses: Uses, adderId: string, companyId: string, decided: Decision, by: By) =>
  asAdder(uses, adderId, companyId, async (tx) => {
    const row = await lock(tx, companyId)
    if (decided.decision === 'declined') {
      if (row?.state !== 'asked') throw nothingAsked()
      await tx`
        update removals.removal set state = 'declined', because = ${decided.because}, decide_by = null
        where organization_id = ${companyId}`
      await record(uses, tx, companyId, adderId, 'declined', by)
      await tellAdministrators(uses, tx, companyId, { kind: 'declined' })
      return
    }
    if (row?.state === 'noticed' || row?.state === 'removing') throw alreadyUnderWay()
    const cause = row?.state === 'asked' ? 'asked' : 'notice'
    await notice(uses, tx, companyId, adderId, { cause, dueAt: addMonths(uses.clock.now(), uses.months) }, by)
  })

/** Until the day; then there is nothing left to come back to. */
export const takeBack = (uses: Uses, adderId: string, companyId: string, by: By) =>
  asAdder(uses, adderId, companyId, async (tx) => {
    const row = await lock(tx, companyId)
    if (row?.state !== 'noticed' || (row.due_at && row.due_at <= uses.clock.now())) throw nothingAsked()
    await undo(uses, tx, companyId, adderId, row, 'taken_back', by)
  })

export { lock, record }
