import type { Sql } from '#server/database'

/**
 * From here on the transaction sees this organisation and no other. For the few acts that touch two of them: who calls it has checked
 * the right to both.
 */
export async function enter(tx: Sql, organizationId: string): Promise<void> {
  await tx`select pg_catalog.set_config('vartio.organization_id', ${organizationId}, true)`
}
