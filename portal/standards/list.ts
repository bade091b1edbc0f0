import type { ListedStandard, StandardCompany, StandardDetail, StandardList } from './api.ts'
import { type Company, type Uses as CompanyUses, readCompanies } from './companies.ts'
import { readHistory, readStandard, readStandards, type Standard, type Uses as StandardUses } from './standard.ts'

type Uses = StandardUses & CompanyUses

export function list(uses: Uses, organizationId: string): Promise<StandardList> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const standards = await readStandards(uses, tx)
    const companies = await readCompanies(uses, tx)
    return {
      companies: companies.length,
      standards: standards.map((standard) => ({
        ...show(standard),
        ...countHolders(organizationId, standard, companies),
      })),
    }
  })
}

export function read(uses: Uses, organizationId: string, standardId: string): Promise<StandardDetail> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const standards = await readStandards(uses, tx)
    const names = new Map(standards.map((one) => [one.standardId, one.name]))
    const companies = await readCompanies(uses, tx)
    return {
      ...show(await readStandard(uses, tx, standardId)),
      history: await readHistory(uses, tx, organizationId, standardId),
      companies: companies.map((one) => showCompany(organizationId, standardId, names, one)),
    }
  })
}

const show = ({ changedAt, ...standard }: Standard) => ({ ...standard, changedAt: changedAt.toISOString() })

function hasIt(organizationId: string, standardId: string, { applied }: Company): boolean {
  return applied?.managingId === organizationId && applied.standardId === standardId
}

function countHolders(
  organizationId: string,
  { standardId }: Standard,
  companies: readonly Company[],
): Pick<ListedStandard, 'versions' | 'departing'> {
  const holders = companies.filter((one) => hasIt(organizationId, standardId, one))
  const counts = new Map<number, number>()
  for (const { applied } of holders) if (applied) counts.set(applied.version, (counts.get(applied.version) ?? 0) + 1)
  return {
    versions: [...counts]
      .map(([version, count]) => ({ version, companies: count }))
      .sort((one, other) => other.version - one.version),
    departing: holders.filter(({ departs }) => departs.length > 0).length,
  }
}

/** Of a standard of somebody else a partner is told only that there is one. */
function showCompany(
  managingId: string,
  standardId: string,
  names: ReadonlyMap<string, string>,
  company: Company,
): StandardCompany {
  const { organizationId, name, applied, departs } = company
  if (!applied) return { organizationId, name, version: null, appliedAt: null, departs: [], instead: null }
  if (!hasIt(managingId, standardId, company)) {
    const instead = { name: applied.managingId === managingId ? (names.get(applied.standardId) ?? null) : null }
    return { organizationId, name, version: null, appliedAt: null, departs: [], instead }
  }
  const { version, appliedAt } = applied
  return { organizationId, name, version, appliedAt: appliedAt.toISOString(), departs, instead: null }
}
