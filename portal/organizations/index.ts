import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import type { Database, Sql } from '#server/database'
import type { Route } from '#server/routes'
import type { Sealing } from '#server/sealed'
import type {
  Activity,
  Controller,
  Kind,
  Operator,
  operatorAnswer,
  organizationTree,
  outsourcingList,
  PartnerKind,
  Responsibility,
} from './api.ts'
import { type By, createBeneath, createFirst, type NewOrganization } from './create.ts'
import { data } from './data.ts'
import { readOperator, setOperator } from './operator.ts'
import {
  beginAsCompany,
  beginAsCreator,
  endAsCompany,
  endAsCreator,
  enterAlone,
  findEnded,
  holdOutsourcing,
  listOutsourcing,
} from './outsource.ts'
import { readController } from './read-controller.ts'
import { type Responsible, readResponsible, setResponsibility } from './responsibility.ts'
import { routes } from './routes.ts'
import { describeThem, readTree } from './tree.ts'

export type { By } from './create.ts'
export { organizationNotFound, outsourcingEnded } from './errors.ts'
export { enter } from './scope.ts'
export { pathFor, type Viewer, viewerOf } from './viewer.ts'

/** On one page; nobody reads more. */
const mostAdded = 5_000

type Needs = { readonly database: Database; readonly clock: Clock; readonly sealed: Sealing }

export type Organizations = {
  /** Of the provider; null until there is one. */
  readController(): Promise<Controller | null>
  /** Whose service this Vartio is (ID-05). */
  readOperator(organizationId: string): Promise<z.input<typeof operatorAnswer>>
  setOperator(organizationId: string, operator: Operator, by: By): Promise<void>
  /** The provider, which is also a company. `tx` then sees it; only one such call ever succeeds. */
  createFirst(tx: Sql, first: { name: string; controller: Controller }): Promise<string>
  createBeneath(parentId: string, organization: NewOrganization, by: By): Promise<string>
  beginAsCompany(companyId: string, managingId: string, activities: Activity[], by: By): Promise<void>
  endAsCompany(companyId: string, managingId: string, by: By): Promise<void>
  beginAsCreator(creatorId: string, companyId: string, activities: Activity[], by: By): Promise<void>
  endAsCreator(creatorId: string, companyId: string, by: By): Promise<void>
  outsourcing(companyId: string): Promise<z.input<typeof outsourcingList>>
  tree(organizationId: string): Promise<z.input<typeof organizationTree>>
  describe(sql: Sql, ids: readonly string[]): Promise<ReadonlyMap<string, { name: string; kinds: Kind[] }>>
  hasProvider(sql: Sql): Promise<boolean>
  /** For commands of whoever has the data folder: they belong to no organisation. */
  findProvider(sql: Sql): Promise<string | undefined>
  /** For the same: by name or number, ten at most. */
  findNamed(sql: Sql, wanted: string): Promise<string[]>
  /** A piece of SQL: rows (organization_id, managing_id, activities) of those to whom the organisations have outsourced something right now. */
  managersOf(sql: Sql, organizationIds: ReturnType<Sql>): ReturnType<Sql>
  /** A piece of SQL: (organization_id, name, has_administrator, activities, began_at) of those who have outsourced something to the organisation that `tx` sees. */
  managed(sql: Sql): ReturnType<Sql>
  /** What it has outsourced right now to `managingId`; that cannot end before the transaction does, which sees the company. */
  holdOutsourcing(tx: Sql, companyId: string, managingId: string): Promise<Activity[]>
  /** A piece of SQL: (organization_id, name) of those that the organisation which `tx` sees may invoice. */
  invoiced(sql: Sql): ReturnType<Sql>
  /** Who may sell to the organisation that `tx` sees. */
  sellers(tx: Sql): Promise<{ organizationId: string; partnerKind: PartnerKind | null }[]>
  /** PT-10: who answers for what, of those that somebody has to do with. */
  responsible(tx: Sql, ids: readonly string[]): Promise<Responsible[]>
  setResponsibility(organizationId: string, responsibility: Responsibility, by: By): Promise<void>
  /** Who has added the company that `tx` sees; undefined of whatever is no company alone. */
  findAdder(tx: Sql): Promise<{ organizationId: string; partnerKind: PartnerKind | null } | undefined>
  /** Companies that the organisation which `tx` sees has added. */
  listAdded(tx: Sql): Promise<{ organizationId: string; name: string }[]>
  /** The last of the company that `tx` sees, when everything else of it is gone. */
  removeCompany(tx: Sql): Promise<void>
  /** How many beneath have nobody to decide for them; `tx` sees the organisation above. */
  countAlone(tx: Sql): Promise<number>
  /** For whoever is refused: whether it is because the company ended what it had outsourced to one of these. */
  findEnded(
    tx: Sql,
    companyId: string,
    managers: readonly string[],
  ): Promise<{ managingId: string; endedAt: Date } | undefined>
  /** People tells whether anybody is left to decide for the organisation that `tx` sees. */
  setHasAdministrator(tx: Sql, organizationId: string, hasAdministrator: boolean): Promise<void>
  /** For whoever added a company that has nobody, or runs this Vartio: `tx` then sees the company, and its first administrator waits until it ends. */
  enterAlone(tx: Sql, aboveId: string, companyId: string): Promise<void>
  readonly routes: readonly Route[]
}

