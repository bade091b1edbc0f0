import type { Subscriptions } from '#portal/subscriptions'
import type { Database } from '#server/database'

/** Over all organisations, as jobs may: numbers, and nothing of whose they are. */
export async function countMonths({
  database,
  subscriptions,
}: {
  readonly database: Database
  readonly subscriptions: Pick<Subscriptions, 'noteDevices'>
}): Promise<void> {
  const rows = await database.sql<{ organization_id: string; devices: number }[]>`
    select * from devices.count_by_organization()`
  for (const { organization_id: organizationId, devices } of rows)
    await database.inOrganization(organizationId, (tx) =>
      subscriptions.noteDevices(tx, organizationId, 'endpoint-protection', devices),
    )
}
