import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '#base/clock'
import { AppError } from '#base/errors'
import type { Log } from '#base/log'
import { breathe, type Segment, writeWhole } from '#cloud/verdicts'
import { countGood, readGoodParts, writeDelta, writeKnownGood } from '#engine/known'
import type { ListSigner } from '#server/list-keys'
import type { Metrics } from '#server/metrics'
import { noDelta, otherVersion } from './errors.ts'
import { historySchema, type List, replaceFile } from './list.ts'
import { isTouched, makeGood } from './make-good.ts'

/** The exact list of known good: contents that devices need not look into. */
export function createGood(
  needs: {
    readonly log: Log
    readonly clock: Clock
    readonly metrics: Pick<Metrics, 'gauge'>
    readonly folder: string
    /** More than so many are left out. */
    readonly most?: number
  },
  signer: ListSigner,
): List & {
  /** Makes it anew of these segments, signed with this key, if it is other than before. `unread`: those that have come since. */
  update(store: { segments: readonly Segment[]; unread: readonly Segment[] }, signer: ListSigner): Promise<void>
} {
  const { log, clock, metrics, folder, most } = needs
  const [path, historyPath] = [join(folder, 'known-good'), join(folder, 'good-history.json')]
  let current = open(signer)
  let signedWith = signer.key
  let history = existsSync(historyPath) ? historySchema.parse(JSON.parse(readFileSync(historyPath, 'utf8'))) : []
  let left = 0
  const entries = () => countGood(current?.parts.map(({ part }) => part) ?? [])
  metrics.gauge('vartio_known_good_entries', 'Contents in the list of known good.', entries)
  metrics.gauge('vartio_known_good_left_out', 'Good contents that the list has no room for.', () => left)

  function open(by: ListSigner): ReturnType<typeof readGoodParts> | undefined {
    if (!existsSync(path)) return undefined
    try {
      return readGoodParts(path, by)
    } catch (error) {
      // Signed with a key that was replaced while we did not run: it is made anew.
      if (error instanceof AppError) return undefined
      throw error
    }
  }

  return {
    about: () => ({ version: current?.version ?? 0, entries: entries(), bytes: current?.bytes.length ?? 0 }),
    whole(version) {
      if (!current || version !== current.version) throw otherVersion()
      return current.bytes
    },
    delta(from, to) {
      if (!current || to !== current.version) throw otherVersion()
      const had = history.find(({ version }) => version === from)
      if (!had || from >= to) throw noDelta()
      return writeDelta(from, new Set(had.parts), current.note, current.parts)
    },
    async update(store, by) {
      const made = (await breathe(isTouched(store, current?.parts ?? [])))
        ? await breathe(makeGood(store.segments, current?.parts, most))
        : undefined
      left = made?.left ?? left
      const parts = made?.parts ?? (by.key === signedWith ? undefined : current?.parts)
      if (!parts) return
      const version = Math.max((current?.version ?? 0) + 1, Math.floor(clock.now().getTime() / 1_000))
      replaceFile(path, writeKnownGood(version, parts, by))
      current = open(by)
      signedWith = by.key
      history = [...history, { version, parts: parts.map(({ part }) => part.sha256) }].slice(-100)
      writeWhole(historyPath, `${JSON.stringify(history)}\n`)
      log.info('the list of known good was made anew', { count: entries() })
      if (left > 0) log.warn('there is no room on the list of known good for all of them', { count: left })
    },
  }
}
