import { newId } from '#base/ids'
import type { Language } from '#base/languages'
import type { Sql } from '#server/database'
import type { PersonSealer } from './sealed.ts'

/** What identity released. */
export type Released = {
  readonly subject: string
  readonly name: string
  readonly email: string
  readonly language: Language
}

const day = 86_400_000

/** From here on the transaction sees this person's own rows. */
export async function enterPerson(tx: Sql, personId: string): Promise<void> {
  await tx`select pg_catalog.set_config('vartio.person_id', ${personId}, true)`
}

export async function findBySubject(tx: Sql, subject: string): Promise<string | undefined> {
  const [found] = await tx<{ person_id: string | null }[]>`select people.find_by_subject(${subject}) as person_id`
  return found?.person_id ?? undefined
}

/**
 * Finds the person or makes one; `tx` then sees them. The address is identity's to say, each time; the name is the person's own after
 * the first time. Who joins no organisation is forgotten in a day.
 */
export async function recognise(
  sealer: PersonSealer,
  tx: Sql,
  now: Date,
  released: Released,
): Promise<{ personId: string; isNew: boolean; isAddressNew: boolean }> {
  // Two first sign-ins at once: the second waits here and finds the row of the first.
  await tx`select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(${released.subject}, 0))`
  const known = await findBySubject(tx, released.subject)
  const personId = known ?? newId(now.getTime())
  await enterPerson(tx, personId)
  const { subject, name, email, language } = released
  const token = await sealer.token('email', email)
  const isAddressNew = known === undefined || (await keepAddress(sealer, tx, personId, email, token))
  if (known === undefined)
    await tx`
      insert into people.person (person_id, subject, sealed, email_token, language, created_at)
      values (${personId}, ${subject}, ${await sealer.sealOne({ person_id: personId }, { name, email, phone: null })}, ${token},
        ${language}, ${now})`
  await tx`select people.set_erasure(${new Date(now.getTime() + day)})`
  return { personId, isNew: known === undefined, isAddressNew }
}

/** Answers whether it is another than before. */
async function keepAddress(
  sealer: PersonSealer,
  tx: Sql,
  personId: string,
  email: string,
  token: string,
): Promise<boolean> {
  const [row] = await tx<{ person_id: string; sealed: Buffer }[]>`
    select person_id, sealed from people.person where person_id = ${personId} for update`
  if (!row || (await sealer.openOne(row, ['email'])).email === email) return false
  await tx`
    update people.person set sealed = ${await sealer.change(row, { email })}, email_token = ${token} where person_id = ${personId}`
  return true
}
