import type { z } from 'zod'
import type { Clock } from '#base/clock'
import { AppError } from '#base/errors'
import { newId } from '#base/ids'
import type { Log } from '#base/log'
import { declaredAnswer } from '#portal/declarations/api'
import type { Transparency } from '#privacy/transparency'
import type { Calls } from '#server/calls'
import type { Database } from '#server/database'
import { provedAnswer } from '#server/proofs'
import { type Declared, type Figure, judge } from './judge.ts'
import { registry } from './registry.ts'

export type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly calls: Pick<Calls, 'call'>
  readonly transparency: Pick<Transparency, 'append' | 'newestEpochs'>
  /** How often in a row each program has not answered. */
  readonly silences: Map<string, number>
  readonly declared: () => Promise<Declared[]>
}

const programs = ['identity', 'portal', 'privacy', 'cloud'] as const

async function ask({ calls }: Uses, program: (typeof programs)[number]) {
  const options = { isIdempotent: true, timeoutMilliseconds: 60_000 }
  const path = '/calls/rights/prove'
  if (program === 'identity') return calls.call('identity', path, {}, provedAnswer, options)
  if (program === 'portal') return calls.call('portal', path, {}, provedAnswer, options)
  if (program === 'cloud') return calls.call('cloud', path, {}, provedAnswer, options)
  return calls.call('privacy', path, {}, provedAnswer, options)
}

/** Asks every program for its figures. One that does not answer keeps nothing from being known about the others. */
export async function look(uses: Uses): Promise<void> {
  const { database, clock, log, silences } = uses
  let silent = 0
  for (const program of programs) {
    const answer = await ask(uses, program).catch((error: unknown) => {
      const times = (silences.get(program) ?? 0) + 1
      silences.set(program, times)
      // At a start the others come up in the same seconds. Told once, not at every look.
      if (times === 3) log.warn('a program does not say whether it keeps what is promised', { program, error })
      return undefined
    })
    const now = clock.now()
    if (!answer) {
      silent += 1
      await database.sql`update pledges.figure set figure = null, looked_at = ${now} where program = ${program}`
      continue
    }
    silences.delete(program)
    const asLogged = await logEpoch(uses, program, answer.keyStore)
    const proofs = [...answer.proofs, ...(asLogged ? [asLogged] : [])]
    await database.transaction(async (tx) => {
      // A proof that is not given any more is not kept either: its pledge becomes unknown.
      await tx`delete from pledges.figure where program = ${program} and name <> all (${proofs.map(({ name }) => name)}::text[])`
      for (const { name, unit, limit, figure, at } of proofs)
        await tx`
          insert into pledges.figure (program, name, unit, at_most, figure, taken_at, looked_at)
          values (${program}, ${name}, ${unit}, ${limit}, ${figure}, ${new Date(at)}, ${now})
          on conflict (program, name) do update set unit = excluded.unit, at_most = excluded.at_most, figure = excluded.figure,
            taken_at = excluded.taken_at, looked_at = excluded.looked_at`
    })
  }
  await tellChanges(uses)
  // The job is tried again in a few seconds: at a start the others may not be there yet.
  if (silent > 0) throw new AppError('pledges.no_answer', 503, 'A program did not answer.')
}

/**
 * Each new epoch of a key store is an entry of the log, so that how new it was is known outside it, and to anybody. By how many days a store is
 * older than its own entry says is a figure.
 */
async function logEpoch(
  { clock, transparency }: Uses,
  program: (typeof programs)[number],
  known: z.output<typeof provedAnswer>['keyStore'],
) {
  if (!known) return undefined
  const { store, epoch, rootNumber } = known
  const logged = (await transparency.newestEpochs()).get(store) ?? -1
  const at = clock.now().toISOString()
  const second = `${at.slice(0, 19)}Z`
  if (logged < epoch)
    await transparency.append({
      entryId: newId(),
      entry: { kind: 'keys-renewed', program, store, epoch, rootNumber, at: second },
    })
  return { name: 'keys.as-logged', unit: 'days', limit: 0, figure: Math.max(0, logged - epoch), at } as const
}

export async function readFigures({ database }: Pick<Uses, 'database'>): Promise<Figure[]> {
  const rows = await database.sql<
    { program: string; name: string; unit: string; at_most: number; figure: number | null; taken_at: Date }[]
  >`select program, name, unit, at_most, figure, taken_at from pledges.figure order by program, name`
  return rows.map((row) => ({
    program: row.program,
    name: row.name,
    unit: row.unit,
    limit: row.at_most,
    figure: row.figure,
    takenAt: row.taken_at,
  }))
}

/** So long what the portal has said of declarations is believed without asking again. */
const askedAgainMilliseconds = 5_000

/**
 * Who has declared what, as the portal has it: nothing of it is stored here. Where the portal does not answer nobody has declared anything, as far as
 * anybody knows; asked at most once in a few seconds, however many look at the page.
 */
export function createDeclared({ calls, clock, log }: Pick<Uses, 'calls' | 'clock' | 'log'>) {
  let asked: { at: number; answer: Promise<Declared[]> } | undefined
  let isSilent = false
  return (): Promise<Declared[]> => {
    const now = clock.now().getTime()
    if (!asked || now - asked.at >= askedAgainMilliseconds || now < asked.at) {
      const options = { isIdempotent: true, timeoutMilliseconds: 3_000 }
      const answer = calls.call('portal', '/calls/declarations/list', {}, declaredAnswer, options).then(
        ({ declarations }) => {
          isSilent = false
          return declarations
        },
        (error: unknown) => {
          // Told once, not at every look.
          if (!isSilent) log.warn('the portal does not say who has declared what', { area: 'pledges', error })
          isSilent = true
          return []
        },
      )
      asked = { at: now, answer }
    }
    return asked.answer
  }
}

/** Once when a pledge turns red, once when it is kept again. */
async function tellChanges(uses: Uses): Promise<void> {
  const { database, clock, log } = uses
  const judged = judge(registry, await readFigures(uses), await uses.declared(), clock.now())
  for (const { pledge, state } of judged) {
    if (state === 'broken') {
      const { count } = await database.sql`
        insert into pledges.broken (pledge, since) values (${pledge.id}, ${clock.now()}) on conflict do nothing`
      if (count > 0) log.warn('a pledge is not kept', { area: 'pledges', code: pledge.id })
    } else if (state === 'kept') {
      const { count } = await database.sql`delete from pledges.broken where pledge = ${pledge.id}`
      if (count > 0) log.info('a pledge is kept again', { area: 'pledges', code: pledge.id })
    }
  }
}
