import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Audit } from '#portal/audit'
import { type By, pathFor, type Viewer } from '#portal/organizations'
import type { Subscriptions } from '#portal/subscriptions'
import type { Database, Sql } from '#server/database'
import type { Messages } from '#server/messages'
import { within } from '#server/purpose'
import {
  type ActionKind,
  type ActionResult,
  action,
  collectedBytesAtMost,
  type DeviceDetail,
  type Todo,
} from './api.ts'
import type { Device } from './check-in.ts'
import { actionNotFound, contentNotFound, deviceNotFound, tooManyActions } from './errors.ts'
import type { Sealed } from './sealed.ts'

export type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly sealed: Sealed
  readonly audit: Pick<Audit, 'record'>
  readonly messages: Pick<Messages, 'publish'>
  readonly subscriptions: Pick<Subscriptions, 'collects'>
}

/** Until then a device that is away is told when it is back. */
export const lifetimeDays = 7
const mostOpen = 50
/** Of base64: what a sealed value takes, and whole groups of four. */
const partLetters = 96_000

type Row = {
  organization_id: string
  action_id: string
  device_id: string
  kind: ActionKind
  state: string
  why: string | null
  sealed: Buffer
  result: Record<string, number | string> | null
  requested_at: Date
  expires_at: Date
  ended_at: Date | null
  has_content: boolean
}

/** `tx` sees the organisation. The device is told at its next check-in. */
export async function request(
  { clock, sealed, audit }: Uses,
  tx: Sql,
  { deviceId, organizationId }: Device,
  todo: Todo,
  by: By,
): Promise<string> {
  const now = clock.now()
  // Locked: of a device that is being removed no key is made again.
  const [device] = await tx`
    select 1 from devices.device where organization_id = ${organizationId} and device_id = ${deviceId} for key share`
  if (!device) throw deviceNotFound()
  const [open] = await tx<{ count: number }[]>`
    select count(*)::int as count from devices.action
    where organization_id = ${organizationId} and device_id = ${deviceId} and ended_at is null and expires_at > ${now}`
  if ((open?.count ?? 0) >= mostOpen) throw tooManyActions()
  const actionId = newId(now.getTime())
  const { kind, ...parts } = todo
  const { path = null, reason = null, ...rest } = parts as { path?: string; reason?: string }
  const value = await sealed.action.sealOne(
    { organization_id: organizationId, device_id: deviceId, action_id: actionId },
    { path, reason, rest: JSON.stringify(rest) },
  )
  await tx`
    insert into devices.action (organization_id, action_id, device_id, kind, state, sealed, requested_at, expires_at)
    values (${organizationId}, ${actionId}, ${deviceId}, ${kind}, 'waiting', ${value}, ${now},
      ${new Date(now.getTime() + lifetimeDays * 86_400_000)})`
  const target = { kind: 'device', id: deviceId } as const
  await audit.record(tx, {
    organizationId,
    action: 'devices.action_requested',
    target,
    details: { kind, request: actionId },
    ...by,
  })
  return actionId
}

/** What the device is to do now, the oldest first; `tx` sees the organisation. */
export async function openActions({ clock, sealed }: Uses, tx: Sql, organizationId: string, deviceId: string) {
  const rows = await tx<Row[]>`
    update devices.action set state = 'sent'
    where organization_id = ${organizationId} and device_id = ${deviceId} and ended_at is null and expires_at > ${clock.now()}
    returning organization_id, action_id, device_id, kind, sealed, requested_at`
  // The first asked is the first told: what isolates and what releases must not change places.
  rows.sort((one, other) => Number(one.requested_at) - Number(other.requested_at))
  const opened = await sealed.action.open(rows, ['path', 'reason', 'rest'])
  return rows.flatMap(({ action_id: actionId, kind }, at) => {
    const { path, reason, rest } = opened[at] ?? {}
    const told = { actionId, kind, ...(path && { path }), ...(reason && { reason }), ...JSON.parse(rest ?? '{}') }
    // What an earlier version wrote in a form that this one does not know is not told.
    const known = action.safeParse(told)
    return known.success ? [known.data] : []
  })
}

