import { PgBoss } from 'pg-boss'
import { AppError } from '#base/errors'
import type { Log } from '#base/log'
import type { DatabaseAddress, Sql } from './database.ts'
import { checkIdsOnly, type IdsOnly } from './ids-only.ts'
import { type Purpose, within } from './purpose.ts'

type JobOptions = {
  /** What it reads personal data for. */
  readonly purpose: Purpose
  /** Runs by itself at these times (UTC). */
  readonly cron?: string
  /** Tried so many times again, with growing pauses. */
  readonly retries?: number
  readonly firstPauseSeconds?: number
  /** Longer than this and it counts as failed. */
  readonly atMostSeconds?: number
}

export type Jobs = {
  /** Before the program listens: every job it can run. */
  define<Data extends IdsOnly>(
    name: string,
    options: JobOptions,
    run: (data: Data, signal: AbortSignal) => Promise<void>,
  ): void
  /** With a transaction, the job exists exactly if that commits. */
  send(tx: Sql | undefined, name: string, data: IdsOnly, options?: { startAfterSeconds?: number }): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
  /** Whether it looks for work now: for readiness. */
  isRunning(): boolean
}

type Definition = { options: JobOptions; run: (data: never, signal: AbortSignal) => Promise<void> }

export function createJobs(options: { address: DatabaseAddress; log: Log; pollSeconds?: number }): Jobs {
  const { address, log } = options
  const definitions = new Map<string, Definition>()
  let isRunning = false
  const boss = new PgBoss({
    host: address.host,
    port: address.port,
    database: address.database,
    user: address.user,
    ...(address.password === undefined ? {} : { password: address.password }),
    ...(address.tls ? { ssl: { rejectUnauthorized: address.tls === 'verify' } } : {}),
    application_name: `${address.user} jobs`,
    schema: 'jobs',
    max: 2,
    // The schema is the owner's, made when Vartio migrates; this role could not change it.
    migrate: false,
    createSchema: false,
    reindex: false,
    persistWarnings: false,
  })
  let hasFailed = false
  boss.on('error', (error) => {
    if (!hasFailed) log.warn('jobs pause: their database does not answer', { area: 'jobs', error })
    hasFailed = true
  })
  boss.on('warning', ({ message }) => log.warn('jobs', { area: 'jobs', message }))

  const start = async () => {
    await boss.start()
    for (const [name, { options: wanted, run }] of definitions) {
      const queue = {
        retryLimit: wanted.retries ?? 5,
        retryDelay: wanted.firstPauseSeconds ?? 5,
        retryBackoff: true,
        retryDelayMax: 3_600,
        expireInSeconds: wanted.atMostSeconds ?? 300,
        // What is done tells nobody anything: a day, for looking into a fault.
        deleteAfterSeconds: 86_400,
      }
      const known = await boss.getQueue(name)
      // One run of a job by the clock at a time, whichever process took it.
      if (known) await boss.updateQueue(name, queue)
      else await boss.createQueue(name, { ...queue, policy: wanted.cron ? 'singleton' : 'standard' })
      if (wanted.cron) await boss.schedule(name, wanted.cron, {}, { tz: 'UTC' })
      else await boss.unschedule(name)
      await boss.work<IdsOnly>(
        name,
        { batchSize: 1, pollingIntervalSeconds: options.pollSeconds ?? 2 },
        async ([job]) => {
          hasFailed = false
          if (!job) return
          try {
            await within(wanted.purpose, () => run(job.data as never, job.signal))
          } catch (error) {
            log.error('a job failed and is tried again, if it may be', { job: name, id: job.id, error })
            // The library keeps what is thrown in its table: only the code goes there.
            throw new Error(error instanceof AppError ? error.code : 'failed')
          }
        },
      )
    }
    isRunning = true
  }

  return {
    define(name, jobOptions, run) {
      if (isRunning) throw new Error(`job ${name} is defined after the program began to listen`)
      if (definitions.has(name)) throw new Error(`job ${name} is defined twice`)
      definitions.set(name, { options: jobOptions, run: run as Definition['run'] })
    },
    async send(tx, name, data, { startAfterSeconds } = {}) {
      if (!definitions.has(name)) throw new Error(`there is no job ${name}`)
      checkIdsOnly(`job ${name}`, data)
      await boss.send(name, data, {
        ...(startAfterSeconds === undefined ? {} : { startAfter: startAfterSeconds }),
        ...(tx ? { db: inTransaction(tx) } : {}),
      })
    },
    start,
    async stop() {
      isRunning = false
      await boss.stop({ graceful: true, timeout: 8_000 })
    },
    isRunning: () => isRunning,
  }
}

/** The library's statements in our transaction. Its one value is JSON that it has already written as text. */
function inTransaction(tx: Sql) {
  const text = 25
  return {
    executeSql: async (statement: string, values: unknown[] = []) => ({
      rows: await tx.unsafe(
        statement,
        values.map((value) =>
          typeof value === 'string' ? (tx.typed(value as never, text) as never) : (value as never),
        ),
      ),
    }),
  }
}
