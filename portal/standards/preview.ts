import type { Policies } from '#portal/policies'
import type { StandardPreview } from './api.ts'
import { beforeOf, type Uses as CompanyUses, isOpened, readCompanies } from './companies.ts'
import { noSuchCompany } from './errors.ts'
import { readStandard, type Uses as StandardUses } from './standard.ts'

export type Uses = StandardUses & CompanyUses & { readonly policies: Pick<Policies, 'levelsOf' | 'previewStandard'> }

/** What it would change at each of these companies: as each of them would be shown it. Nothing is changed. */
export async function preview(
  uses: Uses,
  organizationId: string,
  standardId: string,
  ids: readonly string[],
): Promise<StandardPreview> {
  const { database, organizations, policies } = uses
  const { standard, companies } = await database.inOrganization(organizationId, async (tx) => ({
    standard: await readStandard(uses, tx, standardId),
    companies: await readCompanies(uses, tx, ids),
  }))
  if (companies.length < new Set(ids).size) throw noSuchCompany()
  const previewed: StandardPreview['companies'] = []
  for (const company of companies)
    previewed.push(
      await database.inOrganization(company.organizationId, async (tx) => {
        // Asked again in its own transaction: what has ended meanwhile is not counted.
        if (!isOpened(await organizations.holdOutsourcing(tx, company.organizationId, organizationId)))
          throw noSuchCompany()
        const said = { own: standard.own, locked: standard.locked, before: beforeOf(company.applied, organizationId) }
        const told = await policies.previewStandard(tx, company.organizationId, said)
        const { of, devices, settings, overrules } = told
        const overwrites = company.departs.filter((name) => standard.own[name] !== undefined)
        return { organizationId: company.organizationId, of, devices, settings, overrules, overwrites }
      }),
    )
  return { companies: previewed }
}
