import type { Database } from '#server/database'
import type { Names, Sealer, Sealing } from '#server/sealed'
import { data } from './data.ts'

export type PersonSealer = Sealer<'name' | 'email' | 'phone'>
export type PersonNames = Names<'name' | 'email' | 'phone'>

/** What people have sealed, and the list of an organisation's members by name. */
export function createSealed(database: Database, sealed: Sealing): { sealer: PersonSealer; names: PersonNames } {
  const sealer = sealed.table(data, 'person', ['name', 'email', 'phone'])
  sealed.carryOver.define(sealer, async ({ row, values, sealed: value }) => {
    const personId = String(row.person_id)
    const token = await sealer.token('email', values.email ?? '')
    await database.forPerson(
      personId,
      (tx) => tx`
        update people.person set sealed = ${value}, email_token = ${token} where person_id = ${personId} and sealed = '\\x'`,
    )
  })
  const names = sealed.names.define({
    name: sealer.name,
    sealer,
    fields: ['name', 'email'],
    shown: ['phone'],
    purpose: 'members',
    rows: (organizationId, which) =>
      database.inOrganization(
        organizationId,
        (tx) => tx<{ person_id: string; sealed: Buffer }[]>`
          select person_id, sealed from people.members(${'ids' in which ? (which.ids as string[]) : null}::uuid[],
            ${'ids' in which ? null : (which.after ?? null)}, ${'ids' in which ? which.ids.length : which.most})`,
      ),
  })
  return { sealer, names }
}
