import { addMonths } from '#base/calendar'
import type { Log } from '#base/log'
import { enter, type Organizations } from '#portal/organizations'
import type { People } from '#portal/people'
import type { Subscriptions } from '#portal/subscriptions'
import type { Expiry } from '#server/expiry'
import { lock, notice, type Row, record, type Uses } from './decide.ts'

export type WorkUses = Uses & {
  readonly log: Log
  readonly expiry: Pick<Expiry, 'removeOrganization'>
  readonly organizations: Pick<Organizations, 'describe' | 'findAdder' | 'removeCompany'>
  readonly people: Uses['people'] & Pick<People, 'leaveCompany'>
  readonly subscriptions: Uses['subscriptions'] & Pick<Subscriptions, 'allEnded'>
  /** What another program keeps of the company. */
  readonly elsewhere: (companyId: string) => Promise<void>
}

const mostAtOnce = 200
/** Whoever had an ended subscription before there was this is told in good time too. */
const leastDays = 30
const by = { actor: { kind: 'program', name: 'portal' }, from: { ip: '', userAgent: '' } } as const

/** What ended by itself (RT-02), what runs again, and what is due. Each company by itself: one that fails is tried again, and keeps no other. */
export async function carryOut(uses: WorkUses): Promise<{ removed: number }> {
  const { database, clock, log } = uses
  const now = clock.now()
  for (const { organizationId, endedAt } of await uses.subscriptions.allEnded(mostAtOnce))
    await database.inOrganization(organizationId, async (tx) => {
      const adder = await uses.organizations.findAdder(tx)
      const row = adder && (await lock(tx, organizationId))
      if (!adder || row?.state === 'noticed' || row?.state === 'removing') return
      const soonest = new Date(now.getTime() + leastDays * 86_400_000)
      const counted = addMonths(endedAt, uses.months)
      const dueAt = counted > soonest ? counted : soonest
      await notice(uses, tx, organizationId, adder.organizationId, { cause: 'ended', dueAt }, by)
    })
  const waiting = await database.sql<{ organization_id: string }[]>`
    select organization_id from removals.waiting(${mostAtOnce})`
  for (const { organization_id: companyId } of waiting) await stopWhereRunning(uses, companyId)
  const due = await database.sql<{ organization_id: string }[]>`
    select organization_id from removals.due(${now}, ${mostAtOnce})`
  let removed = 0
  for (const { organization_id: companyId } of due)
    try {
      if (await remove(uses, companyId)) removed += 1
    } catch (error) {
      log.warn('a company whose day has come could not be removed yet', { area: 'removals', error })
    }
  return { removed }
}

/** Sold to again after the notice: it stays. */
const stopWhereRunning = (uses: WorkUses, companyId: string) =>
  uses.database.inOrganization(companyId, async (tx) => {
    const row = await lock(tx, companyId)
    const adder = await uses.organizations.findAdder(tx)
    if (row?.state !== 'noticed' || !adder || !(await uses.subscriptions.isRunning(tx, companyId))) return
    await tx`delete from removals.removal where organization_id = ${companyId}`
    await record(uses, tx, companyId, adder.organizationId, 'taken_back', by)
  })

/**
 * PT-12, RT-02: everything that is tied to the company. From the first step there is no way back; each step can be done again, so whatever dies
 * in between goes on at the next round. People who are in no other organisation are forgotten as if they had asked: what names them in the logs,
 * which stay for their time, is a number that leads to nobody. Held and restricted rows are copied out first.
 */
async function remove(uses: WorkUses, companyId: string): Promise<boolean> {
  const { database, clock } = uses
  const adderId = await database.inOrganization(companyId, async (tx): Promise<string | undefined> => {
    const row: (Row & { before: unknown }) | undefined = await lock(tx, companyId)
    const adder = await uses.organizations.findAdder(tx)
    if (!row?.due_at || row.due_at > clock.now() || !adder) return undefined
    if (row.state !== 'removing' && (await uses.subscriptions.isRunning(tx, companyId))) return undefined
    await tx`update removals.removal set state = 'removing' where organization_id = ${companyId}`
    return adder.organizationId
  })
  if (adderId === undefined) return false
  await uses.elsewhere(companyId)
  await uses.people.leaveCompany(companyId)
  await uses.expiry.removeOrganization(companyId, ['removals.removal', 'organizations.organization'])
  await database.inOrganization(companyId, async (tx) => {
    await tx`delete from removals.removal where organization_id = ${companyId}`
    await uses.organizations.removeCompany(tx)
    await enter(tx, adderId)
    const target = { kind: 'organization', id: companyId } as const
    await uses.audit.record(tx, { organizationId: adderId, action: 'removals.removed', target, actor: by.actor })
  })
  return true
}
