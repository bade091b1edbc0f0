import { z } from 'zod'
import { counts } from '#identity/release/api'
import { clientId, failureList, named } from '#identity/services/api'

/** What a contract says is said by identity, word for word: there is no second form of it here. */
export {
  type Contract,
  type ContractAnswer,
  type ContractList,
  contract,
  contractAnswer,
  contractList,
  ended,
  newSecret,
} from '#identity/services/api'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const contractPath = organizationPath.extend({ clientId })
export const made = named

/** How a service does: its sign-ins by day, and what was refused. */
export const useAnswer = z.object({ ...counts.shape, ...failureList.shape })
export type UseAnswer = z.output<typeof useAnswer>
