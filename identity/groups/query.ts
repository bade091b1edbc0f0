import type { z } from 'zod'
import type { AppError } from '#base/errors'
import type { People } from '#identity/people'
import type { Release } from '#identity/release'
import type { Services } from '#identity/services'
import type { Database } from '#server/database'
import { within } from '#server/purpose'
import type { Rights } from '#server/rights'
import type { queryAnswer, queryBody } from './api.ts'
import { personNotKnown, serviceRefused } from './errors.ts'

export const queryPath = '/groups/query'

/**
 * ID-49 to ID-53: a service asks about a person who takes no part in it. It proves who it is; its contract has groups; the person has completed an event there
 * and was delivered to it, and still has an account in use; and it hears which groups of its contract they belong to.
 */
export function createQuery(
  { database, urls, rights }: { database: Database; urls: { identity: URL }; rights: Pick<Rights, 'restrictedSince'> },
  {
    services,
    release,
    people,
  }: {
    people: Pick<People, 'stateOf'>
    services: Pick<Services, 'authenticate' | 'findPerson' | 'failures'>
    release: Pick<Release, 'delivered' | 'noteQuery'>
  },
) {
  const audience = new URL(queryPath, urls.identity).href
  /** ID-51, A-03, DSR-12: carried to its end and delivered there, and an account that is in use. */
  async function mayBeAsked(clientId: string, subject: string): Promise<string | undefined> {
    const personId = await services.findPerson(clientId, subject)
    if (personId === undefined || !(await release.delivered(personId, clientId))) return undefined
    const isInUse = (await people.stateOf(personId)) === 'active'
    return isInUse && (await rights.restrictedSince(database.sql, personId)) === undefined ? personId : undefined
  }

  return async (asked: z.output<typeof queryBody>): Promise<z.output<typeof queryAnswer>> => {
    /** For whoever writes the service, and nothing of whom it asked about. */
    const refuse = async (clientId: string | undefined, refused: AppError, why: string): Promise<never> => {
      if (clientId !== undefined)
        await services.failures.record(clientId, { step: 'groups', error: refused.code, why, sent: {} })
      throw refused
    }
    const proved = await services.authenticate(asked, audience)
    if (!proved.service) return refuse(proved.called, serviceRefused(), proved.why)
    const { service } = proved
    const { contract } = service
    if (!contract?.hasGroups) return refuse(service.clientId, serviceRefused(), 'the contract has no groups')
    const personId = await within('access', () => mayBeAsked(service.clientId, asked.sub))
    // Whichever it is that is missing, the answer is the same: who has an account, or no longer, is not told.
    if (personId === undefined)
      return refuse(
        service.clientId,
        personNotKnown(),
        'nobody who may be asked about is known to the service by this sub',
      )
    await release.noteQuery(personId, service.clientId, contract.contractId)
    // Nothing about anybody is released in test mode: what it hears is made up.
    if (contract.state === 'test') return { groups: [...contract.groups] }
    const rows = await database.sql<{ group_id: string }[]>`
      select group_id from groups.membership
      where person_id = ${personId} and group_id = any (${contract.groups as string[]}::uuid[]) order by group_id`
    return { groups: rows.map(({ group_id }) => group_id) }
  }
}
