import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Devices } from '#portal/devices'
import type { Subscriptions } from '#portal/subscriptions'
import { byteArray, type Database, type Sql } from '#server/database'
import type { Sealer } from '#server/sealed'
import { type DeviceEvent, event, type eventsAnswer, type eventsTaken } from './api.ts'

export type DetectionSealer = Sealer<'path' | 'findings' | 'not_unpacked' | 'process' | 'user' | 'paths'>

type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly sealer: DetectionSealer
  readonly devices: Pick<Devices, 'lock'>
  readonly subscriptions: Pick<Subscriptions, 'collects'>
}

type Device = { readonly deviceId: string; readonly organizationId: string }

/** What PostgreSQL and pages cannot take is not in text of ours; text from a device may hold it. */
const json = (value: unknown) => JSON.stringify(value).toWellFormed()

function valuesOf(found: DeviceEvent) {
  const process = found.process ? json(found.process) : null
  const user = found.process?.user ?? null
  if (found.kind === 'encryptor')
    return {
      sealed: {
        path: found.paths[0] ?? null,
        findings: null,
        not_unpacked: null,
        process,
        user,
        paths: json(found.paths),
      },
      columns: {
        rule: found.canary ? 'canary' : 'rewriting',
        rule_set: 'vartio',
        author: null,
        licence: null,
        source: 'behaviour',
        sha256: null,
        bytes: null,
        file_type: null,
        files: found.files,
        quarantine_id: null,
        is_seen_late: false,
      },
    }
  const [worst] = found.findings
  return {
    sealed: {
      path: found.path,
      findings: json(found.findings),
      not_unpacked: found.notUnpacked ? json(found.notUnpacked) : null,
      process,
      user,
      paths: null,
    },
    columns: {
      rule: worst?.rule ?? '',
      rule_set: worst?.ruleSet ?? '',
      author: worst?.author ?? null,
      licence: worst?.licence ?? null,
      source: worst?.source ?? 'rules',
      sha256: Buffer.from(found.sha256, 'hex'),
      bytes: found.bytes,
      file_type: found.type ?? null,
      files: null,
      quarantine_id: found.quarantineId ?? null,
      is_seen_late: found.seenLate ?? false,
    },
  }
}

const parts = 16

/** In one of several rows, always the same for a device. */
async function countDay(tx: Sql, { organizationId, deviceId }: Device, now: Date, count: number): Promise<void> {
  if (count === 0) return
  const day = new Date(Math.floor(now.getTime() / 86_400_000) * 86_400_000)
  const part = Number.parseInt(deviceId.slice(-2), 16) % parts
  await tx`
    insert into detections.daily (organization_id, day, part, count) values (${organizationId}, ${day}, ${part}, ${count})
    on conflict (organization_id, day, part) do update set count = daily.count + excluded.count`
}

/**
 * Events of a spool, each once: how far it has come is written in the transaction that keeps them, and held by it, so that of two who send the same the
 * second finds it taken. What cannot be read is counted and holds back nothing.
 */
export function takeEvents(
  { database, clock, sealer, devices, subscriptions }: Uses,
  device: Device,
  told: z.output<typeof eventsTaken>,
): Promise<z.input<typeof eventsAnswer>> {
  const { deviceId, organizationId } = device
  return database.inOrganization(organizationId, async (tx) => {
    const now = clock.now()
    await devices.lock(tx, device)
    const collects = subscriptions.collects(tx, 'endpoint-protection')
    await tx`
      insert into detections.spool (organization_id, device_id, spool_id, updated_at)
      select ${organizationId}, ${deviceId}, ${told.spool}, ${now} where ${collects} on conflict do nothing`
    const [spool] = await tx<{ taken: string }[]>`
      select taken::text from detections.spool
      where organization_id = ${organizationId} and device_id = ${deviceId} and spool_id = ${told.spool} and ${collects} for update`
    // EP-14: where protection is not subscribed to, the device is told that it need not keep them, and nothing is kept here, not even how far it has come.
    if (!spool) return { upTo: told.from + told.events.length - 1, unread: 0 }
    const taken = Number(spool.taken)
    const fresh = told.events.slice(Math.max(taken + 1 - told.from, 0))
    const read = fresh.flatMap((one) => {
      const known = event.safeParse(one)
      return known.success ? [known.data] : []
    })
    const values = read.map(valuesOf)
    const sealed = await sealer.seal(
      read.map((one, at) => ({
        row: { organization_id: organizationId, device_id: deviceId, detection_id: one.id },
        values: (values[at] as (typeof values)[number]).sealed,
      })),
    )
    const each = read.map((one, at) => ({
      id: one.id,
      kind: one.kind,
      at: one.at,
      done: one.done,
      sealed: sealed[at] as Buffer,
      ...(values[at] as (typeof values)[number]).columns,
    }))
    if (each.length > 0) {
      // The number is the device's own: what it sends again under another spool is the same detection. A list for each column: ten thousand parameters would
      // take longer than the rows.
      const kept = await tx`
        insert into detections.detection (organization_id, device_id, received_at, changed_at, detection_id, kind, happened_at, done, sealed, rule, rule_set,
          author, licence, source, sha256, bytes, file_type, files, quarantine_id, is_seen_late)
        select ${organizationId}, ${deviceId}, ${now}, ${now}, * from unnest(
          ${each.map(({ id }) => id)}::uuid[], ${each.map(({ kind }) => kind)}::text[], ${each.map(({ at }) => at)}::timestamptz[],
          ${each.map(({ done }) => done)}::text[], ${byteArray(
            tx,
            each.map((one) => one.sealed),
          )}, ${each.map(({ rule }) => rule)}::text[],
          ${each.map((one) => one.rule_set)}::text[], ${each.map(({ author }) => author)}::text[], ${each.map(({ licence }) => licence)}::text[],
          ${each.map(({ source }) => source)}::text[], ${byteArray(
            tx,
            each.map(({ sha256 }) => sha256),
          )}, ${each.map(({ bytes }) => bytes)}::int8[],
          ${each.map((one) => one.file_type)}::text[], ${each.map(({ files }) => files)}::int8[],
          ${each.map((one) => one.quarantine_id)}::text[], ${tx.array(
            each.map((one) => one.is_seen_late),
            1000,
          )})
        on conflict (organization_id, detection_id) do nothing`
      await countDay(tx, device, now, kept.count)
    }
    const upTo = Math.max(taken, told.from + told.events.length - 1)
    const unread = fresh.length - read.length
    await tx`
      update detections.spool set taken = ${upTo}, lost = greatest(lost, ${told.lost}), unread = unread + ${unread}, updated_at = ${now}
      where organization_id = ${organizationId} and device_id = ${deviceId} and spool_id = ${told.spool}`
    return { upTo, unread }
  })
}
