import { z } from 'zod'
import type { Sealer } from '#server/sealed'
import { keptUntilEndOf } from '#server/statutory'
import type { BookkeepingRecord, RecordKind } from './api.ts'

export type Row = {
  readonly record_id: string
  readonly kind: RecordKind
  readonly recorded_at: Date
  readonly counted_from: Date
  readonly sealed: Buffer
}

/** What is sealed as one field, as it was entered. */
const voucher = z.object({
  number: z.string(),
  party: z.string(),
  at: z.string(),
  financialYearEnd: z.string(),
  amountCents: z.int().nullable(),
  text: z.string().nullable(),
})
export type Voucher = z.output<typeof voucher>

export type RecordSealer = Sealer<'contact_name' | 'contact_email' | 'voucher'>

export async function openRows(sealer: RecordSealer, rows: readonly Row[]): Promise<BookkeepingRecord[]> {
  const opened = await sealer.open(rows, ['contact_name', 'contact_email', 'voucher'])
  return rows.map((row, at) => {
    const { contact_name: contactName, contact_email: contactEmail, voucher: text } = opened[at] ?? {}
    return {
      recordId: row.record_id,
      kind: row.kind,
      ...voucher.parse(JSON.parse(text ?? '')),
      contactName: contactName ?? null,
      contactEmail: contactEmail ?? null,
      recordedAt: row.recorded_at.toISOString(),
      keptUntilEndOf: keptUntilEndOf(`${row.counted_from.getUTCFullYear() - 1}-12-31`),
    }
  })
}
