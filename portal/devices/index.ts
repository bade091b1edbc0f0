import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Settings } from '#base/settings'
import type { Audit } from '#portal/audit'
import type { By, Organizations, Viewer } from '#portal/organizations'
import type { Policies } from '#portal/policies'
import type { RuleSets } from '#portal/rule-sets'
import type { Subscriptions } from '#portal/subscriptions'
import { readPublicCallKey } from '#server/call-keys'
import type { Database, Sql } from '#server/database'
import type { Authorize } from '#server/http'
import type { Jobs } from '#server/jobs'
import type { Keys } from '#server/keys/keys'
import { readListKeys } from '#server/list-keys'
import type { Messages } from '#server/messages'
import type { Caller, Reply, Route } from '#server/routes'
import type { Sealing } from '#server/sealed'
import { end, fetchContent, readActions, request } from './actions.ts'
import type {
  ActionResult,
  BulkAct,
  BulkList,
  CheckedIn,
  CheckIn,
  Chosen,
  CodeLook,
  CreatedToken,
  DeviceChoices,
  DeviceCounts,
  DeviceDetail,
  DeviceList,
  DeviceQuery,
  Enrolled,
  Enrolment,
  languageCounts,
  OwnReach,
  ShownView,
  Todo,
  TokenList,
  ViewList,
} from './api.ts'
import { begin, bulkJob, listBulks, stop, undo } from './bulk.ts'
import { type Bulk, runHandful } from './bulk-run.ts'
import { type DeviceChange, readChanges } from './changes.ts'
import { type Device, takeCheckIn } from './check-in.ts'
import { readChoices } from './choices.ts'
import { findCode, listCodes, makeCode, revokeCode } from './codes.ts'
import { type Count, createCount } from './count.ts'
import { countMonths } from './count-months.ts'
import { emptyGroup, emptyGroupJob } from './empty-group.ts'
import { enrol } from './enrol.ts'
import { notEnrolled } from './errors.ts'
import { exportDevices } from './export.ts'
import { fleetOf } from './fleet-of.ts'
import { createHearing } from './hear.ts'
import { createIdentify } from './identify.ts'
import { type LabelKind, labelDevice, makeLabel, removeLabel, renameLabel } from './labels.ts'
import { countLanguages } from './languages.ts'
import { list, namesOf, read } from './list.ts'
import { createOffers, type Offers, readReach } from './reach.ts'
import { remove } from './remove.ts'
import { routes } from './routes.ts'
import { createSealed } from './sealed.ts'
import { forgetView, keepView, type Looker, readViews } from './views.ts'

export { deviceOf } from './routes.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly settings: Settings
  readonly sealed: Sealing
  readonly keys: Pick<Keys, 'tokenKey'>
  readonly messages: Pick<Messages, 'publish'>
  readonly jobs: Pick<Jobs, 'send' | 'define'>
  readonly publicFolder: string
  readonly urls: { readonly portal: URL; readonly cloud: URL }
}
type Uses = {
  readonly audit: Pick<Audit, 'record' | 'note' | 'nameTargets'>
  readonly organizations: Pick<Organizations, 'describe'>
  readonly policies: Pick<Policies, 'forDevice' | 'forDevices' | 'knowFleet' | 'forget'>
  readonly ruleSets: Pick<RuleSets, 'forDevice' | 'forDevices'>
  readonly subscriptions: Pick<Subscriptions, 'admit' | 'collects' | 'noteDevices' | 'notCollecting'>
}

