import { join } from 'node:path'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import { breathe, type Verdicts } from '#cloud/verdicts'
import { startLoop } from '#server/loop'
import type { Metrics } from '#server/metrics'
import { listImports, runImport } from './import.ts'

type Needs = {
  readonly log: Log
  readonly clock: Clock
  readonly metrics: Pick<Metrics, 'gauge'>
  readonly folder: string
}

export type Lists = {
  /** Works off what waits. Answers whether there was anything. */
  work(): Promise<boolean>
  /** Looks for imports until `stop`. */
  start(): void
  stop(): Promise<void>
}

export function createLists({ log, clock, metrics, folder }: Needs, { store }: Pick<Verdicts, 'store'>): Lists {
  const root = join(folder, 'imports')
  let isStopping = false
  let loop: ReturnType<typeof startLoop> | undefined
  metrics.gauge('vartio_imports_waiting', 'Lists that are not in the store yet.', () => listImports(root).length)

  /** What is done stands in the folder, so stopping between two pieces loses at most one run. */
  function* untilStopped<Result>(work: Generator<void, Result>): Generator<void, Result | undefined> {
    while (!isStopping) {
      const { done, value } = work.next()
      if (done) return value
      yield
    }
    work.return(undefined as never)
    return undefined
  }
  const work = async () => {
    const next = listImports(root)[0]
    if (next === undefined || isStopping) return false
    const state = await breathe(untilStopped(runImport(next, store, clock.now())))
    if (state?.state === 'finished') log.info('a list was imported', { count: state.added })
    if (state?.state === 'failed') log.warn('a list could not be imported', { code: state.why ?? 'unknown' })
    return true
  }
  return {
    work,
    start() {
      loop = startLoop({ name: 'lists.import', purpose: 'upkeep', everyMilliseconds: 1_000, log, run: work })
    },
    async stop() {
      isStopping = true
      await loop?.stop()
    },
  }
}
