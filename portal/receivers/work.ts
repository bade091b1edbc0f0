import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Audit } from '#portal/audit'
import type { Detections } from '#portal/detections'
import type { Devices } from '#portal/devices'
import type { Database, Sql } from '#server/database'
import type { Sealer } from '#server/sealed'
import type { Quiet, ReceiverEvent, ReceiverKind } from './api.ts'
import { collect, type Sources } from './collect.ts'
import { NotDelivered, post, sendSyslog, type Target, trust } from './deliver.ts'
import { type Told, writeBody, writeGathered } from './forms.ts'
import { writeSyslog } from './ocsf.ts'
import { isQuiet } from './quiet.ts'

export type Uses = Sources & {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly sealer: Sealer<'address' | 'secret'>
  readonly portalUrl: URL
  readonly allowed: ReadonlySet<string>
  readonly audit: Pick<Audit, 'record'>
  readonly detections: Pick<Detections, 'came' | 'changes' | 'tell' | 'tellChange'>
  readonly devices: Pick<Devices, 'changes' | 'names'>
}

export type Receiver = {
  organization_id: string
  receiver_id: string
  kind: ReceiverKind
  language: 'fi' | 'en'
  has_names: boolean
  certificate: string | null
  /** These two as they are now: sending changes them. */
  failing_since: Date | null
  attempts: number
  sealed: Buffer
}
type Delivery = {
  delivery_id: string
  event: ReceiverEvent
  about_id: string
  happened_at: Date
  is_late: boolean
  refusals: number
}

const organizationsAtOnce = 200
/** Beside each other, so that those who wait for a receiver that is silent keep nobody else waiting. */
const organizationsTogether = 8
const sentAtOnce = 100
/** So often a hundred in one run; the rest in the next. */
const mostTurns = 20
/** An event that a receiver refuses for its content so often is set aside. */
const mostRefusals = 3
/** Half a minute, a minute, two … and then every six hours. */
const pauseMilliseconds = (attempts: number) => Math.min(30_000 * 2 ** Math.min(attempts, 12), 6 * 3_600_000)
/** Nothing has come through for so long: whoever looks after it is to look. */
const pausedAfterMilliseconds = 3 * 86_400_000

/** Everything that has happened is sent to whoever wants it, at least once; one receiver that fails holds up none of the others. */
export async function work(uses: Uses, signal?: AbortSignal): Promise<void> {
  for (let after: string | null = null; !signal?.aborted; ) {
    const rows: { id: string }[] = await uses.database.sql`
      select id from receivers.find_working(${after}, ${organizationsAtOnce}) as id`
    const waiting = rows.map(({ id }) => id)
    await Promise.all(
      Array.from({ length: organizationsTogether }, async () => {
        for (let id = waiting.shift(); id !== undefined && !signal?.aborted; id = waiting.shift())
          await workFor(uses, id, signal).catch((error: unknown) =>
            uses.log.error('events of an organisation were not sent and are tried again', { area: 'receivers', error }),
          )
      }),
    )
    after = rows.at(-1)?.id ?? null
    if (rows.length < organizationsAtOnce) return
  }
}

async function workFor(uses: Uses, organizationId: string, signal?: AbortSignal): Promise<void> {
  const { database, clock } = uses
  const receivers = await database.inOrganization(organizationId, async (tx) => {
    await collect(uses, clock, tx, organizationId)
    await hold(tx, clock.now(), organizationId)
    return tx<Receiver[]>`
      select r.organization_id, r.receiver_id, r.kind, r.language, r.has_names, r.certificate, r.failing_since, r.attempts, r.sealed
      from receivers.receiver r
      where r.organization_id = ${organizationId} and r.state = 'on' and (r.try_at is null or r.try_at <= ${clock.now()}) and exists (
        select 1 from receivers.delivery d where d.organization_id = r.organization_id and d.receiver_id = r.receiver_id and d.sent_at is null and d.set_aside_at is null and not d.is_held)`
  })
  await Promise.all(receivers.map((receiver) => sendAll(uses, receiver, signal)))
}

