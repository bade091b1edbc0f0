import { z } from 'zod'
import { lines, time } from '#base/fields'
import { counts } from '#identity/release/api'
import {
  clientId,
  failureList,
  contractAnswer as identityAnswer,
  contractList as identityList,
  named,
} from '#identity/services/api'
import { identifierType } from '#identity/upstream/api'

/** What a contract says is said by identity, word for word: there is no second form of it here. */
export { accepted, type Contract, contract, ended, newSecret } from '#identity/services/api'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const contractPath = organizationPath.extend({ clientId })
export const made = named

/** Null: nobody but whoever runs this Vartio. */
const owner = z.object({ organizationId: z.uuid(), name: z.string() }).nullable()
const asked = z.object({
  proposalId: z.uuid(),
  /** That the contract comes into force, or that one in force changes. */
  kind: z.enum(['force', 'change']),
  state: z.enum(['waiting', 'declined']),
  sentAt: time,
})
export const contractList = z.object({
  contracts: z.array(identityList.shape.contracts.element.extend({ owner, proposal: asked.nullable() })),
})
export type ContractList = z.output<typeof contractList>

const agreed = identityAnswer.shape.contract.shape
/** Of one field, as the contract has it. */
const value = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.string()),
  agreed.keys,
  agreed.protocol.shape.encryption,
])
const proposal = asked.extend({
  /** Fields of the contract; those of `protocol` with that before a dot. */
  changes: z.array(z.object({ field: z.string(), before: value, after: value })),
  /** Why it was declined. */
  because: z.string().nullable(),
})
export const contractAnswer = identityAnswer.extend({ owner, proposal: proposal.nullable() })
export type ContractAnswer = z.output<typeof contractAnswer>
export type Proposal = NonNullable<ContractAnswer['proposal']>

/** What of a change waits for the provider; null: nothing. */
export const changeAnswer = z.object({ proposalId: z.uuid().nullable() })
export const sent = z.object({ proposalId: z.uuid() })
/** Names what was looked at, so that nothing is approved unseen. */
export const decision = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('approved'), proposalId: z.uuid() }),
  z.strictObject({ decision: z.literal('declined'), proposalId: z.uuid(), because: lines(1_000) }),
])
export type Decision = z.output<typeof decision>
export const ownerSet = z.strictObject({ organizationId: z.uuid().nullable() })

/** What a contract may name here. */
export const choices = z.object({
  upstreams: z.array(z.object({ upstreamId: z.string(), name: z.string() })),
  identifierTypes: z.array(identifierType),
})
export type Choices = z.output<typeof choices>

/** How a service does: its sign-ins by day, and what was refused. */
export const useAnswer = z.object({ ...counts.shape, ...failureList.shape })
export type UseAnswer = z.output<typeof useAnswer>
