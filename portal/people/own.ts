import type { Language } from '#base/languages'
import type { Audit } from '#portal/audit'
import { type By, enter } from '#portal/organizations'
import type { Database, Sql } from '#server/database'
import type { OwnChange, Role, Theme } from './api.ts'
import { personNotFound } from './errors.ts'

export type Person = {
  readonly personId: string
  readonly name: string
  readonly email: string
  readonly phone: string | null
  readonly language: Language
  readonly theme: Theme
}

/** `tx` sees the person. */
export async function readPerson(tx: Sql, personId: string): Promise<Person> {
  const [row] = await tx<Person[]>`
    select person_id as "personId", name, email, phone, language, theme from people.person where person_id = ${personId}`
  if (!row) throw personNotFound()
  return row
}

export async function membershipsOf(tx: Sql): Promise<{ organizationId: string; roles: Role[] }[]> {
  const rows = await tx<{ organization_id: string; roles: Role[] }[]>`select * from people.memberships_of_person()`
  return rows.map(({ organization_id, roles }) => ({ organizationId: organization_id, roles }))
}

/** Recorded in each organisation of the person: their name and number are shown there (PT-06: profile changes). */
export function changeOwn(
  { database, audit }: { database: Database; audit: Pick<Audit, 'record' | 'note'> },
  personId: string,
  change: OwnChange,
  by: By,
): Promise<void> {
  return database.forPerson(personId, async (tx) => {
    const before = await readPerson(tx, personId)
    const after = {
      name: change.name ?? before.name,
      phone: change.phone === undefined ? before.phone : change.phone,
      language: change.language ?? before.language,
      theme: change.theme ?? before.theme,
    }
    const fields = (['name', 'phone', 'language', 'theme'] as const).filter((field) => before[field] !== after[field])
    if (fields.length === 0) return
    await tx`
      update people.person set name = ${after.name}, phone = ${after.phone}, language = ${after.language}, theme = ${after.theme}
      where person_id = ${personId}`
    const target = { kind: 'person', id: personId } as const
    for (const { organizationId } of await membershipsOf(tx)) {
      await enter(tx, organizationId)
      await audit.record(tx, { organizationId, action: 'people.profile_changed', target, details: { fields }, ...by })
      await audit.note(tx, { organizationId, what: 'profile_changed', target })
    }
  })
}
