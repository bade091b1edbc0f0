import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { newId } from '#base/ids'
import { contractList, eea, contractAnswer as identityAnswer } from '#identity/services/api'
import type { By } from '#portal/organizations'
import type { Sql } from '#server/database'
import type { Contract } from './api.ts'
import {
  contractNotFound,
  nothingSent,
  notInEea,
  notInTest,
  over,
  signatoriesStay,
  waits as stillWaits,
  tooMany,
  unsigned,
} from './errors.ts'
import { remindOwner, tellProvider } from './letters.ts'
import { dropProposal, hold, listOwned, proposalOf, record, type Side, type Uses, wordOfTerms } from './owned.ts'
import { type Change, hasSameSignatories, signatoriesOf, split } from './split.ts'

// What the owner of a service does. Each begins by holding what is its own, so what belongs to others is not there for it.

/** Of one organisation, that have not ended. */
const mostServices = 50

export const ownIds = async (tx: Sql, organizationId: string) =>
  (
    await tx<{ client_id: string }[]>`
      select client_id from contracts.owned where organization_id = ${organizationId} order by client_id limit 1000`
  ).map(({ client_id }) => client_id)

export async function listOwn({ ask }: Uses, tx: Sql, { organizationId }: Side) {
  const clientIds = await ownIds(tx, organizationId)
  return clientIds.length === 0 ? [] : (await ask('contracts', { clientIds }, contractList, true)).contracts
}

const bothLogs = async ({ organizations }: Uses, tx: Sql, { organizationId }: Side) => [
  organizationId,
  await organizations.findProvider(tx),
]

/** In test mode, without asking anybody: made-up data is all it gets. */
export async function makeOwn(uses: Uses, tx: Sql, side: Side, contract: Contract, by: By) {
  const { organizationId } = side
  // Two at once count each other.
  await tx`select pg_advisory_xact_lock(hashtextextended(${`contracts ${organizationId}`}, 0))`
  const open = (await listOwn(uses, tx, side)).filter(({ state }) => state !== 'ended')
  if (open.length >= mostServices) throw tooMany()
  const clientId = `s-${randomBytes(8).toString('hex')}`
  await record(uses, tx, await bothLogs(uses, tx, side), 'made', clientId, by)
  await tx`
    insert into contracts.owned (organization_id, client_id, owned_at)
    values (${organizationId}, ${clientId}, ${uses.clock.now()})`
  const named = { ...contract, organization: side.name }
  await uses.ask('contract/make', { clientId, contract: named }, z.undefined(), true)
  return { clientId }
}

/** In test mode whatever it wants. In force what is harmless counts at once; the rest waits, and replaces what waited before. */
export async function changeOwn(uses: Uses, tx: Sql, side: Side, clientId: string, given: Contract, by: By) {
  const { organizationId } = side
  await hold(tx, organizationId, clientId)
  const before = await proposalOf(tx, organizationId, clientId)
  const { contract: current, state } = await uses.ask('contract', { clientId }, identityAnswer, true)
  if (state === 'ending' || state === 'ended') throw over()
  const wanted = { ...given, organization: side.name }
  const logs = await bothLogs(uses, tx, side)
  const change = async (contract: Contract) => {
    await record(uses, tx, logs, 'changed', clientId, by)
    await uses.ask('contract/change', { clientId, contract }, z.undefined(), true)
  }
  if (state === 'test') {
    if (before && before.declined_at === null) throw stillWaits()
    await change(wanted)
    return { proposalId: null }
  }
  if (!hasSameSignatories(current, wanted)) throw signatoriesStay()
  if (![wanted.seat, ...wanted.hosting].every((country) => eea.includes(country))) throw notInEea()
  const { now, waits } = split(current, wanted)
  const fields = Object.keys(waits)
  const isWaiting = before?.declined_at === null
  const proposalId = fields.length > 0 ? newId(uses.clock.now().getTime()) : null
  if (isDeepStrictEqual(before?.change, waits) && isWaiting) {
    // The same as what waits already.
  } else if (proposalId !== null) {
    await write(uses, tx, side, clientId, proposalId, waits)
    await record(uses, tx, logs, 'sent', clientId, by, { fields: fields.map(wordOf) })
    await tellProvider(uses, tx, side, clientId, 'change')
  } else if (isWaiting) {
    await dropProposal(tx, organizationId, clientId)
    await record(uses, tx, logs, 'withdrawn', clientId, by)
  }
  if (!isDeepStrictEqual(now, current)) await change(now)
  return { proposalId: (await proposalOf(tx, organizationId, clientId))?.proposal_id ?? null }
}

/** Names of fields are ours, and in the log they are words. */
const wordOf = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

