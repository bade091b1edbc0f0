import { z } from 'zod'
import { instant, time } from '#base/fields'

/** What the technical log may be looked into for, and nothing else (ID-15 to ID-19). */
export const grounds = ['fault', 'misuse', 'review', 'authority'] as const
export type LookGround = (typeof grounds)[number]

/** Of one look: whoever needs more looks again, and says so again. */
export const mostDays = 31

/** From a time to a later one, and no further than one look may reach. */
export function isPeriod(from: string, to: string): boolean {
  const length = Date.parse(to) - Date.parse(from)
  // A month with its hour when clocks are set back.
  return length > 0 && length <= mostDays * 86_400_000 + 3_600_000
}

export const look = z.strictObject({
  ground: z.enum(grounds),
  from: instant,
  to: instant,
  /** One contract alone. */
  contractId: z.uuid().optional(),
  after: z.uuid().optional(),
})
export type Look = z.output<typeof look>

const entry = z.object({
  at: time,
  contractId: z.uuid(),
  what: z.string(),
  /** The same for what belongs to one event; says nothing else. */
  event: z.string(),
  /** Only where the ground reaches so far. */
  userAgent: z.string().nullable(),
  languages: z.string().nullable(),
  ip: z.string().nullable(),
  sessionId: z.string().nullable(),
})
const counted = z.object({ day: z.string(), contractId: z.uuid(), what: z.string(), count: z.int() })

export const ofContract = z.strictObject({ contractId: z.uuid(), from: instant })
export const counts = z.object({ counts: z.array(counted) })

export const found = z.object({ entries: z.array(entry), counts: z.array(counted), next: z.string().nullable() })
export type Found = z.output<typeof found>
