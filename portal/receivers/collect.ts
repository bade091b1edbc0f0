import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Detections } from '#portal/detections'
import type { Devices } from '#portal/devices'
import type { Policies } from '#portal/policies'
import type { Sql } from '#server/database'
import type { ReceiverEvent } from './api.ts'

export type Sources = {
  readonly detections: Pick<Detections, 'came' | 'changes'>
  readonly devices: Pick<Devices, 'changes'>
  readonly policies: Pick<Policies, 'changedBetween'>
}

/** What is committed later than this after it happened would be missed; whatever is found twice is kept once. */
const lookBackMilliseconds = 120_000
const settledMilliseconds = 5_000
/** As long as deliveries are kept: what is older is told to nobody whose receiver was paused meanwhile. */
const keptMilliseconds = 7 * 86_400_000
const mostAtOnce = 500
/** More than people change in one moment: what is behind it is found next time. */
const mostPages = 24
const first = '00000000-0000-0000-0000-000000000000'

type Receiver = { receiver_id: string; events: ReceiverEvent[]; seen_until: Date }
type Place = { readonly id: string; readonly at: Date; readonly severity?: number; readonly isStopped?: boolean }
type Found = Omit<Place, 'id'> & { readonly event: ReceiverEvent; readonly aboutId: string }

/** Page by page. `until`: everything before it has been found. */
async function readAll(from: Date, to: Date, read: (after: Place) => Promise<Place[]>) {
  const found: Place[] = []
  for (let page = 0; page < mostPages; page++) {
    const rows = await read(found.at(-1) ?? { at: from, id: first })
    found.push(...rows)
    if (rows.length < mostAtOnce) return { found, until: to }
  }
  return { found, until: found.at(-1)?.at ?? to }
}

/** What has happened since each receiver was last looked after becomes rows to be sent. `tx` sees the organisation. */
export async function collect(
  { detections, devices, policies }: Sources,
  clock: Clock,
  tx: Sql,
  organizationId: string,
): Promise<void> {
  const now = clock.now()
  const to = new Date(now.getTime() - settledMilliseconds)
  const settled = new Date(now.getTime() - lookBackMilliseconds)
  const receivers = await tx<Receiver[]>`
    select receiver_id, events, seen_until from receivers.receiver
    where organization_id = ${organizationId} and state = 'on' for no key update`
  for (const { receiver_id: receiverId, events, seen_until: seen } of receivers) {
    const from = new Date(Math.max(seen.getTime(), now.getTime() - keptMilliseconds))
    const found: Found[] = []
    let until = to
    for (const [event, read] of [
      ['detection', detections.came],
      ['detection-changed', detections.changes],
    ] as const) {
      if (!events.includes(event)) continue
      const all = await readAll(from, to, (after) => read(tx, organizationId, after, to, mostAtOnce))
      found.push(...all.found.map(({ id, ...one }) => ({ ...one, event, aboutId: id })))
      if (all.until < until) until = all.until
    }
    if (events.includes('device-silent') || events.includes('protection-off'))
      for (const { what, deviceId, at } of await devices.changes(tx, from, until, mostAtOnce))
        if (events.includes(what)) found.push({ event: what, aboutId: deviceId, at })
    if (events.includes('policy-changed'))
      for (const { changeId, at } of await policies.changedBetween(tx, organizationId, from, until, mostAtOnce))
        found.push({ event: 'policy-changed', aboutId: changeId, at })
    await tx`
      insert into receivers.delivery (organization_id, receiver_id, delivery_id, event, about_id, happened_at, severity, is_stopped, made_at)
      select ${organizationId}, ${receiverId}, t.delivery_id, t.event, t.about_id, t.at::timestamptz(3), t.severity, t.is_stopped, ${now}
      from unnest(${found.map(() => newId(now.getTime()))}::uuid[], ${found.map(({ event }) => event)}::text[],
        ${found.map(({ aboutId }) => aboutId)}::uuid[], ${found.map(({ at }) => at.toISOString())}::text[],
        ${found.map((one) => one.severity ?? null) as number[]}::int2[], ${found.map((one) => (one.isStopped === undefined ? null : String(one.isStopped))) as string[]}::text[]::boolean[])
        as t (delivery_id, event, about_id, at, severity, is_stopped)
      join receivers.receiver r on r.organization_id = ${organizationId} and r.receiver_id = ${receiverId} and t.at::timestamptz >= r.made_at
      on conflict (organization_id, receiver_id, event, about_id, happened_at) do nothing`
    // Looked at again until nothing from that time can still be on its way to the database.
    const next = new Date(Math.max(from.getTime(), Math.min(until.getTime(), settled.getTime())))
    await tx`
      update receivers.receiver set seen_until = ${next} where organization_id = ${organizationId} and receiver_id = ${receiverId}`
  }
}
