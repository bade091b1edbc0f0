import type { Database } from '#server/database'
import type { Controller, OperatorRole } from './api.ts'
import type { ControllerSealer } from './create.ts'
import { operatorOf } from './operator.ts'

export async function readController({
  database,
  sealer,
}: {
  database: Pick<Database, 'sql'>
  sealer: ControllerSealer
}): Promise<Controller | null> {
  const [row] = await database.sql<
    {
      organization_id: string
      name: string
      business_id: string | null
      postal_address: string
      operator_role: OperatorRole
      operator_name: string | null
      sealed: Buffer
    }[]
  >`select organization_id, name, business_id, postal_address, operator_role, operator_name, sealed from organizations.read_controller()`
  if (!row) return null
  const { contact_email: contactEmail, data_protection_officer: officer } = await sealer.openOne(row, [
    'contact_email',
    'data_protection_officer',
  ])
  if (!contactEmail) return null
  return {
    name: row.name,
    postalAddress: row.postal_address,
    contactEmail,
    ...operatorOf(row),
    ...(row.business_id === null ? {} : { businessId: row.business_id }),
    ...(officer ? { dataProtectionOfficer: officer } : {}),
  }
}
