import type { Language } from '#base/languages'
import type { Audit } from '#portal/audit'
import { type By, enter } from '#portal/organizations'
import type { Database, Sql } from '#server/database'
import type { Rights } from '#server/rights'
import type { Names } from '#server/sealed'
import type { OwnChange, Role, Theme } from './api.ts'
import { personNotFound } from './errors.ts'
import { enterPerson } from './recognise.ts'
import type { Held } from './rights.ts'
import type { PersonSealer } from './sealed.ts'

export type Person = {
  readonly personId: string
  readonly name: string
  readonly email: string
  readonly phone: string | null
  readonly language: Language
  readonly theme: Theme
}

/** `tx` sees the person. Somebody whose key was erased is nobody any more, also while the row is still there. */
export async function readPerson(sealer: PersonSealer, tx: Sql, personId: string): Promise<Person> {
  return (await readRow(sealer, tx, personId, false)).person
}

/** Where letters to somebody go, and in which language. An address that is only stored is written to by nobody (DSR-12). `tx` sees the person afterwards. */
export async function whereTo(
  { sealer, rights }: { sealer: PersonSealer; rights: Pick<Rights, 'restrictedAmong'> },
  tx: Sql,
  personId: string,
) {
  await enterPerson(tx, personId)
  if ((await rights.restrictedAmong(tx, [personId])).has(personId)) return undefined
  const [row] = await tx<{ person_id: string; sealed: Buffer; language: Language }[]>`
    select person_id, sealed, language from people.person where person_id = ${personId}`
  const email = row && (await sealer.openOne(row, ['email'])).email
  return email ? { to: email, language: row.language } : undefined
}

async function readRow(sealer: PersonSealer, tx: Sql, personId: string, isChanging: boolean) {
  const [row] = await tx<{ person_id: string; sealed: Buffer; language: Language; theme: Theme }[]>`
    select person_id, sealed, language, theme from people.person where person_id = ${personId}
    ${isChanging ? tx`for update` : tx``}`
  if (!row) throw personNotFound()
  const { name, email, phone } = await sealer.openOne(row, ['name', 'email', 'phone'])
  if (typeof name !== 'string' || typeof email !== 'string') throw personNotFound()
  const person: Person = { personId, name, email, phone: phone ?? null, language: row.language, theme: row.theme }
  return { row, person }
}

/** `held`: what these roles come to now. */
export type Membership = {
  readonly organizationId: string
  readonly roles: Role[]
  readonly ownRoles: string[]
  readonly held: Held[]
}

export async function membershipsOf(tx: Sql): Promise<Membership[]> {
  const rows = await tx<{ organization_id: string; roles: Role[]; own_roles: string[]; held: Held[] }[]>`
    select * from people.memberships_of_person()`
  return rows.map(({ organization_id, roles, own_roles, held }) => ({
    organizationId: organization_id,
    roles,
    ownRoles: own_roles,
    held,
  }))
}

/** Recorded in each organisation of the person: their name and number are shown there (PT-06: profile changes). */
export function changeOwn(
  {
    database,
    audit,
    sealer,
    names,
  }: { database: Database; audit: Pick<Audit, 'record' | 'note'>; sealer: PersonSealer; names: Names },
  personId: string,
  change: OwnChange,
  by: By,
): Promise<void> {
  return database.forPerson(personId, async (tx) => {
    const { row, person: before } = await readRow(sealer, tx, personId, true)
    const after = {
      name: change.name ?? before.name,
      phone: change.phone === undefined ? before.phone : change.phone,
      language: change.language ?? before.language,
      theme: change.theme ?? before.theme,
    }
    const fields = (['name', 'phone', 'language', 'theme'] as const).filter((field) => before[field] !== after[field])
    if (fields.length === 0) return
    const value = await sealer.change(row, { name: after.name, phone: after.phone })
    await tx`
      update people.person set sealed = ${value}, language = ${after.language}, theme = ${after.theme}
      where person_id = ${personId}`
    const target = { kind: 'person', id: personId } as const
    for (const { organizationId } of await membershipsOf(tx)) {
      await enter(tx, organizationId)
      names.changed(tx, organizationId, [personId])
      await audit.record(tx, { organizationId, action: 'people.profile_changed', target, details: { fields }, ...by })
      await audit.note(tx, { organizationId, what: 'profile_changed', target })
    }
  })
}
