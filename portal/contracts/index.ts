import type { z } from 'zod'
import type { Clock } from '#base/clock'
import { counts } from '#identity/release/api'
import {
  ended,
  failureList,
  contractAnswer as identityAnswer,
  contractList as identityList,
  newSecret,
} from '#identity/services/api'
import { upstreamList } from '#identity/upstream/api'
import type { Audit } from '#portal/audit'
import { type By, enter, type Organizations } from '#portal/organizations'
import type { People } from '#portal/people'
import type { Calls } from '#server/calls'
import type { Database, Sql } from '#server/database'
import type { Jobs } from '#server/jobs'
import type { Mail } from '#server/mail'
import type { Route } from '#server/routes'
import type { Sealing } from '#server/sealed'
import type { Choices, Contract, ContractAnswer, ContractList, changeAnswer, Decision, sent, UseAnswer } from './api.ts'
import { data } from './data.ts'
import { ownersOnly, providerOnly } from './errors.ts'
import { changeOwn, declareOwn, leave, listOwn, makeOwn, onOwn, ownIds, remind, send, withdraw } from './own.ts'
import { hold, listOwned, type Side, tellProposal, type Uses as With, withOwners } from './owned.ts'
import { change, decide, declareAny, enforce, make, onAny, setOwner } from './provide.ts'
import { routes } from './routes.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly calls: Pick<Calls, 'call'>
  readonly jobs: Pick<Jobs, 'define'>
  readonly sealed: Sealing
  readonly mail: Pick<Mail, 'send'>
  readonly urls: { readonly portal: URL }
}
type Uses = {
  readonly audit: Pick<Audit, 'record'>
  readonly organizations: Pick<Organizations, 'describe' | 'findProvider'>
  readonly people: Pick<People, 'whoMay' | 'whereTo'>
}
const countedDays = 30

/** Everywhere: an organisation sees what it owns, and whoever runs this Vartio everything. */
export type Contracts = {
  list(organizationId: string): Promise<ContractList>
  find(organizationId: string, clientId: string): Promise<ContractAnswer>
  use(organizationId: string, clientId: string): Promise<UseAnswer>
  choices(organizationId: string): Promise<Choices>
  make(organizationId: string, contract: Contract, by: By): Promise<{ clientId: string }>
  change(organizationId: string, clientId: string, contract: Contract, by: By): Promise<z.output<typeof changeAnswer>>
  end(organizationId: string, clientId: string, by: By): Promise<z.output<typeof ended>>
  makeSecret(organizationId: string, clientId: string, by: By): Promise<z.output<typeof newSecret>>
  /** Of the owner; of whoever runs this Vartio where there is none. */
  declare(organizationId: string, clientId: string, terms: string, by: By): Promise<void>
  /** Of the owner. */
  send(organizationId: string, clientId: string, terms: string, by: By): Promise<z.output<typeof sent>>
  withdraw(organizationId: string, clientId: string, by: By): Promise<void>
  /** Of whoever runs this Vartio. */
  enforce(organizationId: string, clientId: string, terms: string, by: By): Promise<void>
  decide(organizationId: string, clientId: string, decided: Decision, by: By): Promise<void>
  setOwner(organizationId: string, clientId: string, ownerId: string | null, by: By): Promise<void>
  /** What owners have sent to be approved: for whoever runs this Vartio. */
  countWaiting(tx: Sql): Promise<number>
  /** What was declined, and nobody of the owner has put away; `tx` sees the owner. */
  countDeclined(tx: Sql, organizationId: string): Promise<number>
  /** Contracts in force whose declaration is due: of what the organisation owns, or of all. Undefined: identity does not answer. */
  countDue(organizationId: string): Promise<number | undefined>
  /** Writes to owners whose declaration is due. */
  remind(): Promise<void>
  /** The organisation is being removed. */
  leave(organizationId: string): Promise<void>
  readonly routes: readonly Route[]
}

