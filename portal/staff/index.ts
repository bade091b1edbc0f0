import { z } from 'zod'
import { staffHistory, staffRoles } from '#identity/groups/api'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import { mostOwnTold, type People, rolesDecided } from '#portal/people'
import type { Calls } from '#server/calls'
import type { Database, Sql } from '#server/database'
import type { Jobs } from '#server/jobs'
import type { Messages } from '#server/messages'
import { within } from '#server/purpose'
import type { Rights } from '#server/rights'
import type { Route } from '#server/routes'
import type { accessList, accessQuery } from './api.ts'
import { writeTable } from './csv.ts'
import { dayBounds } from './day.ts'
import { providerOnly } from './errors.ts'
import { routes } from './routes.ts'

type Needs = {
  readonly database: Database
  readonly calls: Pick<Calls, 'call'>
  readonly messages: Pick<Messages, 'subscribe'>
  readonly jobs: Pick<Jobs, 'define' | 'send'>
  readonly rights: Pick<Rights, 'restrictedAmong'>
}
type Uses = {
  readonly audit: Pick<Audit, 'record'>
  readonly organizations: Pick<Organizations, 'describe' | 'findProvider'>
  readonly people: Pick<People, 'names' | 'findBySubject' | 'subjectOf' | 'tellMembers' | 'roleNames'>
}

export type Staff = {
  list(organizationId: string, query: z.output<typeof accessQuery>): Promise<z.input<typeof accessList>>
  /** The same as a file; that it was taken is recorded. */
  export(organizationId: string, query: z.output<typeof accessQuery>, by: By): Promise<string>
  /** Everybody who belongs to the provider now is told to identity: what an earlier version had never told, too. */
  tellEverybody(): Promise<void>
  /** Does so soon: what happened before there was anybody to tell it to. */
  begin(): Promise<void>
  readonly routes: readonly Route[]
}

/** ID-88, ID-89: identity keeps the provider's people as groups, one for each role; the portal decides who they are, and shows who they were. */
export function createStaff(
  { database, calls: { call }, messages, jobs, rights }: Needs,
  { audit, organizations, people }: Uses,
): Staff {
  messages.subscribe(rolesDecided, { name: 'staff.tell-identity', purpose: 'access' }, async ({ payload }, tx) => {
    if ((await organizations.findProvider(tx)) !== payload.organizationId) return
    const by = payload.by === undefined ? null : ((await people.subjectOf(tx, String(payload.by))) ?? null)
    const subject = await people.subjectOf(tx, String(payload.personId))
    // Forgotten meanwhile, at identity too, which writes that itself.
    if (subject === undefined) return
    const roles = staffRoles.filter((role) => payload[role] === true)
    const ids = Array.from({ length: mostOwnTold }, (_, at) => payload[`own${at}`]).flatMap((id) =>
      id ? [String(id)] : [],
    )
    // One that has gone meanwhile has no name any more, and nobody has it: that is told next.
    const ownRoles = [...(await people.roleNames(tx, ids))].map(([roleId, name]) => ({ roleId, name }))
    const change = { subject, roles, ownRoles, at: new Date(Number(payload.at)).toISOString(), by }
    // The message's transaction is open meanwhile.
    await call('identity', '/calls/groups/staff', change, z.object({}), {
      isIdempotent: true,
      timeoutMilliseconds: 5_000,
    })
  })

  const inProvider = <T>(organizationId: string, run: (tx: Sql) => Promise<T>): Promise<T> =>
    database.inOrganization(organizationId, async (tx) => {
      const organization = (await organizations.describe(tx, [organizationId])).get(organizationId)
      if (!organization?.kinds.includes('provider')) throw providerOnly()
      return run(tx)
    })

  async function namesOf(tx: Sql, subjects: readonly string[]): Promise<Map<string, string>> {
    const ids = new Map<string, string>()
    for (const subject of subjects) {
      const personId = await within('access', () => people.findBySubject(tx, subject))
      if (personId !== undefined) ids.set(subject, personId)
    }
    const names = await people.names(tx, [...ids.values()])
    const restricted = await rights.restrictedAmong(tx, [...ids.values()])
    return new Map(
      [...ids].flatMap(([subject, id]) => (names.has(id) && !restricted.has(id) ? [[subject, names.get(id)!]] : [])),
    )
  }

  const list = (
    organizationId: string,
    { day, search }: z.output<typeof accessQuery>,
    run?: (tx: Sql) => Promise<unknown>,
  ) =>
    inProvider(organizationId, async (tx): Promise<z.input<typeof accessList>> => {
      await run?.(tx)
      const { periods, isCut } = await call('identity', '/calls/groups/staff-history', {}, staffHistory, {
        isIdempotent: true,
        timeoutMilliseconds: 8_000,
      })
      const bounds = day === undefined ? undefined : dayBounds(day)
      const shown = bounds
        ? periods.filter(({ from, to }) => from < bounds.end && (to === null || to > bounds.begin))
        : periods
      const subjects = new Set(shown.flatMap(({ subject, givenBy, takenBy }) => [subject, givenBy, takenBy]))
      const names = await namesOf(
        tx,
        [...subjects].filter((subject) => subject !== null),
      )
      const nameOf = (subject: string | null) => (subject === null ? null : (names.get(subject) ?? null))
      const wanted = search?.toLocaleLowerCase('fi')
      return {
        periods: shown
          .map(({ subject, givenBy, takenBy, ...rest }) => ({
            ...rest,
            name: nameOf(subject),
            givenBy: nameOf(givenBy),
            takenBy: nameOf(takenBy),
          }))
          .filter(({ name }) => !wanted || name?.toLocaleLowerCase('fi').includes(wanted)),
        isCut,
      }
    })

  const staff: Omit<Staff, 'routes'> = {
    list: (organizationId, query) => list(organizationId, query),
    async export(organizationId, query, by) {
      const { periods } = await list(organizationId, query, (tx) =>
        audit.record(tx, {
          organizationId,
          action: 'staff.exported',
          target: { kind: 'organization', id: organizationId },
          ...by,
        }),
      )
      return writeTable(periods)
    },
    async tellEverybody() {
      const provider = await organizations.findProvider(database.sql)
      if (provider !== undefined) await people.tellMembers(provider)
    },
    begin: () => jobs.send(undefined, 'staff.tell-everybody', {}),
  }
  jobs.define('staff.tell-everybody', { purpose: 'access', cron: '11 * * * *' }, staff.tellEverybody)
  return { ...staff, routes: routes(staff) }
}
