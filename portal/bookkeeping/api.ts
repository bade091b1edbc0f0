import { z } from 'zod'
import { cursor, emailAddress, line, lines, time } from '#base/fields'

export const organizationPath = z.object({ organizationId: z.uuid() })

/** tosite: lasku, sopimus, maksu */
export const recordKinds = ['invoice', 'contract', 'payment'] as const
export type RecordKind = (typeof recordKinds)[number]

const day = z.iso.date()

export const newRecord = z.strictObject({
  kind: z.enum(recordKinds),
  /** Of the voucher, as it stands in the books. */
  number: line(60),
  /** Whom it is with. */
  party: line(200),
  contactName: line(120).optional(),
  contactEmail: emailAddress.optional(),
  at: day,
  /** The last day of the financial year it belongs to: from there its time is counted. */
  financialYearEnd: day,
  amountCents: z.int().min(-1e12).max(1e12).optional(),
  text: lines(2_000).optional(),
})
export type NewRecord = z.input<typeof newRecord>
export const recordMade = z.object({ recordId: z.uuid(), keptUntilEndOf: z.int() })

const year = z.coerce.number().int().min(2000).max(2999)
export const recordQuery = z.object({ year: year.optional(), cursor: cursor.optional() })
/** The year in which the financial year ended. */
export const exportQuery = z.object({ year })

/** A field that is null was not given. */
const record = z.object({
  recordId: z.uuid(),
  kind: z.enum(recordKinds),
  number: z.string(),
  party: z.string(),
  contactName: z.string().nullable(),
  contactEmail: z.string().nullable(),
  at: z.string(),
  financialYearEnd: z.string(),
  amountCents: z.int().nullable(),
  text: z.string().nullable(),
  recordedAt: time,
  keptUntilEndOf: z.int(),
})
export const recordList = z.object({ records: z.array(record), next: z.string().nullable() })
export type BookkeepingRecord = z.output<typeof record>
export type RecordList = z.output<typeof recordList>
