import { z } from 'zod'
import { clientId, named } from '#identity/services/api'

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
