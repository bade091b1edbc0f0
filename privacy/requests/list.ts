import type { z } from 'zod'
import type { Database } from '#server/database'
import type { ExtensionGround, listAnswer, RequestKind, RequestState } from './api.ts'
import type { Answering } from './programs.ts'

/** More than this nobody looks at at once. What is over goes after 30 days. */
const most = 300

type Row = {
  request_id: string
  kind: RequestKind
  state: RequestState
  received_at: Date
  due_at: Date
  finished_at: Date | null
  refusal: string | null
  failure: string | null
  attempts: number
  extended_at: Date | null
  extension_ground: ExtensionGround | null
}

type PartRow = { request_id: string; program: Answering; restricted_at: Date | null; done_at: Date | null }

/** Of all of them, what is due first, first. Whose a request is stands in none: nobody needs it to see that it is carried out. */
export async function list({ sql }: Database, now: Date): Promise<z.input<typeof listAnswer>> {
  const rows = await sql<Row[]>`
    select request_id, kind, state, received_at, due_at, finished_at, refusal, failure, attempts, extended_at, extension_ground
    from requests.request
    order by (finished_at is null) desc, case when finished_at is null then due_at end, finished_at desc, request_id limit ${most}`
  const parts = await sql<PartRow[]>`
    select request_id, program, restricted_at, done_at from requests.part
    where request_id = any(${rows.map(({ request_id }) => request_id)}) order by program`
  const [count] = await sql<{ open: number; overdue: number }[]>`
    select count(*)::int as open, count(*) filter (where due_at <= ${now})::int as overdue
    from requests.request where finished_at is null`
  return {
    open: count?.open ?? 0,
    overdue: count?.overdue ?? 0,
    requests: rows.map((row) => ({
      requestId: row.request_id,
      kind: row.kind,
      state: row.state,
      receivedAt: row.received_at.toISOString(),
      dueAt: row.due_at.toISOString(),
      isOverdue: row.finished_at === null && row.due_at <= now,
      mayExtend: row.finished_at === null && row.extended_at === null && row.due_at > now,
      finishedAt: row.finished_at?.toISOString() ?? null,
      refusal: row.refusal,
      failure: row.failure,
      attempts: row.attempts,
      extension: row.extended_at && { at: row.extended_at.toISOString(), ground: row.extension_ground ?? 'complex' },
      parts: parts
        .filter(({ request_id }) => request_id === row.request_id)
        .map((part) => ({ program: part.program, isDone: isDone(row, part) })),
    })),
  }
}

/** What locks writes when it did; what unlocks takes that away, so only its end tells. */
const isDone = ({ kind, state }: Row, { done_at, restricted_at }: PartRow): boolean =>
  state === 'complete' || done_at !== null || (kind === 'restrict' && restricted_at !== null)
