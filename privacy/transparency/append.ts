import type { z } from 'zod'
import type { Database, Sql } from '#server/database'
import { type appendBody, logEntry } from './api.ts'
import { entryIdTaken } from './errors.ts'

/** The bytes that are hashed. Parsing again drops nothing and lets nothing else through, whoever calls; members come in the order of the schema. */
export function writeEntry(entry: z.input<typeof logEntry>): Buffer {
  return Buffer.from(JSON.stringify(logEntry.parse(entry)))
}

/** Joins the caller's transaction: the entry will be in the log exactly if that commits. Sending the same again changes nothing. */
export async function append(tx: Sql, { entryId, entry }: z.input<typeof appendBody>): Promise<void> {
  const bytes = writeEntry(entry)
  await tx`
    insert into transparency.waiting (entry_id, entry)
    select ${entryId}, ${bytes} where not exists (select 1 from transparency.entry where entry_id = ${entryId})
    on conflict (entry_id) do nothing`
  const found = await tx<{ entry: Buffer }[]>`
    select entry from transparency.entry where entry_id = ${entryId}
    union all select entry from transparency.waiting where entry_id = ${entryId}`
  if (found.some((row) => !bytes.equals(row.entry))) throw entryIdTaken()
}

export async function countWaiting({ sql }: Database): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from transparency.waiting`
  return row?.count ?? 0
}
