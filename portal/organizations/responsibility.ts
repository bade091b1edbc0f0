import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import type { Database, Sql } from '#server/database'
import type { PartnerKind, Responsibility } from './api.ts'
import type { By } from './create.ts'

export type Responsible = {
  readonly organizationId: string
  readonly name: string
  readonly isProvider: boolean
  readonly partnerKind: PartnerKind | null
  readonly since: Date
  readonly policyUrl: string | null
  readonly grounds: string | null
}

type Row = {
  organization_id: string
  name: string
  is_provider: boolean
  partner_kind: PartnerKind | null
  since: Date
  policy_url: string | null
  grounds: string | null
}

/** PT-10: each of them answers for itself, from the day it is here, whether or not it has said anything. */
export async function readResponsible(tx: Sql, ids: readonly string[]): Promise<Responsible[]> {
  if (ids.length === 0) return []
  const rows = await tx<Row[]>`select * from organizations.responsibilities(${ids as string[]}::uuid[])`
  return rows.map((row) => ({
    organizationId: row.organization_id,
    name: row.name,
    isProvider: row.is_provider,
    partnerKind: row.partner_kind,
    since: row.since,
    policyUrl: row.policy_url,
    grounds: row.grounds,
  }))
}

export function setResponsibility(
  { audit, clock, database }: { audit: Pick<Audit, 'record'>; clock: Clock; database: Database },
  organizationId: string,
  { policyUrl, grounds }: Responsibility,
  by: By,
): Promise<void> {
  return database.inOrganization(organizationId, async (tx) => {
    await tx`
      insert into organizations.responsibility (organization_id, policy_url, grounds, changed_at)
      values (${organizationId}, ${policyUrl}, ${grounds}, ${clock.now()})
      on conflict (organization_id) do update set policy_url = excluded.policy_url, grounds = excluded.grounds,
        changed_at = excluded.changed_at`
    // What it says may name somebody; the log of three years tells only that it was said.
    await audit.record(tx, {
      organizationId,
      action: 'organizations.responsibility_set',
      target: { kind: 'organization', id: organizationId },
      details: { hasPolicy: policyUrl !== null, hasGrounds: grounds !== null },
      ...by,
    })
  })
}
