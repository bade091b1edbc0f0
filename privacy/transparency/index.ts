import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Language } from '#base/languages'
import type { Log } from '#base/log'
import type { Database, Sql } from '#server/database'
import { type Loop, startLoop } from '#server/loop'
import type { Metrics } from '#server/metrics'
import type { ProofTable } from '#server/proofs'
import type { Route } from '#server/routes'
import type { appendBody } from './api.ts'
import { append, countWaiting } from './append.ts'
import { openLogKey } from './key.ts'
import { renderLog } from './page.ts'
import { createProofs } from './proofs.ts'
import { listNewest, readCheckpointNow, readNewestEpochs, readTile, writeReceipt } from './read.ts'
import { routes } from './routes.ts'
import { begin, type Head, sequence } from './sequence.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Pick<Metrics, 'gauge'>
  readonly folder: string
  readonly urls: { readonly privacy: URL }
}

type Entry = z.input<typeof appendBody>

export type Transparency = {
  /** The verifier key of the log, as text: whoever checks a receipt needs it from somewhere else than the receipt. */
  readonly key: string
  /** With a transaction the entry exists exactly if that commits. It is in the log about a second later. */
  append(entry: Entry, tx?: Sql): Promise<void>
  checkpoint(): Promise<Head>
  /** Of each key store, as the log says or is about to. */
  newestEpochs(): Promise<ReadonlyMap<string, number>>
  tile(path: string): Promise<{ kind: 'hashes' | 'entries'; body: Buffer }>
  receipt(entryId: string): Promise<string>
  page(language: Language): Promise<string>
  /** One round of the writer, for tests and for whoever cannot wait a second. Answers whether more wait. */
  sequence(): Promise<boolean>
  /** Makes sure that there is a head under today's key, and keeps sequencing until `stop`. */
  start(): Promise<void>
  stop(): Promise<void>
  readonly proofs: ProofTable
  readonly routes: readonly Route[]
}

export function createTransparency({ database, clock, log, metrics, folder, urls }: Needs): Transparency {
  const key = openLogKey(folder, urls.privacy)
  const needs = { database, clock, key }
  let loop: Loop | undefined
  metrics.gauge('vartio_log_waiting', 'Entries that are not in the transparency log yet.', () => countWaiting(database))
  metrics.gauge(
    'vartio_log_size',
    'Entries of the transparency log.',
    async () => (await readCheckpointNow(database)).size,
  )
  const transparency = {
    key: key.text,
    append: (entry, tx) => (tx ? append(tx, entry) : database.transaction((own) => append(own, entry))),
    checkpoint: () => readCheckpointNow(database),
    newestEpochs: () => readNewestEpochs(database),
    tile: (path) => readTile(database, path),
    receipt: (entryId) => writeReceipt(database, entryId),
    async page(language) {
      const [head, newest] = [await readCheckpointNow(database), await listNewest(database, 10)]
      return renderLog({ language, head, newest, key: key.text, url: urls.privacy, now: clock.now() })
    },
    sequence: () => sequence(needs),
    async start() {
      await begin(needs)
      loop = startLoop({
        name: 'transparency.sequence',
        purpose: 'proof',
        everyMilliseconds: 1_000,
        log,
        run: () => sequence(needs),
      })
    },
    async stop() {
      await loop?.stop()
    },
  } satisfies Omit<Transparency, 'routes' | 'proofs'>
  return { ...transparency, proofs: createProofs(needs), routes: routes(transparency) }
}