async function write(
  { clock }: Uses,
  tx: Sql,
  side: Side,
  clientId: string,
  proposalId: string,
  change: Change | null,
) {
  const { organizationId } = side
  await dropProposal(tx, organizationId, clientId)
  await tx`
    insert into contracts.proposal (organization_id, client_id, proposal_id, change, sent_at)
    values (${organizationId}, ${clientId}, ${proposalId}, ${change && tx.json(change as never)}, ${clock.now()})`
}

/** Asks the provider to bring it into force, under these terms. It stays as it is until the answer. */
export async function send(uses: Uses, tx: Sql, side: Side, clientId: string, terms: string, by: By) {
  const { organizationId } = side
  await hold(tx, organizationId, clientId)
  const before = await proposalOf(tx, organizationId, clientId)
  const { contract, state } = await uses.ask('contract', { clientId }, identityAnswer, true)
  if (state !== 'test') throw notInTest()
  if (before && before.declined_at === null) return { proposalId: before.proposal_id }
  if (signatoriesOf(contract).length === 0) throw unsigned()
  const proposalId = newId(uses.clock.now().getTime())
  await write(uses, tx, side, clientId, proposalId, null)
  await record(uses, tx, await bothLogs(uses, tx, side), 'sent', clientId, by, { terms: wordOfTerms(terms) })
  await tellProvider(uses, tx, side, clientId, 'force')
  await uses.ask('contract/declare', { clientId, terms }, z.undefined(), true)
  return { proposalId }
}

/** Accepts the newest terms, with what they assure: each year, when addresses have changed, and when there is a newer version. */
export async function declareOwn(uses: Uses, tx: Sql, side: Side, clientId: string, terms: string, by: By) {
  await hold(tx, side.organizationId, clientId)
  await tx`
    update contracts.owned set reminded_at = null
    where organization_id = ${side.organizationId} and client_id = ${clientId}`
  await record(uses, tx, await bothLogs(uses, tx, side), 'declared', clientId, by, { terms: wordOfTerms(terms) })
  await uses.ask('contract/declare', { clientId, terms }, z.undefined(), true)
}

/** Also what was declined, once it has been read. */
export async function withdraw(uses: Uses, tx: Sql, side: Side, clientId: string, by: By): Promise<void> {
  await hold(tx, side.organizationId, clientId)
  if ((await dropProposal(tx, side.organizationId, clientId)).count === 0) throw nothingSent()
  await record(uses, tx, await bothLogs(uses, tx, side), 'withdrawn', clientId, by)
}

/** Each day: whoever owns a service whose declaration is due hears of it. One after the other, so that one that fails leaves the others told. */
export async function remind(uses: Uses): Promise<void> {
  const { contracts } = await uses.ask('contracts', {}, contractList, true)
  const due = contracts.filter(({ isDeclarationDue }) => isDeclarationDue)
  const ids = due.map(({ clientId }) => clientId)
  const owned = await uses.database.transaction((tx) => listOwned(tx, ids))
  for (const { clientId, name } of due) {
    const ownerId = owned.get(clientId)?.organization_id
    if (ownerId !== undefined)
      await uses.database.inOrganization(ownerId, (tx) => remindOwner(uses, tx, ownerId, clientId, name))
  }
}

/** What concerns an owned service and changes nothing that was agreed. `tx` sees the owner afterwards. */
export async function onOwn(uses: Uses, tx: Sql, side: Side, clientId: string, step: 'ended' | 'secret_made', by: By) {
  await hold(tx, side.organizationId, clientId)
  if (step === 'ended') await dropProposal(tx, side.organizationId, clientId)
  await record(uses, tx, await bothLogs(uses, tx, side), step, clientId, by)
}

const program = { actor: { kind: 'program', name: 'portal' }, from: { ip: '', userAgent: '' } } as const

/**
 * The organisation goes from this Vartio: notice of its contracts is given on the day, as their terms say, and from then on whoever runs this Vartio
 * looks after what is left of them. Done again, it goes on where it broke off.
 */
export async function leave(uses: Uses, companyId: string): Promise<void> {
  const ids = await uses.database.inOrganization(companyId, (tx) => ownIds(tx, companyId))
  for (const clientId of ids)
    await uses.database.inOrganization(companyId, async (tx) => {
      await hold(tx, companyId, clientId)
      const { state } = await uses.ask('contract', { clientId }, identityAnswer, true)
      if (state === 'test' || state === 'in-force') {
        const providerId = await uses.organizations.findProvider(tx)
        await record(uses, tx, [companyId, providerId], 'ended', clientId, program)
        await uses.ask('contract/end', { clientId }, z.object({}))
      }
      const gone = await tx`
        delete from contracts.owned where organization_id = ${companyId} and client_id = ${clientId}`
      if (gone.count === 0) throw contractNotFound()
    })
}
