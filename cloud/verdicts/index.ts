import { join } from 'node:path'
import type { Log } from '#base/log'
import { readPrefix } from '#engine/cloud'
import { startLoop } from '#server/loop'
import type { Metrics } from '#server/metrics'
import type { ProofTable } from '#server/proofs'
import type { Route } from '#server/routes'
import { usualBytes, writeAnswer } from './answer.ts'
import { otherPrefix } from './errors.ts'
import { createProofs } from './proofs.ts'
import { routes } from './routes.ts'
import { openStore, type Store } from './store.ts'

export { openSegment, recordBytes, type Segment } from './segment.ts'
export { sortRecords } from './sort-records.ts'
export { type Store, writeWhole } from './store.ts'
export { createNames, createSegmentWriter, mergedSlices, mergeSegments } from './write-segment.ts'

type Needs = {
  readonly log: Log
  readonly metrics: Pick<Metrics, 'gauge'>
  readonly folder: string
}

export type Verdicts = {
  readonly store: Store
  /** Everything known under a prefix, of a length that tells nothing. */
  answer(bits: number, prefix: string): Buffer
  about(): { version: number; prefixBits: number; answerBytes: number }
  /** Makes one segment of many in the background until `stop`. */
  start(): void
  stop(): Promise<void>
  readonly proofs: ProofTable
  readonly routes: readonly Route[]
}

/** Lets others be answered between two pieces of a longer work. */
export async function breathe<Result>(work: Generator<void, Result>): Promise<Result> {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

export function createVerdicts({ log, metrics, folder }: Needs): Verdicts {
  const store = openStore(join(folder, 'verdicts'))
  let usual = usualBytes(store)
  store.onChange(() => {
    usual = usualBytes(store)
  })
  metrics.gauge('vartio_verdicts', 'Contents the Cloud has a verdict of.', () => store.entries)
  metrics.gauge('vartio_verdict_segments', 'Files that the store of verdicts is made of.', () => store.segments.length)
  let loop: ReturnType<typeof startLoop> | undefined
  const verdicts = {
    store,
    answer(bits, text) {
      if (bits !== store.prefixBits) throw otherPrefix()
      const prefix = readPrefix(text, bits)
      if (prefix === undefined) throw otherPrefix()
      return writeAnswer(store.segments, bits, prefix, usual)
    },
    about: () => ({ version: store.version, prefixBits: store.prefixBits, answerBytes: usual }),
    start() {
      loop = startLoop({
        name: 'verdicts.compact',
        purpose: 'upkeep',
        everyMilliseconds: 5_000,
        log,
        run: () => breathe(store.compact()),
      })
    },
    async stop() {
      await loop?.stop()
      store.close()
    },
  } satisfies Omit<Verdicts, 'routes' | 'proofs'>
  return { ...verdicts, proofs: createProofs(store), routes: routes(verdicts) }
}
