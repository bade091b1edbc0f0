import type { Database } from '#server/database'
import type { Controller } from './api.ts'

export async function readController({ sql }: Pick<Database, 'sql'>): Promise<Controller | null> {
  const [row] = await sql<
    {
      name: string
      business_id: string | null
      postal_address: string
      contact_email: string
      data_protection_officer: string | null
    }[]
  >`select name, business_id, postal_address, contact_email, data_protection_officer from organizations.read_controller()`
  if (!row) return null
  return {
    name: row.name,
    postalAddress: row.postal_address,
    contactEmail: row.contact_email,
    ...(row.business_id === null ? {} : { businessId: row.business_id }),
    ...(row.data_protection_officer === null ? {} : { dataProtectionOfficer: row.data_protection_officer }),
  }
}
