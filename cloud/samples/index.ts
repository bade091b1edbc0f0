import { createHash } from 'node:crypto'
import type { Clock } from '#base/clock'
import { AppError } from '#base/errors'
import type { Log } from '#base/log'
import { createNames, createSegmentWriter, recordBytes, type Verdicts } from '#cloud/verdicts'
import { kinds, verdicts } from '#engine/cloud'
import type { Database } from '#server/database'
import { startLoop } from '#server/loop'
import type { Metrics } from '#server/metrics'
import { within } from '#server/purpose'
import type { Route } from '#server/routes'
import type { Sealing } from '#server/sealed'
import { askSupervisor } from './ask-supervisor.ts'
import { data } from './data.ts'
import { busy, noIsolation } from './errors.ts'
import { createExaminer, type Launch, limits } from './examiner.ts'
import { routes } from './routes.ts'
import { openSampleRules } from './take-rules.ts'

type Needs = {
  readonly database: Database
  readonly sealed: Sealing
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Pick<Metrics, 'gauge'>
  readonly folder: string
  readonly publicFolder: string
}

export type { Launch } from './examiner.ts'

export type Seen = { readonly day: string; readonly name: string; readonly kind: string; readonly count: number }

export type Samples = {
  /** Takes a content to be looked into. It is in memory until then, and nowhere afterwards unless it is malicious. */
  take(content: Buffer): void
  /** What has been going round, the newest day first. */
  seen(): Promise<readonly Seen[]>
  /** Which rule sets samples are looked into by, beside the project's own test rules. */
  rules(): readonly { readonly set: string; readonly version: number; readonly rules: number }[]
  /** Looks whether the supervisor has brought other rules. */
  lookForRules(): Promise<void>
  /** Until everything that waits has been looked into. */
  settled(): Promise<void>
  /** Looks for rules until `stop`. */
  start(): void
  stop(): Promise<void>
  readonly routes: readonly Route[]
}

export const largestSampleBytes = limits.sampleBytes
const mostWaiting = { samples: 64, bytes: 64 * 1_024 * 1_024 }
const deadlineMs = 60_000
const day = 86_400_000

export function createSamples(
  { database, sealed, clock, log, metrics, folder, publicFolder }: Needs,
  { store }: Pick<Verdicts, 'store'>,
  options: { deadlineMs?: number; launch?: Launch } = {},
): Samples {
  const sealer = sealed.table(data, 'sample', ['content'])
  const rules = openSampleRules(folder, publicFolder, log)
  const examiner = createExaminer({
    bundles: rules.bundles(),
    deadlineMs: options.deadlineMs ?? deadlineMs,
    launch: options.launch ?? askSupervisor,
  })
  /** By hash, so that the same from a thousand devices is looked into once. */
  const waiting = new Map<string, Buffer>()
  let working: Promise<void> | undefined
  let isIsolated = true
  let loop: ReturnType<typeof startLoop> | undefined
  metrics.gauge('vartio_samples_waiting', 'Contents that wait to be looked into.', () => waiting.size)
  metrics.gauge('vartio_sample_rules', 'Rules of the provider that samples are looked into by.', () =>
    rules.inUse().reduce((sum, one) => sum + one.rules, 0),
  )
  metrics.gauge(
    'vartio_sample_rule_sets_refused',
    'Rule sets that cannot be used for samples.',
    () => rules.refused().length,
  )

  async function look(sha256: Buffer, content: Buffer): Promise<void> {
    const { outcome, names } = await examiner.examine(content)
    if (outcome !== 'malicious') return
    const name = names[0] ?? 'suspicious'
    await keep(sha256, content, name)
    addVerdict(sha256, name)
    log.info('a sample was found to be malicious', { count: 1 })
  }

  /** Sealed, for ninety days. */
  async function keep(sha256: Buffer, content: Buffer, name: string): Promise<void> {
    const now = clock.now().getTime()
    const today = new Date(now - (now % day))
    const sample_id = crypto.randomUUID()
    const value = await sealer.sealOne({ sample_id }, { content: content.toString('base64') })
    await database.transaction(async (tx) => {
      const { count } = await tx`
        insert into samples.sample (sample_id, sealed, sha256, bytes, name, found_at)
        values (${sample_id}, ${value}, ${sha256}, ${content.length}, ${name}, ${today}) on conflict do nothing`
      if (count === 0) return
      await tx`
        insert into samples.seen (day, name, kind, count) values (${today}, ${name}, 'malware', 1)
        on conflict (day, name, kind) do update set count = seen.count + 1`
    })
  }

  /** From here on every device that asks is told, and the next filter says yes to it. */
  function addVerdict(sha256: Buffer, name: string): void {
    const names = createNames()
    const record = Buffer.alloc(recordBytes)
    sha256.copy(record)
    record[32] = verdicts.indexOf('malicious')
    record[33] = kinds.indexOf('malware')
    record.writeUInt16LE(names.number(name), 34)
    record.writeUInt32LE(Math.floor(clock.now().getTime() / 1_000), 36)
    const path = store.nextPath()
    const writer = createSegmentWriter(path, 1)
    writer.add(record)
    writer.finish(names.text())
    store.add(path)
  }

  async function work(): Promise<void> {
    for (const [key, content] of waiting) {
      try {
        await within('security', () => look(Buffer.from(key, 'hex'), content))
      } catch (error) {
        if (error instanceof AppError && error.code === 'samples.no_isolation') isIsolated = false
        log.warn('a sample could not be looked into', { area: 'samples', error })
      }
      // Of what was not malicious nothing is left.
      content.fill(0)
      waiting.delete(key)
    }
  }

  const samples: Omit<Samples, 'routes'> = {
    take(content) {
      if (!isIsolated) throw noIsolation()
      const sha256 = createHash('sha256').update(content).digest()
      const key = sha256.toString('hex')
      if (waiting.has(key) || store.find(sha256) !== undefined) return
      const bytes = [...waiting.values()].reduce((sum, { length }) => sum + length, content.length)
      if (waiting.size >= mostWaiting.samples || bytes > mostWaiting.bytes) throw busy()
      waiting.set(key, content)
      working ??= work().finally(() => {
        working = undefined
      })
    },
    seen: async () =>
      (
        await database.sql<{ day: Date; name: string; kind: string; count: number }[]>`
          select day, name, kind, count from samples.seen where day > ${new Date(clock.now().getTime() - 30 * day)}
          order by day desc, count desc, name limit 500`
      ).map((row) => ({ ...row, day: row.day.toISOString().slice(0, 10) })),
    async settled() {
      while (working) await working
    },
    rules: () => rules.inUse(),
    lookForRules: () => rules.look(examiner),
    start() {
      loop = startLoop({
        name: 'samples.rules',
        purpose: 'upkeep',
        everyMilliseconds: 2_000,
        log,
        run: async () => {
          if (isIsolated) await rules.look(examiner)
          return false
        },
      })
    },
    async stop() {
      examiner.close()
      await loop?.stop()
    },
  }
  return { ...samples, routes: routes(samples) }
}
