import type { Clock } from '#base/clock'
import { readOverview, type Uses } from './overview.ts'

/** The very same as the organisation's own page says to anybody of it, so that two who talk about it see one state. */
export async function keepStanding(uses: Uses, clock: Clock, organizationId: string): Promise<void> {
  const { needs, devices, detections } = await readOverview(uses, organizationId, { seesServices: false })
  const takenAt = clock.now()
  await uses.database.inOrganization(
    organizationId,
    (tx) => tx`
      insert into overview.standing (organization_id, taken_at, needs, devices, protected, detections)
      values (${organizationId}, ${takenAt}, ${tx.json(needs as never)}, ${devices.all}, ${devices.protected}, ${detections})
      on conflict (organization_id) do update set taken_at = excluded.taken_at, needs = excluded.needs, devices = excluded.devices,
        protected = excluded.protected, detections = excluded.detections`,
  )
}
