import { z } from 'zod'
import type { Clock } from '#base/clock'
import { AppError } from '#base/errors'
import { newId } from '#base/ids'
import type { Log } from '#base/log'
import type { Transparency } from '#privacy/transparency'
import type { Database, Sql } from '#server/database'
import { databaseUnavailable } from '#server/database'
import type { ForgetAnswer } from '#server/rights-calls'
import type { RequestKind } from './api.ts'
import type { Answering, Programs } from './programs.ts'

export type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly programs: Programs
  readonly transparency: Pick<Transparency, 'append'>
}

type Request = {
  readonly request_id: string
  readonly kind: RequestKind
  readonly is_due: boolean
  readonly public_key: string | null
  readonly attempts: number
  readonly commitment: Buffer | null
}

type Part = {
  readonly program: Answering
  readonly subject: string
  readonly restricted_at: Date | null
  readonly piece_count: number
  readonly next_piece: string | null
  readonly done_at: Date | null
}

const day = 86_400_000
/** More processes than this are not at it at once. */
const mostAtWork = 20
/** 1 s, 2 s, 4 s … and then every ten minutes: nothing is given up silently. */
const pauseMilliseconds = (attempts: number) => Math.min(1_000 * 2 ** attempts, 600_000)
/** What is left of a request that is over: that it was, and how it ended; nobody's number. */
const keepDays = 30
const keepPiecesDays = 7

/**
 * The portal is forgotten first: it can refuse (the last administrator), and then nothing has been lost. Identity is last: it knows who the
 * person is everywhere, and while it does, whatever failed can be tried again.
 */
const order: readonly Answering[] = ['portal', 'identity', 'privacy']

