import type { z } from 'zod'
import type { Database, Sql } from '#server/database'
import type { Activity, Kind, OrganizationNode, organizationTree, PartnerKind } from './api.ts'
import { organizationNotFound } from './errors.ts'

/** More than this is not read by a person; the page then says that it is cut. */
const most = 2_000

export type Kinds = { is_provider: boolean; is_partner: boolean; is_company: boolean }

export function kindsOf(row: Kinds): Kind[] {
  return [
    ...(row.is_provider ? (['provider'] as const) : []),
    ...(row.is_partner ? (['partner'] as const) : []),
    ...(row.is_company ? (['company'] as const) : []),
  ]
}

/** provider → partner → company. A company that is nothing else has nothing beneath it. */
export function mayCreate(kinds: readonly Kind[]): ('partner' | 'company')[] {
  if (kinds.includes('provider')) return ['partner', 'company']
  return kinds.includes('partner') ? ['company'] : []
}

type Row = Kinds & {
  organization_id: string
  parent_id: string | null
  name: string
  partner_kind: PartnerKind | null
  has_administrator: boolean
  created_at: Date
  activities: Activity[] | null
  began_at: Date | null
}

export function readTree(database: Database, organizationId: string): Promise<z.input<typeof organizationTree>> {
  return database.inOrganization(organizationId, async (tx) => {
    const rows = await tx<Row[]>`select * from organizations.list_tree(${most + 1})`
    const nodes = new Map<string, OrganizationNode>()
    for (const row of rows.slice(0, most)) {
      const node: OrganizationNode = {
        organizationId: row.organization_id,
        name: row.name,
        kinds: kindsOf(row),
        partnerKind: row.partner_kind,
        createdAt: row.created_at.toISOString(),
        outsourcing:
          row.activities && row.began_at ? { activities: row.activities, beganAt: row.began_at.toISOString() } : null,
        hasAdministrator: row.has_administrator,
        children: [],
      }
      nodes.set(row.organization_id, node)
      if (row.organization_id !== organizationId) nodes.get(row.parent_id ?? '')?.children.push(node)
    }
    const root = nodes.get(organizationId)
    if (!root) throw organizationNotFound()
    return { root, mayCreate: mayCreate(root.kinds), isCut: rows.length > most }
  })
}

export async function describeThem(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, { name: string; kinds: Kind[] }>> {
  if (ids.length === 0) return new Map()
  const rows = await sql<(Kinds & { organization_id: string; name: string })[]>`
    select * from organizations.describe(${ids as string[]}::uuid[])`
  return new Map(rows.map((row) => [row.organization_id, { name: row.name, kinds: kindsOf(row) }]))
}
