import type { z } from 'zod'
import type { Organizations } from '#portal/organizations'
import type { Database } from '#server/database'
import type { languageCounts } from './api.ts'
import { providerOnly } from './errors.ts'

/** In which languages the service is needed (EP-35): shared with no company and no partner (EP-34), so no device's own answer names it. */
export function countLanguages(
  { database, organizations }: { readonly database: Database; readonly organizations: Pick<Organizations, 'describe'> },
  organizationId: string,
): Promise<z.input<typeof languageCounts>> {
  return database.inOrganization(organizationId, async (tx) => {
    const organization = (await organizations.describe(tx, [organizationId])).get(organizationId)
    if (!organization?.kinds.includes('provider')) throw providerOnly()
    const rows = await tx<{ language: 'fi' | 'en' | null; devices: number }[]>`select * from devices.count_languages()`
    return { languages: [...rows] }
  })
}
