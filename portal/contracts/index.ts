import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '#base/clock'
import { counts } from '#identity/release/api'
import { contractAnswer, contractList, ended, failureList, newSecret } from '#identity/services/api'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { Calls } from '#server/calls'
import type { Database, Sql } from '#server/database'
import type { Route } from '#server/routes'
import type { Contract, ContractAnswer, UseAnswer } from './api.ts'
import { providerOnly } from './errors.ts'
import { routes } from './routes.ts'

type Needs = { readonly database: Database; readonly clock: Clock; readonly calls: Pick<Calls, 'call'> }
type Uses = { readonly audit: Pick<Audit, 'record'>; readonly organizations: Pick<Organizations, 'describe'> }
const countedDays = 30

type Step = 'enforced' | 'ended' | 'secret_made'

export type Contracts = {
  list(organizationId: string): Promise<z.output<typeof contractList>>
  find(organizationId: string, clientId: string): Promise<ContractAnswer>
  use(organizationId: string, clientId: string): Promise<UseAnswer>
  make(organizationId: string, contract: Contract, by: By): Promise<{ clientId: string }>
  change(organizationId: string, clientId: string, contract: Contract, by: By): Promise<void>
  enforce(organizationId: string, clientId: string, by: By): Promise<void>
  end(organizationId: string, clientId: string, by: By): Promise<z.output<typeof ended>>
  makeSecret(organizationId: string, clientId: string, by: By): Promise<z.output<typeof newSecret>>
  readonly routes: readonly Route[]
}

export function createContracts(
  { database, clock, calls: { call } }: Needs,
  { audit, organizations }: Uses,
): Contracts {
  const inProvider = <T>(organizationId: string, run: (tx: Sql) => Promise<T>): Promise<T> =>
    database.inOrganization(organizationId, async (tx) => {
      const organization = (await organizations.describe(tx, [organizationId])).get(organizationId)
      if (!organization?.kinds.includes('provider')) throw providerOnly()
      return run(tx)
    })
  const ask = <Schema extends z.ZodType>(path: string, body: unknown, answer: Schema, isIdempotent = false) =>
    call('identity', `/calls/services/${path}`, body, answer, { isIdempotent, timeoutMilliseconds: 8_000 })

  /** Recorded before identity is asked; if it refuses, neither stays. */
  const record = (tx: Sql, organizationId: string, clientId: string, step: 'made' | 'changed' | Step, by: By) =>
    audit.record(tx, {
      organizationId,
      action: `contracts.${step}`,
      target: { kind: 'organization', id: organizationId },
      details: { service: clientId },
      ...by,
    })
  const step = <Schema extends z.ZodType>(what: Step, path: string, answer: Schema) =>
    function run(organizationId: string, clientId: string, by: By): Promise<z.output<Schema>> {
      return inProvider(organizationId, async (tx) => {
        await record(tx, organizationId, clientId, what, by)
        return ask(path, { clientId }, answer)
      })
    }

  const contracts: Omit<Contracts, 'routes'> = {
    list: (organizationId) => inProvider(organizationId, () => ask('contracts', {}, contractList, true)),
    find: (organizationId, clientId) =>
      inProvider(organizationId, () => ask('contract', { clientId }, contractAnswer, true)),
    use: (organizationId, clientId) =>
      inProvider(organizationId, async () => {
        const { contractId } = await ask('contract', { clientId }, contractAnswer, true)
        const from = new Date(clock.now().getTime() - countedDays * 86_400_000).toISOString()
        const [counted, refused] = await Promise.all([
          call('identity', '/calls/release/counts', { contractId, from }, counts, {
            isIdempotent: true,
            timeoutMilliseconds: 8_000,
          }),
          ask('contract/failures', { clientId }, failureList, true),
        ])
        return { ...counted, ...refused }
      }),
    make: (organizationId, contract, by) =>
      inProvider(organizationId, async (tx) => {
        const clientId = `s-${randomBytes(8).toString('hex')}`
        await record(tx, organizationId, clientId, 'made', by)
        await ask('contract/make', { clientId, contract }, z.undefined(), true)
        return { clientId }
      }),
    change: (organizationId, clientId, contract, by) =>
      inProvider(organizationId, async (tx) => {
        await record(tx, organizationId, clientId, 'changed', by)
        await ask('contract/change', { clientId, contract }, z.undefined(), true)
      }),
    enforce: step('enforced', 'contract/enforce', z.undefined()),
    end: step('ended', 'contract/end', ended),
    makeSecret: step('secret_made', 'contract/secret', newSecret),
  }
  return { ...contracts, routes: routes(contracts) }
}
