import { createHash } from 'node:crypto'
import type { Clock } from '#base/clock'
import { equalBytes } from '#base/ids'
import { type Language, languages } from '#base/languages'
import { type Controller, controllerAnswer } from '#portal/organizations/api'
import type { Calls } from '#server/calls'
import type { Database } from '#server/database'
import { registerAnswer } from '#server/register-calls'
import { notYet } from './errors.ts'
import { writeNotice } from './write.ts'

export type Uses = { readonly database: Database; readonly clock: Clock; readonly calls: Pick<Calls, 'call'> }

const path = '/calls/rights/register'
const options = { isIdempotent: true } as const

export async function readController(calls: Uses['calls']): Promise<Controller | null> {
  return (await calls.call('portal', '/calls/organizations/controller', {}, controllerAnswer, options)).controller
}

/**
 * The notice is made of what the running programs say they hold. Where that or the controller has changed, the new text is a new version
 * of today, in force at once; so it can never lag behind the system.
 */
export async function publish({ database, clock, calls }: Uses): Promise<void> {
  const controller = await readController(calls)
  if (!controller) throw notYet()
  const held = [
    ...(await calls.call('identity', path, {}, registerAnswer, options)).lines,
    ...(await calls.call('portal', path, {}, registerAnswer, options)).lines,
    ...(await calls.call('privacy', path, {}, registerAnswer, options)).lines,
  ]
  const day = clock.now().toISOString().slice(0, 10)
  await database.transaction(async (tx) => {
    for (const language of languages) {
      const body = writeNotice(language, controller, held)
      const sha256 = createHash('sha256').update(body).digest()
      const [newest] = await tx<{ sha256: Buffer }[]>`
        select sha256 from notices.version where language = ${language} order by day desc limit 1`
      if (newest && equalBytes(newest.sha256, sha256)) continue
      await tx`
        insert into notices.version (day, language, published_at, sha256, body)
        values (${day}, ${language}, ${clock.now()}, ${sha256}, ${body})
        on conflict (day, language) do update set published_at = excluded.published_at, sha256 = excluded.sha256, body = excluded.body`
    }
  })
}

export type Version = {
  readonly day: string
  readonly body: string
  readonly days: readonly string[]
  readonly isInForce: boolean
}

/** The version in force, or the one of a date. `days` are all there are, newest first. */
export async function readVersion(
  database: Database,
  language: Language,
  wanted?: string,
): Promise<Version | undefined> {
  const days = await database.sql<{ day: string }[]>`
    select distinct day::text as day from notices.version order by day desc limit 1000`
  const day = wanted ?? days[0]?.day
  if (day === undefined) return undefined
  // A change may touch one language only: then the other one's text of before still holds.
  const [row] = await database.sql<{ body: string }[]>`
    select body from notices.version where language = ${language} and day <= ${day} order by day desc limit 1`
  if (!row || !days.some((one) => one.day === day)) return undefined
  return { day, body: row.body, days: days.map((one) => one.day), isInForce: day === days[0]?.day }
}
