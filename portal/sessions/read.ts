import type { z } from 'zod'
import type { Organizations } from '#portal/organizations'
import type { Activity } from '#portal/organizations/api'
import { type People, permissionsOf } from '#portal/people'
import type { Database, Sql } from '#server/database'
import type { sessionAnswer } from './api.ts'

type Uses = {
  readonly database: Database
  readonly urls: { readonly identity: URL }
  readonly organizations: Pick<Organizations, 'describe' | 'managersOf' | 'findEnded'>
  readonly people: Pick<People, 'read' | 'membershipsOf' | 'roleNames'>
}
type Answer = z.input<typeof sessionAnswer>
type Membership = Awaited<ReturnType<People['membershipsOf']>>[number]

/** Who is signed in, and what they may do where: in each organisation of theirs, and in that one of others which they go into. */
export function readSession(
  uses: Uses,
  personId: string,
  asked: string | undefined,
  onlyIn: string | undefined,
): Promise<Answer> {
  const wanted = onlyIn ?? asked
  const { database, organizations, people, urls } = uses
  return database.forPerson(personId, async (tx) => {
    const person = await people.read(tx, personId)
    const all = await people.membershipsOf(tx)
    const memberships = onlyIn === undefined ? all : all.filter(({ organizationId }) => organizationId === onlyIn)
    const through = wanted === undefined ? [] : await findThrough(uses, tx, wanted, memberships)
    const ids = memberships.map(({ organizationId }) => organizationId)
    const ended =
      wanted === undefined || through.length > 0 || ids.includes(wanted)
        ? undefined
        : await organizations.findEnded(tx, wanted, ids)
    const entered = wanted !== undefined && through.length > 0 && !ids.includes(wanted)
    const described = await organizations.describe(tx, entered || ended ? [...ids, wanted as string] : ids)
    const called = await people.roleNames(
      tx,
      memberships.flatMap(({ ownRoles }) => ownRoles),
    )
    const name = (id: string) => described.get(id)?.name ?? ''
    return {
      person,
      organizations: [
        ...memberships,
        ...(entered ? [{ organizationId: wanted, roles: [], ownRoles: [], held: [] }] : []),
      ].flatMap(({ organizationId, roles, ownRoles, held }) => {
        const organization = described.get(organizationId)
        if (!organization) return []
        const theirs = organizationId === wanted ? through : []
        return [
          {
            organizationId,
            ...organization,
            roles,
            ownRoles: ownRoles.flatMap((roleId) => ({ roleId, name: called.get(roleId) ?? '' })),
            permissions: [...permissionsOf(held, theirs)],
            through: theirs.map(({ managingId, activities }) => ({
              managingId,
              managingName: name(managingId),
              activities,
            })),
          },
        ]
      }),
      ended:
        ended && wanted !== undefined
          ? { organizationId: wanted, name: name(wanted), managingName: name(ended.managingId), endedAt: ended.endedAt }
          : null,
      accountUrl: new URL('/account/', urls.identity).href,
    }
  })
}

/** The organisations of the person to which this one has outsourced something right now. */
async function findThrough({ organizations }: Uses, tx: Sql, wanted: string, memberships: readonly Membership[]) {
  const rows = await tx<{ managing_id: string; activities: Activity[] }[]>`
    select managing_id, activities from ${organizations.managersOf(tx, tx`${[wanted]}::uuid[]` as never)}`
  return rows.flatMap(({ managing_id: managingId, activities }) => {
    const roles = memberships.find(({ organizationId }) => organizationId === managingId)?.held
    return roles ? [{ managingId, activities, roles }] : []
  })
}
