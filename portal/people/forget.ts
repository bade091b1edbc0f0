import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import { enter, type Organizations } from '#portal/organizations'
import type { Sql } from '#server/database'
import type { AreaRights, Rights, Subject } from '#server/rights'
import type { Names } from '#server/sealed'
import { lastAdministrator } from './errors.ts'
import { lockAdministrators } from './membership.ts'
import { findBySubject, rememberForgotten } from './recognise.ts'
import type { PersonSealer } from './sealed.ts'

type Uses = {
  readonly audit: Pick<Audit, 'record' | 'note'>
  readonly organizations: Pick<Organizations, 'describe' | 'setHasAdministrator'>
  readonly clock: Clock
  readonly sealer: PersonSealer
  readonly names: Names
}

type Membership = { readonly organization_id: string; readonly roles: readonly string[] }

const rowsOf = (tx: Sql) => tx<Membership[]>`select * from people.membership_rows()`

export async function addressOf(sealer: PersonSealer, sql: Sql, personId: string): Promise<string | undefined> {
  const [row] = await sql<{ person_id: string; sealed: Buffer }[]>`select * from people.names_of(${[personId]}::uuid[])`
  return row && ((await sealer.openOne(row, ['email'])).email ?? undefined)
}

/** Organisations that would be left with nobody who can let anybody in. `tx` sees the person, and any organisation afterwards. */
async function leftAlone(tx: Sql, personId: string): Promise<string[]> {
  const found: string[] = []
  for (const { organization_id: organizationId, roles } of await rowsOf(tx)) {
    if (!roles.includes('administrator')) continue
    await enter(tx, organizationId)
    const administrators = await lockAdministrators(tx, organizationId)
    if (administrators.length === 1 && administrators[0] === personId) found.push(organizationId)
  }
  return found
}

/** What descriptions cannot say of a person in the portal: memberships lie behind the walls of organisations. */
export function addRights(
  rights: Pick<Rights, 'find' | 'add'>,
  { audit, organizations, clock, sealer, names: list }: Uses,
): void {
  rights.find(async (sql, handle) => {
    const personId = await findBySubject(sql, handle)
    if (personId === undefined) return undefined
    const address = await addressOf(sealer, sql, personId)
    return { personId, handle, addresses: address === undefined ? [] : [address] }
  })

  const memberships: NonNullable<AreaRights['rows']>[string] = {
    count: async (tx) => (await rowsOf(tx)).length,
    async list(tx, _subject, from, most) {
      const rows = (await rowsOf(tx)).slice(from, from + most)
      const names = await organizations.describe(
        tx,
        rows.map(({ organization_id }) => organization_id),
      )
      return rows.map((row) => ({ ...row, organization_name: names.get(row.organization_id)?.name ?? null }))
    },
  }

  rights.add('people', {
    rows: { membership: memberships },
    async obstacles(tx, { personId }) {
      const alone = await leftAlone(tx, personId)
      if (alone.length === 0) return []
      const names = await organizations.describe(tx, alone)
      return [{ code: lastAdministrator().code, names: alone.flatMap((id) => names.get(id)?.name ?? []) }]
    },
    /** Under the same lock as everything that changes administrators: of two who leave at once, the second sees that the first has left. */
    async forget(tx, { personId, handle }: Subject, isDue) {
      await rememberForgotten(tx, clock.now(), handle)
      // ID-76 knows no exception, and who has not signed in for four months has administered nothing. Letters have told them what is left alone.
      if ((await leftAlone(tx, personId)).length > 0 && !isDue) throw lastAdministrator()
      const rows = await rowsOf(tx)
      for (const { organization_id: organizationId } of rows) {
        await enter(tx, organizationId)
        await tx`delete from people.membership where organization_id = ${organizationId} and person_id = ${personId}`
        list.changed(tx, organizationId, [personId])
        // Whoever created it may invite the next one, and so may the owner of the data folder.
        if ((await lockAdministrators(tx, organizationId)).length === 0)
          await organizations.setHasAdministrator(tx, organizationId, false)
        const target = { kind: 'person', id: personId } as const
        const actor = { kind: 'program', name: 'privacy' } as const
        await audit.record(tx, { organizationId, actor, action: 'people.forgotten', target })
        await audit.note(tx, { organizationId, what: 'person_removed', target })
      }
      return { erased: { 'people.membership': rows.length } }
    },
  })
}
