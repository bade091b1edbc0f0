import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { contractAnswer as identityAnswer } from '#identity/services/api'
import { type By, enter } from '#portal/organizations'
import type { Sql } from '#server/database'
import type { Contract, Decision } from './api.ts'
import { byProposal, noSuchOwner, nothingSent, over, ownerDeclares, sentAnew } from './errors.ts'
import { tellOwner } from './letters.ts'
import { dropProposal, holdOwner, proposalOf, record, type Side, type Uses, wordOfTerms } from './owned.ts'
import { withChange } from './split.ts'

// What administrators of whoever runs this Vartio do. `tx` sees the provider, before and after.

export async function make(uses: Uses, tx: Sql, { organizationId }: Side, contract: Contract, by: By) {
  const clientId = `s-${randomBytes(8).toString('hex')}`
  await record(uses, tx, [organizationId], 'made', clientId, by)
  await uses.ask('contract/make', { clientId, contract }, z.undefined(), true)
  return { clientId }
}

const nameOf = async ({ organizations }: Uses, tx: Sql, organizationId: string) =>
  (await organizations.describe(tx, [organizationId])).get(organizationId)

export async function change(uses: Uses, tx: Sql, side: Side, clientId: string, given: Contract, by: By) {
  const ownerId = await holdOwner(tx, side.organizationId, clientId)
  const owner = ownerId && (await nameOf(uses, tx, ownerId))
  const contract = owner ? { ...given, organization: owner.name } : given
  await record(uses, tx, [side.organizationId, ownerId], 'changed', clientId, by)
  await uses.ask('contract/change', { clientId, contract }, z.undefined(), true)
  return { proposalId: null }
}

/** Of a service without an owner, on the word of its subscriber. Where there is one, it says when it is ready, and that is what is approved. */
export async function enforce(uses: Uses, tx: Sql, side: Side, clientId: string, terms: string, by: By): Promise<void> {
  if (await holdOwner(tx, side.organizationId, clientId)) throw byProposal()
  await record(uses, tx, [side.organizationId], 'enforced', clientId, by, { terms: wordOfTerms(terms) })
  await uses.ask('contract/enforce', { clientId, terms }, z.undefined())
}

/** The same: on the word of its subscriber. */
export async function declareAny(
  uses: Uses,
  tx: Sql,
  side: Side,
  clientId: string,
  terms: string,
  by: By,
): Promise<void> {
  if (await holdOwner(tx, side.organizationId, clientId)) throw ownerDeclares()
  await record(uses, tx, [side.organizationId], 'declared', clientId, by, { terms: wordOfTerms(terms) })
  await uses.ask('contract/declare', { clientId, terms }, z.undefined(), true)
}

export async function onAny(uses: Uses, tx: Sql, side: Side, clientId: string, step: 'ended' | 'secret_made', by: By) {
  const ownerId = await holdOwner(tx, side.organizationId, clientId)
  if (ownerId && step === 'ended') {
    await enter(tx, ownerId)
    await dropProposal(tx, ownerId, clientId)
  }
  await record(uses, tx, [side.organizationId, ownerId], step, clientId, by)
}

/** What the owner has sent, and was looked at: nothing else is approved. */
export async function decide(uses: Uses, tx: Sql, side: Side, clientId: string, decided: Decision, by: By) {
  const { organizationId: providerId } = side
  const { proposalId } = decided
  const ownerId = await holdOwner(tx, providerId, clientId)
  if (!ownerId) throw nothingSent()
  await enter(tx, ownerId)
  const waiting = await proposalOf(tx, ownerId, clientId)
  if (!waiting || waiting.declined_at !== null) throw nothingSent()
  if (waiting.proposal_id !== proposalId) throw sentAnew()
  const { contract } = await uses.ask('contract', { clientId }, identityAnswer, true)
  const kind = waiting.change ? 'change' : 'force'
  if (decided.decision === 'declined') {
    const { because } = decided
    const value = await uses.sealer.sealOne({ organization_id: ownerId, proposal_id: proposalId }, { because })
    await tx`
      update contracts.proposal set declined_at = ${uses.clock.now()}, sealed = ${value}
      where organization_id = ${ownerId} and client_id = ${clientId}`
    await tellOwner(uses, tx, { ownerId, clientId, kind, decided: 'declined', service: contract.name })
    await record(uses, tx, [providerId, ownerId], 'declined', clientId, by)
    return
  }
  const changed = waiting.change ? withChange(contract, waiting.change) : contract
  await dropProposal(tx, ownerId, clientId)
  await tellOwner(uses, tx, { ownerId, clientId, kind, decided: 'approved', service: changed.name })
  await record(uses, tx, [providerId, ownerId], waiting.change ? 'approved' : 'enforced', clientId, by)
  if (!waiting.change) return uses.ask('contract/enforce', { clientId }, z.undefined())
  await uses.ask('contract/change', { clientId, contract: changed }, z.undefined(), true)
}

/** Who looks after a service; null: the provider alone. The contract is then with the organisation, by its name here. */
export async function setOwner(uses: Uses, tx: Sql, side: Side, clientId: string, ownerId: string | null, by: By) {
  const { organizationId: providerId } = side
  const before = await holdOwner(tx, providerId, clientId)
  const { contract, state } = await uses.ask('contract', { clientId }, identityAnswer, true)
  if ((before ?? null) === ownerId) return
  const owner = ownerId === null ? undefined : await nameOf(uses, tx, ownerId)
  if (ownerId !== null && (!owner || owner.kinds.includes('provider'))) throw noSuchOwner()
  if (ownerId !== null && (state === 'ending' || state === 'ended')) throw over()
  if (before) {
    await enter(tx, before)
    await tx`delete from contracts.owned where organization_id = ${before} and client_id = ${clientId}`
  }
  if (ownerId !== null) {
    await enter(tx, ownerId)
    const { count } = await tx`
      insert into contracts.owned (organization_id, client_id, owned_at)
      values (${ownerId}, ${clientId}, ${uses.clock.now()}) on conflict do nothing`
    if (count === 0) throw sentAnew()
  }
  const details = ownerId === null ? undefined : { owner: ownerId }
  await record(uses, tx, [providerId, before, ownerId ?? undefined], 'owner_set', clientId, by, details)
  if (owner && owner.name !== contract.organization) {
    const named = { ...contract, organization: owner.name }
    await uses.ask('contract/change', { clientId, contract: named }, z.undefined(), true)
  }
}
