import type { Clock } from '#base/clock'
import type { Language } from '#base/languages'
import { type Database, type Sql, violatedConstraint } from '#server/database'
import type { Address } from './address.ts'
import { addressTaken, personNotFound } from './errors.ts'

export type Theme = 'system' | 'light' | 'dark'

export type Person = {
  readonly personId: string
  readonly name: string
  readonly language: Language
  readonly theme: Theme
  readonly createdAt: Date
  readonly emails: readonly { readonly address: Address; readonly isPrimary: boolean; readonly verifiedAt: Date }[]
}

export function createPersons({ database, clock }: { database: Database; clock: Clock }) {
  return {
    /** In the caller's transaction, which is already the new person's own. The address has been verified. */
    async register(
      tx: Sql,
      person: { personId: string; name: string; language: Language; address: Address },
    ): Promise<void> {
      const now = clock.now()
      try {
        await tx`
          insert into people.person (person_id, name, language, created_at)
          values (${person.personId}, ${person.name}, ${person.language}, ${now})`
        await tx`
          insert into people.email_address (address, person_id, is_primary, verified_at)
          values (${person.address}, ${person.personId}, true, ${now})`
      } catch (error) {
        // Two registrations of one address at once: both proved it, the first one has it. Or one registration that was sent twice.
        const what = violatedConstraint(error)
        if (what === 'email_address_pkey' || what === 'person_pkey') throw addressTaken(error)
        throw error
      }
    },

    async find(personId: string): Promise<Person | undefined> {
      return database.forPerson(personId, async (tx) => {
        const [row] = await tx<{ name: string; language: Language; theme: Theme; created_at: Date }[]>`
          select name, language, theme, created_at from people.person where person_id = ${personId}`
        if (!row) return undefined
        const emails = await tx<{ address: string; is_primary: boolean; verified_at: Date }[]>`
          select address, is_primary, verified_at from people.email_address
          where person_id = ${personId} order by is_primary desc, verified_at limit 20`
        return {
          personId,
          name: row.name,
          language: row.language,
          theme: row.theme,
          createdAt: row.created_at,
          emails: emails.map((email) => ({
            address: email.address,
            isPrimary: email.is_primary,
            verifiedAt: email.verified_at,
          })),
        }
      })
    },

    async findByAddress(address: Address): Promise<string | undefined> {
      const [row] = await database.sql<{ person_id: string }[]>`
        select person_id from people.email_address where address = ${address}`
      return row?.person_id
    },

    /** What is not named stays as it is. */
    async change(
      personId: string,
      change: { name?: string | undefined; language?: Language | undefined; theme?: Theme | undefined },
    ): Promise<void> {
      const { count } = await database.forPerson(
        personId,
        (tx) => tx`
          update people.person set name = coalesce(${change.name ?? null}, name),
            language = coalesce(${change.language ?? null}, language), theme = coalesce(${change.theme ?? null}, theme)
          where person_id = ${personId}`,
      )
      if (count === 0) throw personNotFound()
    },
  }
}

/** Where mail about the account goes: the primary address, or, should there be none, the oldest. */
export function primaryAddress(person: Person): Address {
  const [first] = person.emails
  if (!first) throw personNotFound()
  return first.address
}
