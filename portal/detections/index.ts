import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import type { Devices } from '#portal/devices'
import type { By, Viewer } from '#portal/organizations'
import type { People } from '#portal/people'
import type { Policies } from '#portal/policies'
import type { Subscriptions } from '#portal/subscriptions'
import type { Database, Sql } from '#server/database'
import type { Messages } from '#server/messages'
import type { Rights } from '#server/rights'
import type { Route } from '#server/routes'
import type { Sealing } from '#server/sealed'
import { act, finish, forgetSpools, type Wanted } from './act.ts'
import type {
  Act,
  Assignees,
  DetectionDetail,
  DetectionList,
  detectionQuery,
  eventsAnswer,
  eventsTaken,
  FalsePositive,
  ManyChange,
} from './api.ts'
import { listAssignees } from './assignees.ts'
import { addNote, change } from './change.ts'
import { data } from './data.ts'
import { markFalsePositive } from './false-positive.ts'
import type { Place } from './find.ts'
import { count, countBetween, list, readLatest } from './list.ts'
import { changeMany, undoMany } from './many.ts'
import { read } from './read.ts'
import { addRights } from './rights.ts'
import { routes } from './routes.ts'
import { takeEvents } from './take.ts'
import { type Came, came, changes, type ToldChange, type ToldDetection, tell, tellChange } from './tell.ts'

export type { ToldChange, ToldDetection } from './tell.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly sealed: Sealing
  readonly messages: Pick<Messages, 'subscribe'>
  readonly rights: Pick<Rights, 'add'>
}
type Uses = {
  readonly audit: Pick<Audit, 'record' | 'nameTargets'>
  readonly subscriptions: Pick<Subscriptions, 'collects'>
  readonly devices: Pick<Devices, 'lock' | 'names' | 'countLost' | 'readActions' | 'requestIn'>
  readonly people: Pick<People, 'names' | 'whoMay'>
  readonly policies: Pick<Policies, 'exclude' | 'includeAgain'>
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
  count(tx: Sql, organizationId: string): Promise<{ all: number; open: number }>
  /** Of those that came in a time; `tx` sees the organisation. */
  readonly countBetween: typeof countBetween
  /** `version`: the one that was changed; any other is refused. */
  change(
    organizationId: string,
    detectionId: string,
    change: { version: number; act: Act },
    by: By,
  ): Promise<{ version: number }>
  addNote(organizationId: string, detectionId: string, text: string, by: By): Promise<void>
  /** Lets it through until a time, and resolves it. */
  markFalsePositive(
    organizationId: string,
    detectionId: string,
    asked: FalsePositive,
    by: By,
  ): Promise<{ version: number }>
  changeMany(
    organizationId: string,
    asked: ManyChange,
    by: By,
  ): Promise<{ bulkId: string; count: number; isMore: boolean }>
  undoMany(organizationId: string, bulkId: string, by: By): Promise<{ count: number }>
  assignees(organizationId: string): Promise<Assignees>
  /** What came, and what people did about it, behind a place and before a time, the oldest first. `tx` sees the organisation. */
  came(tx: Sql, organizationId: string, after: Place, to: Date, most: number): Promise<Came[]>
  changes(tx: Sql, organizationId: string, after: Place, to: Date, most: number): Promise<Place[]>
  /** What is told elsewhere of one; path and user only where they were asked for. `tx` sees the organisation. */
  tell(tx: Sql, organizationId: string, detectionId: string, hasNames: boolean): Promise<ToldDetection | undefined>
  tellChange(tx: Sql, organizationId: string, changeId: string): Promise<ToldChange | undefined>
  act(organizationId: string, detectionId: string, wanted: Wanted, by: By): Promise<void>
  readonly routes: readonly Route[]
}

export function createDetections(
  { database, clock, sealed, messages, rights }: Needs,
  { audit, devices, people, policies, subscriptions }: Uses,
): Detections {
  const sealer = sealed.table(data, 'detection', ['path', 'findings', 'not_unpacked', 'process', 'user', 'paths'])
  const notes = sealed.table(data, 'change', ['text'])
  const uses = { database, clock, sealer, notes, audit, devices, people, policies, subscriptions }
  addRights(rights)
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
    count: (tx, organizationId) => count(uses, tx, organizationId),
    countBetween,
    change: (organizationId, detectionId, asked, by) => change(uses, organizationId, detectionId, asked, by),
    addNote: (organizationId, detectionId, text, by) => addNote(uses, organizationId, detectionId, text, by),
    markFalsePositive: (organizationId, detectionId, asked, by) =>
      markFalsePositive(uses, organizationId, detectionId, asked, by),
    changeMany: (organizationId, asked, by) => changeMany(uses, organizationId, asked, by),
    undoMany: (organizationId, bulkId, by) => undoMany(uses, organizationId, bulkId, by),
    came,
    changes,
    tellChange,
    tell: (tx, organizationId, detectionId, hasNames) => tell(sealer, tx, organizationId, detectionId, hasNames),
    assignees: (organizationId) =>
      database.inOrganization(organizationId, (tx) => listAssignees(people, tx, organizationId)),
    act: (organizationId, detectionId, wanted, by) => act(uses, organizationId, detectionId, wanted, by),
  }
  return { ...detections, routes: routes(detections) }
}