export function createOrganizations(
  { database, clock, sealed }: Needs,
  { audit }: { audit: Pick<Audit, 'record' | 'note' | 'nameTargets'> },
): Organizations {
  const sealer = sealed.table(data, 'controller', ['contact_email', 'data_protection_officer'])
  const uses = { audit, clock, database, sealer }
  sealed.carryOver.define(sealer, async ({ row, values, sealed: value }) => {
    const organizationId = String(row.organization_id)
    const token = await sealer.token('contact_email', values.contact_email ?? '')
    await database.inOrganization(
      organizationId,
      (tx) => tx`
        update organizations.controller set sealed = ${value}, contact_token = ${token}
        where organization_id = ${organizationId} and sealed = '\\x'`,
    )
  })
  audit.nameTargets('organization', async (tx, ids) => {
    const found = await describeThem(tx, ids)
    return new Map([...found].map(([id, { name }]) => [id, name]))
  })
  const organizations: Omit<Organizations, 'routes'> = {
    readController: () => readController(uses),
    readOperator: (organizationId) => readOperator(uses, organizationId),
    setOperator: (organizationId, operator, by) => setOperator(uses, organizationId, operator, by),
    createFirst: (tx, first) => createFirst(uses, tx, first),
    createBeneath: (parentId, organization, by) => createBeneath(uses, database, parentId, organization, by),
    beginAsCompany: (companyId, managingId, activities, by) =>
      beginAsCompany(uses, companyId, managingId, activities, by),
    endAsCompany: (companyId, managingId, by) => endAsCompany(uses, companyId, managingId, by),
    beginAsCreator: (creatorId, companyId, activities, by) =>
      beginAsCreator(uses, creatorId, companyId, activities, by),
    endAsCreator: (creatorId, companyId, by) => endAsCreator(uses, creatorId, companyId, by),
    enterAlone,
    holdOutsourcing,
    outsourcing: (companyId) => listOutsourcing(database, companyId),
    tree: (organizationId) => readTree(database, organizationId),
    describe: describeThem,
    async hasProvider(sql) {
      const [row] = await sql<{ has: boolean }[]>`select organizations.has_provider() as has`
      return row?.has ?? false
    },
    async findProvider(sql) {
      const [row] = await sql<{ id: string | null }[]>`select organizations.find_provider() as id`
      return row?.id ?? undefined
    },
    async findNamed(sql, wanted) {
      const rows = await sql<
        { organization_id: string }[]
      >`select organization_id from organizations.find_named(${wanted})`
      return rows.map(({ organization_id }) => organization_id)
    },
    managersOf: (sql, organizationIds) => sql`organizations.managers_of(${organizationIds})` as ReturnType<Sql>,
    managed: (sql) => sql`organizations.list_managed()` as ReturnType<Sql>,
    responsible: readResponsible,
    setResponsibility: (organizationId, responsibility, by) =>
      setResponsibility(uses, organizationId, responsibility, by),
    async countAlone(tx) {
      const [row] = await tx<{ count: number }[]>`select organizations.count_alone() as count`
      return row?.count ?? 0
    },
    invoiced: (sql) => sql`organizations.list_invoiced()` as ReturnType<Sql>,
    async sellers(tx) {
      const rows = await tx<{ organization_id: string; partner_kind: PartnerKind | null }[]>`
        select * from organizations.list_sellers()`
      return rows.map((row) => ({ organizationId: row.organization_id, partnerKind: row.partner_kind }))
    },
    async findAdder(tx) {
      const [row] = await tx<{ organization_id: string; partner_kind: PartnerKind | null }[]>`
        select * from organizations.find_adder()`
      return row && { organizationId: row.organization_id, partnerKind: row.partner_kind }
    },
    async listAdded(tx) {
      const rows = await tx<{ organization_id: string; name: string }[]>`
        select * from organizations.list_added(${mostAdded})`
      return rows.map((row) => ({ organizationId: row.organization_id, name: row.name }))
    },
    async removeCompany(tx) {
      await tx`select organizations.remove_company()`
    },
    findEnded,
    async setHasAdministrator(tx, organizationId, hasAdministrator) {
      await tx`
        update organizations.organization set has_administrator = ${hasAdministrator}
        where organization_id = ${organizationId} and has_administrator <> ${hasAdministrator}`
    },
  }
  return { ...organizations, routes: routes(organizations) }
}
