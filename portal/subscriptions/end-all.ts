import { z } from 'zod'
import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Sql } from '#server/database'
import { modules } from './api.ts'

const ended = z.array(
  z.object({
    module: z.enum(modules),
    endsAt: z.string().nullable(),
    /** Nobody had ordered it: the row only says that it is over. */
    isNew: z.boolean(),
  }),
)

/** What had a later end, or none; and with `isNew` a row where there was none at all, since without any nothing is limited. */
export async function endAll({ clock }: { clock: Clock }, tx: Sql, organizationId: string, soldBy: string) {
  const now = clock.now()
  const rows = await tx<{ module: (typeof modules)[number]; ends_at: Date | null }[]>`
    select module, ends_at from subscriptions.subscription where organization_id = ${organizationId} for update`
  if (rows.length === 0) {
    const [module] = modules
    await tx`
      insert into subscriptions.subscription (organization_id, module, subscription_key, seats, begins_at, ends_at, sold_by, changed_at)
      values (${organizationId}, ${module}, ${newId(now.getTime())}, null, ${now}, ${now}, ${soldBy}, ${now})`
    return [{ module, endsAt: null, isNew: true }]
  }
  await tx`
    update subscriptions.subscription set ends_at = greatest(${now}, begins_at), changed_at = ${now}
    where organization_id = ${organizationId} and (ends_at is null or ends_at > ${now})`
  return rows
    .filter(({ ends_at: at }) => at === null || at > now)
    .map(({ module, ends_at: at }) => ({ module, endsAt: at?.toISOString() ?? null, isNew: false }))
}

export async function putBack(tx: Sql, organizationId: string, before: unknown): Promise<void> {
  for (const { module, endsAt, isNew } of ended.parse(before))
    if (isNew)
      await tx`delete from subscriptions.subscription where organization_id = ${organizationId} and module = ${module}`
    else
      await tx`
        update subscriptions.subscription set ends_at = ${endsAt && new Date(endsAt)}
        where organization_id = ${organizationId} and module = ${module}`
}
