import type { z } from 'zod'
import { AppError } from '#base/errors'
import type { Database } from '#server/database'
import type { Sealer } from '#server/sealed'
import { type counts, type Found, isPeriod, type Look, type LookGround, mostDays, type ofContract } from './api.ts'

const page = 200

const tooLong = () =>
  new AppError('release.too_long', 422, `One look reaches over ${mostDays} days at most, from a time to a later one.`)

/** No further than a look needs (ID-15, ID-17): a fault is in a browser; misuse, and what an authority asks, is about somebody. */
type Header = 'ip' | 'user_agent' | 'accept_language'
const reach: Readonly<Record<LookGround, readonly Header[]>> = {
  fault: ['user_agent', 'accept_language'],
  misuse: ['ip', 'user_agent', 'accept_language'],
  authority: ['ip', 'user_agent', 'accept_language'],
  review: [],
}

type Row = {
  at: Date
  entry_id: string
  event: Buffer
  session_id: string | null
  contract_id: string
  what: string
  sealed: Buffer | null
}

/** How often a service was signed in at, for whoever runs it: numbers, and nothing that a person could be told by. */
export const createCounts =
  (database: Database) =>
  async ({ contractId, from }: z.output<typeof ofContract>): Promise<z.output<typeof counts>> => {
    const rows = await database.sql<Found['counts']>`
      select to_char(at at time zone 'UTC', 'YYYY-MM-DD') as day, contract_id as "contractId", what, count(*)::int as count
      from release.log where at >= ${new Date(from)} and contract_id = ${contractId}
      group by 1, 2, 3 order by 1 desc, 3 limit 2000`
    return { counts: [...rows] }
  }

export const createLook =
  (database: Database, origins: Pick<Sealer<Header>, 'open'>) =>
  async ({ ground, from, to, contractId, after }: Look): Promise<Found> => {
    if (!isPeriod(from, to)) throw tooLong()
    const [begins, ends] = [new Date(from), new Date(to)]
    const [ofContract, beyond] = [contractId ?? null, after ?? null]
    if (ground === 'review') {
      const counts = await database.sql<Found['counts']>`
        select to_char(at at time zone 'UTC', 'YYYY-MM-DD') as day, contract_id as "contractId", what, count(*)::int as count
        from release.log
        where at >= ${begins} and at < ${ends} and (${ofContract}::uuid is null or contract_id = ${ofContract}::uuid)
        group by 1, 2, 3 order by 1 desc, 2, 3 limit 2000`
      return { entries: [], counts: [...counts], next: null }
    }
    const rows = await database.sql<Row[]>`
      select at, entry_id, event, session_id, contract_id, what, sealed from release.log
      where at >= ${begins} and at < ${ends} and (${ofContract}::uuid is null or contract_id = ${ofContract}::uuid)
        and (${beyond}::uuid is null or entry_id < ${beyond}::uuid)
      order by entry_id desc limit ${page + 1}`
    const shown = rows.slice(0, page)
    const opened = (await origins.open(shown, reach[ground])) as { [Name in Header]?: string | null }[]
    return {
      entries: shown.map((row, at) => ({
        at: row.at.toISOString(),
        contractId: row.contract_id,
        what: row.what,
        event: row.event.toString('hex').slice(0, 12),
        userAgent: opened[at]?.user_agent ?? null,
        languages: opened[at]?.accept_language ?? null,
        ip: opened[at]?.ip ?? null,
        sessionId: ground === 'fault' ? null : row.session_id,
      })),
      counts: [],
      next: rows.length > page ? (shown.at(-1)?.entry_id ?? null) : null,
    }
  }
