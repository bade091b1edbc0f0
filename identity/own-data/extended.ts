import type { z } from 'zod'
import type { People } from '#identity/people'
import { primaryAddress } from '#identity/people'
import type { extendedBody } from './api.ts'
import { type Needs, openSealed, sealValue, type Uses } from './ask.ts'
import { requestNotFound } from './errors.ts'
import { letters } from './letters.ts'

/** The person is told, by letter and on their account, or the privacy office hears that they were not. Told once, however often it is called. */
export async function tellExtended(
  { database, mail, urls }: Needs,
  uses: Uses & { readonly people: Pick<People, 'find'> },
  { requestId, ...extension }: z.output<typeof extendedBody>,
): Promise<void> {
  const [asked] = await database.sql<{ person_id: string }[]>`
    select person_id from own_data.request where request_id = ${requestId}`
  const person = asked && (await uses.people.find(asked.person_id))
  if (!person) throw requestNotFound()
  const { language, personId } = person
  await database.forPerson(personId, async (tx) => {
    const [row] = await tx<{ sealed: Buffer | null }[]>`
      select sealed from own_data.request where request_id = ${requestId} and finished_at is null for update`
    if (!row) throw requestNotFound()
    const value = row.sealed ? openSealed(uses, requestId, row.sealed) : {}
    if (value.extension) return
    await tx`
      update own_data.request set sealed = ${sealValue(uses, requestId, { ...value, extension })} where request_id = ${requestId}`
    const until = new Date(extension.until).toLocaleDateString(language === 'fi' ? 'fi' : 'en-GB', {
      dateStyle: 'long',
      timeZone: 'Europe/Helsinki',
    })
    const url = new URL('/account/own-data', urls.identity).href
    const letter = letters[language].extended(until, extension.ground, extension.explanation, url)
    await mail.send(tx, { to: primaryAddress(person), language, ...letter })
  })
}
