import type { z } from 'zod'
import { hashToken } from '#base/ids'
import type { Transparency } from '#privacy/transparency'
import type { Database } from '#server/database'
import type { DescribeAnswer, ForgetAnswer } from '#server/rights-calls'
import type { Handles, lookAnswer, RequestKind, RequestState } from './api.ts'
import { notComplete, pieceNotFound, receiptNotFound } from './errors.ts'
import { type Answering, answering, type Programs } from './programs.ts'

type Row = {
  request_id: string
  kind: RequestKind
  state: RequestState
  received_at: Date
  due_at: Date
  finished_at: Date | null
  refusal: string | null
}

type PartRow = { request_id: string; program: Answering; piece_count: number; done_at: Date | null }

export async function look({ sql }: Database, requestIds: readonly string[]): Promise<z.input<typeof lookAnswer>> {
  const rows = await sql<Row[]>`
    select request_id, kind, state, received_at, due_at, finished_at, refusal from requests.request
    where request_id = any(${requestIds as string[]})`
  const parts = await sql<PartRow[]>`
    select request_id, program, piece_count, done_at from requests.part
    where request_id = any(${requestIds as string[]}) order by program`
  return {
    requests: rows.map((row) => ({
      requestId: row.request_id,
      kind: row.kind,
      state: row.state,
      receivedAt: row.received_at.toISOString(),
      dueAt: row.due_at.toISOString(),
      finishedAt: row.finished_at?.toISOString() ?? null,
      refusal: row.refusal,
      parts: parts
        .filter(({ request_id }) => request_id === row.request_id)
        .map(({ program, piece_count, done_at }) => ({ program, isDone: done_at !== null, pieces: piece_count })),
    })),
  }
}

export async function readPiece({ sql }: Database, requestId: string, program: Answering, number: number) {
  const [row] = await sql<{ sealed: string }[]>`
    select sealed from requests.piece where request_id = ${requestId} and program = ${program} and number = ${number}`
  if (!row) throw pieceNotFound()
  return { sealed: row.sealed }
}

export type Held = { readonly program: Answering; readonly held: DescribeAnswer | null }

/** What each program holds of somebody. One that does not answer is said to be away, and the others are shown. */
export async function describeHeld(programs: Programs, handles: Handles): Promise<Held[]> {
  const subjects = { identity: handles.identity, portal: handles.portal, privacy: handles.identity }
  return Promise.all(
    answering.map(async (program) => {
      const subject = subjects[program]
      if (subject === undefined) return { program, held: { tables: [], obstacles: [], restrictedSince: null } }
      try {
        return { program, held: await programs.describe(program, subject) }
      } catch (error) {
        if ((error as { code?: unknown }).code === 'calls.unavailable') return { program, held: null }
        throw error
      }
    }),
  )
}

export type Receipt = {
  readonly state: RequestState
  /** Nobody asked: the account was not used. */
  readonly isDue: boolean
  readonly receivedAt: Date
  readonly finishedAt: Date | null
  readonly refusal: string | null
  readonly parts: readonly {
    readonly program: Answering
    readonly isDone: boolean
    readonly answer: ForgetAnswer | null
  }[]
}

/** By the token in the link, which only the person has. */
export async function findReceipt({ sql }: Database, token: string): Promise<Receipt> {
  const [row] = await sql<(Row & { is_due: boolean })[]>`
    select request_id, kind, is_due, state, received_at, due_at, finished_at, refusal from requests.request
    where token_hash = ${hashToken(token)}`
  if (!row) throw receiptNotFound()
  const parts = await sql<{ program: Answering; done_at: Date | null; acknowledgement: ForgetAnswer | null }[]>`
    select program, done_at, acknowledgement from requests.part where request_id = ${row.request_id} order by program`
  return {
    state: row.state,
    isDue: row.is_due,
    receivedAt: row.received_at,
    finishedAt: row.finished_at,
    refusal: row.refusal,
    parts: parts.map(({ program, done_at, acknowledgement }) => ({
      program,
      isDone: done_at !== null,
      answer: acknowledgement,
    })),
  }
}

/** The file that shows, without us, that it is in the log. */
export async function writeReceipt(
  { sql }: Database,
  transparency: Pick<Transparency, 'receipt'>,
  token: string,
): Promise<string> {
  const [row] = await sql<{ entry_id: string | null }[]>`
    select entry_id from requests.request where token_hash = ${hashToken(token)}`
  if (!row) throw receiptNotFound()
  if (row.entry_id === null) throw notComplete()
  return transparency.receipt(row.entry_id)
}

export async function countOpen({ sql }: Database): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from requests.request where finished_at is null`
  return row?.count ?? 0
}

export async function countOverdue({ sql }: Database, now: Date): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from requests.request where finished_at is null and due_at <= ${now}`
  return row?.count ?? 0
}
