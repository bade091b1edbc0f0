import type { z } from 'zod'
import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { People } from '#portal/people'
import type { Calls } from '#server/calls'
import type { Database, Sql } from '#server/database'
import { within } from '#server/purpose'
import type { Route } from '#server/routes'
import type { Sealing } from '#server/sealed'
import { type Found, found, isPeriod, type LookGround, type lookList, type newLook } from './api.ts'
import { data } from './data.ts'
import { providerOnly, tooLong } from './errors.ts'
import { routes } from './routes.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly sealed: Sealing
  readonly calls: Pick<Calls, 'call'>
}
type Uses = {
  readonly audit: Pick<Audit, 'record'>
  readonly organizations: Pick<Organizations, 'describe'>
  readonly people: Pick<People, 'names'>
}

export type TechnicalLog = {
  list(organizationId: string): Promise<z.input<typeof lookList>>
  look(organizationId: string, personId: string, asked: z.output<typeof newLook>, by: By): Promise<Found>
  readonly routes: readonly Route[]
}

type Row = {
  person_id: string
  look_id: string
  at: Date
  ground: LookGround
  begins: Date
  ends: Date
  contract_id: string | null
  sealed: Buffer
}

const mostListed = 200

export function createTechnicalLog(
  { database, clock, sealed, calls: { call } }: Needs,
  { audit, organizations, people }: Uses,
): TechnicalLog {
  const sealer = sealed.table(data, 'look', ['why'])

  const inProvider = <T>(organizationId: string, run: (tx: Sql) => Promise<T>): Promise<T> =>
    database.inOrganization(organizationId, async (tx) => {
      const organization = (await organizations.describe(tx, [organizationId])).get(organizationId)
      if (!organization?.kinds.includes('provider')) throw providerOnly()
      return run(tx)
    })

  const log: Omit<TechnicalLog, 'routes'> = {
    list: (organizationId) =>
      inProvider(organizationId, async (tx) => {
        const rows = await tx<Row[]>`
          select person_id, look_id, at, ground, begins, ends, contract_id, sealed from technical_log.look
          order by at desc, look_id desc limit ${mostListed}`
        const opened = await sealer.open(rows, ['why'])
        const names = await within('members', () => people.names(tx, [...new Set(rows.map((row) => row.person_id))]))
        return {
          looks: rows.map((row, at) => ({
            lookId: row.look_id,
            at: row.at,
            by: names.get(row.person_id) ?? null,
            ground: row.ground,
            why: opened[at]?.why ?? null,
            from: row.begins,
            to: row.ends,
            contractId: row.contract_id,
          })),
        }
      }),

    async look(organizationId, personId, { why, ...asked }, by) {
      if (!isPeriod(asked.from, asked.to)) throw tooLong()
      const at = clock.now()
      const lookId = newId(at.getTime())
      // Committed before identity is asked: a look whose answer is lost, or that fails, has been tried all the same.
      await inProvider(organizationId, async (tx) => {
        const { ground, from, to, contractId = null } = asked
        const value = await sealer.sealOne({ person_id: personId, look_id: lookId }, { why })
        await tx`
          insert into technical_log.look (person_id, look_id, at, ground, begins, ends, contract_id, sealed)
          values (${personId}, ${lookId}, ${at}, ${ground}, ${new Date(from)}, ${new Date(to)}, ${contractId}, ${value})`
        await audit.record(tx, {
          organizationId,
          ...by,
          action: 'technical_log.looked',
          target: { kind: 'organization', id: organizationId },
          details: { ground, look: lookId },
        })
      })
      return call('identity', '/calls/release/look', asked, found, { isIdempotent: true, timeoutMilliseconds: 8_000 })
    },
  }
  return { ...log, routes: routes(log) }
}