/** In quiet hours what is not urgent waits; when they are over, it is late, and goes as one. `tx` sees the organisation. */
async function hold(tx: Sql, now: Date, organizationId: string): Promise<void> {
  const quiet = await readQuiet(tx, organizationId)
  const isNow = quiet !== null && isQuiet(quiet, now)
  await tx`
    update receivers.delivery d set is_held = false, is_late = true from receivers.receiver r
    where d.organization_id = ${organizationId} and d.sent_at is null and d.is_held
      and r.organization_id = d.organization_id and r.receiver_id = d.receiver_id and not (r.keeps_quiet and ${isNow})`
  if (!isNow) return
  const least = { 'not-stopped': null, critical: 5, high: 4, medium: 3 }[quiet.urgent]
  await tx`
    update receivers.delivery d set is_held = true from receivers.receiver r
    where d.organization_id = ${organizationId} and d.sent_at is null and not d.is_held
      and r.organization_id = d.organization_id and r.receiver_id = d.receiver_id and r.keeps_quiet
      and coalesce(${least === null ? tx`d.is_stopped` : tx`d.severity < ${least}`}, true)`
}

/** `tx` sees the organisation. */
export async function readQuiet(tx: Sql, organizationId: string): Promise<Quiet | null> {
  const [quiet] = await tx<Quiet[]>`
    select zone, spans, urgent from receivers.quiet where organization_id = ${organizationId}`
  return quiet ?? null
}

/** In the order in which it happened, until something does not come through that may yet. */
async function sendAll(uses: Uses, receiver: Receiver, signal?: AbortSignal): Promise<void> {
  const { database } = uses
  const { organization_id: organizationId, receiver_id: receiverId } = receiver
  const way = await openWay(uses, receiver)
  if (!way) return
  for (let turn = 0; turn < mostTurns && !signal?.aborted; turn++) {
    const waiting = await database.inOrganization(
      organizationId,
      (tx) => tx<Delivery[]>`
        select delivery_id, event, about_id, happened_at, is_late, refusals from receivers.delivery
        where organization_id = ${organizationId} and receiver_id = ${receiverId} and sent_at is null and set_aside_at is null and not is_held
        order by is_late desc, happened_at, delivery_id limit ${sentAtOnce}`,
    )
    // Syslog takes many over one connection; what else there is, one each.
    // What was held is one letter.
    const late = waiting.filter((one) => one.is_late)
    const single = waiting.filter((one) => !one.is_late).map((one) => [one])
    const letters = receiver.kind === 'syslog' ? [waiting] : late.length > 0 ? [late, ...single] : single
    for (const letter of letters) {
      if (signal?.aborted || letter.length === 0) return
      const told = await database.inOrganization(organizationId, async (tx) => {
        const all: Told[] = []
        for (const delivery of letter) {
          const one = await tell(uses, tx, receiver, delivery)
          // What has gone meanwhile needs to be told to nobody.
          if (one) all.push(one)
        }
        return all
      })
      try {
        if (told.length > 0) await send(uses, receiver, way, told, letter[0]?.delivery_id ?? '')
      } catch (error) {
        if (!(error instanceof NotDelivered)) throw error
        if (await failed(uses, receiver, letter, error)) continue
        return
      }
      await database.inOrganization(organizationId, (tx) =>
        cameThrough(
          uses,
          tx,
          receiver,
          letter.map((one) => one.delivery_id),
        ),
      )
      Object.assign(receiver, { failing_since: null, attempts: 0 })
    }
    if (waiting.length < sentAtOnce) return
  }
}

/** `tx` sees the organisation. */
export async function cameThrough(
  { clock }: Pick<Uses, 'clock'>,
  tx: Sql,
  { organization_id: organizationId, receiver_id: receiverId }: Pick<Receiver, 'organization_id' | 'receiver_id'>,
  deliveryIds: readonly string[],
): Promise<void> {
  await tx`
    update receivers.delivery set sent_at = ${clock.now()}
    where organization_id = ${organizationId} and delivery_id = any(${deliveryIds as string[]}::uuid[])`
  await tx`
    update receivers.receiver set failing_since = null, failure = null, attempts = 0, try_at = null, delivered_at = ${clock.now()}
    where organization_id = ${organizationId} and receiver_id = ${receiverId}`
}

