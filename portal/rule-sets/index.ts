import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Settings } from '#base/settings'
import { describeNoteKey } from '#base/signed-note'
import { packBundle, signedAs, writeBundle } from '#engine/bundle'
import type { Audit } from '#portal/audit'
import type { Organizations } from '#portal/organizations'
import { readCallKey, readPublicCallKey } from '#server/call-keys'
import type { Database, Sql } from '#server/database'
import { startLoop } from '#server/loop'
import type { Route } from '#server/routes'
import { createTurn } from '#server/turn'
import {
  type Brought,
  type DeviceRuleSet,
  type NewRuleSet,
  pieceBytes,
  type RuleSetChange,
  type ruleSetDetail,
  type ruleSetList,
} from './api.ts'
import { notReady } from './errors.ts'
import { forDevice, forDevices, readNote, readParts } from './for-device.ts'
import { createHandOver } from './hand-over.ts'
import { list, read } from './list.ts'
import {
  add,
  alter,
  type By,
  fetchAgain,
  isProvider,
  record,
  refuseOthers,
  remove,
  takeBrought,
  takePiece,
  type Uses,
  verifyBrought,
} from './manage.ts'
import { createOwnSets, type OwnSets } from './own.ts'
import { routes } from './routes.ts'
import { readSource } from './source.ts'
import { readMirrors } from './walls.ts'
import { resume, step, type Work } from './work.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly settings: Settings
  readonly folder: string
  readonly publicFolder: string
}

/** Of the locks in this database (`turn.ts`). */
const workTurn = 4_731

export type RuleSets = {
  list(organizationId: string): Promise<z.input<typeof ruleSetList>>
  read(organizationId: string, name: string): Promise<z.input<typeof ruleSetDetail>>
  add(organizationId: string, set: NewRuleSet, by: By): Promise<void>
  change(organizationId: string, name: string, change: RuleSetChange, by: By): Promise<void>
  fetch(organizationId: string, name: string, by: By): Promise<void>
  remove(organizationId: string, name: string, by: By): Promise<void>
  takePiece(organizationId: string, name: string, number: number, content: Buffer): Promise<void>
  takeBrought(organizationId: string, name: string, brought: Brought, by: By): Promise<void>
  /** Throws unless it is a bundle that the key has signed, or no bundle. */
  verifyBrought(content: Buffer, key: string | undefined): void
  /** A signed bundle of it, for a Vartio without internet. */
  export(organizationId: string, name: string, by: By): Promise<Buffer>
  /** What a device is to have. `chosen`: what its policy names; null: everything in use. */
  forDevice(sql: Sql, chosen: readonly string[] | null): Promise<DeviceRuleSet[]>
  /** The same for each of many devices, of whichever organisations. */
  forDevices(
    sql: Sql,
    devices: readonly { readonly organizationId: string; readonly chosen: readonly string[] | null }[],
  ): Promise<DeviceRuleSet[][]>
  readNote(organizationId: string, set: string, version: number): Promise<string>
  readParts(organizationId: string, set: string, parts: readonly string[]): Promise<string[]>
  /** What organisations have written for their own devices. */
  readonly own: OwnSets
  /** Fetches and makes until `stop`. */
  start(): void
  stop(): Promise<void>
  readonly routes: readonly Route[]
}

export function createRuleSets(
  { database, clock, log, settings, folder, publicFolder }: Needs,
  areas: { readonly audit: Pick<Audit, 'record'>; readonly organizations: Pick<Organizations, 'describe'> },
): RuleSets {
  const work: Work = { database, clock, log, folder, mirrors: readMirrors(settings.text('VARTIO_RULE_MIRRORS')) }
  let loop: ReturnType<typeof startLoop> | undefined
  let handOver: ReturnType<typeof startLoop> | undefined
  const stopping = new AbortController()
  const uses: Uses = { ...work, ...areas, wake: () => loop?.wake() }
  const key = () => {
    const own = readPublicCallKey(publicFolder, 'portal')
    return own ? describeNoteKey(signedAs, own).text : ''
  }
  const own = createOwnSets({ database, clock, audit: areas.audit, wake: uses.wake })
  const turn = createTurn(database, workTurn)
  const sets: Omit<RuleSets, 'routes'> = {
    list: async (organizationId) => ({
      ...(await list(database.sql, await isProvider(uses, organizationId), key())),
      own: await own.list(organizationId),
    }),
    async read(organizationId, name) {
      await refuseOthers(uses, organizationId)
      return read(database, name)
    },
    add: (organizationId, set, by) => add(uses, organizationId, set, by),
    change: (organizationId, name, change, by) => alter(uses, organizationId, name, change, by),
    fetch: (organizationId, name, by) => fetchAgain(uses, organizationId, name, by),
    remove: (organizationId, name, by) => remove(uses, organizationId, name, by),
    takePiece: (organizationId, name, number, content) => takePiece(uses, organizationId, name, number, content),
    takeBrought: (organizationId, name, brought, by) => takeBrought(uses, organizationId, name, brought, by),
    verifyBrought,
    async export(organizationId, name, by) {
      await refuseOthers(uses, organizationId)
      const file = await exportSet(work, name)
      await record(uses, organizationId, 'exported', name, by)
      return file
    },
    forDevice,
    forDevices,
    readNote: (organizationId, set, version) => readNote(database, organizationId, set, version),
    readParts: (organizationId, set, parts) => readParts(database, organizationId, set, parts),
    own,
    start() {
      loop = startLoop({
        name: 'rule_sets.work',
        purpose: 'upkeep',
        everyMilliseconds: 1_000,
        log,
        run: async () => {
          const mine = await turn.take()
          if (mine === 'of another') return false
          if (mine === 'taken') await resume(work)
          return step(work, stopping.signal)
        },
      })
      const lay = createHandOver(database, folder)
      handOver = startLoop({
        name: 'rule_sets.hand_over',
        purpose: 'upkeep',
        everyMilliseconds: 3_000,
        log,
        run: async () => {
          await lay()
          return false
        },
      })
    },
    async stop() {
      stopping.abort()
      await Promise.all([loop?.stop(), handOver?.stop()])
      await turn.leave()
    },
  }
  return { ...sets, routes: routes(sets) }
}

async function exportSet({ database, folder }: Work, name: string): Promise<Buffer> {
  const about = await read(database, name)
  if (about.version === 0) throw notReady()
  const source = await readSource(database.sql, name)
  const parts = Array.from({ length: Math.ceil(source.length / pieceBytes) }, (_, number) =>
    source.subarray(number * pieceBytes, (number + 1) * pieceBytes),
  )
  const { title: _title, licence, author, address, isRealTime, rules, version } = about
  const told = { ...(author === null ? {} : { author }), ...(address === null ? {} : { address }) }
  const head = { kind: 'source', set: name, version, licence, ...told, isRealTime, rules } as const
  return packBundle(writeBundle(head, parts, readCallKey(folder)))
}
