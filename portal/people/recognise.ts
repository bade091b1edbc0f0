import { newId } from '#base/ids'
import type { Language } from '#base/languages'
import type { Sql } from '#server/database'

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
export async function recognise(tx: Sql, now: Date, released: Released): Promise<{ personId: string; isNew: boolean }> {
  // Two first sign-ins at once: the second waits here and finds the row of the first.
  await tx`select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(${released.subject}, 0))`
  const known = await findBySubject(tx, released.subject)
  const personId = known ?? newId(now.getTime())
  await enterPerson(tx, personId)
  if (known !== undefined)
    await tx`update people.person set email = ${released.email} where person_id = ${personId} and email <> ${released.email}`
  else
    await tx`
      insert into people.person (person_id, subject, name, email, language, created_at)
      values (${personId}, ${released.subject}, ${released.name}, ${released.email}, ${released.language}, ${now})`
  await tx`select people.set_erasure(${new Date(now.getTime() + day)})`
  return { personId, isNew: known === undefined }
}
