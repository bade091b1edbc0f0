import { activities } from '#portal/organizations/api'
import { companySorts, standings } from '#portal/partners/api'
import type { CompaniesAsked } from '../partner-api.ts'

const oneOf = <T extends string>(known: readonly T[], value: unknown): T | undefined =>
  known.find((one) => one === value)

/** Addresses are written by hand too: what is not known is left out. What was searched for is a name of an organisation, and may be sent on. */
export function readCompaniesAddress(search: Record<string, unknown>): CompaniesAsked {
  const standing = oneOf(standings, search.standing)
  const activity = oneOf(activities, search.activity)
  const sort = oneOf(companySorts, search.sort)
  return {
    ...(typeof search.search === 'string' && search.search !== '' ? { search: search.search.slice(0, 200) } : {}),
    ...(standing && { standing }),
    ...(activity && { activity }),
    ...(sort && { sort }),
    ...(search.alone === 'yes' && { alone: 'yes' as const }),
  }
}