export function createContracts(
  { database, clock, calls: { call }, jobs, sealed, mail, urls }: Needs,
  given: Uses,
): Contracts {
  const uses: With = {
    ...given,
    database,
    clock,
    mail,
    portal: urls.portal,
    sealer: sealed.table(data, 'proposal', ['because']),
    ask: (path, body, answer, isIdempotent = false) =>
      call('identity', `/calls/services/${path}`, body, answer, { isIdempotent, timeoutMilliseconds: 8_000 }),
  }
  const { ask } = uses
  const as = <T>(organizationId: string, run: (tx: Sql, side: Side) => Promise<T>): Promise<T> =>
    database.inOrganization(organizationId, async (tx) => {
      const found = (await given.organizations.describe(tx, [organizationId])).get(organizationId)
      const isProvider = found?.kinds.includes('provider') ?? false
      return run(tx, { organizationId, name: found?.name ?? '', isProvider })
    })
  const asProvider = <T>(organizationId: string, run: (tx: Sql, side: Side) => Promise<T>): Promise<T> =>
    as(organizationId, (tx, side) => {
      if (!side.isProvider) throw providerOnly()
      return run(tx, side)
    })
  const asOwner = <T>(organizationId: string, run: (tx: Sql, side: Side) => Promise<T>): Promise<T> =>
    as(organizationId, (tx, side) => {
      if (side.isProvider) throw ownersOnly()
      return run(tx, side)
    })
  const holdIfOwner = async (tx: Sql, { organizationId, isProvider }: Side, clientId: string) =>
    isProvider ? undefined : hold(tx, organizationId, clientId)

  const contracts: Omit<Contracts, 'routes'> = {
    list: (organizationId) =>
      as(organizationId, async (tx, side) => {
        const found = side.isProvider
          ? (await ask('contracts', {}, identityList, true)).contracts
          : await listOwn(uses, tx, side)
        return { contracts: await withOwners(uses, tx, found) }
      }),
    find: (organizationId, clientId) =>
      as(organizationId, async (tx, side) => {
        await holdIfOwner(tx, side, clientId)
        const found = await ask('contract', { clientId }, identityAnswer, true)
        const ownerId = (await listOwned(tx, [clientId])).get(clientId)?.organization_id
        if (!ownerId) return { ...found, owner: null, proposal: null }
        const owner = (await given.organizations.describe(tx, [ownerId])).get(ownerId)
        await enter(tx, ownerId)
        const proposal = await tellProposal(uses, tx, ownerId, clientId, found.contract)
        return { ...found, owner: { organizationId: ownerId, name: owner?.name ?? '' }, proposal }
      }),
    use: (organizationId, clientId) =>
      as(organizationId, async (tx, side) => {
        await holdIfOwner(tx, side, clientId)
        const { contractId } = await ask('contract', { clientId }, identityAnswer, true)
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
    choices: (organizationId) =>
      as(organizationId, async (_tx, { isProvider }) => {
        const found = await call('identity', '/calls/upstream/list', {}, upstreamList, {
          isIdempotent: true,
          timeoutMilliseconds: 8_000,
        })
        // What the provider only tries out is nobody else's.
        const offered = found.upstreams.filter(({ state }) => isProvider || state === 'in-force')
        return {
          upstreams: offered.map(({ upstreamId, upstream: { name } }) => ({ upstreamId, name })),
          identifierTypes: found.identifierTypes,
        }
      }),
    make: (organizationId, contract, by) =>
      as(organizationId, (tx, side) => (side.isProvider ? make : makeOwn)(uses, tx, side, contract, by)),
    change: (organizationId, clientId, contract, by) =>
      as(organizationId, (tx, side) => (side.isProvider ? change : changeOwn)(uses, tx, side, clientId, contract, by)),
    end: (organizationId, clientId, by) =>
      as(organizationId, async (tx, side) => {
        await (side.isProvider ? onAny : onOwn)(uses, tx, side, clientId, 'ended', by)
        return ask('contract/end', { clientId }, ended)
      }),
    makeSecret: (organizationId, clientId, by) =>
      as(organizationId, async (tx, side) => {
        await (side.isProvider ? onAny : onOwn)(uses, tx, side, clientId, 'secret_made', by)
        return ask('contract/secret', { clientId }, newSecret)
      }),
    declare: (organizationId, clientId, terms, by) =>
      as(organizationId, (tx, side) =>
        (side.isProvider ? declareAny : declareOwn)(uses, tx, side, clientId, terms, by),
      ),
    send: (organizationId, clientId, terms, by) =>
      asOwner(organizationId, (tx, side) => send(uses, tx, side, clientId, terms, by)),
    withdraw: (organizationId, clientId, by) =>
      asOwner(organizationId, (tx, side) => withdraw(uses, tx, side, clientId, by)),
    enforce: (organizationId, clientId, terms, by) =>
      asProvider(organizationId, (tx, side) => enforce(uses, tx, side, clientId, terms, by)),
    decide: (organizationId, clientId, decided, by) =>
      asProvider(organizationId, (tx, side) => decide(uses, tx, side, clientId, decided, by)),
    setOwner: (organizationId, clientId, ownerId, by) =>
      asProvider(organizationId, (tx, side) => setOwner(uses, tx, side, clientId, ownerId, by)),
    async countWaiting(tx) {
      const [row] = await tx<[{ count: number }]>`select contracts.count_waiting() as count`
      return row.count
    },
    async countDeclined(tx, organizationId) {
      const [row] = await tx<[{ count: number }]>`
        select count(*)::int as count from contracts.proposal
        where organization_id = ${organizationId} and declined_at is not null`
      return row.count
    },
    async countDue(organizationId) {
      const clientIds = await as(organizationId, async (tx, { isProvider }) =>
        isProvider ? undefined : ownIds(tx, organizationId),
      )
      if (clientIds?.length === 0) return 0
      const asked = clientIds === undefined ? {} : { clientIds }
      return call('identity', '/calls/services/contracts', asked, identityList, { timeoutMilliseconds: 2_000 }).then(
        (found) => found.contracts.filter(({ isDeclarationDue }) => isDeclarationDue).length,
        () => undefined,
      )
    },
    remind: () => remind(uses),
    leave: (organizationId) => leave(uses, organizationId),
  }
  jobs.define('contracts.remind', { purpose: 'service', cron: '41 6 * * *', atMostSeconds: 900 }, contracts.remind)
  return { ...contracts, routes: routes(contracts) }
}