export type Devices = {
  /** Which device has signed a request; throws when none has. */
  identify(request: Parameters<Authorize>[1]): Promise<Caller>
  enrol(enrolment: Enrolment, from: By['from']): Promise<Enrolled>
  checkIn(device: Device, told: CheckIn): Promise<CheckedIn>
  endAction(device: Device, actionId: string, ended: ActionResult): Promise<void>
  list(organizationId: string, query: DeviceQuery): Promise<DeviceList>
  readCounts(organizationId: string): Promise<DeviceCounts>
  readChoices(organizationId: string): Promise<DeviceChoices>
  export(organizationId: string, query: DeviceQuery, by: By): Promise<Reply>
  makeLabel(organizationId: string, kind: LabelKind, name: string, by: By): Promise<string>
  renameLabel(organizationId: string, kind: LabelKind, id: string, name: string, by: By): Promise<void>
  removeLabel(organizationId: string, kind: LabelKind, id: string, by: By): Promise<void>
  label(device: Device, labels: { groupId: string | null; tagIds: readonly string[] }, by: By): Promise<void>
  /** The same done to many: begun here, carried out by a job. */
  beginBulk(organizationId: string, act: BulkAct, chosen: Chosen, by: By): Promise<{ bulkId: string; total: number }>
  listBulks(organizationId: string): Promise<BulkList>
  stopBulk(bulk: Bulk, by: By): Promise<void>
  undoBulk(bulk: Bulk, by: By): Promise<void>
  /** What the job does. */
  runBulk(bulk: Bulk, signal?: AbortSignal): Promise<void>
  readViews(looker: Looker): Promise<ViewList>
  /** Without a name it is the list as they have left it. */
  keepView(looker: Looker, shown: ShownView, name?: string): Promise<string>
  forgetView(looker: Looker, viewId: string): Promise<void>
  read(organizationId: string, deviceId: string, viewer: Viewer): Promise<DeviceDetail>
  remove(organizationId: string, deviceId: string, by: By): Promise<void>
  request(device: Device, todo: Todo, by: By): Promise<string>
  /** The same in a transaction that sees the organisation. */
  requestIn(tx: Sql, device: Device, todo: Todo, by: By): Promise<string>
  /** What became of requests, by number; `tx` sees the organisation. */
  readActions(tx: Sql, ids: readonly string[]): ReturnType<typeof readActions>
  fetchContent(device: Device, actionId: string, by: By): Promise<Buffer>
  makeCode(organizationId: string, code: { uses: number; hours: number }, by: By): Promise<CreatedToken>
  listCodes(organizationId: string): Promise<TokenList>
  revokeCode(organizationId: string, tokenId: string, by: By): Promise<void>
  look(code: string): Promise<CodeLook>
  reach(): Promise<OwnReach>
  /** `tx` sees the organisation. Holds the device until it ends, so that nothing is sealed with the key of one that is being removed. */
  lock(tx: Sql, device: Device): Promise<void>
  /** `tx` sees the organisation. */
  names(tx: Sql, ids: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Who went silent, or without protection, between these times. `tx` sees the organisation. */
  changes(tx: Sql, from: Date, to: Date, most: number): Promise<DeviceChange[]>
  /** `tx` sees the organisation. */
  readonly count: Count
  /** `tx` sees the organisation. */
  countLost(tx: Sql): Promise<number>
  /** What invoices count: the most devices of each month. A job does it each hour. */
  countMonths(): Promise<void>
  countLanguages(organizationId: string): Promise<z.input<typeof languageCounts>>
  /** Of all companies, for whoever runs this Vartio: counts only. */
  countVersions(): Promise<{ version: string; devices: number }[]>
  readonly offers: Offers
  readonly routes: readonly Route[]
}

export function createDevices(
  needs: Needs,
  { audit, organizations, policies, ruleSets, subscriptions }: Uses,
): Devices {
  const { database, clock, settings, keys, messages, jobs, publicFolder, urls } = needs
  const sealed = createSealed(database, needs.sealed)
  const place = {
    publicFolder,
    portalUrl: urls.portal,
    listen: settings.text('VARTIO_LISTEN'),
    hasTls: settings.text('VARTIO_TLS_CERTIFICATE_FILE') !== undefined,
    hasProxy: settings.text('VARTIO_PROXY') !== undefined,
  }
  const folder = settings.text('VARTIO_CODE_FOLDER') ?? ''
  const uses = {
    database,
    clock,
    keys,
    sealed,
    messages,
    jobs,
    audit,
    organizations,
    policies,
    subscriptions,
    cloud() {
      const keys = readListKeys(publicFolder)
      return keys.length > 0 ? { url: urls.cloud.origin, keys } : null
    },
    ruleSets,
    portalKey() {
      const key = readPublicCallKey(publicFolder, 'portal')
      if (!key) throw new Error('the portal has no key of its own')
      return key
    },
  }
  const offers = createOffers(place, uses.portalKey)
  const hearing = createHearing(uses)
  const count = createCount(clock)
  const names = (tx: Sql, ids: readonly string[]) => namesOf(uses, tx, ids)
  const changes = (tx: Sql, from: Date, to: Date, most: number) => readChanges(tx, clock, from, to, most)
  audit.nameTargets('device', names)
  policies.knowFleet(fleetOf(uses))
  async function runBulk(bulk: Bulk, signal?: AbortSignal): Promise<void> {
    // What is broken off goes on when the job is tried again.
    while (await runHandful(uses, bulk)) signal?.throwIfAborted()
  }
  jobs.define<{ organization: string; bulk: string }>(
    bulkJob,
    { purpose: 'service', atMostSeconds: 900 },
    ({ organization: organizationId, bulk: bulkId }, signal) => runBulk({ organizationId, bulkId }, signal),
  )
  jobs.define<{ organization: string; group: string }>(
    emptyGroupJob,
    { purpose: 'service', atMostSeconds: 900 },
    ({ organization: organizationId, group: groupId }, signal) => emptyGroup(uses, { organizationId, groupId }, signal),
  )
  jobs.define('devices.count-months', { purpose: 'service', cron: '11 * * * *' }, () => countMonths(uses))
  const devices: Omit<Devices, 'routes'> = {
    identify: createIdentify({ database, clock, portalUrl: urls.portal }),
    enrol: (enrolment, from) => enrol(uses, enrolment, from),
    checkIn: (device, told) => takeCheckIn({ ...uses, hearing }, device, told),
    endAction: (device, actionId, ended) => end(uses, device, actionId, ended),
    list: (organizationId, query) => list(uses, organizationId, query),
    readCounts: (organizationId) => database.inOrganization(organizationId, (tx) => count(tx, organizationId)),
    readChoices: (organizationId) => readChoices(uses, organizationId),
    export: (organizationId, query, by) => exportDevices(uses, organizationId, query, by),
    makeLabel: (organizationId, kind, name, by) => makeLabel(uses, organizationId, kind, name, by),
    renameLabel: (organizationId, kind, id, name, by) => renameLabel(uses, organizationId, kind, id, name, by),
    removeLabel: (organizationId, kind, id, by) => removeLabel(uses, organizationId, kind, id, by),
    label: (device, labels, by) => labelDevice(uses, device, labels, by),
    beginBulk: async (organizationId, act, chosen, by) => {
      const begun = await begin(uses, organizationId, act, chosen, by)
      // Of a few it is done before anybody has looked; the job goes on with the rest.
      await runHandful(uses, { organizationId, bulkId: begun.bulkId })
      return begun
    },
    listBulks: (organizationId) => listBulks(uses, organizationId),
    stopBulk: ({ organizationId, bulkId }, by) => stop(uses, organizationId, bulkId, by),
    undoBulk: ({ organizationId, bulkId }, by) => undo(uses, organizationId, bulkId, by),
    runBulk,
    countMonths: () => countMonths(uses),
    countLanguages: (organizationId) => countLanguages(uses, organizationId),
    readViews: (looker) => readViews(uses, looker),
    keepView: (looker, shown, name) => keepView(uses, looker, shown, name),
    forgetView: (looker, viewId) => forgetView(uses, looker, viewId),
    read: (organizationId, deviceId, viewer) => read(uses, organizationId, deviceId, viewer),
    remove: (organizationId, deviceId, by) => remove(uses, { organizationId, deviceId }, by),
    request: (device, todo, by) =>
      database.inOrganization(device.organizationId, (tx) => request(uses, tx, device, todo, by)),
    requestIn: (tx, device, todo, by) => request(uses, tx, device, todo, by),
    readActions: (tx, ids) => readActions(uses, tx, ids),
    fetchContent: (device, actionId, by) => fetchContent(uses, device, actionId, by),
    makeCode: (organizationId, code, by) => makeCode(uses, organizationId, code, by),
    listCodes: (organizationId) => listCodes(uses, organizationId),
    revokeCode: (organizationId, tokenId, by) => revokeCode(uses, organizationId, tokenId, by),
    async look(code) {
      const { organizationId, expiresAt } = await findCode(uses, database.sql, code)
      const organization = (await organizations.describe(database.sql, [organizationId])).get(organizationId)
      const reach = await readReach(place, offers)
      return { organizationName: organization?.name ?? '', expiresAt: expiresAt.toISOString(), reach }
    },
    async countVersions() {
      const rows = await database.sql<{ version: string; devices: string }[]>`
        select version, devices::text from devices.count_versions()`
      return rows.map(({ version, devices }) => ({ version, devices: Number(devices) }))
    },
    reach: async () => ({ ...(await readReach(place, offers)), folder }),
    async lock(tx, { organizationId, deviceId }) {
      const [row] = await tx`
        select 1 from devices.device where organization_id = ${organizationId} and device_id = ${deviceId} for key share`
      if (!row) throw notEnrolled()
    },
    names,
    changes,
    count,
    async countLost(tx) {
      const [row] = await tx<{ lost: string }[]>`select coalesce(sum(events_lost), 0)::text as lost from devices.device`
      return Number(row?.lost ?? 0)
    },
    offers,
  }
  return { ...devices, routes: routes(devices) }
}
