import type { z } from 'zod'
import { addMonths } from '#base/calendar'
import { newId } from '#base/ids'
import type { Language } from '#base/languages'
import type { Database, Sql } from '#server/database'
import type { Sealer } from '#server/sealed'
import type { listAnswer, openAnswer } from './api.ts'
import { noSuchMessage } from './errors.ts'

/** So many wait at most: whoever floods the form fills that and no disk. Somebody reads them, or the box stays shut. */
export const mostWaiting = 500
const mostListed = 1_000
const monthsKept = 6
const daysKeptOnceHandled = 30

export type MessageSealer = Sealer<'text' | 'reach'>

type Row = {
  message_id: string
  language: Language
  can_answer: boolean
  received_at: Date
  handled_at: Date | null
  expires_at: Date
}

export async function countWaiting(sql: Sql, now: Date): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from contact.message where handled_at is null and expires_at > ${now}`
  return row?.count ?? 0
}

/** Answers whether there was room for it. `reach`: undefined where nothing was left. */
export async function receive(
  database: Database,
  sealer: MessageSealer,
  { text, reach, language }: { text: string; reach: string | undefined; language: Language },
  now: Date,
): Promise<boolean> {
  const messageId = newId(now.getTime())
  const sealed = await sealer.sealOne({ message_id: messageId }, { text, reach: reach ?? null })
  return database.transaction(async (tx) => {
    // One after the other, or many at once would all find the last place free.
    await tx`select pg_catalog.pg_advisory_xact_lock(4731)`
    if ((await countWaiting(tx, now)) >= mostWaiting) return false
    await tx`
      insert into contact.message (message_id, language, can_answer, received_at, expires_at, sealed)
      values (${messageId}, ${language}, ${reach !== undefined}, ${now}, ${addMonths(now, monthsKept)}, ${sealed})`
    return true
  })
}

/** What waits first, the oldest of it first. */
export async function list({ sql }: Database, now: Date): Promise<z.input<typeof listAnswer>> {
  const rows = await sql<Row[]>`
    select message_id, language, can_answer, received_at, handled_at, expires_at from contact.message where expires_at > ${now}
    order by (handled_at is null) desc, case when handled_at is null then received_at end, handled_at desc, message_id limit ${mostListed}`
  return {
    waiting: await countWaiting(sql, now),
    messages: rows.map((row) => ({
      messageId: row.message_id,
      language: row.language,
      canAnswer: row.can_answer,
      receivedAt: row.received_at,
      handledAt: row.handled_at,
      expiresAt: row.expires_at,
    })),
  }
}

export async function open(
  { sql }: Database,
  sealer: MessageSealer,
  messageId: string,
  now: Date,
): Promise<z.input<typeof openAnswer>> {
  const [row] = await sql<{ message_id: string; sealed: Buffer }[]>`
    select message_id, sealed from contact.message where message_id = ${messageId} and expires_at > ${now}`
  if (!row) throw noSuchMessage()
  const { text, reach } = await sealer.openOne(row, ['text', 'reach'])
  if (typeof text !== 'string') throw noSuchMessage()
  return { text, reach: reach ?? null }
}

/** Handled, it goes 30 days later; taken back, at the end of its six months as before. */
export async function handle(database: Database, messageId: string, isHandled: boolean, now: Date): Promise<void> {
  await database.transaction(async (tx) => {
    const [row] = await tx<Row[]>`
      select received_at, handled_at from contact.message where message_id = ${messageId} and expires_at > ${now} for update`
    if (!row) throw noSuchMessage()
    if ((row.handled_at !== null) === isHandled) return
    const last = addMonths(row.received_at, monthsKept)
    const soon = new Date(now.getTime() + daysKeptOnceHandled * 86_400_000)
    await tx`
      update contact.message set handled_at = ${isHandled ? now : null}, expires_at = ${isHandled && soon < last ? soon : last}
      where message_id = ${messageId}`
  })
}

/** Its key goes with it. Erased already: there is nothing left to do. */
export async function erase({ sql }: Database, messageId: string): Promise<void> {
  await sql`delete from contact.message where message_id = ${messageId}`
}
