import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Clock } from '#base/clock'
import { AppError } from '#base/errors'
import type { Log } from '#base/log'
import { isBundle, readBundle, writeBundle } from '#engine/bundle'
import { readCallKey } from '#server/call-keys'
import type { Database, Sql } from '#server/database'
import { otherHash } from './errors.ts'
import { fetchFile } from './fetch.ts'
import { isOrdered, layOrder, readProgress, removeOrders, takeResult } from './orders.ts'
import { stepOwn } from './own-work.ts'
import { readSource, writeSource } from './source.ts'

export type Work = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** Ours: orders lie in it, and what came of them. */
  readonly folder: string
  readonly mirrors: ReadonlySet<string>
}

const lookAgainHours = 24

export type Row = {
  name: string
  licence: string
  author: string | null
  address: string | null
  pinned_sha256: string | null
  is_real_time: boolean
  etag: string | null
  source_sha256: string | null
  version: string
}

/** One step of one set. Answers whether there was anything to do. */
export async function step(work: Work, signal: AbortSignal): Promise<boolean> {
  const { database, clock } = work
  await database.sql`
    update rule_sets.rule_set set state = 'waiting', asked_at = ${clock.now()}
    where is_used and address is not null and state in ('ready', 'failed')
      and looked_at < ${new Date(clock.now().getTime() - lookAgainHours * 3_600_000)}`
  const [next] = await database.sql<Row[]>`
    update rule_sets.rule_set set state = 'fetching', why = null, step = 'fetch', done = 0, out_of = 0, looked_at = ${clock.now()}
    where name = (select name from rule_sets.rule_set where state = 'waiting' order by asked_at, name limit 1)
    returning *`
  if (next) {
    await guarded(work, next.name, () => (next.address === null ? order(work, next) : fetchOne(work, next, signal)))
    return true
  }
  const making = await database.sql<Row[]>`select * from rule_sets.rule_set where state = 'making' limit 100`
  for (const row of making) await guarded(work, row.name, () => takeMade(work, row))
  await stepOwn(work)
  return false
}

/** When the turn is ours from now on: what was under way begins again; a fetch goes on where it was. What was made here before may be of a version that another has replaced. */
export async function resume({ database, folder }: Work): Promise<void> {
  await database.sql`update rule_sets.rule_set set state = 'waiting' where state = 'fetching'`
  removeOrders(folder, () => true)
}

async function guarded(work: Work, name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    await fail(work, name, error.code, error)
  }
}

async function fail({ database, log }: Work, name: string, why: string, error?: unknown): Promise<void> {
  log.warn('a rule set could not be made ready', { area: 'rule-sets', code: why, ...(error ? { error } : {}) })
  await database.sql`update rule_sets.rule_set set state = 'failed', why = ${why}, step = null, etag = null where name = ${name}`
}

async function fetchOne(work: Work, row: Row, signal: AbortSignal): Promise<void> {
  const { database, folder, mirrors } = work
  let toldAt = 0
  const fetched = await fetchFile({
    address: row.address ?? '',
    etag: Number(row.version) > 0 ? (row.etag ?? undefined) : undefined,
    path: join(folder, `rules-${row.name}.part`),
    mirrors,
    signal,
    progress(done, of) {
      if (performance.now() - toldAt < 500) return
      toldAt = performance.now()
      void database.sql`update rule_sets.rule_set set done = ${done}, out_of = ${of} where name = ${row.name}`.catch(
        () => undefined,
      )
    },
  })
  if (fetched === 'same') return keep(database.sql, row.name)
  const { content, etag } = fetched
  const sha256 = createHash('sha256').update(content).digest('hex')
  if (row.pinned_sha256 !== null && sha256 !== row.pinned_sha256) throw otherHash()
  const isKnown = sha256 === row.source_sha256 && Number(row.version) > 0 && row.etag !== null
  await database.transaction((tx) => writeSource(tx, row.name, content, etag))
  if (isKnown) return keep(database.sql, row.name)
  await order(work, row)
}

const keep = async (sql: Sql, name: string): Promise<void> => {
  await sql`update rule_sets.rule_set set state = 'ready', step = null where name = ${name}`
}

/** What the supervisor has carried out. A bundle of another Vartio was verified when it came; what is in it counts. */
async function order({ database, folder }: Work, row: Row): Promise<void> {
  const content = unwrap(await readSource(database.sql, row.name))
  const { name, licence, author, is_real_time } = row
  const head = { set: name, licence, ...(author === null ? {} : { author }), isRealTime: is_real_time }
  await database.sql`
    update rule_sets.rule_set set state = 'making', step = 'prepare', done = 0, out_of = 0 where name = ${name}`
  layOrder(folder, name, head, content)
}

const unwrap = (source: Buffer): Buffer =>
  isBundle(source) ? Buffer.concat([...readBundle(source, 'kept').parts]) : source

async function takeMade(work: Work, row: Row): Promise<void> {
  const { database, clock, folder, log } = work
  const result = takeResult(folder, row.name)
  if (result === undefined) {
    // Restored from a backup, or the order was lost with the folder.
    if (!isOrdered(folder, row.name)) return order(work, row)
    return tellProgress(database.sql, folder, row.name)
  }
  if (result.is === 'failed') return fail(work, row.name, result.why)
  const { parts, ...about } = result.made
  const version = Math.max(Number(row.version) + 1, Math.floor(clock.now().getTime() / 1_000))
  const bundle = writeBundle(
    {
      kind: 'compiled',
      set: row.name,
      version,
      licence: row.licence,
      ...(row.author === null ? {} : { author: row.author }),
      ...(row.address === null ? {} : { address: row.address }),
      isRealTime: row.is_real_time,
      rules: about.rules,
    },
    parts,
    readCallKey(folder),
  )
  await database.transaction(async (tx) => {
    await tx`delete from rule_sets.part where name = ${row.name}`
    for (const [index, line] of bundle.note
      .split('\n')
      .slice(2, 2 + parts.length)
      .entries())
      await tx`
        insert into rule_sets.part (name, sha256, content) values (${row.name}, ${line.slice(0, 64)}, ${parts[index] as Buffer})
        on conflict do nothing`
    await tx`
      update rule_sets.rule_set set state = 'ready', why = null, step = null, version = ${version}, note = ${bundle.note},
        rules = ${about.rules}, skipped = ${tx.json(about.skipped)}, skipped_count = ${about.skippedCount},
        tried = ${tx.json(about.tried)}, made_at = ${clock.now()} where name = ${row.name}`
  })
  log.info('a rule set is ready', { area: 'rule-sets', count: about.rules })
}

async function tellProgress(sql: Sql, folder: string, name: string): Promise<void> {
  const told = readProgress(folder, name)
  if (!told) return
  const { step: at, done, of } = told
  await sql`update rule_sets.rule_set set step = ${at}, done = ${done}, out_of = ${of} where name = ${name} and state = 'making'`
}