async function tell(
  { detections, devices, portalUrl }: Uses,
  tx: Sql,
  { organization_id: organizationId, has_names: hasNames }: Receiver,
  { event, about_id: eventId, happened_at: at }: Delivery,
): Promise<Told | undefined> {
  const link = (path: string) => new URL(`${path}?organization=${organizationId}`, portalUrl).href
  const common = { event, at, eventId, id: eventId, organizationId }
  const deviceOf = async (deviceId: string) => ({
    deviceId,
    ...(hasNames ? { name: (await devices.names(tx, [deviceId])).get(deviceId) } : {}),
  })
  if (event === 'policy-changed') return { ...common, link: link('/policy') }
  if (event === 'device-silent' || event === 'protection-off')
    return { ...common, link: link(`/devices/${eventId}`), device: await deviceOf(eventId) }
  const changed = event === 'detection-changed' ? await detections.tellChange(tx, organizationId, eventId) : undefined
  if (event === 'detection-changed' && !changed) return undefined
  const id = changed?.detectionId ?? eventId
  const found = await detections.tell(tx, organizationId, id, hasNames)
  if (!found) return undefined
  const { deviceId, ...detection } = found
  const about = { ...common, id, link: link(`/detections/${id}`), device: await deviceOf(deviceId), detection }
  if (!changed) return about
  const { what, state, resolution, isAssigned, assigneeId } = changed
  const change = { what, state, resolution, isAssigned, ...(hasNames && assigneeId ? { assigneeId } : {}) }
  return { ...about, change }
}

export type Way = { readonly target: Target; readonly secret: string }

/** Where it is and how letters to it are signed; none where its key has just been erased. */
export async function openWay({ sealer, allowed }: Uses, receiver: Receiver): Promise<Way | undefined> {
  const { address, secret } = await sealer.openOne(receiver, ['address', 'secret'])
  if (typeof address !== 'string') return undefined
  return { target: { address, trust: trust(receiver.certificate), allowed }, secret: secret ?? '' }
}

/** To the receiver itself, and nowhere else. */
export async function send(
  { clock, portalUrl }: Uses,
  { kind, language }: Receiver,
  { target, secret }: Way,
  told: readonly Told[],
  deliveryId: string,
): Promise<void> {
  if (kind === 'syslog')
    return sendSyslog(
      target,
      told.map((one) => writeSyslog(one, portalUrl.hostname)),
    )
  const [one] = told
  if (!one) return
  const body = told.length === 1 ? writeBody(kind, one, language) : writeGathered(kind, told, language, portalUrl)
  await post(target, { id: deliveryId, at: clock.now(), body, secret })
}

/** Answers whether to go on at once with what is behind it: one event was set aside. */
async function failed(
  { database, clock, audit }: Uses,
  receiver: Receiver,
  letter: readonly Delivery[],
  { why, status }: NotDelivered,
): Promise<boolean> {
  const { organization_id: organizationId, receiver_id: receiverId } = receiver
  const now = clock.now()
  const isContent = why === 'not-taken'
  const isEnough = isContent && (letter[0]?.refusals ?? 0) + 1 >= mostRefusals
  const isSetAside = isEnough && letter.length === 1
  // A second event in a row: it is not what is in them, whatever the receiver says. Then it waits longer and longer, and is paused in the end.
  const isFailing = !isContent || receiver.attempts >= mostRefusals
  const since = isFailing ? (receiver.failing_since ?? now) : null
  const isOver = since !== null && now.getTime() - since.getTime() > pausedAfterMilliseconds
  const tryAt = isEnough ? null : new Date(now.getTime() + pauseMilliseconds(receiver.attempts))
  await database.inOrganization(organizationId, async (tx) => {
    // Which of many it was nobody knows: then they are sent one by one from now on.
    if (isContent)
      await tx`
        update receivers.delivery set refusals = ${isEnough && !isSetAside ? 0 : (letter[0]?.refusals ?? 0) + 1}, answer = ${status ?? null},
          set_aside_at = ${isSetAside ? now : null}, is_late = is_late and ${!isEnough}
        where organization_id = ${organizationId} and delivery_id = any(${letter.map((one) => one.delivery_id)}::uuid[])`
    await tx`
      update receivers.receiver set failing_since = ${since}, failure = ${isFailing ? why : null}, attempts = attempts + 1, try_at = ${tryAt},
        state = ${isOver ? 'paused' : 'on'}
      where organization_id = ${organizationId} and receiver_id = ${receiverId}`
    if (!isOver) return
    await audit.record(tx, {
      organizationId,
      action: 'receivers.paused',
      target: { kind: 'organization', id: organizationId },
      actor: { kind: 'program', name: 'portal' },
      details: { receiver: receiverId },
    })
  })
  Object.assign(receiver, { failing_since: since, attempts: receiver.attempts + 1 })
  return isSetAside && !isOver
}