class Refused extends Error {
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

/**
 * Takes one request that is due and carries it on; nobody else does meanwhile. What says so is a lock of the database that goes with this
 * process: whoever comes after a crash begins at once. Answers whether there was one.
 */
export function carryOnNext(needs: Needs): Promise<boolean> {
  const { database, clock } = needs
  return database.transaction(async (lock) => {
    // The calls take their time, and this connection only waits for them.
    await lock`select pg_catalog.set_config('idle_in_transaction_session_timeout', '600000', true)`
    const now = clock.now()
    const due = await lock<Request[]>`
      select request_id, kind, is_due, public_key, attempts, commitment from requests.request
      where finished_at is null and (next_attempt_at <= ${now}
          -- Further off than any pause: the clock was set back meanwhile.
          or next_attempt_at > ${new Date(now.getTime() + day)})
      order by next_attempt_at limit ${mostAtWork}`
    for (const request of due) {
      const [taken] = await lock<{ is_ours: boolean }[]>`
        select pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended(${request.request_id}, 4718)) as is_ours`
      // Nor is anything else done for the same person meanwhile: an unlocking must not undo what a deletion has locked.
      const [alone] = await lock<{ is_ours: boolean | null }[]>`
        select pg_catalog.bool_and(pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended(subject, 4720))) as is_ours
        from requests.part where request_id = ${request.request_id} and program = 'identity' and subject is not null`
      if (!taken?.is_ours || alone?.is_ours === false) continue
      await carryOnOrWait(needs, request)
      return true
    }
    return false
  })
}

async function carryOnOrWait(needs: Needs, request: Request): Promise<void> {
  const { database, clock, log } = needs
  try {
    await database.sql`
      update requests.request set state = 'in_progress' where request_id = ${request.request_id} and state = 'received'`
    await carryOn(needs, request)
  } catch (error) {
    if (databaseUnavailable(error)) throw error
    const failure = error instanceof AppError ? error.code : 'failed'
    log.warn('a request of a person waits and is tried again', {
      area: 'requests',
      id: request.request_id,
      attempt: request.attempts + 1,
      error,
    })
    await database.sql`
      update requests.request set state = 'waiting', attempts = attempts + 1, failure = ${failure},
        next_attempt_at = ${new Date(clock.now().getTime() + pauseMilliseconds(request.attempts))}
      where request_id = ${request.request_id} and finished_at is null`
  }
}

async function carryOn(needs: Needs, request: Request): Promise<void> {
  try {
    if (request.kind === 'export') await exportAll(needs, request)
    else if (request.kind === 'forget') await forgetAll(needs, request)
    else {
      if (request.kind === 'lift' && (await isBeingForgotten(needs, request)))
        throw new Refused('own_data.being_forgotten')
      for (const part of await partsOf(needs, request))
        await restrict(needs, request, part, request.kind === 'restrict')
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    // Nothing has been lost yet: what was locked for it is opened again; what the person had locked before stays so.
    for (const part of await partsOf(needs, request)) await restrict(needs, request, part, false, true)
    await finish(needs, request, 'refused', error.code)
    return
  }
  await finish(needs, request, 'complete', null)
}

/** Asked for after the unlocking, which has not been carried out yet. */
async function isBeingForgotten({ database }: Needs, { request_id }: Request): Promise<boolean> {
  const [row] = await database.sql`
    select 1 from requests.request r join requests.part p on p.request_id = r.request_id
    where r.kind = 'forget' and r.finished_at is null
      and p.subject in (select subject from requests.part where request_id = ${request_id}) limit 1`
  return row !== undefined
}

async function partsOf({ database }: Needs, { request_id }: Request): Promise<Part[]> {
  const rows = await database.sql<Part[]>`
    select program, subject, restricted_at, piece_count, next_piece, done_at from requests.part
    where request_id = ${request_id} and subject is not null`
  return rows.toSorted((a, b) => order.indexOf(a.program) - order.indexOf(b.program))
}

async function restrict(
  { database, clock, programs }: Needs,
  { request_id }: Request,
  { program, subject }: Part,
  isRestricted: boolean,
  onlyOwn = false,
): Promise<void> {
  await programs.restrict(program, request_id, subject, isRestricted, onlyOwn)
  await database.sql`
    update requests.part set restricted_at = ${isRestricted ? clock.now() : null}
    where request_id = ${request_id} and program = ${program}`
}

async function exportAll(needs: Needs, request: Request): Promise<void> {
  const { database, clock, programs } = needs
  const publicKey = { kty: 'OKP', crv: 'X25519', x: request.public_key }
  for (const part of await partsOf(needs, request)) {
    let { piece_count: piece, next_piece: from, done_at: doneAt } = part
    while (doneAt === null) {
      const ask = { requestId: request.request_id, subject: part.subject, publicKey, piece, from }
      const { sealed, next } = await programs.export(part.program, ask)
      doneAt = next === null ? clock.now() : null
      await database.transaction(async (tx) => {
        await tx`
          insert into requests.piece (request_id, program, number, sealed)
          values (${request.request_id}, ${part.program}, ${piece}, ${sealed}) on conflict do nothing`
        await tx`
          update requests.part set piece_count = ${piece + 1}, next_piece = ${next}, done_at = ${doneAt}
          where request_id = ${request.request_id} and program = ${part.program}`
      })
      piece += 1
      from = next
    }
  }
}

async function forgetAll(needs: Needs, request: Request): Promise<void> {
  const { database, clock, programs } = needs
  const parts = await partsOf(needs, request)
  // Locked everywhere before anything is destroyed anywhere: nobody signs in between.
  for (const part of parts) if (part.restricted_at === null) await restrict(needs, request, part, true)
  for (const part of parts) {
    if (part.done_at !== null) continue
    const answer = await programs.forget(part.program, request.request_id, part.subject, request.is_due)
    if (answer.outcome === 'refused') throw new Refused(answer.code)
    await database.sql`
      update requests.part set done_at = ${clock.now()}, acknowledgement = ${database.sql.json(answer as never)}
      where request_id = ${request.request_id} and program = ${part.program}`
  }
}

/** Identity writes to the person, except when it no longer knows them: then it has written before it forgot. */
async function finish(needs: Needs, request: Request, state: 'complete' | 'refused', refusal: string | null) {
  const { database, clock, programs } = needs
  const isForgotten = request.kind === 'forget' && state === 'complete'
  if (!isForgotten) await programs.tellIdentity(request.request_id, state, refusal, z.object({}))
  await database.transaction(async (tx) => {
    const now = clock.now()
    const finished = await tx`
      update requests.request set state = ${state}, refusal = ${refusal}, finished_at = ${now}, failure = null,
        expires_at = ${new Date(now.getTime() + keepDays * day)}
      where request_id = ${request.request_id} and finished_at is null`
    // Somebody else has finished it meanwhile.
    if (finished.count === 0) return
    await tx`
      update requests.part set expires_at = ${new Date(now.getTime() + keepDays * day)} where request_id = ${request.request_id}`
    await tx`
      update requests.piece set expires_at = ${new Date(now.getTime() + keepPiecesDays * day)} where request_id = ${request.request_id}`
    if (isForgotten) await logForgotten(needs, tx, request, now)
  })
}

/** What anybody may know: that somebody was forgotten, how much of them, and a number that only they can show to be theirs. */
async function logForgotten({ transparency }: Needs, tx: Sql, request: Request, now: Date): Promise<void> {
  const parts = await tx<{ subject: string; acknowledgement: ForgetAnswer }[]>`
    select subject, acknowledgement from requests.part where request_id = ${request.request_id}`
  const tables = parts.flatMap(({ acknowledgement }) =>
    acknowledgement.outcome === 'done' ? acknowledgement.tables : [],
  )
  const keys = parts.filter(({ acknowledgement }) => acknowledgement.outcome === 'done' && acknowledgement.keyDestroyed)
  const sum = (of: 'erased' | 'kept') => tables.reduce((total, table) => total + table[of], 0)
  const entryId = newId(now.getTime())
  await transparency.append(
    {
      entryId,
      entry: {
        kind: 'account-forgotten',
        commitment: request.commitment!.toString('hex'),
        programs: parts.length,
        erased: sum('erased'),
        kept: sum('kept'),
        method: keys.length === parts.length ? 'keys-destroyed' : 'rows-deleted',
        at: `${now.toISOString().slice(0, 19)}Z`,
      },
    },
    tx,
  )
  await tx`update requests.request set entry_id = ${entryId} where request_id = ${request.request_id}`
  // From here on nothing says whom this was about, nor anything else they asked for.
  const subjects = parts.map(({ subject }) => subject)
  await tx`delete from requests.request where finished_at is null and request_id in
    (select request_id from requests.part where subject = any(${subjects}) and request_id <> ${request.request_id})`
  await tx`delete from requests.piece where request_id in (select request_id from requests.part where subject = any(${subjects}))`
  await tx`update requests.part set subject = null where subject = any(${subjects})`
}