/** How it ended, as the device says. Once: what comes again changes nothing. */
export function end(
  uses: Uses,
  { deviceId, organizationId }: Device,
  actionId: string,
  ended: ActionResult,
): Promise<void> {
  const { database, clock, sealed, audit, messages, subscriptions } = uses
  return database.inOrganization(organizationId, async (tx) => {
    const now = clock.now()
    const [row] = await tx<{ kind: ActionKind; ended_at: Date | null; collects: boolean }[]>`
      select kind, ended_at, ${subscriptions.collects(tx, 'endpoint-protection')} as collects from devices.action
      where organization_id = ${organizationId} and action_id = ${actionId} and device_id = ${deviceId} for update`
    if (!row) throw actionNotFound()
    if (row.ended_at) return
    // EP-14: that it has ended is kept; what came of it is not, where the subscription has ended since it was asked for.
    const { content, ...counts } = (row.collects ? ended.result : undefined) ?? {}
    await tx`
      update devices.action set state = ${ended.state}, why = ${ended.why ?? null}, result = ${tx.json(counts)}, ended_at = ${now}
      where organization_id = ${organizationId} and action_id = ${actionId}`
    // Only of what was asked for: a device cannot fill the table with files of its choice.
    if (content !== undefined && row.kind === 'collect-file' && ended.state === 'done') {
      const parts =
        content.slice(0, Math.ceil((collectedBytesAtMost * 4) / 3) + 4).match(new RegExp(`.{1,${partLetters}}`, 'g')) ??
        []
      const places = parts.map(() => ({
        organization_id: organizationId,
        device_id: deviceId,
        part_id: newId(now.getTime()),
      }))
      const values = await sealed.collected.seal(
        places.map((place, at) => ({ row: place, values: { content: parts[at] as string } })),
      )
      for (const [part, value] of values.entries())
        await tx`
          insert into devices.collected (organization_id, part_id, device_id, action_id, part, sealed, collected_at)
          values (${organizationId}, ${places[part]?.part_id ?? ''}, ${deviceId}, ${actionId}, ${part}, ${value}, ${now})`
    }
    await audit.record(tx, {
      organizationId,
      action: 'devices.action_ended',
      target: { kind: 'device', id: deviceId },
      actor: { kind: 'program', name: 'agent' },
      details: { kind: row.kind, request: actionId, state: ended.state },
    })
    await messages.publish(tx, 'devices.action_ended', deviceId, {
      organization: organizationId,
      action: actionId,
      kind: row.kind,
      state: ended.state,
    })
  })
}

/** The latest of a device; `tx` sees the organisation. */
export async function listActions(
  { clock, sealed }: Uses,
  tx: Sql,
  { deviceId, organizationId }: Device,
  viewer: Viewer,
): Promise<DeviceDetail['actions']> {
  // That there is a file is told; for anything else its table is closed to whoever only looks at devices.
  const rows = await within(
    'security',
    async () => tx<Row[]>`
    select a.*, exists (select 1 from devices.collected c
      where c.organization_id = a.organization_id and c.action_id = a.action_id) as has_content
    from devices.action a where a.organization_id = ${organizationId} and a.device_id = ${deviceId}
    order by a.requested_at desc, a.action_id desc limit 50`,
  )
  const opened = await sealed.action.open(rows, ['path', 'reason'])
  const seen = (path: string | null | undefined) => (path ? pathFor(viewer, path) : null)
  return rows.map((row, at) => ({
    actionId: row.action_id,
    kind: row.kind,
    state:
      row.ended_at === null && row.expires_at <= clock.now()
        ? 'expired'
        : (row.state as DeviceDetail['actions'][number]['state']),
    why: row.why,
    reason: opened[at]?.reason ?? null,
    path: seen(opened[at]?.path),
    requestedAt: row.requested_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    result: row.result,
    hasContent: row.has_content,
  }))
}

/** What became of requests, by number; `tx` sees the organisation. */
export async function readActions({ sealed }: Pick<Uses, 'sealed'>, tx: Sql, ids: readonly string[]) {
  const rows = await tx<Row[]>`select * from devices.action where action_id = any(${ids as string[]}::uuid[])`
  const opened = await sealed.action.open(rows, ['reason'])
  return new Map(
    rows.map((row, at) => [
      row.action_id,
      {
        state:
          row.ended_at === null ? ('waiting' as const) : row.state === 'done' ? ('done' as const) : ('failed' as const),
        why: row.why,
        reason: opened[at]?.reason ?? null,
        at: row.requested_at,
        endedAt: row.ended_at,
      },
    ]),
  )
}

/** Somebody takes a collected file to look at it: recorded, whoever it is. */
export function fetchContent(
  uses: Uses,
  { deviceId, organizationId }: Device,
  actionId: string,
  by: By,
): Promise<Buffer> {
  const { database, sealed, audit } = uses
  return database.inOrganization(organizationId, async (tx) => {
    const rows = await tx<{ organization_id: string; device_id: string; part_id: string; sealed: Buffer }[]>`
      select organization_id, device_id, part_id, sealed from devices.collected
      where organization_id = ${organizationId} and device_id = ${deviceId} and action_id = ${actionId} order by part limit 100`
    const opened = await sealed.collected.open(rows, ['content'])
    const content = opened.map((one) => one.content)
    if (content.length === 0 || content.some((part) => typeof part !== 'string')) throw contentNotFound()
    const target = { kind: 'device', id: deviceId } as const
    await audit.record(tx, {
      organizationId,
      action: 'devices.file_fetched',
      target,
      details: { request: actionId },
      ...by,
    })
    return Buffer.from(content.join(''), 'base64')
  })
}
