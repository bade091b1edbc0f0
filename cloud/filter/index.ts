import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '#base/clock'
import { AppError } from '#base/errors'
import type { Log } from '#base/log'
import { breathe, type Verdicts, writeWhole } from '#cloud/verdicts'
import { type KnownBad, openKnownBad, type Part, readParts, writeDelta, writeKnownBad } from '#engine/known'
import { readListSigner } from '#server/list-keys'
import { startLoop } from '#server/loop'
import type { Metrics } from '#server/metrics'
import type { Route } from '#server/routes'
import { noDelta, otherVersion } from './errors.ts'
import { createGood } from './good.ts'
import { historySchema, type List, replaceFile } from './list.ts'
import { makeParts } from './make.ts'
import { routes } from './routes.ts'

type Needs = {
  readonly log: Log
  readonly clock: Clock
  readonly metrics: Pick<Metrics, 'gauge'>
  readonly folder: string
}

export type Filter = List & {
  /** The verifier key that the filter opens with. */
  key(): string
  /** The exact list of known good beside it. */
  readonly good: List
  /** Makes both anew if the store has changed since. Answers whether more is to be done. */
  update(): Promise<boolean>
  /** Whether it has been quiet since the last change, or has not been for long. */
  isDue(): boolean
  start(): void
  stop(): Promise<void>
  readonly routes: readonly Route[]
}

const quietMs = 2_000
const mostMs = 30_000

type Current = { known: KnownBad; note: string; parts: readonly Part[]; whole: Buffer }

export function createFilter({ log, clock, metrics, folder: own }: Needs, { store }: Pick<Verdicts, 'store'>): Filter {
  const folder = join(own, 'filter')
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 })
  const [path, historyPath] = [join(folder, 'known-bad'), join(folder, 'history.json')]
  let signer = readListSigner(own)
  let current = existsSync(path) ? openIfOurs() : undefined
  const good = createGood({ log, clock, metrics, folder }, signer)
  let history = existsSync(historyPath) ? historySchema.parse(JSON.parse(readFileSync(historyPath, 'utf8'))) : []
  /** Of the store that the filter was last compared with; unknown after a start. */
  let seen = -1
  /** Segments of which the filter has everything: only the others are read for the next one. */
  let had: ReadonlySet<string> = new Set()
  let changedAt = { first: 0, last: 0 }
  let loop: ReturnType<typeof startLoop> | undefined
  metrics.gauge('vartio_filter_entries', 'Contents in the filter of known bad.', () => current?.known.entries ?? 0)

  store.onChange((merged) => {
    const now = clock.now().getTime()
    changedAt = { first: changedAt.first || now, last: now }
    if (merged?.from.every((name) => had.has(name))) had = new Set([...had, merged.to])
  })

  function open(): Current {
    const { note, parts } = readParts(path, signer)
    return { known: openKnownBad(path, signer), note, parts, whole: readFileSync(path) }
  }
  /** Signed with a key that was replaced while we did not run: it is made anew. */
  function openIfOurs(): Current | undefined {
    try {
      return open()
    } catch (error) {
      if (error instanceof AppError) return undefined
      throw error
    }
  }
  const versionNow = () => current?.known.version ?? 0

  function replace(parts: readonly Part[]): void {
    // By the clock: a Cloud that was restored goes on above what devices have.
    const version = Math.max(versionNow() + 1, Math.floor(clock.now().getTime() / 1_000))
    replaceFile(path, writeKnownBad(version, parts, signer))
    current?.known.close()
    current = open()
    history = [...history, { version, parts: parts.map(({ part }) => part.sha256) }].slice(-100)
    writeWhole(historyPath, `${JSON.stringify(history)}\n`)
    log.info('the filter of known bad was made anew', { count: current.known.entries })
  }

  const filter = {
    good,
    key: () => signer.key,
    about: () => ({ version: versionNow(), entries: current?.known.entries ?? 0, bytes: current?.whole.length ?? 0 }),
    whole(version) {
      if (!current || version !== current.known.version) throw otherVersion()
      return current.whole
    },
    delta(from, to) {
      if (!current || to !== current.known.version) throw otherVersion()
      const had = history.find(({ version }) => version === from)
      if (!had || from >= to) throw noDelta()
      return writeDelta(from, new Set(had.parts), current.note, current.parts)
    },
    // Many small changes are read once.
    isDue() {
      const now = clock.now().getTime()
      const { first, last } = changedAt
      return first === 0 || last > now || now - last >= quietMs || now - first >= mostMs
    },
    async update() {
      const { version } = store
      const { key } = signer
      signer = readListSigner(own)
      if (seen === version && signer.key === key) return false
      changedAt = { first: 0, last: 0 }
      const segments = [...store.segments]
      const unread = segments.filter(({ path }) => !had.has(path))
      const made =
        seen === version
          ? undefined
          : await breathe(makeParts({ segments, unread, malicious: store.malicious }, current))
      const parts = made ?? (signer.key === key ? undefined : current?.parts)
      if (parts) replace(parts)
      await good.update({ segments, unread }, signer)
      seen = version
      had = new Set(segments.map(({ path }) => path))
      return store.version !== version
    },
    start() {
      loop = startLoop({
        name: 'filter.update',
        purpose: 'upkeep',
        everyMilliseconds: 5_000,
        log,
        run: async () => filter.isDue() && (await filter.update()),
      })
    },
    async stop() {
      await loop?.stop()
      current?.known.close()
    },
  } satisfies Omit<Filter, 'routes'>
  return { ...filter, routes: routes(filter) }
}
