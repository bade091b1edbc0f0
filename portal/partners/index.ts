import type { z } from 'zod'
import type { Log } from '#base/log'
import type { Role } from '#portal/people/api'
import { within } from '#server/purpose'
import type { Route } from '#server/routes'
import type { companyList, companyQuery, Standing } from './api.ts'
import { list, staleAmong, type Uses } from './list.ts'
import { routes } from './routes.ts'

export type Partners = {
  list(
    managingId: string,
    query: z.output<typeof companyQuery>,
    roles: readonly Role[],
  ): Promise<z.input<typeof companyList>>
  /** Over all companies it looks after right now, each worked out anew where that was long ago: for a report. */
  count(managingId: string): Promise<{
    companies: number
    standings: Readonly<Record<Standing, number>>
    devices: number
    protected: number
  }>
  /** No more companies are worked out; answers when the one under way is done. */
  stop(): Promise<void>
  readonly routes: readonly Route[]
}

type Needs = Pick<Uses, 'database' | 'clock'> & { readonly log: Log }

export function createPartners({ log, ...needs }: Needs, others: Omit<Uses, 'database' | 'clock'>): Partners {
  const uses: Uses = { ...needs, ...others }
  /** By whoever looks after them: one round at a time each. */
  const underWay = new Map<string, Promise<void>>()
  let isStopped = false

  const keep = (companyId: string) =>
    // One that fails keeps none of the others back.
    uses.overview
      .keep(companyId)
      .catch((error: unknown) => log.warn('how a company stands was not worked out', { area: 'partners', error }))

  /** Nobody waits for it: the list shows what was kept, and says of when it is. */
  const renew = (managingId: string, companies: readonly string[]): void => {
    if (companies.length === 0 || underWay.has(managingId) || isStopped) return
    const round = within('service', async () => {
      for (const companyId of companies) {
        if (isStopped) return
        await keep(companyId)
      }
    })
    underWay.set(
      managingId,
      round.finally(() => underWay.delete(managingId)),
    )
  }

  const partners: Omit<Partners, 'routes'> = {
    async count(managingId) {
      const first = await list(uses, managingId, { from: 0 }, [])
      for (const companyId of staleAmong(first.rows, uses.clock.now())) await keep(companyId)
      const { all, counts, rows } = await list(uses, managingId, { from: 0 }, [])
      const sum = (of: 'devices' | 'protected') => rows.reduce((total, row) => total + row[of], 0)
      return { companies: all, standings: counts, devices: sum('devices'), protected: sum('protected') }
    },
    async list(managingId, query, roles) {
      const { rows, ...listed } = await list(uses, managingId, query, roles)
      renew(managingId, staleAmong(rows, uses.clock.now()))
      return { ...listed, isCounting: underWay.has(managingId) }
    },
    async stop() {
      isStopped = true
      await Promise.all(underWay.values())
    },
  }
  return { ...partners, routes: routes(partners) }
}
