import type { z } from 'zod'
import type { Log } from '#base/log'
import type { By } from '#portal/organizations'
import type { Jobs } from '#server/jobs'
import type { Route } from '#server/routes'
import type { Decision, ownRemoval, removalList } from './api.ts'
import { carryOut, type WorkUses } from './carry-out.ts'
import { adderOf, ask, decide, type Row, takeBack, withdraw } from './decide.ts'
import { routes } from './routes.ts'

type Needs = Pick<WorkUses, 'clock' | 'database' | 'mail' | 'expiry' | 'months'> & {
  readonly log: Log
  readonly jobs: Pick<Jobs, 'define'>
}
type Given = Omit<WorkUses, keyof Needs> & { readonly organizations: WorkUses['organizations'] & Added }
type Added = {
  listAdded(
    tx: Parameters<WorkUses['organizations']['findAdder']>[0],
  ): Promise<{ organizationId: string; name: string }[]>
}

export type Removals = {
  read(companyId: string): Promise<z.input<typeof ownRemoval>>
  list(adderId: string): Promise<z.input<typeof removalList>>
  ask(companyId: string, by: By): Promise<void>
  withdraw(companyId: string, by: By): Promise<void>
  decide(adderId: string, companyId: string, decided: Decision, by: By): Promise<void>
  takeBack(adderId: string, companyId: string, by: By): Promise<void>
  /** What is due. The job's turn; tests call it. */
  carryOut(): Promise<{ removed: number }>
  readonly routes: readonly Route[]
}

const told = (row: Row) => ({
  state: row.state,
  cause: row.cause,
  askedAt: row.asked_at,
  decideBy: row.decide_by,
  because: row.because,
  dueAt: row.due_at,
})

export function createRemovals({ jobs, ...needs }: Needs, given: Given): Removals {
  const uses: WorkUses & Given = { ...needs, ...given }
  const { clock, database, organizations, months } = uses
  const removals: Omit<Removals, 'routes'> = {
    read: (companyId) =>
      database.inOrganization(companyId, async (tx) => {
        const [row] = await tx<Row[]>`select * from removals.removal where organization_id = ${companyId}`
        const adder = await organizations.findAdder(tx)
        const names = adder ? await organizations.describe(tx, [adder.organizationId]) : undefined
        const addedBy = (adder && names?.get(adder.organizationId)?.name) ?? ''
        return {
          removal: row ? told(row) : null,
          addedBy,
          decider: adder?.partnerKind === 'operator' ? addedBy : null,
          months,
          mayAsk: adder !== undefined && (!row || row.state === 'declined'),
        }
      }),
    list: (adderId) =>
      database.inOrganization(adderId, async (tx) => {
        const rows = await tx<(Row & { organization_id: string })[]>`select * from removals.of_decider()`
        const byCompany = new Map(rows.map((row) => [row.organization_id, row]))
        const now = clock.now()
        const companies = (await organizations.listAdded(tx)).map((company) => {
          const row = byCompany.get(company.organizationId)
          const isOverdue = row?.state === 'asked' && row.decide_by !== null && row.decide_by <= now
          return { ...company, removal: row ? told(row) : null, isOverdue }
        })
        return { months, companies }
      }),
    ask: async (companyId, by) => {
      await database.inOrganization(companyId, (tx) => adderOf(uses, tx))
      await ask(uses, companyId, by)
    },
    withdraw: (companyId, by) => withdraw(uses, companyId, by),
    decide: (...asked) => decide(uses, ...asked),
    takeBack: (...asked) => takeBack(uses, ...asked),
    carryOut: () => carryOut(uses),
  }
  jobs.define('removals.carry-out', { purpose: 'upkeep', cron: '*/10 * * * *', atMostSeconds: 3_600 }, async () => {
    await removals.carryOut()
  })
  return { ...removals, routes: routes(removals) }
}
