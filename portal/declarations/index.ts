import type { z } from 'zod'
import { addMonths } from '#base/calendar'
import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { People } from '#portal/people'
import { declarableAnswer } from '#privacy/pledges/api'
import type { Calls } from '#server/calls'
import type { Database, Sql } from '#server/database'
import { within } from '#server/purpose'
import type { Rights } from '#server/rights'
import type { Route } from '#server/routes'
import type { Sealing } from '#server/sealed'
import type { declarationList, declarationMade, declaredAnswer, newDeclaration } from './api.ts'
import { data } from './data.ts'
import { badUntil, notDeclarable, notFound, providerOnly } from './errors.ts'
import { routes } from './routes.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly sealed: Sealing
  readonly rights: Pick<Rights, 'restrictedAmong'>
  readonly calls: Pick<Calls, 'call'>
}
type Uses = {
  readonly audit: Pick<Audit, 'record'>
  readonly organizations: Pick<Organizations, 'describe'>
  readonly people: Pick<People, 'names'>
}

export type Declarations = {
  list(organizationId: string): Promise<z.input<typeof declarationList>>
  declare(
    organizationId: string,
    personId: string,
    given: z.output<typeof newDeclaration>,
    by: By,
  ): Promise<z.input<typeof declarationMade>>
  withdraw(organizationId: string, declarationId: string, by: By): Promise<void>
  declared(): Promise<z.input<typeof declaredAnswer>>
  readonly routes: readonly Route[]
}

type Row = {
  readonly person_id: string
  readonly declaration_id: string
  readonly pledge: string
  readonly declared_at: Date
  readonly until: Date
  readonly withdrawn_at: Date | null
  readonly sealed: Buffer
}

/** Nobody’s word counts for longer without being given again. */
const mostMonths = 12

export function createDeclarations(
  { database, clock, sealed, rights, calls: { call } }: Needs,
  { audit, organizations, people }: Uses,
): Declarations {
  const sealer = sealed.table(data, 'declaration', ['name', 'statement'])

  const inProvider = <T>(organizationId: string, run: (tx: Sql) => Promise<T>): Promise<T> =>
    database.inOrganization(organizationId, async (tx) => {
      const organization = (await organizations.describe(tx, [organizationId])).get(organizationId)
      if (!organization?.kinds.includes('provider')) throw providerOnly()
      return run(tx)
    })

  /** The sentences are the privacy office's. */
  const declarable = async () =>
    (
      await call('privacy', '/calls/pledges/declarable', {}, declarableAnswer, {
        isIdempotent: true,
        timeoutMilliseconds: 8_000,
      })
    ).pledges

  /** Of each pledge the newest word: one that was taken back makes way for an older one of another only by being given again. */
  const newest = (tx: Sql) => tx<Row[]>`
    select distinct on (pledge) person_id, declaration_id, pledge, declared_at, until, withdrawn_at, sealed
    from declarations.declaration order by pledge, declared_at desc, declaration_id desc`

  /** By declaration. Of whom is restricted none: what they said is stored and not used, so nobody vouches for it (DSR-12). */
  const namesOf = async (tx: Sql, rows: readonly Row[]): Promise<ReadonlyMap<string, string>> => {
    const persons = [...new Set(rows.map(({ person_id: id }) => id))]
    const restricted = await within('rights', () => rights.restrictedAmong(tx, persons))
    const opened = await sealer.open(rows, ['name'])
    return new Map(
      rows.flatMap((row, at) => {
        const name = opened[at]?.name
        return typeof name === 'string' && !restricted.has(row.person_id) ? [[row.declaration_id, name] as const] : []
      }),
    )
  }

  const declarations: Omit<Declarations, 'routes'> = {
    list: (organizationId) =>
      inProvider(organizationId, async (tx) => {
        const pledges = await declarable()
        const rows = await newest(tx)
        const names = await namesOf(tx, rows)
        const opened = await sealer.open(rows, ['statement'])
        const now = clock.now()
        return {
          pledges: pledges.map((one) => {
            const at = rows.findIndex(({ pledge }) => pledge === one.pledge)
            const row = rows[at]
            const by = row && names.get(row.declaration_id)
            return {
              ...one,
              isKept: by !== undefined && row?.withdrawn_at === null && now < row.until,
              declaration: row
                ? {
                    declarationId: row.declaration_id,
                    by: by ?? null,
                    declaredAt: row.declared_at,
                    until: row.until,
                    withdrawnAt: row.withdrawn_at,
                    statement: opened[at]?.statement ?? null,
                  }
                : null,
            }
          }),
        }
      }),

    async declare(organizationId, personId, { pledge, statement, until }, by) {
      const now = clock.now()
      const end = new Date(until)
      if (end <= now || end > addMonths(now, mostMonths)) throw badUntil()
      const declarationId = newId(now.getTime())
      await inProvider(organizationId, async (tx) => {
        const name = (await within('members', () => people.names(tx, [personId]))).get(personId)
        if (name === undefined) throw notDeclarable()
        const value = await sealer.sealOne({ person_id: personId, declaration_id: declarationId }, { name, statement })
        if (!(await declarable()).some((one) => one.pledge === pledge)) throw notDeclarable()
        await tx`
          insert into declarations.declaration (person_id, declaration_id, pledge, declared_at, until, sealed)
          values (${personId}, ${declarationId}, ${pledge}, ${now}, ${end}, ${value})`
        await audit.record(tx, {
          organizationId,
          ...by,
          action: 'declarations.declared',
          target: { kind: 'organization', id: organizationId },
          details: { pledge, declaration: declarationId },
        })
      })
      return { declarationId }
    },

    withdraw: (organizationId, declarationId, by) =>
      inProvider(organizationId, async (tx) => {
        const [gone] = await tx<{ pledge: string }[]>`
          update declarations.declaration set withdrawn_at = ${clock.now()}
          where declaration_id = ${declarationId} and withdrawn_at is null returning pledge`
        if (!gone) throw notFound()
        await audit.record(tx, {
          organizationId,
          ...by,
          action: 'declarations.withdrawn',
          target: { kind: 'organization', id: organizationId },
          details: { pledge: gone.pledge, declaration: declarationId },
        })
      }),

    declared: () =>
      database.transaction(async (tx) => {
        const rows = (await newest(tx)).filter(({ withdrawn_at: gone }) => gone === null)
        const names = await namesOf(tx, rows)
        return {
          declarations: rows.flatMap(({ pledge, declaration_id: id, declared_at: on, until }) => {
            const by = names.get(id)
            return by === undefined ? [] : [{ pledge, by, on, until }]
          }),
        }
      }),
  }
  return { ...declarations, routes: routes(declarations) }
}
