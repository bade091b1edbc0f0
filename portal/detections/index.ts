import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import type { Devices } from '#portal/devices'
import type { By } from '#portal/organizations'
import type { Database, Sql } from '#server/database'
import type { Messages } from '#server/messages'
import type { Route } from '#server/routes'
import type { Sealing } from '#server/sealed'
import { act, finish, forgetSpools, type Wanted } from './act.ts'
import type { DetectionDetail, DetectionList, detectionQuery, eventsAnswer, eventsTaken } from './api.ts'
import { data } from './data.ts'
import { count, list, read, readLatest, type Viewer } from './list.ts'
import { routes } from './routes.ts'
import { takeEvents } from './take.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly sealed: Sealing
  readonly messages: Pick<Messages, 'subscribe'>
}
type Uses = {
  readonly audit: Pick<Audit, 'record' | 'nameTargets'>
  readonly devices: Pick<Devices, 'lock' | 'names' | 'countLost' | 'readActions' | 'requestIn'>
}

export type Detections = {
  /** `device`: who has signed the request. `at`: when it came, where that was not now. */
  take(
    device: { readonly organizationId: string; readonly deviceId: string },
    told: z.output<typeof eventsTaken>,
    at?: Date,
  ): Promise<z.input<typeof eventsAnswer>>
  list(organizationId: string, query: z.output<typeof detectionQuery>, viewer: Viewer): Promise<DetectionList>
  read(organizationId: string, detectionId: string, viewer: Viewer): Promise<DetectionDetail>
  latest(organizationId: string): Promise<{ mark: string }>
  /** Of the last thirty days; `tx` sees the organisation. */
  count(tx: Sql): Promise<{ all: number; open: number }>
  act(organizationId: string, detectionId: string, wanted: Wanted, by: By): Promise<void>
  readonly routes: readonly Route[]
}

export function createDetections({ database, clock, sealed, messages }: Needs, { audit, devices }: Uses): Detections {
  const sealer = sealed.table(data, 'detection', ['path', 'findings', 'not_unpacked', 'process', 'user', 'paths'])
  const uses = { database, clock, sealer, audit, devices }
  // A rule is what a detection is called: nothing of anybody's.
  audit.nameTargets('detection', async (tx: Sql, ids) => {
    const rows = await tx<{ detection_id: string; rule: string }[]>`
      select detection_id, rule from detections.names_of(${ids as string[]}::uuid[])`
    return new Map(rows.map((row) => [row.detection_id, row.rule]))
  })
  messages.subscribe('devices.action_ended', { name: 'detections.follow-action', purpose: 'security' }, (message, tx) =>
    finish(uses, tx, {
      organizationId: String(message.payload.organization),
      actionId: String(message.payload.action),
      state: String(message.payload.state),
    }),
  )
  messages.subscribe('devices.removed', { name: 'detections.forget-spools', purpose: 'security' }, (message, tx) =>
    forgetSpools(tx, String(message.payload.organization), String(message.payload.device)),
  )
  const detections: Omit<Detections, 'routes'> = {
    take: (device, told, at) => takeEvents(at ? { ...uses, clock: { now: () => at } } : uses, device, told),
    list: (organizationId, query, viewer) => list(uses, organizationId, query, viewer),
    read: (organizationId, detectionId, viewer) => read(uses, organizationId, detectionId, viewer),
    latest: (organizationId) => readLatest(uses, organizationId),
    count: (tx) => count(uses, tx),
    act: (organizationId, detectionId, wanted, by) => act(uses, organizationId, detectionId, wanted, by),
  }
  return { ...detections, routes: routes(detections) }
}
