import { hashToken, newId } from '#base/ids'
import type { Language } from '#base/languages'
import type { Sql } from '#server/database'
import { forgotten } from './errors.ts'
import type { PersonSealer } from './sealed.ts'

/** What identity released. */
export type Released = {
  readonly subject: string
  readonly name: string
  readonly email: string
  readonly language: Language
}

const day = 86_400_000

/** Whoever makes the person, and whoever forgets them, waits for the other. */
async function lockSubject(tx: Sql, subject: string): Promise<void> {
  await tx`select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(${subject}, 0))`
}

/** Longer than a sign-in whose code has been redeemed can still be under way. */
const rememberMilliseconds = 10 * 60_000

/** A sign-in that was under way then, and comes after, makes nobody anew. In the transaction that forgets. */
export async function rememberForgotten(tx: Sql, now: Date, subject: string): Promise<void> {
  await lockSubject(tx, subject)
  await tx`
    insert into people.forgotten (subject_hash, expires_at)
    values (${hashToken(subject)}, ${new Date(now.getTime() + rememberMilliseconds)}) on conflict do nothing`
}

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
  await lockSubject(tx, released.subject)
  const [gone] = await tx`
    select 1 from people.forgotten where subject_hash = ${hashToken(released.subject)} and expires_at > ${now}`
  if (gone) throw forgotten()
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
