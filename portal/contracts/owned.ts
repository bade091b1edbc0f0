import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import type { Action } from '#portal/audit/api'
import { type By, enter, type Organizations } from '#portal/organizations'
import type { People } from '#portal/people'
import type { Database, Sql } from '#server/database'
import type { Mail } from '#server/mail'
import type { Sealer } from '#server/sealed'
import type { Contract, contractList, Proposal } from './api.ts'
import { contractNotFound } from './errors.ts'
import { type Change, type Field, flatten } from './split.ts'

export type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly audit: Pick<Audit, 'record'>
  readonly organizations: Pick<Organizations, 'describe' | 'findProvider'>
  readonly people: Pick<People, 'whoMay' | 'whereTo'>
  readonly mail: Pick<Mail, 'send'>
  /** Where people reach the portal. */
  readonly portal: URL
  readonly sealer: Sealer<'because'>
  /** Of identity, where contracts lie. */
  readonly ask: <Schema extends z.ZodType>(
    path: string,
    body: unknown,
    answer: Schema,
    isIdempotent?: boolean,
  ) => Promise<z.output<Schema>>
}

/** Who acts: an organisation, and whether it is the one that runs this Vartio. */
export type Side = { readonly organizationId: string; readonly name: string; readonly isProvider: boolean }

export type Step = Extract<Action, `contracts.${string}`> extends `contracts.${infer Name}` ? Name : never

/** In the log of each organisation that it concerns, before identity is asked: if it refuses, nothing stays. `tx` sees the first of them afterwards. */
export async function record(
  { audit }: Pick<Uses, 'audit'>,
  tx: Sql,
  organizations: readonly (string | undefined)[],
  step: Step,
  service: string,
  by: By,
  more: Record<string, string | readonly string[]> = {},
): Promise<void> {
  for (const organizationId of [...new Set(organizations)].reverse()) {
    if (organizationId === undefined) continue
    await enter(tx, organizationId)
    await audit.record(tx, {
      organizationId,
      action: `contracts.${step}`,
      target: { kind: 'organization', id: organizationId },
      details: { service, ...more },
      ...by,
    })
  }
}

/** In the log a version is a word. */
export const wordOfTerms = (version: string) => `v${version}`

/** `tx` sees the organisation: what it owns stays its own, and nobody else does anything to it, until the transaction ends. */
export async function hold(tx: Sql, organizationId: string, clientId: string): Promise<void> {
  const [row] = await tx`
    select 1 from contracts.owned where organization_id = ${organizationId} and client_id = ${clientId} for update`
  if (!row) throw contractNotFound()
}

type Owned = {
  organization_id: string
  client_id: string
  proposal_id: string | null
  is_change: boolean
  sent_at: Date
  declined_at: Date | null
}

/** Whose they are, for whoever runs this Vartio. */
export async function listOwned(tx: Sql, clientIds: readonly string[]): Promise<ReadonlyMap<string, Owned>> {
  const rows = await tx<Owned[]>`select * from contracts.list_owned(${clientIds as string[]})`
  return new Map(rows.map((row) => [row.client_id, row]))
}

/** The owner of a service, held like that; `tx` sees the provider again afterwards. */
export async function holdOwner(tx: Sql, providerId: string, clientId: string): Promise<string | undefined> {
  const owned = (await listOwned(tx, [clientId])).get(clientId)
  if (!owned) return undefined
  await enter(tx, owned.organization_id)
  await hold(tx, owned.organization_id, clientId)
  await enter(tx, providerId)
  return owned.organization_id
}

type Row = {
  proposal_id: string
  change: Change | null
  sent_at: Date
  declined_at: Date | null
  sealed: Buffer | null
}

/** `tx` sees the owner. */
export async function proposalOf(tx: Sql, organizationId: string, clientId: string): Promise<Row | undefined> {
  const [row] = await tx<Row[]>`
    select proposal_id, change, sent_at, declined_at, sealed from contracts.proposal
    where organization_id = ${organizationId} and client_id = ${clientId}`
  return row
}

export const dropProposal = (tx: Sql, organizationId: string, clientId: string) =>
  tx`delete from contracts.proposal where organization_id = ${organizationId} and client_id = ${clientId}`

const about = (row: { proposal_id: string; sent_at: Date; declined_at: Date | null }, isChange: boolean) => ({
  proposalId: row.proposal_id,
  kind: isChange ? ('change' as const) : ('force' as const),
  state: row.declined_at === null ? ('waiting' as const) : ('declined' as const),
  sentAt: row.sent_at.toISOString(),
})

/** As both sides see it: each field as it is and as it would be. `tx` sees the owner. */
export async function tellProposal(
  { sealer }: Pick<Uses, 'sealer'>,
  tx: Sql,
  organizationId: string,
  clientId: string,
  contract: Contract,
): Promise<Proposal | null> {
  const row = await proposalOf(tx, organizationId, clientId)
  if (!row) return null
  const [opened] = row.sealed
    ? await sealer.open([{ ...row, organization_id: organizationId, sealed: row.sealed }], ['because'])
    : []
  const current = flatten(contract)
  const changes = Object.entries(row.change ?? {}).map(([field, after]) => ({
    field,
    before: current[field as Field] as never,
    after: after as never,
  }))
  return { ...about(row, row.change !== null), changes, because: opened?.because ?? null }
}

type Listed = z.output<typeof contractList>['contracts'][number]

/** What of these services waits and whose they are. */
export async function withOwners(
  { organizations }: Pick<Uses, 'organizations'>,
  tx: Sql,
  contracts: readonly Omit<Listed, 'owner' | 'proposal'>[],
): Promise<Listed[]> {
  const owned = await listOwned(
    tx,
    contracts.map(({ clientId }) => clientId),
  )
  const names = await organizations.describe(tx, [...new Set([...owned.values()].map((row) => row.organization_id))])
  return contracts.map((contract) => {
    const row = owned.get(contract.clientId)
    return {
      ...contract,
      owner: row ? { organizationId: row.organization_id, name: names.get(row.organization_id)?.name ?? '' } : null,
      proposal: row?.proposal_id ? about({ ...row, proposal_id: row.proposal_id }, row.is_change) : null,
    }
  })
}
